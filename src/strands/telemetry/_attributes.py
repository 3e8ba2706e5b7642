"""OpenTelemetry's conventions for generative AI as data: how the content of a run becomes span events.

There are two: the one that spans follow by default, with an event per message, and the newer one that applications
opt in to, with whole conversations in one event. The tracer asks a `Convention` for events and knows neither.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from strands.telemetry._serialization import serialize
from strands.types.content import ContentBlock, Message, Messages, SystemContentBlock
from strands.types.event_loop import StopReason, Usage
from strands.types.interrupt import InterruptResponseContent
from strands.types.tools import ToolResult, ToolUse

Blocks = Sequence[ContentBlock] | Sequence[SystemContentBlock] | Sequence[InterruptResponseContent]

USAGE_ATTRIBUTES = {
    "gen_ai.usage.prompt_tokens": "inputTokens",
    "gen_ai.usage.input_tokens": "inputTokens",
    "gen_ai.usage.completion_tokens": "outputTokens",
    "gen_ai.usage.output_tokens": "outputTokens",
    "gen_ai.usage.total_tokens": "totalTokens",
}
CACHE_USAGE_ATTRIBUTES = {
    "gen_ai.usage.cache_read_input_tokens": "cacheReadInputTokens",
    "gen_ai.usage.cache_write_input_tokens": "cacheWriteInputTokens",
}
LATENCY_ATTRIBUTES = {
    "gen_ai.server.time_to_first_token": "timeToFirstByteMs",
    "gen_ai.server.request.duration": "latencyMs",
}


def usage_attributes(usage: Usage) -> dict[str, int]:
    """Return the attributes of a usage; cache figures only if the provider reported them."""
    figures: Mapping[str, Any] = usage
    attributes = {name: figures[key] for name, key in USAGE_ATTRIBUTES.items()}
    attributes.update({name: figures[key] for name, key in CACHE_USAGE_ATTRIBUTES.items() if key in figures})
    return attributes


class SpanEvent(NamedTuple):
    """An event to add to a span."""

    name: str
    attributes: Mapping[str, str]


class Convention(Protocol):
    """How content is shown on spans."""

    provider_attribute: str
    """Attribute that names the system that produced the span."""

    def system_prompt(self, blocks: Sequence[SystemContentBlock]) -> Iterable[SpanEvent]: ...

    def input_messages(self, messages: Messages) -> Iterable[SpanEvent]: ...

    def model_output(self, message: Message, stop_reason: StopReason) -> Iterable[SpanEvent]: ...

    def tool_call(self, tool: ToolUse) -> Iterable[SpanEvent]: ...

    def tool_result(self, result: ToolResult) -> Iterable[SpanEvent]: ...

    def cycle_output(self, message: Message, tool_results: Message) -> Iterable[SpanEvent]: ...

    def agent_output(self, text: str, stop_reason: StopReason) -> Iterable[SpanEvent]: ...

    def task(self, task: str | Blocks) -> Iterable[SpanEvent]: ...

    def task_output(self, text: str) -> Iterable[SpanEvent]: ...


class EventPerMessage:
    """The default convention: one event per message, named after its role, with the content as we keep it."""

    provider_attribute = "gen_ai.system"

    def system_prompt(self, blocks: Sequence[SystemContentBlock]) -> Iterable[SpanEvent]:
        yield SpanEvent("gen_ai.system.message", {"content": serialize(blocks)})

    def input_messages(self, messages: Messages) -> Iterable[SpanEvent]:
        for message in messages:
            yield SpanEvent(_message_event_name(message), {"content": serialize(message["content"])})

    def model_output(self, message: Message, stop_reason: StopReason) -> Iterable[SpanEvent]:
        yield _choice(finish_reason=str(stop_reason), message=serialize(message["content"]))

    def tool_call(self, tool: ToolUse) -> Iterable[SpanEvent]:
        attributes = {"role": "tool", "content": serialize(tool["input"]), "id": tool["toolUseId"]}
        yield SpanEvent("gen_ai.tool.message", attributes)

    def tool_result(self, result: ToolResult) -> Iterable[SpanEvent]:
        yield _choice(message=serialize(result.get("content")), id=result.get("toolUseId", ""))

    def cycle_output(self, message: Message, tool_results: Message) -> Iterable[SpanEvent]:
        attributes = {"message": serialize(message["content"]), "tool.result": serialize(tool_results["content"])}
        yield SpanEvent("gen_ai.choice", attributes)

    def agent_output(self, text: str, stop_reason: StopReason) -> Iterable[SpanEvent]:
        yield _choice(message=text, finish_reason=str(stop_reason))

    def task(self, task: str | Blocks) -> Iterable[SpanEvent]:
        content = task if isinstance(task, str) else serialize(task)
        yield SpanEvent("gen_ai.user.message", {"content": content})

    def task_output(self, text: str) -> Iterable[SpanEvent]:
        yield _choice(message=text)


def _choice(**attributes: str) -> SpanEvent:
    return SpanEvent("gen_ai.choice", attributes)


def _message_event_name(message: Message) -> str:
    role = "tool" if any("toolResult" in block for block in message["content"]) else message["role"]
    return f"gen_ai.{role}.message"


class ConversationPerEvent:
    """The convention of `gen_ai_latest_experimental`: one kind of event, with whole messages made of typed parts."""

    provider_attribute = "gen_ai.provider.name"

    def system_prompt(self, blocks: Sequence[SystemContentBlock]) -> Iterable[SpanEvent]:
        yield _details("gen_ai.system_instructions", _parts(blocks))

    def input_messages(self, messages: Messages) -> Iterable[SpanEvent]:
        yield _input([_otel_message(message["role"], _parts(message["content"])) for message in messages])

    def model_output(self, message: Message, stop_reason: StopReason) -> Iterable[SpanEvent]:
        parts = _parts(message["content"])
        yield _output([_otel_message(message["role"], parts, finish_reason=str(stop_reason))])

    def tool_call(self, tool: ToolUse) -> Iterable[SpanEvent]:
        yield _input([_otel_message("tool", [_tool_call_part(tool)])])

    def tool_result(self, result: ToolResult) -> Iterable[SpanEvent]:
        yield _output([_otel_message("tool", [_tool_result_part(result)])])

    def cycle_output(self, message: Message, tool_results: Message) -> Iterable[SpanEvent]:
        # The model's message is on the model's span already.
        yield _output([_otel_message(tool_results["role"], _parts(tool_results["content"]))])

    def agent_output(self, text: str, stop_reason: StopReason) -> Iterable[SpanEvent]:
        yield _output([_otel_message("assistant", [_text_part(text)], finish_reason=str(stop_reason))])

    def task(self, task: str | Blocks) -> Iterable[SpanEvent]:
        parts = [_text_part(task)] if isinstance(task, str) else _parts(task)
        yield _input([_otel_message("user", parts)])

    def task_output(self, text: str) -> Iterable[SpanEvent]:
        yield _output([_otel_message("assistant", [_text_part(text)])])


def _details(attribute: str, value: Any) -> SpanEvent:
    return SpanEvent("gen_ai.client.inference.operation.details", {attribute: serialize(value)})


def _input(messages: list[dict[str, Any]]) -> SpanEvent:
    return _details("gen_ai.input.messages", messages)


def _output(messages: list[dict[str, Any]]) -> SpanEvent:
    return _details("gen_ai.output.messages", messages)


def _otel_message(role: str, parts: list[dict[str, Any]], **more: str) -> dict[str, Any]:
    return {"role": role, "parts": parts, **more}


def _text_part(text: Any) -> dict[str, Any]:
    return {"type": "text", "content": text}


def _tool_call_part(tool: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "tool_call",
        "name": tool.get("name"),
        "id": tool.get("toolUseId"),
        "arguments": tool.get("input"),
    }


def _tool_result_part(result: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "tool_call_response", "id": result.get("toolUseId"), "response": result.get("content")}


def _interrupt_part(response: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "interrupt_response",
        "id": response.get("interruptId"),
        "response": response.get("response"),
    }


_PART_OF_BLOCK: Mapping[str, Callable[[Any], dict[str, Any]]] = {
    "text": _text_part,
    "toolUse": _tool_call_part,
    "toolResult": _tool_result_part,
    "interruptResponse": _interrupt_part,
}


def _parts(blocks: Blocks) -> list[dict[str, Any]]:
    return [_part(block) for block in blocks if block]


def _part(block: Mapping[str, Any]) -> dict[str, Any]:
    for kind, part_of in _PART_OF_BLOCK.items():
        if kind in block:
            return part_of(block[kind])
    kind, content = next(iter(block.items()))
    return {"type": kind, "content": content}
