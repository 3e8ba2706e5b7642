"""From a provider's pieces to the chunks of a message: which block is open, when it closes, what has to wait.

Chunks carry one block at a time, but providers may send pieces of several tool calls in turn. The open block streams
live; a piece of another block closes it if it is complete: text always is, a tool call once its input is a JSON
document. Until then the others wait.
"""

from __future__ import annotations

import json
import uuid
from collections import deque
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar, cast

from strands.types.content import ContentBlockStartToolUse
from strands.types.event_loop import StopReason, Usage
from strands.types.exceptions import StrandsException
from strands.types.streaming import ReasoningContentBlockDelta, StreamEvent

Kind = Literal["text", "reasoning_content", "tool"]
Phase = Literal["commentary", "final_answer"]

ChunkFormatter = Callable[[dict[str, Any]], StreamEvent]
"""Makes a chunk of a description: `chunk_type`, and with most `data_type` and `data`."""

F = TypeVar("F", bound=Callable[..., StreamEvent])

_LEAVE_TEXT: set[Any] = set()


def leaves_text(format_chunk: F) -> F:
    """Mark a formatter that makes nothing but a delta of a piece of text: for that it need not be called.

    The mark is on this very function, so that one of a subclass that overrides it, or wraps it, is called.
    """
    _LEAVE_TEXT.add(format_chunk)
    return format_chunk


def makes_plain_deltas(format_chunk: ChunkFormatter) -> bool:
    """Tell whether a formatter, or the function of a bound one, is marked by `leaves_text`."""
    return getattr(format_chunk, "__func__", format_chunk) in _LEAVE_TEXT


class StreamEndedEarlyError(StrandsException, ConnectionError):
    """The provider's stream ended before the response was complete."""


@dataclass(slots=True)
class FunctionPiece:
    """The name of a called function, and a piece of its arguments' JSON."""

    name: str | None = None
    arguments: str | None = None


@dataclass(slots=True)
class ToolCallPiece:
    """A piece of a tool call, in the shape in which most providers send it."""

    id: str | None = None
    function: FunctionPiece = field(default_factory=FunctionPiece)
    reasoning_signature: str | None = None


@dataclass(slots=True)
class _Block:
    """A block that is open or waits to be opened."""

    kind: Kind
    key: Hashable = None
    pieces: list[Any] = field(default_factory=list)
    """All pieces of a tool call's input; of other kinds, those that wait."""
    call: ToolCallPiece | None = None

    @property
    def can_open(self) -> bool:
        """Whether what opens the block is known; a tool's name may come late."""
        return self.call is None or bool(self.call.function.name)

    @property
    def can_close(self) -> bool:
        """Whether no further piece can follow."""
        return self.call is None or _is_json("".join(self.pieces))


class BlockStream:
    """Frames the pieces of one response as a message.

    Every method returns the chunks to send now, in their order.

    Attributes:
        passes_text: Whether a piece of text would become a plain delta of the block that is open. As nearly all pieces
            do, who reads them may make the delta itself.
        phase: That of the text that is open, if the provider tells phases apart.
    """

    def __init__(self, format_chunk: ChunkFormatter) -> None:
        """Begin a message.

        Args:
            format_chunk: Makes the chunks; a provider's published `format_chunk`, or `chunk_of`.
        """
        self.passes_text = False
        self.phase: Phase | None = None
        self._leaves_text = makes_plain_deltas(format_chunk)
        self._format = format_chunk
        self._open: _Block | None = None
        self._waiting: deque[_Block] = deque()

    def start(self) -> StreamEvent:
        """Open the message."""
        return self._format({"chunk_type": "message_start"})

    def text(self, piece: str, *, phase: Phase | None = None) -> Sequence[StreamEvent]:
        """Add a piece of text; text of another phase is another block."""
        return self._add("text", phase, piece) if piece else ()

    def reasoning(self, piece: str) -> Sequence[StreamEvent]:
        """Add a piece of reasoning."""
        return self._add("reasoning_content", None, piece) if piece else ()

    def reasoning_part(self, part: dict[str, Any]) -> Sequence[StreamEvent]:
        """Add a part of reasoning that is not plain text: `{"signature": ...}` or `{"redactedContent": ...}`."""
        return self._add("reasoning_content", None, part)

    def tool_call(self, key: Hashable, piece: ToolCallPiece) -> Sequence[StreamEvent]:
        """Add a piece of the tool call with this key; its first piece has to name the tool, or one that follows.

        Args:
            key: What the provider tells calls of a response apart by.
            piece: The id and the name, if known by now, and the next piece of the input.
        """
        block = self._tool_block(key, piece)
        if block is self._open and block.call is not None:
            if piece.function.arguments is None:
                return ()
            block.pieces.append(piece.function.arguments)
            return (self._delta(block, piece.function.arguments),)
        _complete(block, piece)
        return self._advance()

    def stop(self, reason: Any) -> Sequence[StreamEvent]:
        """Close what is open, send what waits, and close the message.

        Raises:
            StreamEndedEarlyError: If a tool call was begun, but its name never came.
        """
        return [*self.close(), self._format({"chunk_type": "message_stop", "data": reason})]

    def close(self) -> Sequence[StreamEvent]:
        """Close what is open and send what waits; nothing of them can follow.

        Raises:
            StreamEndedEarlyError: If a tool call was begun, but its name never came.
        """
        chunks = self._close_open()
        while self._waiting:
            block = self._waiting.popleft()
            if not block.can_open:
                raise StreamEndedEarlyError(f"tool call has no name, got the input {''.join(block.pieces)!r}")
            chunks += self._open_block(block) + self._close_open()
        return chunks

    def metadata(self, usage: Any) -> StreamEvent:
        """Account for the response."""
        return self._format({"chunk_type": "metadata", "data": usage})

    def _add(self, kind: Kind, key: Hashable, piece: Any) -> Sequence[StreamEvent]:
        block = self._open
        if block is not None and block.kind == kind and block.key == key:
            return (self._format({"chunk_type": "content_delta", "data_type": kind, "data": piece}),)
        last = self._waiting[-1] if self._waiting else None
        if last is not None and last.kind == kind and last.key == key:
            last.pieces.append(piece)
            return ()
        self._waiting.append(_Block(kind, key, [piece]))
        return self._advance()

    def _tool_block(self, key: Hashable, piece: ToolCallPiece) -> _Block:
        """Return the block of a call, which waits if it is new."""
        for block in (self._open, *self._waiting):
            if block is not None and block.call is not None and block.key == key and not _is_another(block.call, piece):
                return block
        block = _Block("tool", key, call=ToolCallPiece())
        self._waiting.append(block)
        return block

    def _advance(self) -> list[StreamEvent]:
        """Open what waits, as far as what is open can close."""
        chunks: list[StreamEvent] = []
        while self._waiting and self._waiting[0].can_open and (self._open is None or self._open.can_close):
            chunks += self._close_open()
            chunks += self._open_block(self._waiting.popleft())
        return chunks

    def _open_block(self, block: _Block) -> list[StreamEvent]:
        """Open a block and send what of it waited."""
        if block.call is not None and not block.call.id:
            block.call.id = f"call_{uuid.uuid4().hex}"  # some local servers number calls only
        self._open = block
        if block.kind == "text":
            self.passes_text, self.phase = self._leaves_text, cast("Phase | None", block.key)
        started = {"chunk_type": "content_start", "data_type": block.kind, "data": block.call or block.key}
        return [self._format(started), *(self._delta(block, piece) for piece in block.pieces)]

    def _close_open(self) -> list[StreamEvent]:
        block, self._open, self.passes_text = self._open, None, False
        return [] if block is None else [self._format({"chunk_type": "content_stop", "data_type": block.kind})]

    def _delta(self, block: _Block, piece: Any) -> StreamEvent:
        if block.call is not None:
            piece = ToolCallPiece(block.call.id, FunctionPiece(block.call.function.name, piece))
        return self._format({"chunk_type": "content_delta", "data_type": block.kind, "data": piece})


@leaves_text
def chunk_of(event: dict[str, Any]) -> StreamEvent:
    """Return the chunk of a description, as the published `format_chunk` of most providers does.

    Args:
        event: `chunk_type`; and, depending on it, `data_type` and `data`.

    Raises:
        RuntimeError: If there is no such `chunk_type`.
    """
    make = _CHUNKS.get(event["chunk_type"])
    if make is None:
        raise RuntimeError(f"chunk_type=<{event['chunk_type']}> | unknown type")
    return make(event)


def chunk_formatter(usage_chunk_of: Callable[[Any], StreamEvent]) -> ChunkFormatter:
    """Return a `chunk_of` for a service with usage of its own, and for stop reasons that are ours already.

    Args:
        usage_chunk_of: Accounts for a response.
    """

    @leaves_text
    def formatted(event: dict[str, Any]) -> StreamEvent:
        if event["chunk_type"] == "message_stop":
            return {"messageStop": {"stopReason": event["data"]}}
        if event["chunk_type"] == "metadata":
            return usage_chunk_of(event["data"])
        return chunk_of(event)

    return formatted


def usage_chunk(
    *,
    input_tokens: int,
    output_tokens: int,
    total_tokens: int,
    cache_read_tokens: int | None = None,
    cache_write_tokens: int | None = None,
    latency_ms: int = 0,
) -> StreamEvent:
    """Return the chunk that accounts for a response; cache figures are absent when None."""
    usage: Usage = {"inputTokens": input_tokens, "outputTokens": output_tokens, "totalTokens": total_tokens}
    if cache_read_tokens is not None:
        usage["cacheReadInputTokens"] = cache_read_tokens
    if cache_write_tokens is not None:
        usage["cacheWriteInputTokens"] = cache_write_tokens
    return {"metadata": {"usage": usage, "metrics": {"latencyMs": latency_ms}}}


def _message_start(_: dict[str, Any]) -> StreamEvent:
    return {"messageStart": {"role": "assistant"}}


def _content_start(event: dict[str, Any]) -> StreamEvent:
    data: Any = event.get("data")
    if event.get("data_type") != "tool":
        return {"contentBlockStart": {"start": {"phase": data} if data else {}}}
    tool_use: ContentBlockStartToolUse = {"name": data.function.name, "toolUseId": data.id}
    signature = getattr(data, "reasoning_signature", None)  # vendors' objects of this shape have none
    if signature:
        tool_use["reasoningSignature"] = signature
    return {"contentBlockStart": {"start": {"toolUse": tool_use}}}


def _content_delta(event: dict[str, Any]) -> StreamEvent:
    kind, data = event.get("data_type"), event["data"]
    if kind == "tool":
        return {"contentBlockDelta": {"delta": {"toolUse": {"input": data.function.arguments or ""}}}}
    if kind == "reasoning_content":
        reasoning: ReasoningContentBlockDelta = {"text": data} if isinstance(data, str) else data
        return {"contentBlockDelta": {"delta": {"reasoningContent": reasoning}}}
    return {"contentBlockDelta": {"delta": {"text": data}}}


def _content_stop(_: dict[str, Any]) -> StreamEvent:
    return {"contentBlockStop": {}}


_STOP_REASONS: Mapping[Any, StopReason] = {
    "tool_calls": "tool_use",
    "length": "max_tokens",
    "content_filter": "content_filtered",
}


def _message_stop(event: dict[str, Any]) -> StreamEvent:
    return {"messageStop": {"stopReason": _STOP_REASONS.get(event["data"], "end_turn")}}


def _metadata(event: dict[str, Any]) -> StreamEvent:
    usage = event["data"]
    details = getattr(usage, "prompt_tokens_details", None) or getattr(usage, "prompt_token_details", None)
    return usage_chunk(
        input_tokens=usage.prompt_tokens,
        output_tokens=usage.completion_tokens,
        total_tokens=usage.total_tokens,
        cache_read_tokens=_count(details, "cached_tokens"),
        cache_write_tokens=_count(usage, "cache_creation_input_tokens"),
        latency_ms=event.get("latency_ms", 0),
    )


def _count(usage: Any, name: str) -> int | None:
    """Return a figure that not every service reports; None if it is absent or zero."""
    count = getattr(usage, name, None)
    return count if isinstance(count, int) and count else None


_CHUNKS: Mapping[str, ChunkFormatter] = {
    "message_start": _message_start,
    "content_start": _content_start,
    "content_delta": _content_delta,
    "content_stop": _content_stop,
    "message_stop": _message_stop,
    "metadata": _metadata,
}


def _complete(block: _Block, piece: ToolCallPiece) -> None:
    """Add a piece to a tool call that waits; the id and the name that come first stay."""
    call = block.call
    assert call is not None
    call.id = call.id or piece.id
    call.function.name = call.function.name or piece.function.name
    call.reasoning_signature = call.reasoning_signature or piece.reasoning_signature
    if piece.function.arguments is not None:
        block.pieces.append(piece.function.arguments)


def _is_another(call: ToolCallPiece, piece: ToolCallPiece) -> bool:
    """Tell whether a piece begins a call of its own: some services give all parallel calls the same index."""
    return bool(call.id and piece.id and piece.function.name) and call.id != piece.id


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
