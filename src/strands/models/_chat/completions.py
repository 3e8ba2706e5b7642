"""From the chunks of a chat completion, whole or streamed, to the chunks of a message."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from strands.models._chat.stream import BlockStream, ChunkFormatter, FunctionPiece, StreamEndedEarlyError, ToolCallPiece
from strands.types.streaming import StreamEvent

SignatureOf = Callable[[Any], str | None]
"""Finds what some services sign a tool call with, and want back."""


class CompletionReader:
    """Reads one completion."""

    def __init__(self, format_chunk: ChunkFormatter, signature_of: SignatureOf | None = None) -> None:
        self._blocks = BlockStream(format_chunk)
        self._signature_of = signature_of
        self._started = False
        self._calls_tools = False
        self._finish_reason: str | None = None
        self._usage: Any = None

    def plain_delta(self, chunk: Any) -> StreamEvent | None:
        """Return the chunk to send if it is but a piece of the text that is open, as nearly all are; else None."""
        # To ask pydantic's objects for attributes is slow, and this asks for every token: look at their fields instead.
        try:
            fields = chunk.__dict__
            choice = fields["choices"][0].__dict__
            delta = choice["delta"]
            said = delta.__dict__
            text, is_more = said["content"], said["tool_calls"] or delta.__pydantic_extra__
            if is_more or choice["finish_reason"] or fields["usage"] is not None:
                return None
        except (AttributeError, LookupError, TypeError):  # some other kind of object, or of chunk
            return None
        if not text or not isinstance(text, str) or not self._blocks.passes_text:
            return None
        return {"contentBlockDelta": {"delta": {"text": text}}}

    def read(self, chunk: Any) -> Sequence[StreamEvent]:
        """Return the chunks to send for a chunk of the completion."""
        if self._started:
            return self._read(chunk)
        self._started = True  # not before the service has begun to answer
        return [self._blocks.start(), *self._read(chunk)]

    def _read(self, chunk: Any) -> Sequence[StreamEvent]:
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
        reasoning = _reasoning_of(delta)
        return [
            *(self._blocks.reasoning(reasoning) if reasoning is not None else ()),
            *(self._blocks.text(content) if isinstance(content, str) else self._parts(content)),
            *self._refusal(delta),
            *self._tool_calls(delta),
        ]

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
            signature = self._signature_of(call) if self._signature_of is not None else None
            piece = ToolCallPiece(getattr(call, "id", None), _function_of(call), signature)
            yield from self._blocks.tool_call(at if index is None else index, piece)


def _function_of(call: Any) -> FunctionPiece:
    """Return the name and the piece of the arguments; each may be missing."""
    function = getattr(call, "function", None)
    arguments = getattr(function, "arguments", None) or ""
    if not isinstance(arguments, str):  # Mistral's SDK may have parsed them
        arguments = json.dumps(arguments)
    return FunctionPiece(getattr(function, "name", None), arguments)


def _reasoning_of(delta: Any) -> str | None:
    """Return a delta's piece of reasoning, or None."""
    # To ask pydantic's objects for what they do not have is slow, and this is asked for every token.
    fields = delta.__dict__
    if "reasoning_content" not in fields and "reasoning" not in fields:
        fields = getattr(delta, "__pydantic_extra__", None)
        if not fields:
            return None
    piece = fields.get("reasoning_content") or fields.get("reasoning")
    return piece if isinstance(piece, str) else None
