"""Events of the Messages API as chunks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from typing import Any

from strands.models._chat.stream import leaves_text, makes_plain_deltas, usage_chunk
from strands.types.streaming import StreamEvent

Event = dict[str, Any]

EVENT_TYPES = frozenset(
    {"message_start", "content_block_delta", "content_block_start", "message_stop", "content_block_stop"}
)
"""Events that become chunks; the SDK adds others of its own."""

_BLOCKS = frozenset({"text", "thinking", "redacted_thinking", "tool_use"})
"""Kinds of blocks that chunks exist for."""


class ResponseChunks:
    """Turns the events of one response into chunks, but for blocks of which there are none.

    Those are calls of the service's own tools, and their results.

    Attributes:
        stopped: Whether the message has ended.
    """

    def __init__(self, format_chunk: Callable[[Event], StreamEvent], event_types: Set[str]) -> None:
        """Begin a response.

        Args:
            format_chunk: Makes a chunk of an event.
            event_types: Events that become chunks.
        """
        self.stopped = False
        self._format = format_chunk
        self._passes_text = makes_plain_deltas(format_chunk)
        self._event_types = event_types
        self._servers_blocks: set[int] = set()

    def plain_delta(self, event: Any) -> StreamEvent | None:
        """Return the chunk for an event that is but a piece of text, as nearly all are; else None."""
        # To ask pydantic's objects for attributes is slow: look at their fields instead.
        fields = event.__dict__
        if fields.get("type") != "content_block_delta" or not self._passes_text or self._servers_blocks:
            return None
        delta = fields["delta"].__dict__
        if delta["type"] != "text_delta":
            return None
        return {"contentBlockDelta": {"delta": {"text": delta["text"]}, "contentBlockIndex": fields["index"]}}

    def read(self, event: Any) -> Sequence[StreamEvent]:
        """Return the chunks for an event; the SDK adds some for which there are none."""
        kind = event.type
        if kind not in self._event_types or self._is_servers(event, kind):
            return ()
        chunks = [self._format(_event_dict(event, kind))]
        if kind == "content_block_start" and event.content_block.type == "redacted_thinking":
            chunks.append(_hidden_thought(event))
        elif kind == "message_stop":
            self.stopped = True
        return chunks

    def _is_servers(self, event: Any, kind: str) -> bool:
        """Tell whether an event of this kind belongs to a block for which there are no chunks."""
        if kind == "content_block_start" and event.content_block.type not in _BLOCKS:
            self._servers_blocks.add(event.index)
        return kind.startswith("content_block") and event.index in self._servers_blocks


def _event_dict(event: Any, kind: str) -> Event:
    """Return an event of this kind as the dict that `format_chunk` takes."""
    if kind == "message_stop":
        # The whole message comes with it; only its stop reason matters.
        return {"type": kind, "message": {"stop_reason": event.message.stop_reason}}
    dumped: Event = event.model_dump()
    return dumped


def _hidden_thought(event: Any) -> StreamEvent:
    """Return the chunk with encrypted reasoning, which comes at once with the start of its block."""
    hidden = event.content_block.data.encode()
    return {
        "contentBlockDelta": {
            "delta": {"reasoningContent": {"redactedContent": hidden}},
            "contentBlockIndex": event.index,
        }
    }


@leaves_text
def chunk_of(event: Event) -> StreamEvent:
    """Return the chunk for an event.

    Raises:
        RuntimeError: If there is no chunk for events of this type.
    """
    make = _CHUNKS.get(event["type"])
    if make is None:
        raise RuntimeError(f"event_type=<{event['type']} | unknown type")
    return make(event)


def _message_start(_: Event) -> StreamEvent:
    return {"messageStart": {"role": "assistant"}}


def _block_start(event: Event) -> StreamEvent:
    block = event["content_block"]
    if block["type"] != "tool_use":
        return {"contentBlockStart": {"start": {}, "contentBlockIndex": event["index"]}}
    started: StreamEvent = {
        "contentBlockStart": {
            "start": {"toolUse": {"name": block["name"], "toolUseId": block["id"]}},
            "contentBlockIndex": event["index"],
        }
    }
    return started


def _block_delta(event: Event) -> StreamEvent:
    delta = event["delta"]
    make = _DELTAS.get(delta["type"])
    if make is None:
        raise RuntimeError(f"event_type=<content_block_delta>, delta_type=<{delta['type']}> | unknown type")
    return {"contentBlockDelta": {"delta": make(delta), "contentBlockIndex": event["index"]}}


def _block_stop(event: Event) -> StreamEvent:
    return {"contentBlockStop": {"contentBlockIndex": event["index"]}}


def _message_stop(event: Event) -> StreamEvent:
    return {"messageStop": {"stopReason": event["message"]["stop_reason"]}}


def _metadata(event: Event) -> StreamEvent:
    usage = event["usage"]
    sent, received = usage["input_tokens"], usage["output_tokens"]
    return usage_chunk(
        input_tokens=sent,
        output_tokens=received,
        total_tokens=sent + received,
        cache_read_tokens=usage.get("cache_read_input_tokens") or None,
        cache_write_tokens=usage.get("cache_creation_input_tokens") or None,
    )


def _text(delta: Mapping[str, Any]) -> Any:
    return {"text": delta["text"]}


def _input(delta: Mapping[str, Any]) -> Any:
    return {"toolUse": {"input": delta["partial_json"]}}


def _thinking(delta: Mapping[str, Any]) -> Any:
    return {"reasoningContent": {"text": delta["thinking"]}}


def _signature(delta: Mapping[str, Any]) -> Any:
    return {"reasoningContent": {"signature": delta["signature"]}}


def _citation(delta: Mapping[str, Any]) -> Any:
    cited = delta["citation"]
    citation: dict[str, Any] = {"title": cited.get("document_title") or cited.get("title") or ""}
    locate = _LOCATIONS.get(cited.get("type"))
    if locate is not None:
        citation["location"] = locate(cited)
    citation["sourceContent"] = [{"text": cited.get("cited_text", "")}]
    return {"citation": citation}


def _in_document(kind: str, unit: str) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    def locate(cited: Mapping[str, Any]) -> dict[str, Any]:
        start, end = cited[f"start_{unit}"], cited[f"end_{unit}"]
        return {kind: {"documentIndex": cited["document_index"], "start": start, "end": end}}

    return locate


def _in_search_result(cited: Mapping[str, Any]) -> dict[str, Any]:
    start, end = cited["start_block_index"], cited["end_block_index"]
    return {"searchResultLocation": {"searchResultIndex": cited["search_result_index"], "start": start, "end": end}}


def _on_the_web(cited: Mapping[str, Any]) -> dict[str, Any]:
    return {"web": {"url": cited["url"]}}


_LOCATIONS: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "char_location": _in_document("documentChar", "char_index"),
    "page_location": _in_document("documentPage", "page_number"),
    "content_block_location": _in_document("documentChunk", "block_index"),
    "search_result_location": _in_search_result,
    "web_search_result_location": _on_the_web,
}

_DELTAS: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
    "text_delta": _text,
    "input_json_delta": _input,
    "thinking_delta": _thinking,
    "signature_delta": _signature,
    "citations_delta": _citation,
}

_CHUNKS: Mapping[str, Callable[[Event], StreamEvent]] = {
    "message_start": _message_start,
    "content_block_start": _block_start,
    "content_block_delta": _block_delta,
    "content_block_stop": _block_stop,
    "message_stop": _message_stop,
    "metadata": _metadata,
}
