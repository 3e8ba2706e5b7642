"""From a provider's chunks to the events of one response.

The published steps work on a plain dict state (`ResponseState`), so each can be driven by itself.
"""

from __future__ import annotations

import logging
import threading
import time
import warnings
from collections.abc import AsyncGenerator, AsyncIterable, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, cast

from strands._async import closing_if_closable
from strands.event_loop._blocks import ResponseState, TextRun, apply_delta, apply_text, close_block, new_response
from strands.event_loop._request import RequestMessages, fill_blank_content
from strands.types._events import (
    ModelAttemptEvent,
    ModelStopReason,
    ModelStreamChunkEvent,
    ModelStreamEvent,
    TypedEvent,
)

if TYPE_CHECKING:
    from strands.models.model import Model
    from strands.types.content import ContentBlock, Message, Messages, SystemContentBlock
    from strands.types.event_loop import Metrics, StopReason, Usage
    from strands.types.streaming import (
        ContentBlockDeltaEvent,
        ContentBlockStartEvent,
        ContentBlockStopEvent,
        MessageStartEvent,
        MessageStopEvent,
        MetadataEvent,
        RedactContentEvent,
        StreamEvent,
    )
    from strands.types.tools import ToolChoice, ToolSpecs

logger = logging.getLogger(__name__)

CANCELLED_TEXT = "Cancelled by user"


def remove_blank_messages_content_text(messages: Messages) -> Messages:
    """Fill in blank content of assistant messages, in place; deprecated, since every request does it.

    Args:
        messages: The history to change.
    """
    warnings.warn(
        "remove_blank_messages_content_text is deprecated: requests are normalised as they are made",
        DeprecationWarning,
        stacklevel=2,
    )
    for message in messages:
        if message["role"] == "assistant" and "content" in message:
            fill_blank_content(message["content"])
    return messages


def handle_message_start(event: MessageStartEvent, message: Message) -> Message:
    """Set the role of the message that begins."""
    message["role"] = event["role"]
    return message


def handle_content_block_start(event: ContentBlockStartEvent) -> dict[str, Any]:
    """Return the tool use that a block begins, or an empty dict for any other block."""
    tool_use = event["start"].get("toolUse")
    if not tool_use:
        return {}
    current = {"toolUseId": tool_use["toolUseId"], "name": tool_use["name"], "input": ""}
    if "reasoningSignature" in tool_use:
        current["reasoningSignature"] = tool_use["reasoningSignature"]
    return current


def handle_content_block_delta(
    event: ContentBlockDeltaEvent, state: dict[str, Any]
) -> tuple[dict[str, Any], ModelStreamEvent]:
    """Add a delta to the open block.

    Args:
        event: The delta.
        state: The response under assembly; changed in place.

    Returns:
        The state, and the event for the consumer.
    """
    return state, apply_delta(event["delta"], cast(ResponseState, state))


def handle_content_block_stop(state: dict[str, Any]) -> dict[str, Any]:
    """Close the open block; `state` is changed in place and returned."""
    close_block(cast(ResponseState, state))
    return state


def handle_message_stop(event: MessageStopEvent, content: list[ContentBlock]) -> StopReason:
    """Return the stop reason; an `end_turn` beside a tool use is a provider's slip and counts as `tool_use`."""
    stop_reason = event["stopReason"]
    if stop_reason == "end_turn" and any("toolUse" in block for block in content):
        logger.warning("stop_reason=<%s> | response holds a tool use | counting it as tool_use", stop_reason)
        return "tool_use"
    return stop_reason


def handle_redact_content(event: RedactContentEvent, state: dict[str, Any]) -> None:
    """Replace the assistant's message by a guardrail's text, if the event holds one."""
    replacement = event.get("redactAssistantContentMessage")
    if replacement is not None:
        state["message"]["content"] = [{"text": replacement}]


def extract_usage_metrics(event: MetadataEvent, time_to_first_byte_ms: int | None = None) -> tuple[Usage, Metrics]:
    """Return the usage and metrics of a response; figures that the provider left out count as 0.

    Args:
        event: The provider's closing metadata.
        time_to_first_byte_ms: Milliseconds from the request to the first content, when known.
    """
    usage = cast("Usage", {"inputTokens": 0, "outputTokens": 0, "totalTokens": 0, **event.get("usage", {})})
    metrics = cast("Metrics", {"latencyMs": 0, **event.get("metrics", {})})
    if time_to_first_byte_ms:
        metrics["timeToFirstByteMs"] = time_to_first_byte_ms
    return usage, metrics


async def stream_messages(
    model: Model,
    system_prompt: str | None,
    messages: Messages,
    tool_specs: ToolSpecs,
    *,
    tool_choice: Any | None = None,
    system_prompt_content: list[SystemContentBlock] | None = None,
    invocation_state: dict[str, Any] | None = None,
    model_state: dict[str, Any] | None = None,
    cancel_signal: threading.Event | None = None,
    **kwargs: Any,
) -> AsyncGenerator[TypedEvent, None]:
    """Call the model once and yield the events of its response.

    Args:
        model: The model to call.
        system_prompt: The system prompt as text.
        messages: The history; blank content in it is filled in.
        tool_specs: The tools offered to the model.
        tool_choice: Whether and which tool the model must use.
        system_prompt_content: The system prompt as blocks.
        invocation_state: State of the run, for the model's own use.
        model_state: State that a stateful model keeps between calls.
        cancel_signal: Once set, the response ends at the next chunk.
        **kwargs: Ignored; accepted for callers written for later versions.
    """
    request = ModelRequest(
        messages=RequestMessages().of(messages),
        tool_specs=tool_specs,
        system_prompt=system_prompt,
        system_prompt_content=system_prompt_content,
        tool_choice=tool_choice,
        invocation_state=invocation_state,
        model_state=model_state,
    )
    attempt = ModelAttemptEvent(tools_offered=bool(tool_specs))
    async with aclosing(response_events(model, request, cancel_signal, attempt)) as events:
        async for event in events:
            yield event


async def process_stream(
    chunks: AsyncIterable[StreamEvent],
    start_time: float | None = None,
    cancel_signal: threading.Event | None = None,
) -> AsyncGenerator[TypedEvent, None]:
    """Yield the events of one response, ending with a `ModelStopReason`; closes `chunks` on every way out.

    Args:
        chunks: The provider's stream.
        start_time: When the request was made, in seconds since the epoch.
        cancel_signal: Once set, the response ends at the next chunk with the stop reason `cancelled`.
    """
    attempt = ModelAttemptEvent(tools_offered=False)
    async with aclosing(_events_of(chunks, _Response(start_time), cancel_signal, attempt)) as events:
        async for event in events:
            yield event


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRequest:
    """Everything that one model call is made with."""

    messages: Messages
    tool_specs: ToolSpecs
    system_prompt: str | None
    system_prompt_content: list[SystemContentBlock] | None
    tool_choice: ToolChoice | None
    invocation_state: dict[str, Any] | None
    model_state: dict[str, Any] | None


def response_events(
    model: Model,
    request: ModelRequest,
    cancel_signal: threading.Event | None,
    attempt: ModelAttemptEvent,
    on_input_redacted: Callable[[str], None] | None = None,
) -> AsyncGenerator[TypedEvent, None]:
    """Make the request and return the events of its response.

    Args:
        model: The model to call.
        request: What to call it with.
        cancel_signal: Once set, the response ends at the next chunk; if it is set already, nothing is requested.
        attempt: The event that announced the call; says whether text may come in runs.
        on_input_redacted: Called with a guardrail's text when that is to take the place of the input.
    """
    if cancel_signal is not None and cancel_signal.is_set():
        return _cancelled_response()
    start_time = time.time()
    chunks = model.stream(
        request.messages,
        request.tool_specs or None,
        request.system_prompt,
        tool_choice=request.tool_choice,
        system_prompt_content=request.system_prompt_content,
        invocation_state=request.invocation_state,
        model_state=request.model_state,
    )
    return _events_of(chunks, _Response(start_time, on_input_redacted), cancel_signal, attempt)


async def _events_of(
    chunks: AsyncIterable[StreamEvent],
    response: _Response,
    cancel_signal: threading.Event | None,
    attempt: ModelAttemptEvent,
) -> AsyncGenerator[TypedEvent, None]:
    state = response.state
    run = TextRun(state)
    is_cancelled = cancel_signal.is_set if cancel_signal is not None else _never
    async with closing_if_closable(chunks):
        async for chunk in chunks:
            if is_cancelled():
                logger.debug("cancel signal is set | ending the response")
                yield _cancelled()
                return
            if attempt.text_in_runs:
                if run.takes(chunk):
                    response.note_content()
                    continue
                if run.pieces:
                    yield run.ended()
            yield ModelStreamChunkEvent(chunk)
            if "contentBlockDelta" in chunk:
                if response.first_content_time is None:
                    response.first_content_time = time.time()
                delta = chunk["contentBlockDelta"]["delta"]
                is_text = "text" in delta and len(delta) == 1  # as nearly every delta of a long response
                yield apply_text(delta, state) if is_text else apply_delta(delta, state)
            else:
                response.take(chunk)
        if run.pieces:
            yield run.ended()
        yield response.stop()


def _never() -> bool:
    return False


class _Response:
    """One response under assembly."""

    def __init__(self, start_time: float | None, on_input_redacted: Callable[[str], None] | None = None) -> None:
        self._on_input_redacted = on_input_redacted
        self.state = new_response()
        self._stop_reason: StopReason = "end_turn"
        self._usage: Usage = {"inputTokens": 0, "outputTokens": 0, "totalTokens": 0}
        self._metrics: Metrics = {"latencyMs": 0, "timeToFirstByteMs": 0}
        self._start_time = start_time
        self.first_content_time: float | None = None

    def take(self, chunk: StreamEvent) -> None:
        """Add a chunk that is no delta.

        Raises:
            TypeError: If the model yielded something else than a dict.
        """
        if not isinstance(chunk, dict):
            raise TypeError(f"chunk must be a dict that holds a stream event, got {chunk!r}")
        for kind, step in self._STEPS.items():
            if kind in chunk:
                step(self, chunk[kind])  # type: ignore[literal-required]

    def note_content(self) -> None:
        """Remember when the first content came."""
        if self.first_content_time is None:
            self.first_content_time = time.time()

    def stop(self) -> ModelStopReason:
        """Return the complete response."""
        self._close_open_text()
        return ModelStopReason(self._stop_reason, self.state["message"], self._usage, self._metrics)

    def _begin(self, event: MessageStartEvent) -> None:
        handle_message_start(event, self.state["message"])

    def _open_block(self, event: ContentBlockStartEvent) -> None:
        self.note_content()
        self.state["current_tool_use"] = handle_content_block_start(event)

    def _close_block(self, _event: ContentBlockStopEvent) -> None:
        close_block(self.state)

    def _end(self, event: MessageStopEvent) -> None:
        self._close_open_text()
        self._stop_reason = handle_message_stop(event, self.state["message"]["content"])

    def _close_open_text(self) -> None:
        # A provider that ends a message without ending its last block must not cost the consumer that block.
        if any(self.state["text"]):
            close_block(self.state)

    def _count(self, event: MetadataEvent) -> None:
        self._usage, self._metrics = extract_usage_metrics(event, self._time_to_first_byte_ms())

    def _redact(self, event: RedactContentEvent) -> None:
        handle_redact_content(event, cast("dict[str, Any]", self.state))
        replacement = event.get("redactUserContentMessage")
        if replacement is not None and self._on_input_redacted is not None:
            self._on_input_redacted(replacement)

    def _time_to_first_byte_ms(self) -> int | None:
        if self._start_time is None or self.first_content_time is None:
            return None
        return int((self.first_content_time - self._start_time) * 1000)

    _STEPS: ClassVar[Mapping[str, Callable[[_Response, Any], None]]] = {
        "messageStart": _begin,
        "contentBlockStart": _open_block,
        "contentBlockStop": _close_block,
        "messageStop": _end,
        "metadata": _count,
        "redactContent": _redact,
    }


async def _cancelled_response() -> AsyncGenerator[TypedEvent, None]:
    yield _cancelled()


def _cancelled() -> ModelStopReason:
    return ModelStopReason(
        "cancelled",
        {"role": "assistant", "content": [{"text": CANCELLED_TEXT}]},
        {"inputTokens": 0, "outputTokens": 0, "totalTokens": 0},
        {"latencyMs": 0, "timeToFirstByteMs": 0},
    )
