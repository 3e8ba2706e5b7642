"""Events of the Responses API as chunks."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from strands.models._chat.stream import (
    BlockStream,
    FunctionPiece,
    Phase,
    StreamEndedEarlyError,
    ToolCallPiece,
    chunk_formatter,
    usage_chunk,
)
from strands.types.streaming import StreamEvent

logger = logging.getLogger(__name__)

_PHASES: Mapping[Any, Phase] = {"commentary": "commentary", "final_answer": "final_answer"}
_REASONS_OF_INCOMPLETENESS: Mapping[Any, str] = {
    "max_output_tokens": "max_tokens",
    "content_filter": "content_filtered",
}


class ResponseFailed(Exception):
    """The service reports, within the stream, that it could not complete the response."""

    def __init__(self, error: Any) -> None:
        super().__init__(getattr(error, "message", None) or "the response failed")
        self.code = getattr(error, "code", None)


EventOf = Callable[[dict[str, Any]], Any]
"""Has the SDK make an event of JSON."""


class ResponseChunks:
    """Turns the events of one response into chunks; events are JSON as it came, or objects of the SDK.

    Attributes:
        response_id: Id of the response once it is complete: what a next request may go on from.
    """

    def __init__(self, event_of: EventOf) -> None:
        self._event_of = event_of
        self.response_id: str | None = None
        self._blocks = BlockStream(chunk_formatter(_usage_chunk))
        self._started = False
        self._phases: dict[str, Phase | None] = {}
        """By the ids of the messages of the response; None if the service does not say."""
        self._calls: dict[str, bool] = {}
        """By the ids of the calls: whether a piece of their arguments has come."""

    def plain_delta(self, event: Any) -> StreamEvent | None:
        """Return the chunk for an event that is but text of the open block, as nearly all are; else None."""
        # To ask pydantic's objects for attributes is slow: look at their fields instead.
        fields: dict[str, Any] = event if isinstance(event, dict) else event.__dict__
        if fields.get("type") != "response.output_text.delta" or not self._blocks.passes_text:
            return None
        text = fields.get("delta")
        if not text or self._phases.get(fields["item_id"]) != self._blocks.phase:
            return None
        return {"contentBlockDelta": {"delta": {"text": text}}}

    def read(self, event: Any) -> Sequence[StreamEvent]:
        """Return the chunks for an event; most kinds of events tell nothing new, and have none.

        Raises:
            ResponseFailed: If the service could not complete the response.
        """
        is_json = isinstance(event, dict)
        take = _EVENTS.get(event.get("type") if is_json else event.type)
        chunks = () if take is None else take(self, self._event_of(event) if is_json else event)
        if self._started:
            return chunks
        self._started = True
        return [self._blocks.start(), *chunks]

    def end(self) -> Sequence[StreamEvent]:
        """Check that the response is complete: its last event has closed the message.

        Raises:
            StreamEndedEarlyError: If it is not.
        """
        if self.response_id is None:
            raise StreamEndedEarlyError("the Responses API's stream ended before the response did")
        return ()

    def _item_added(self, event: Any) -> Sequence[StreamEvent]:
        item = event.item
        if item.type == "message":
            self._phases[item.id] = _PHASES.get(getattr(item, "phase", None))  # older SDKs do not know phases
        elif item.type == "function_call":
            self._calls[item.id] = False
            return self._call(item.id, ToolCallPiece(item.call_id, FunctionPiece(item.name)))
        return ()

    def _text(self, event: Any) -> Sequence[StreamEvent]:
        return self._blocks.text(event.delta, phase=self._phases.get(event.item_id))

    def _reasoning(self, event: Any) -> Sequence[StreamEvent]:
        return self._blocks.reasoning(event.delta)

    def _arguments(self, event: Any) -> Sequence[StreamEvent]:
        self._calls[event.item_id] = True
        return self._call(event.item_id, ToolCallPiece(function=FunctionPiece(arguments=event.delta)))

    def _arguments_done(self, event: Any) -> Sequence[StreamEvent]:
        """Make up for a service that sends arguments in one go, or none at all."""
        if self._calls.get(event.item_id):
            return ()
        return self._call(event.item_id, ToolCallPiece(function=FunctionPiece(arguments=event.arguments or "{}")))

    def _call(self, item_id: str, piece: ToolCallPiece) -> Sequence[StreamEvent]:
        return self._blocks.tool_call(item_id, piece)

    def _annotation(self, event: Any) -> Sequence[StreamEvent]:
        note = event.annotation
        note = note if isinstance(note, Mapping) else note.model_dump()
        if note.get("type") != "url_citation":
            logger.warning("annotation_type=<%s> | unsupported annotation type", note.get("type"))
            return ()
        citation = {"title": note.get("title", ""), "location": {"web": {"url": note.get("url", "")}}}
        return ({"contentBlockDelta": {"delta": {"citation": citation}}},)  # type: ignore[typeddict-item]

    def _completed(self, event: Any) -> Sequence[StreamEvent]:
        return self._stop(event.response, "tool_use" if self._calls else "end_turn")

    def _incomplete(self, event: Any) -> Sequence[StreamEvent]:
        details = event.response.incomplete_details
        return self._stop(event.response, _REASONS_OF_INCOMPLETENESS.get(details and details.reason, "end_turn"))

    def _stop(self, response: Any, reason: str) -> Sequence[StreamEvent]:
        self.response_id = response.id
        chunks = self._blocks.stop(reason)
        return [*chunks, self._blocks.metadata(response.usage)] if response.usage else chunks

    def _failed(self, event: Any) -> Sequence[StreamEvent]:
        raise ResponseFailed(event.response.error)

    def _error(self, event: Any) -> Sequence[StreamEvent]:
        raise ResponseFailed(event)


def _usage_chunk(usage: Any) -> StreamEvent:
    details = usage.input_tokens_details
    return usage_chunk(
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        total_tokens=usage.total_tokens,
        cache_read_tokens=(details and details.cached_tokens) or None,
    )


_EVENTS: Mapping[str, Callable[[ResponseChunks, Any], Sequence[StreamEvent]]] = {
    "response.output_item.added": ResponseChunks._item_added,
    "response.output_text.delta": ResponseChunks._text,
    "response.refusal.delta": ResponseChunks._text,
    "response.reasoning_text.delta": ResponseChunks._reasoning,
    "response.reasoning_summary_text.delta": ResponseChunks._reasoning,
    "response.function_call_arguments.delta": ResponseChunks._arguments,
    "response.function_call_arguments.done": ResponseChunks._arguments_done,
    "response.output_text.annotation.added": ResponseChunks._annotation,
    "response.completed": ResponseChunks._completed,
    "response.incomplete": ResponseChunks._incomplete,
    "response.failed": ResponseChunks._failed,
    "error": ResponseChunks._error,
}
