"""Spans for everything an agent does.

The tracer starts and ends spans but never makes one current: callers attach a span around the single steps that
belong to it. As long as the application has configured no tracer provider, spans are inert and nothing is put
into words for them.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import opentelemetry.trace as trace_api
from opentelemetry.trace import Span, SpanKind, StatusCode

from strands.telemetry._attributes import (
    CACHE_USAGE_ATTRIBUTES,
    LATENCY_ATTRIBUTES,
    Convention,
    ConversationPerEvent,
    EventPerMessage,
    SpanEvent,
    usage_attributes,
)
from strands.telemetry._serialization import JSONEncoder as JSONEncoder
from strands.telemetry._serialization import serialize as serialize
from strands.telemetry._threads import carry_context_into_threads
from strands.types.content import ContentBlock, Message, Messages, SystemContentBlock
from strands.types.event_loop import Metrics, StopReason, Usage
from strands.types.interrupt import InterruptResponseContent
from strands.types.tools import ToolResult, ToolUse
from strands.types.traces import Attributes, AttributeValue

if TYPE_CHECKING:
    from strands.agent.agent_result import AgentResult

_PROVIDER_NAME = "strands-agents"
_OPT_IN_VARIABLE = "OTEL_SEMCONV_STABILITY_OPT_IN"
_LANGFUSE_VARIABLES = ("LANGFUSE_BASE_URL", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")


_PROVIDER_BY_ENVIRONMENT = "OTEL_PYTHON_TRACER_PROVIDER" in os.environ
_API_LOOK_UP = trace_api.get_tracer_provider
_UNKNOWN = object()


class Tracer:
    """Starts and ends the spans of agents, cycles, model calls, tool calls and multi-agent runs.

    `OTEL_SEMCONV_STABILITY_OPT_IN` (comma-separated, read when the tracer is created) selects:
    `gen_ai_latest_experimental` for the newer conventions, `gen_ai_tool_definitions` for the tools' schemas on agent
    spans, `gen_ai_use_latest_invocation_tokens` for an agent span's usage to be that of its own call instead of all
    calls so far.
    """

    def __init__(self) -> None:
        """Create a tracer; a tracer provider may be configured before or after."""
        self.service_name = __name__
        self.tracer_provider = trace_api.get_tracer_provider()
        self.tracer = self.tracer_provider.get_tracer(self.service_name)
        opt_ins = self._parse_semconv_opt_in()
        self.use_latest_genai_conventions = "gen_ai_latest_experimental" in opt_ins
        self._include_tool_definitions = "gen_ai_tool_definitions" in opt_ins
        self._use_latest_invocation_tokens = "gen_ai_use_latest_invocation_tokens" in opt_ins

    def _parse_semconv_opt_in(self) -> set[str]:
        return {name.strip() for name in os.getenv(_OPT_IN_VARIABLE, "").split(",")}

    @property
    def is_langfuse(self) -> bool:
        """Whether spans are exported to Langfuse, which reads attributes instead of events."""
        return any("langfuse" in os.getenv(variable, "") for variable in _LANGFUSE_VARIABLES)

    @property
    def _convention(self) -> Convention:
        return _CONVERSATION_PER_EVENT if self.use_latest_genai_conventions else _EVENT_PER_MESSAGE

    def start_model_invoke_span(
        self,
        messages: Messages,
        parent_span: Span | None = None,
        model_id: str | None = None,
        custom_trace_attributes: Attributes = None,
        system_prompt: str | None = None,
        system_prompt_content: list[SystemContentBlock] | None = None,
        **kwargs: Any,
    ) -> Span:
        """Start the span of one model call.

        Args:
            messages: Conversation that is sent.
            parent_span: Span of the cycle; the current span when omitted.
            model_id: Model that is called.
            custom_trace_attributes: Attributes of the application.
            system_prompt: System prompt as text.
            system_prompt_content: System prompt as blocks; wins over the text.
            **kwargs: More attributes; values other than strings, numbers and booleans are left out.
        """
        if not is_tracing():
            return _inert_span()
        attributes = self._attributes("chat", custom_trace_attributes)
        if model_id:
            attributes["gen_ai.request.model"] = model_id
        span = self._start_span("chat", parent_span, attributes | _primitives(kwargs))
        if span.is_recording():
            if system_prompt_content or system_prompt is not None:
                blocks = system_prompt_content or [SystemContentBlock(text=system_prompt or "")]
                self._add_events(span, self._convention.system_prompt(blocks))
            self._add_events(span, self._convention.input_messages(messages))
        return span

    def end_model_invoke_span(
        self, span: Span, message: Message, usage: Usage, metrics: Metrics, stop_reason: StopReason
    ) -> None:
        """End the span of a model call that was answered.

        Args:
            span: What `start_model_invoke_span` returned.
            message: The answer.
            usage: Tokens used.
            metrics: Latency of the call.
            stop_reason: Why the answer ended.
        """
        if not _is_recording(span):
            return
        self._add_events(span, self._convention.model_output(message, stop_reason))
        figures: Mapping[str, Any] = metrics
        latency = {name: figures[key] for name, key in LATENCY_ATTRIBUTES.items() if figures.get(key)}
        self._end_span(span, {**usage_attributes(usage), **latency})

    def start_tool_call_span(
        self,
        tool: ToolUse,
        parent_span: Span | None = None,
        custom_trace_attributes: Attributes = None,
        **kwargs: Any,
    ) -> Span:
        """Start the span of one tool call.

        Args:
            tool: The call.
            parent_span: Span of the cycle; the current span when omitted.
            custom_trace_attributes: Attributes of the application.
            **kwargs: More attributes; values other than strings, numbers and booleans are left out.
        """
        span_name = f"execute_tool {tool['name']}"
        if not is_tracing():
            return _inert_span()
        attributes = self._attributes(
            "execute_tool",
            {"gen_ai.tool.name": tool["name"], "gen_ai.tool.call.id": tool["toolUseId"]},
            custom_trace_attributes,
        )
        span = self._start_span(span_name, parent_span, attributes | _primitives(kwargs))
        if span.is_recording():
            self._add_events(span, self._convention.tool_call(tool))
        return span

    def end_tool_call_span(self, span: Span, tool_result: ToolResult | None, error: Exception | None = None) -> None:
        """End the span of a tool call.

        Args:
            span: What `start_tool_call_span` returned.
            tool_result: The result, if there is one; a status of "error" marks the span as failed.
            error: What the tool raised.
        """
        if not _is_recording(span):
            return
        if tool_result is None:
            self._end_span(span, error=error)
            return
        self._add_events(span, self._convention.tool_result(tool_result))
        status = str(tool_result.get("status", ""))
        error_message = _error_text(tool_result) if status == "error" and error is None else None
        self._end_span(span, {"gen_ai.tool.status": status}, error, error_message)

    def start_event_loop_cycle_span(
        self,
        invocation_state: Any,
        messages: Messages,
        parent_span: Span | None = None,
        custom_trace_attributes: Attributes = None,
        **kwargs: Any,
    ) -> Span:
        """Start the span of one cycle: a model call and the tool calls it asks for.

        Args:
            invocation_state: Holds the id of the cycle, and of the one before it.
            messages: Conversation at the start of the cycle.
            parent_span: Span of the agent; `event_loop_parent_span` of the state, or the current span, when omitted.
            custom_trace_attributes: Attributes of the application.
            **kwargs: More attributes; values other than strings, numbers and booleans are left out.
        """
        operation = "execute_event_loop_cycle"
        if not is_tracing():
            return _inert_span()
        attributes = self._attributes(
            operation,
            {"event_loop.cycle_id": str(invocation_state.get("event_loop_cycle_id"))},
            custom_trace_attributes,
        )
        if "event_loop_parent_cycle_id" in invocation_state:
            attributes["event_loop.parent_cycle_id"] = str(invocation_state["event_loop_parent_cycle_id"])
        parent_span = parent_span or invocation_state.get("event_loop_parent_span")
        span = self._start_span(operation, parent_span, attributes | _primitives(kwargs))
        if span.is_recording():
            self._add_events(span, self._convention.input_messages(messages))
        return span

    def end_event_loop_cycle_span(
        self, span: Span, message: Message, tool_result_message: Message | None = None
    ) -> None:
        """End the span of a cycle.

        Args:
            span: What `start_event_loop_cycle_span` returned.
            message: The model's answer.
            tool_result_message: Results of the tools it asked for.
        """
        if not _is_recording(span):
            return
        if tool_result_message:
            self._add_events(span, self._convention.cycle_output(message, tool_result_message))
        self._end_span(span)

    def start_agent_span(
        self,
        messages: Messages,
        agent_name: str,
        model_id: str | None = None,
        tools: list[Any] | None = None,
        custom_trace_attributes: Attributes = None,
        tools_config: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> Span:
        """Start the span of one call of an agent.

        Args:
            messages: The prompt.
            agent_name: Name of the agent.
            model_id: Its model.
            tools: Names of its tools.
            custom_trace_attributes: Attributes of the application.
            tools_config: Specification of each tool by name, shown if the application opted in.
            **kwargs: More attributes; values other than strings, numbers and booleans are left out.
        """
        span_name = f"invoke_agent {agent_name}"
        if not is_tracing():
            return _inert_span()
        attributes = self._attributes("invoke_agent", {"gen_ai.agent.name": agent_name})
        if model_id:
            attributes["gen_ai.request.model"] = model_id
        if tools:
            attributes["gen_ai.agent.tools"] = serialize(tools)
        if self._include_tool_definitions and tools_config:
            attributes["gen_ai.tool.definitions"] = serialize(self._construct_tool_definitions(tools_config))
        attributes.update(custom_trace_attributes or {})
        span = self._start_span(span_name, None, attributes | _primitives(kwargs))
        if span.is_recording():
            self._add_events(span, self._convention.input_messages(messages))
        return span

    def end_agent_span(self, span: Span, response: AgentResult | None = None, error: Exception | None = None) -> None:
        """End the span of a call of an agent.

        Args:
            span: What `start_agent_span` returned.
            response: The result, if there is one.
            error: What ended the call instead.
        """
        if not _is_recording(span):
            return
        attributes: dict[str, Any] = {}
        if response is not None:
            self._add_events(span, self._convention.agent_output(str(response), response.stop_reason))
            if self.is_langfuse:
                # Langfuse would take an observation with usage for a model call, and count its tokens twice.
                attributes["langfuse.observation.type"] = "span"
            attributes.update(dict.fromkeys(CACHE_USAGE_ATTRIBUTES, 0))
            attributes.update(usage_attributes(self._usage_of_agent(response)))
        self._end_span(span, attributes, error)

    def start_multiagent_span(
        self,
        task: str | list[ContentBlock] | list[InterruptResponseContent],
        instance: str,
        custom_trace_attributes: Attributes = None,
    ) -> Span:
        """Start the span of a run of several agents.

        Args:
            task: What they are asked to do.
            instance: What runs them, e.g. "swarm" or "graph".
            custom_trace_attributes: Attributes of the application.
        """
        operation = f"invoke_{instance}"
        if not is_tracing():
            return _inert_span()
        attributes = self._attributes(operation, {"gen_ai.agent.name": instance}, custom_trace_attributes)
        span = self._start_span(operation, None, attributes, SpanKind.CLIENT)
        if span.is_recording():
            self._add_events(span, self._convention.task(task))
        return span

    def end_swarm_span(self, span: Span, result: str | None = None) -> None:
        """Add the result of a run of several agents to its span, which the caller ends.

        Args:
            span: What `start_multiagent_span` returned.
            result: Text of the result.
        """
        if result and _is_recording(span):
            self._add_events(span, self._convention.task_output(result))

    def end_span_with_error(self, span: Span, error_message: str, exception: Exception | None = None) -> None:
        """End any span as failed.

        Args:
            span: The span.
            error_message: What went wrong.
            exception: The exception behind it.
        """
        if _is_recording(span):
            self._end_span(span, error=exception or Exception(error_message), error_message=error_message)

    def _attributes(self, operation: str, *more: Mapping[str, AttributeValue] | None) -> dict[str, AttributeValue]:
        attributes: dict[str, AttributeValue] = {
            "gen_ai.operation.name": operation,
            self._convention.provider_attribute: _PROVIDER_NAME,
        }
        for some in more:
            attributes.update(some or {})
        return attributes

    def _start_span(
        self,
        span_name: str,
        parent_span: Span | None = None,
        attributes: Mapping[str, AttributeValue] | None = None,
        span_kind: SpanKind = SpanKind.INTERNAL,
    ) -> Span:
        """Start a span below `parent_span` if that records, else below the current span."""
        carry_context_into_threads()
        context = trace_api.set_span_in_context(parent_span) if parent_span and parent_span.is_recording() else None
        started = {"gen_ai.event.start_time": _now(), **(attributes or {})}
        return self.tracer.start_span(span_name, context=context, kind=span_kind, attributes=started)

    def _end_span(
        self,
        span: Span,
        attributes: Mapping[str, AttributeValue] | None = None,
        error: Exception | None = None,
        error_message: str | None = None,
    ) -> None:
        span.set_attributes({"gen_ai.event.end_time": _now(), **(attributes or {})})
        if error is not None:
            span.set_status(StatusCode.ERROR, error_message or str(error) or type(error).__name__)
            span.record_exception(error)
        elif error_message is not None:
            span.set_status(StatusCode.ERROR, error_message)
        else:
            span.set_status(StatusCode.OK)
        span.end()

    def _add_events(self, span: Span, events: Iterable[SpanEvent]) -> None:
        as_attributes = self.use_latest_genai_conventions and self.is_langfuse
        for event in events:
            span.add_event(event.name, attributes=event.attributes)
            if as_attributes:
                span.set_attributes(event.attributes)

    def _usage_of_agent(self, response: AgentResult) -> Usage:
        if not self._use_latest_invocation_tokens:
            return response.metrics.accumulated_usage
        invocation = response.metrics.latest_agent_invocation
        return invocation.usage if invocation else Usage(inputTokens=0, outputTokens=0, totalTokens=0)

    def _construct_tool_definitions(self, tools_config: dict[str, Any]) -> list[dict[str, Any]]:
        return [
            {"name": name, **{key: spec.get(key) for key in ("description", "inputSchema", "outputSchema")}}
            for name, spec in tools_config.items()
        ]


_EVENT_PER_MESSAGE = EventPerMessage()
_CONVERSATION_PER_EVENT = ConversationPerEvent()
_tracer_instance: Tracer | None = None


def get_tracer() -> Tracer:
    """Return the tracer that all agents share, created on first use."""
    global _tracer_instance
    if _tracer_instance is None:
        _tracer_instance = Tracer()
    return _tracer_instance


def is_tracing() -> bool:
    """Whether the application has configured a tracer provider, now and not when a tracer was created."""
    look_up = trace_api.get_tracer_provider
    # Without a provider the API's own function looks into the environment each time, at 3 µs per span. What a test put
    # in its place is always asked.
    if look_up is _API_LOOK_UP and getattr(trace_api, "_TRACER_PROVIDER", _UNKNOWN) is None:
        return _PROVIDER_BY_ENVIRONMENT
    return not isinstance(look_up(), trace_api.ProxyTracerProvider)


def _inert_span() -> Span:
    """Return a span that records nothing, but keeps a trace context that came in from outside."""
    context = trace_api.get_current_span().get_span_context()
    return trace_api.NonRecordingSpan(context) if context.is_valid else trace_api.INVALID_SPAN


def _is_recording(span: Span | None) -> bool:
    return span is not None and span.is_recording()


def _primitives(values: Mapping[str, Any]) -> dict[str, AttributeValue]:
    return {name: value for name, value in values.items() if isinstance(value, (str, int, float, bool))}


def _error_text(result: ToolResult) -> str:
    return next((part["text"] for part in result["content"] if "text" in part), "tool returned error status")


def _now() -> str:
    return datetime.now(timezone.utc).isoformat()
