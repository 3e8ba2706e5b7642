"""What only Mistral's model does."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import pytest
from pydantic import ValidationError

mistralai = pytest.importorskip("mistralai")

from strands.models.mistral import MistralModel  # noqa: E402 - after the check for its SDK
from strands.testing import MistralEndpoint, raw, text  # noqa: E402

PROMPT: list[Any] = [{"role": "user", "content": [{"text": "Hi"}]}]
BROKEN: Any = {"choices": [{"index": 0, "delta": {"tool_calls": "none"}, "finish_reason": None}]}


async def texts_of(model: MistralModel) -> list[str]:
    async with aclosing(model.stream(PROMPT)) as chunks:
        deltas = [chunk["contentBlockDelta"]["delta"] async for chunk in chunks if "contentBlockDelta" in chunk]
    return [delta["text"] for delta in deltas]


def model_of(endpoint: MistralEndpoint) -> MistralModel:
    return MistralModel(api_key="local", client_args={"server_url": endpoint.url}, model_id="local")


async def test_the_response_is_read_past_the_reader_of_the_sdk(monkeypatch: pytest.MonkeyPatch) -> None:
    """That takes half a millisecond per token, during which no other stream of the event loop moves."""
    monkeypatch.delattr("mistralai.utils.eventstreaming._parse_event")
    with MistralEndpoint([text(["a", "b"])]) as endpoint:
        assert await texts_of(model_of(endpoint)) == ["a", "b"]


async def test_a_chunk_that_the_sdk_would_refuse_is_refused() -> None:
    """Nothing that is not understood passes for an answer."""
    with MistralEndpoint([raw(BROKEN)]) as endpoint, pytest.raises(ValidationError, match="tool_calls"):
        await texts_of(model_of(endpoint))


async def test_events_of_a_stand_in_are_read_like_the_sdks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests of users replace the SDK's call by one that gives events and nothing else."""

    async def events() -> AsyncGenerator[Any, None]:
        for piece, reason in (("a", None), ("b", None), (None, "stop")):
            choice = {"index": 0, "delta": {"content": piece}, "finish_reason": reason}
            chunk = {"id": "1", "model": "m", "choices": [choice]}
            yield mistralai.CompletionEvent.model_validate({"data": chunk})

    async def stream_async(self: Any, **kwargs: Any) -> AsyncGenerator[Any, None]:
        return events()

    monkeypatch.setattr("mistralai.chat.Chat.stream_async", stream_async)
    assert await texts_of(MistralModel(api_key="local", model_id="m")) == ["a", "b"]


async def test_what_traces_a_stream_sees_its_events(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tracer wraps the SDK's stream; to read past it would leave its trace empty."""
    seen: list[Any] = []
    original = mistralai.chat.Chat.stream_async

    class Traced:
        def __init__(self, stream: Any) -> None:
            self._stream = stream
            self.response = stream.response

        async def __aiter__(self) -> AsyncGenerator[Any, None]:
            async for event in self._stream:
                seen.append(event)
                yield event

    async def stream_async(self: Any, **kwargs: Any) -> Traced:
        return Traced(await original(self, **kwargs))

    monkeypatch.setattr("mistralai.chat.Chat.stream_async", stream_async)
    with MistralEndpoint([text(["a", "b"])]) as endpoint:
        assert await texts_of(model_of(endpoint)) == ["a", "b"]
    assert len(seen) >= 2
