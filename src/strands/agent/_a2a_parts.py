"""Between the parts of A2A messages and content blocks."""

from __future__ import annotations

import base64
import binascii
import json
import logging
from collections.abc import Iterable
from typing import Any, cast

from a2a.types import DataPart, FilePart, FileWithBytes, FileWithUri, Part, TextPart

from strands.agent._a2a_media import MediaKind, media_from_mime_type, mime_type_of
from strands.types.content import ContentBlock

logger = logging.getLogger(__name__)

_MEDIA: tuple[MediaKind, ...] = ("document", "image", "video")
_UNNAMED = "file"


def text_part(text: str) -> Part:
    """Return a part with a text."""
    return Part(root=TextPart(text=text))


def part_from_block(block: ContentBlock) -> Part | None:
    """Return a block as a part, or None if A2A has no place for it, as for tool uses, reasoning and cache points."""
    if "text" in block:
        return text_part(block["text"])
    if "citationsContent" in block:
        return text_part("".join(piece.get("text", "") for piece in block["citationsContent"].get("content", [])))
    if "guardContent" in block:
        return text_part(block["guardContent"]["text"]["text"])
    for kind in _MEDIA:
        if kind in block:
            return _file_part(kind, cast("dict[str, Any]", block)[kind])
    logger.debug("block_keys=<%s> | left out, A2A messages have no place for it", list(block))
    return None


def _file_part(kind: MediaKind, media: dict[str, Any]) -> Part:
    form, source = media["format"], media["source"]
    mime_type = mime_type_of(kind, form)
    # Some servers drop files without a name.
    name = f"{media.get('name') or kind}.{form}"
    if "bytes" in source:
        content = base64.b64encode(source["bytes"]).decode()
        return Part(root=FilePart(file=FileWithBytes(bytes=content, mime_type=mime_type, name=name)))
    return Part(root=FilePart(file=FileWithUri(uri=source["location"]["uri"], mime_type=mime_type, name=name)))


def blocks_from_parts(parts: Iterable[Part]) -> list[ContentBlock]:
    """Return parts as content blocks.

    A file that is given by its address becomes a text that names the address: reading it with this process's rights
    would be up to the sender, so it is left to a tool.

    Raises:
        ValueError: If a file's content is not base64, or content blocks have no place for its type.
    """
    return [block for part in parts if (block := _block(part)) is not None]


def readable_blocks_from_parts(parts: Iterable[Part]) -> list[ContentBlock]:
    """Return parts as content blocks, without the files that cannot be read."""
    return [block for part in parts if (block := _readable_block(part)) is not None]


def _readable_block(part: Part) -> ContentBlock | None:
    try:
        return _block(part)
    except ValueError as error:
        logger.warning("error=<%s> | left a file out of an answer", error)
        return None


def _block(part: Part) -> ContentBlock | None:
    content = part.root
    if isinstance(content, TextPart):
        return {"text": content.text}
    if isinstance(content, DataPart):
        return {"text": f"[Structured Data]\n{json.dumps(content.data, indent=2)}"}
    if isinstance(content.file, FileWithUri):
        return {"text": _reference(content.file)}
    return _media_block(content.file)


def _reference(file: FileWithUri) -> str:
    mime_type = f" ({file.mime_type})" if file.mime_type else ""
    return f"[File: {_stem(file.name)}{mime_type}] - Referenced file at: {file.uri}"


def _media_block(file: FileWithBytes) -> ContentBlock | None:
    try:
        content = base64.b64decode(file.bytes, validate=True)
    except binascii.Error as error:
        raise ValueError(f"bytes of the file {file.name!r} are not base64: {error}") from error
    if not content:
        return None
    kind, form = media_from_mime_type(file.mime_type, file.name or "")
    media: dict[str, Any] = {"format": form, "source": {"bytes": content}}
    if kind == "document":
        media["name"] = _stem(file.name)
    return cast(ContentBlock, {kind: media})


def _stem(file_name: str | None) -> str:
    name = file_name or _UNNAMED
    return name.rpartition(".")[0] or name
