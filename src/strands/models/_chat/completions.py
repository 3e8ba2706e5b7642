"""From the chunks of a chat completion, whole or streamed, to the chunks of a message."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable, Callable, Iterator, Sequence
from types import SimpleNamespace
from typing import Any

from strands.models._chat.stream import BlockStream, ChunkFormatter, FunctionPiece, StreamEndedEarlyError, ToolCallPiece
from strands.types.streaming import StreamEvent

_REASONING_FIELDS = ("reasoning_content", "reasoning")
"""Names that services gave to what OpenAI does not stream."""


SignatureOf = Callable[[Any], str | None]
"""Finds what some services sign a tool call with, and want back."""


async def message_chunks(
    response: Any, format_chunk: ChunkFormatter, signature_of: SignatureOf | None = None
) -> AsyncGenerator[StreamEvent, None]:
    """Yield the chunks of the message that a response holds; a stream stays the caller's to close.

    Args:
        response: A stream of a completion's chunks, or a whole completion; objects with its fields for attributes.
        format_chunk: Makes the message's chunks.
        signature_of: Finds the signature of a tool call, for services that have one.

    Raises:
        StreamEndedEarlyError: If the stream ends before the completion says that it is finished.
    """
    reader = CompletionReader(format_chunk, signature_of)
    yield reader.start()
    chunks: AsyncIterable[Any] = response if hasattr(response, "__aiter__") else _once(response)
    async for chunk in chunks:
        for event in reader.read(chunk):
            yield event
    for event in reader.end():
        yield event


class CompletionReader:
    """Reads one completion."""

    def __init__(self, format_chunk: ChunkFormatter, signature_of: SignatureOf | None = None) -> None:
        self._blocks = BlockStream(format_chunk)
        self._signature_of = signature_of
        self._calls_tools = False
        self._finish_reason: str | None = None
        self._usage: Any = None

    def start(self) -> StreamEvent:
        """Open the message."""
        return self._blocks.start()

    def read(self, chunk: Any) -> Sequence[StreamEvent]:
        """Return the chunks to send for a chunk of the completion."""
        usage = getattr(chunk, "usage", None)
        if usage is not None:
            self._usage = usage
        choices = getattr(chunk, "choices", None)
        if not choices:
            return ()
        choice = choices[0]
        if choice.finish_reason:
            self._finish_reason = choice.finish_reason
        delta = getattr(choice, "delta", None) or getattr(choice, "message", None)
        return () if delta is None else self._read_delta(delta)

    def end(self) -> list[StreamEvent]:
        """Close the message and account for it.

        Raises:
            StreamEndedEarlyError: If the completion is not finished.
        """
        if self._finish_reason is None:
            raise StreamEndedEarlyError("the stream ended before the model's finish_reason")
        reason = self._finish_reason
        if reason == "stop" and self._calls_tools:  # as OpenAI says when a certain tool was demanded
            reason = "tool_calls"
        events = list(self._blocks.stop(reason))
        if self._usage is not None:
            events.append(self._blocks.metadata(self._usage))
        return events

    def _read_delta(self, delta: Any) -> Sequence[StreamEvent]:
        content = getattr(delta, "content", None)
        if isinstance(content, str) and content:  # nearly all deltas are this and nothing else
            text = self._blocks.text(content)
            if not getattr(delta, "tool_calls", None):
                return text
        else:
            text = ()
        return [*self._reasoning(delta), *text, *self._parts(content), *self._refusal(delta), *self._tool_calls(delta)]

    def _reasoning(self, delta: Any) -> Iterator[StreamEvent]:
        pieces = (getattr(delta, name, None) for name in _REASONING_FIELDS)
        piece = next((piece for piece in pieces if isinstance(piece, str) and piece), None)
        if piece is not None:
            yield from self._blocks.reasoning(piece)

    def _parts(self, content: Any) -> Iterator[StreamEvent]:
        """Yield what follows from content in parts, among which thoughts may be."""
        for part in content if isinstance(content, list) else ():
            if isinstance(getattr(part, "thinking", None), list):
                for thought in part.thinking:
                    yield from self._blocks.reasoning(getattr(thought, "text", ""))
            else:
                yield from self._blocks.text(getattr(part, "text", None) or "")

    def _refusal(self, delta: Any) -> Iterator[StreamEvent]:
        refusal = getattr(delta, "refusal", None)
        if isinstance(refusal, str):
            yield from self._blocks.text(refusal)

    def _tool_calls(self, delta: Any) -> Iterator[StreamEvent]:
        for at, call in enumerate(getattr(delta, "tool_calls", None) or ()):
            self._calls_tools = True
            index = getattr(call, "index", None)
            function = call.function
            signature = self._signature_of(call) if self._signature_of is not None else None
            piece = ToolCallPiece(
                getattr(call, "id", None), FunctionPiece(function.name, function.arguments or ""), signature
            )
            yield from self._blocks.tool_call(at if index is None else index, piece)


async def _once(completion: Any) -> AsyncGenerator[Any, None]:
    yield completion


def as_object(content: dict[str, Any]) -> SimpleNamespace:
    """Return a JSON object as an object with its fields for attributes; for `object_hook`."""
    return SimpleNamespace(**content)
