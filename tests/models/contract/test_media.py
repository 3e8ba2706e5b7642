"""What every provider does with content that its service may not know: it is sent or refused, never lost."""

from __future__ import annotations

import base64
import json
import logging
from typing import Any

import pytest

from tests.models.contract.provider import Ability
from tests.models.contract.samples import pdf, red_square
from tests.models.contract.service import HELLO, WEATHER, Service, Show, local_only, said, text_of

IMAGE = {"image": {"format": "png", "source": {"bytes": red_square()}}}
DOCUMENT = {"document": {"format": "pdf", "name": "note", "source": {"bytes": pdf("The password is swordfish.")}}}
VIDEO = {"video": {"format": "mp4", "source": {"bytes": b"a video"}}}


def arrived(content: bytes, service: Service) -> bool:
    """Tell whether bytes are in the last request, as themselves or as base64."""
    sent = json.dumps(service.asked.body, default=lambda blob: base64.b64encode(blob).decode()).replace("\\/", "/")
    return any(encode(content).decode() in sent for encode in (base64.b64encode, base64.urlsafe_b64encode))


async def _sent_or_refused(service: Service, messages: list[Any], block: Any, *, is_sent: bool, **options: Any) -> str:
    """Check that a block is sent, or refused before anything is sent; return what the model said."""
    [(kind, media)] = block.items()
    if not is_sent:
        with pytest.raises(TypeError, match=rf"content_type=<(toolResult/)?{kind}> \| unsupported type"):
            await service.answer(messages, **options)
        assert not service.is_local or not service.endpoint.requests
        return ""
    _, content, _ = await service.answer(messages, **options)
    assert not service.is_local or arrived(media["source"]["bytes"], service)
    return text_of(content).lower()


@pytest.mark.parametrize(
    ("ability", "prompt", "block", "seen"),
    [
        pytest.param("images", "Which colour is this? One word.", IMAGE, "red", id="images"),
        pytest.param("documents", "What is the password in the note?", DOCUMENT, "swordfish", id="documents"),
        pytest.param("video", "What is this?", VIDEO, "", id="video"),
    ],
)
async def test_media_are_sent_or_refused(
    service: Service, ability: Ability, prompt: str, block: Any, seen: str, record_property: Show
) -> None:
    """What a provider cannot take must not be dropped in silence: the answer would be about something else."""
    is_sent = ability in service.provider.abilities
    record_property("row", ability)
    record_property("shows", "sent" if is_sent else "refused")
    if is_sent and not service.is_local:
        service.needs(ability)
        if not seen:
            pytest.skip("no real video at hand")
    service.plays(seen or "I see.")
    assert seen in await _sent_or_refused(service, said(prompt, block), block, is_sent=is_sent) or not is_sent


async def test_images_in_tool_results_are_sent_or_refused(service: Service, record_property: Show) -> None:
    """Screenshots are what many tools are for."""
    service.needs("tools")
    is_sent = "tool_images" in service.provider.abilities
    record_property("row", "images in tool results")
    record_property("shows", "sent" if is_sent else "refused")
    if is_sent:
        service.needs("tool_images")
    service.plays("Red.")
    tool_use = {"toolUseId": "callid001", "name": "weather", "input": {"city": "Oslo"}}
    result = {"toolUseId": "callid001", "status": "success", "content": [{"text": "A picture:"}, IMAGE]}
    messages = [
        *said("Which colour has the weather map of Oslo? One word."),
        {"role": "assistant", "content": [{"toolUse": tool_use}]},
        {"role": "user", "content": [{"toolResult": result}]},
    ]
    answered = await _sent_or_refused(service, messages, IMAGE, is_sent=is_sent, tool_specs=[WEATHER])
    assert "red" in answered or not is_sent


@pytest.mark.parametrize("kind", ["image", "document", "video"])
async def test_media_that_are_kept_elsewhere_are_sent_or_refused(
    service: Service, kind: str, record_property: Show
) -> None:
    """Few services can fetch them; an answer without having seen them would be about something else."""
    fetches = service.provider.name == "Bedrock"
    if fetches and not service.is_local:
        pytest.skip("needs a bucket")
    record_property("row", "media in S3")
    record_property("shows", "sent" if fetches else "refused")
    block = {kind: {"format": "png", "name": "it", "source": {"location": {"type": "s3", "uri": "s3://bucket/it"}}}}
    if fetches:
        service.plays("I see.")
        await service.answer(said("Look:", block))
        assert "s3://bucket/it" in str(service.asked.body)
        return
    result = {"toolUseId": "id-1", "status": "success", "content": [block]}
    for content in ([{"text": "Look:"}, block], [{"toolResult": result}]):
        with pytest.raises(TypeError, match=rf"content_type=<{kind}> \| unsupported type"):
            await service.answer([{"role": "user", "content": content}])
    assert not service.is_local or not service.endpoint.requests


MARK = "a mark to look for"
OTHERS: dict[str, tuple[str, dict[str, Any]]] = {
    "the model's reasoning": (
        "assistant",
        {"reasoningContent": {"reasoningText": {"text": MARK, "signature": "c2ln"}}},
    ),
    "encrypted reasoning": ("assistant", {"reasoningContent": {"redactedContent": MARK.encode()}}),
    "text with citations": ("assistant", {"citationsContent": {"content": [{"text": MARK}], "citations": []}}),
    "guarded text": ("user", {"guardContent": {"text": {"text": MARK}}}),
    "a cache point": ("user", {"cachePoint": {"type": "default"}}),
    "a kind that nobody knows": ("user", {"surprise": MARK}),
}


@local_only("the request is looked at")
@pytest.mark.parametrize("kind", OTHERS)
async def test_nothing_is_dropped_without_a_word(
    service: Service, kind: str, caplog: pytest.LogCaptureFixture, record_property: Show
) -> None:
    """Content is sent, refused by an error that names it, or left out with a warning that does."""
    role, block = OTHERS[kind]
    message = {"role": role, "content": [{"text": "Well."}, block]}
    conversation = [message] if role == "user" else [*HELLO, message, *HELLO]
    service.plays("I see.")
    with caplog.at_level(logging.WARNING):
        try:
            await service.answer(conversation)
        except TypeError as error:
            assert next(iter(block)) in str(error)
            outcome = "refused"
        else:
            outcome = "sent" if _is_in(service, block) else "left out"
    if outcome == "left out":
        assert next(iter(block)) in caplog.text
    record_property("row", kind)
    record_property("shows", outcome)


def _is_in(service: Service, block: Any) -> bool:
    body = json.dumps(service.asked.body, default=lambda blob: blob.decode())
    if "cachePoint" in block:
        return "cachePoint" in body or "cache_control" in body
    return MARK in body
