"""Server-sent events of JSON, for services whose SDK does not read them, or takes long to do so."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from types import SimpleNamespace
from typing import Any

import httpx
from pydantic_core import from_json
from typing_extensions import override

from strands.models._chat.completions import CompletionReader
from strands.types.streaming import StreamEvent


def as_object(content: dict[str, Any]) -> SimpleNamespace:
    """Return a JSON object as an object with its fields for attributes; for `object_hook`."""
    return SimpleNamespace(**content)


def as_objects(content: Any) -> Any:
    """Return what JSON stands for with all its objects as objects whose fields are attributes."""
    if isinstance(content, dict):
        return as_object({name: as_objects(value) for name, value in content.items()})
    return [as_objects(part) for part in content] if isinstance(content, list) else content


class JsonReader(CompletionReader):
    """Reads chunks that are JSON as it came: dicts, in which any field may be missing."""

    @override
    def plain_delta(self, chunk: Any) -> StreamEvent | None:
        choices = chunk.get("choices") if isinstance(chunk, dict) else None
        if not choices or chunk.get("usage") is not None or not self._blocks.passes_text:
            return None
        choice = choices[0]
        said = choice.get("delta") or {}
        text = said.get("content")
        if not text or not isinstance(text, str) or choice.get("finish_reason") or said.get("tool_calls"):
            return None
        if said.get("reasoning_content") or said.get("reasoning") or said.get("refusal"):
            return None
        return {"contentBlockDelta": {"delta": {"text": text}}}

    @override
    def read(self, chunk: Any) -> Sequence[StreamEvent]:
        return super().read(self._objects_of(chunk))

    def _objects_of(self, chunk: Any) -> Any:
        """Return a chunk as objects whose fields are attributes."""
        return as_objects(chunk)


async def chunks_in(response: httpx.Response) -> AsyncGenerator[Any, None]:
    """Yield what the JSON of a response stands for, whose events have one line of it each.

    Raises:
        RemoteProtocolError: If the server reports an error.
    """
    async with aclosing(_lines_of(response)) as lines:
        async for line in lines:
            field, _, content = line.partition(b":")
            if field == b"error":  # as older servers of llama.cpp have it
                raise httpx.RemoteProtocolError(f"server reports within the stream: {content.decode().strip()}")
            if field == b"data" and content.strip() != b"[DONE]":
                yield from_json(content)


async def _lines_of(response: httpx.Response) -> AsyncGenerator[bytes, None]:
    """Yield the lines of a response; httpx would end some at characters that JSON may hold, such as U+2028."""
    rest = b""
    async with aclosing(response.aiter_bytes()) as pieces:  # type: ignore[type-var]
        async for piece in pieces:
            *lines, rest = (rest + piece).split(b"\n")
            for line in lines:
                yield line
    yield rest
