"""Pieces of Ollama's responses as chunks."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from typing import Any

from strands.models._chat import stream as _stream
from strands.types.streaming import StreamEvent

_NANOSECONDS_PER_MS = 1_000_000


class ResponseChunks:
    """Turns the pieces of one response into chunks."""

    def __init__(self, format_chunk: Callable[[dict[str, Any]], StreamEvent]) -> None:
        """Begin a response.

        Args:
            format_chunk: Makes a chunk of its description.
        """
        self._blocks = _stream.BlockStream(format_chunk)
        self._calls = 0
        self._last: Any = None

    def plain_delta(self, piece: Any) -> StreamEvent | None:
        """Return the chunk for a piece that is but text of the open block, as nearly all are; else None."""
        # To ask pydantic's objects for attributes is slow: look at their fields instead.
        try:
            fields = piece.__dict__
            said = fields["message"].__dict__
            text = said["content"]
        except (AttributeError, LookupError):
            return None
        if not text or fields.get("done") or said.get("thinking") or said.get("tool_calls"):
            return None
        return {"contentBlockDelta": {"delta": {"text": text}}} if self._blocks.passes_text else None

    def read(self, piece: Any) -> Iterator[StreamEvent]:
        """Yield the chunks for a piece of the response."""
        if self._last is None:
            yield self._blocks.start()
        self._last, message = piece, piece.message
        thought = getattr(message, "thinking", None)  # unknown to older SDKs
        if isinstance(thought, str):
            yield from self._blocks.reasoning(thought)
        yield from self._blocks.text(message.content or "")
        for call in message.tool_calls or ():
            self._calls += 1
            function = _stream.FunctionPiece(call.function.name, json.dumps(call.function.arguments))
            yield from self._blocks.tool_call(self._calls, _stream.ToolCallPiece(_new_id(), function))

    def end(self) -> Iterator[StreamEvent]:
        """Yield what closes the message.

        Raises:
            StreamEndedEarlyError: If the last piece was not marked as such.
        """
        if self._last is None or not self._last.done:
            raise _stream.StreamEndedEarlyError("Ollama's stream ended before the response did")
        yield from self._blocks.stop("tool_use" if self._calls else self._last.done_reason)
        yield self._blocks.metadata(self._last)


@_stream.leaves_text
def chunk_of(event: dict[str, Any]) -> StreamEvent:
    """Return the chunk for a description of it; calls may be the SDK's own, which have no id and whole arguments.

    Raises:
        RuntimeError: If there is no such `chunk_type`.
    """
    kind = event["chunk_type"]
    if kind == "metadata":
        return _usage_chunk(event["data"])
    if kind == "message_stop" and event["data"] == "tool_use":
        return {"messageStop": {"stopReason": "tool_use"}}
    if kind.startswith("content") and event.get("data_type") == "tool" and "data" in event:
        return _stream.chunk_of({**event, "data": _identified(event["data"])})
    return _stream.chunk_of(event)


def _identified(call: Any) -> _stream.ToolCallPiece:
    name, arguments = call.function.name, call.function.arguments
    if not isinstance(arguments, str):
        arguments = json.dumps(arguments)
    return _stream.ToolCallPiece(getattr(call, "id", None) or _new_id(), _stream.FunctionPiece(name, arguments))


def _new_id() -> str:
    return f"tooluse_{uuid.uuid4().hex[:24]}"


def _usage_chunk(last: Any) -> StreamEvent:
    # A prompt that is still in memory from an earlier request may not be counted.
    sent, received = last.prompt_eval_count or 0, last.eval_count or 0
    latency_ms = int((last.total_duration or 0) / _NANOSECONDS_PER_MS)
    return _stream.usage_chunk(
        input_tokens=sent, output_tokens=received, total_tokens=sent + received, latency_ms=latency_ms
    )
