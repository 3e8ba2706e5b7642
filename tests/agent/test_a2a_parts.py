"""Between A2A parts and content blocks."""

from __future__ import annotations

import base64
import logging
from typing import Any

import pytest

pytest.importorskip("a2a", reason="needs the extra a2a")

from a2a.types import DataPart, FilePart, FileWithBytes, FileWithUri, Part, TextPart

from strands.agent._a2a_media import media_from_mime_type, mime_type_of
from strands.agent._a2a_parts import blocks_from_parts, part_from_block, readable_blocks_from_parts
from strands.types.content import ContentBlock

CONTENT = base64.b64encode(b"hello").decode()


def file_part(mime_type: str | None = None, name: str | None = None, content: str = CONTENT) -> Part:
    return Part(root=FilePart(file=FileWithBytes(bytes=content, mime_type=mime_type, name=name)))


def address_part(uri: str, mime_type: str | None = None, name: str | None = None) -> Part:
    return Part(root=FilePart(file=FileWithUri(uri=uri, mime_type=mime_type, name=name)))


@pytest.mark.parametrize(
    ("mime_type", "name", "expected"),
    [
        ("application/pdf", "a.pdf", ("document", "pdf")),
        ("text/plain", "a", ("document", "txt")),
        ("text/plain; charset=utf-8", "a", ("document", "txt")),
        ("text/html", "a", ("document", "html")),
        ("text/csv", "a", ("document", "csv")),
        ("text/markdown", "a", ("document", "md")),
        ("application/msword", "a", ("document", "doc")),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "a", ("document", "docx")),
        ("application/vnd.ms-excel", "a", ("document", "xls")),
        ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "a", ("document", "xlsx")),
        ("application/json", "a.json", ("document", "txt")),
        ("text/x-python", "a.py", ("document", "txt")),
        ("application/zip", "a.zip", ("document", "zip")),
        ("application/octet-stream", "a.PDF", ("document", "pdf")),
        (None, "a.htm", ("document", "html")),
        (None, "a.unknown", ("document", "txt")),
        ("", "", ("document", "txt")),
        ("IMAGE/PNG", "a", ("image", "png")),
        ("image/jpeg", "a", ("image", "jpeg")),
        ("image/jpg", "a", ("image", "jpeg")),
        ("image/webp", "a", ("image", "webp")),
        ("image/tiff", "a", ("image", "tiff")),
        ("video/mp4", "a", ("video", "mp4")),
        ("video/quicktime", "a", ("video", "mov")),
        ("video/x-matroska", "a", ("video", "mkv")),
        ("video/3gpp", "a", ("video", "three_gp")),
        ("video/3gp", "a", ("video", "three_gp")),
        ("video/unheard-of", "a", ("video", "mp4")),
    ],
)
def test_a_mime_type_leads_to_a_kind_and_a_format(mime_type: str | None, name: str, expected: tuple[str, str]) -> None:
    """A format that the provider does not know makes it refuse the whole request."""
    assert media_from_mime_type(mime_type, name) == expected


@pytest.mark.parametrize(
    ("block", "mime_type"),
    [
        (("document", "docx"), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (("document", "zip"), "application/octet-stream"),
        (("image", "jpeg"), "image/jpeg"),
        (("image", "tiff"), "image/tiff"),
        (("video", "mpg"), "video/mpeg"),
        (("video", "three_gp"), "video/3gpp"),
    ],
)
def test_a_format_leads_to_a_mime_type(block: Any, mime_type: str) -> None:
    assert mime_type_of(*block) == mime_type


@pytest.mark.parametrize(
    ("part", "block"),
    [
        (Part(root=TextPart(text="hi")), {"text": "hi"}),
        (Part(root=DataPart(data={"k": [1]})), {"text": '[Structured Data]\n{\n  "k": [\n    1\n  ]\n}'}),
        (
            file_part("application/pdf", "report.v2.pdf"),
            {"document": {"format": "pdf", "name": "report.v2", "source": {"bytes": b"hello"}}},
        ),
        (file_part("text/plain"), {"document": {"format": "txt", "name": "file", "source": {"bytes": b"hello"}}}),
        (
            file_part("text/plain", ".env"),
            {"document": {"format": "txt", "name": ".env", "source": {"bytes": b"hello"}}},
        ),
        (file_part("image/png"), {"image": {"format": "png", "source": {"bytes": b"hello"}}}),
        (file_part("video/mp4", "a.mp4"), {"video": {"format": "mp4", "source": {"bytes": b"hello"}}}),
        (
            address_part("https://example.com/a.pdf", "application/pdf", "a.pdf"),
            {"text": "[File: a (application/pdf)] - Referenced file at: https://example.com/a.pdf"},
        ),
        (
            address_part("s3://bucket/key"),
            {"text": "[File: file] - Referenced file at: s3://bucket/key"},
        ),
    ],
)
def test_a_part_becomes_a_block(part: Part, block: ContentBlock) -> None:
    """An address stays a text: this process must not fetch, with its own rights, what a stranger points at."""
    assert blocks_from_parts([part]) == [block]


@pytest.mark.parametrize(
    ("block", "part"),
    [
        ({"text": "hi"}, Part(root=TextPart(text="hi"))),
        (
            {"citationsContent": {"content": [{"text": "so "}, {"text": "it is"}], "citations": []}},
            Part(root=TextPart(text="so it is")),
        ),
        ({"guardContent": {"text": {"text": "hi", "qualifiers": ["query"]}}}, Part(root=TextPart(text="hi"))),
        (
            {"document": {"format": "pdf", "name": "report", "source": {"bytes": b"hello"}}},
            file_part("application/pdf", "report.pdf"),
        ),
        ({"image": {"format": "png", "source": {"bytes": b"hello"}}}, file_part("image/png", "image.png")),
        (
            {"video": {"format": "mp4", "source": {"location": {"type": "s3", "uri": "s3://bucket/key"}}}},
            address_part("s3://bucket/key", "video/mp4", "video.mp4"),
        ),
        ({"cachePoint": {"type": "default"}}, None),
        ({"reasoningContent": {"reasoningText": {"text": "Hm."}}}, None),
        ({"toolUse": {"toolUseId": "t", "name": "look", "input": {}}}, None),
    ],
)
def test_a_block_becomes_a_part(block: ContentBlock, part: Part | None) -> None:
    """What another agent cannot use is left out, what it can use is not."""
    assert part_from_block(block) == part


@pytest.mark.parametrize("kind", ["document", "image", "video"])
def test_a_file_survives_the_way_there(kind: str) -> None:
    """Our client to our server."""
    media: dict[str, Any] = {"format": {"document": "md", "image": "webp", "video": "mkv"}[kind]}
    media["source"] = {"bytes": b"\x00\xff"}
    if kind == "document":
        media["name"] = "notes"
    block: Any = {kind: media}
    part = part_from_block(block)
    assert part is not None
    assert blocks_from_parts([part]) == [block]


def test_an_answer_is_not_lost_over_a_file_in_it(caplog: pytest.LogCaptureFixture) -> None:
    """The caller has paid for the text."""
    parts = [
        Part(root=TextPart(text="hi")),
        file_part("audio/mp3"),
        file_part(name="a", content="?"),
        file_part(content=""),
    ]
    with caplog.at_level(logging.WARNING):
        assert readable_blocks_from_parts(parts) == [{"text": "hi"}]
    assert len(caplog.records) == 2
