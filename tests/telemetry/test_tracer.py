"""Spans: names, parents, attributes, events and status, in both conventions and with every opt-in."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

import opentelemetry.trace as trace_api
import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import Span, SpanKind, StatusCode

from strands.telemetry.metrics import EventLoopMetrics
from strands.telemetry.tracer import Tracer, get_tracer
from strands.types.content import Message, Messages
from strands.types.event_loop import Usage
from strands.types.tools import ToolResult, ToolUse

LATEST = "gen_ai_latest_experimental"
DETAILS = "gen_ai.client.inference.operation.details"

PROMPT: Message = {"role": "user", "content": [{"text": "hi"}]}
CALL: ToolUse = {"toolUseId": "u1", "name": "calc", "input": {"a": 1}}
ANSWER: Message = {"role": "assistant", "content": [{"text": "let me see"}, {"toolUse": CALL}]}
RESULT: ToolResult = {"toolUseId": "u1", "status": "success", "content": [{"text": "2"}]}
RESULTS: Message = {"role": "user", "content": [{"toolResult": RESULT}]}
USAGE: Usage = {"inputTokens": 10, "outputTokens": 2, "totalTokens": 12}
USAGE_ATTRIBUTES = {
    "gen_ai.usage.prompt_tokens": 10,
    "gen_ai.usage.input_tokens": 10,
    "gen_ai.usage.completion_tokens": 2,
    "gen_ai.usage.output_tokens": 2,
    "gen_ai.usage.total_tokens": 12,
}
CACHE_ATTRIBUTES = {"gen_ai.usage.cache_read_input_tokens": 0, "gen_ai.usage.cache_write_input_tokens": 0}

ANSWER_JSON = '[{"text": "let me see"}, {"toolUse": {"toolUseId": "u1", "name": "calc", "input": {"a": 1}}}]'
RESULTS_JSON = '[{"toolResult": {"toolUseId": "u1", "status": "success", "content": [{"text": "2"}]}}]'
HI_PARTS = {"role": "user", "parts": [{"type": "text", "content": "hi"}]}
CALL_PART = {"type": "tool_call", "name": "calc", "id": "u1", "arguments": {"a": 1}}
ANSWER_PARTS = {"role": "assistant", "parts": [{"type": "text", "content": "let me see"}, CALL_PART]}
RESULT_PART = {"type": "tool_call_response", "id": "u1", "response": [{"text": "2"}]}


@pytest.fixture
def opt_in(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Tracer]:
    """Create a tracer with the environment variable set."""

    def tracer(value: str) -> Tracer:
        monkeypatch.setenv("OTEL_SEMCONV_STABILITY_OPT_IN", value)
        return Tracer()

    return tracer


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OTEL_SEMCONV_STABILITY_OPT_IN", "LANGFUSE_BASE_URL", "OTEL_EXPORTER_OTLP_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)


def only(finished: InMemorySpanExporter) -> ReadableSpan:
    (span,) = finished.get_finished_spans()
    return span


def attributes(span: ReadableSpan) -> dict[str, Any]:
    """Return a span's attributes without the two times, which must be there."""
    found = dict(span.attributes or {})
    assert found.pop("gen_ai.event.start_time")
    assert found.pop("gen_ai.event.end_time")
    return found


def events(span: ReadableSpan) -> list[tuple[str, dict[str, Any]]]:
    """Return a span's events; JSON attributes of the newer convention are parsed."""
    return [
        (
            event.name,
            {k: json.loads(str(v)) if event.name == DETAILS else v for k, v in (event.attributes or {}).items()},
        )
        for event in span.events
    ]


def agent_result(**usage: int) -> Any:
    metrics = EventLoopMetrics()
    metrics.update_usage({**USAGE, **usage})  # type: ignore[typeddict-item]

    class Result(SimpleNamespace):
        def __str__(self) -> str:
            return "the end"

    return Result(stop_reason="end_turn", metrics=metrics)


def run_model(tracer: Tracer) -> None:
    span = tracer.start_model_invoke_span([PROMPT, ANSWER, RESULTS], model_id="m", system_prompt="sys")
    tracer.end_model_invoke_span(span, ANSWER, USAGE, {"latencyMs": 5, "timeToFirstByteMs": 3}, "tool_use")


def run_tool(tracer: Tracer) -> None:
    tracer.end_tool_call_span(tracer.start_tool_call_span(CALL), RESULT)


def run_cycle(tracer: Tracer) -> None:
    state = {"event_loop_cycle_id": "c2", "event_loop_parent_cycle_id": "c1"}
    tracer.end_event_loop_cycle_span(tracer.start_event_loop_cycle_span(state, [PROMPT]), ANSWER, RESULTS)


def run_agent(tracer: Tracer) -> None:
    span = tracer.start_agent_span([PROMPT], "helper", "m", ["calc"], {"session.id": "s"}, system_prompt="sys")
    tracer.end_agent_span(span, agent_result())


def run_swarm(tracer: Tracer) -> None:
    span = tracer.start_multiagent_span("do it", "swarm")
    tracer.end_swarm_span(span, "done")
    tracer._end_span(span)


SPANS: dict[Callable[[Tracer], None], tuple[str, dict[str, Any]]] = {
    run_model: (
        "chat",
        {
            **USAGE_ATTRIBUTES,
            "gen_ai.operation.name": "chat",
            "gen_ai.request.model": "m",
            "gen_ai.server.request.duration": 5,
            "gen_ai.server.time_to_first_token": 3,
        },
    ),
    run_tool: (
        "execute_tool calc",
        {
            "gen_ai.operation.name": "execute_tool",
            "gen_ai.tool.name": "calc",
            "gen_ai.tool.call.id": "u1",
            "gen_ai.tool.status": "success",
        },
    ),
    run_cycle: (
        "execute_event_loop_cycle",
        {
            "gen_ai.operation.name": "execute_event_loop_cycle",
            "event_loop.cycle_id": "c2",
            "event_loop.parent_cycle_id": "c1",
        },
    ),
    run_agent: (
        "invoke_agent helper",
        {
            **USAGE_ATTRIBUTES,
            **CACHE_ATTRIBUTES,
            "gen_ai.operation.name": "invoke_agent",
            "gen_ai.agent.name": "helper",
            "gen_ai.request.model": "m",
            "gen_ai.agent.tools": '["calc"]',
            "session.id": "s",
            "system_prompt": "sys",
        },
    ),
    run_swarm: ("invoke_swarm", {"gen_ai.operation.name": "invoke_swarm", "gen_ai.agent.name": "swarm"}),
}

EVENTS: dict[Callable[[Tracer], None], list[tuple[str, dict[str, Any]]]] = {
    run_model: [
        ("gen_ai.system.message", {"content": '[{"text": "sys"}]'}),
        ("gen_ai.user.message", {"content": '[{"text": "hi"}]'}),
        ("gen_ai.assistant.message", {"content": ANSWER_JSON}),
        ("gen_ai.tool.message", {"content": RESULTS_JSON}),
        ("gen_ai.choice", {"finish_reason": "tool_use", "message": ANSWER_JSON}),
    ],
    run_tool: [
        ("gen_ai.tool.message", {"role": "tool", "content": '{"a": 1}', "id": "u1"}),
        ("gen_ai.choice", {"message": '[{"text": "2"}]', "id": "u1"}),
    ],
    run_cycle: [
        ("gen_ai.user.message", {"content": '[{"text": "hi"}]'}),
        ("gen_ai.choice", {"message": ANSWER_JSON, "tool.result": RESULTS_JSON}),
    ],
    run_agent: [
        ("gen_ai.user.message", {"content": '[{"text": "hi"}]'}),
        ("gen_ai.choice", {"message": "the end", "finish_reason": "end_turn"}),
    ],
    run_swarm: [("gen_ai.user.message", {"content": "do it"}), ("gen_ai.choice", {"message": "done"})],
}

LATEST_EVENTS: dict[Callable[[Tracer], None], list[dict[str, Any]]] = {
    run_model: [
        {"gen_ai.system_instructions": [{"type": "text", "content": "sys"}]},
        {"gen_ai.input.messages": [HI_PARTS, ANSWER_PARTS, {"role": "user", "parts": [RESULT_PART]}]},
        {"gen_ai.output.messages": [{**ANSWER_PARTS, "finish_reason": "tool_use"}]},
    ],
    run_tool: [
        {"gen_ai.input.messages": [{"role": "tool", "parts": [CALL_PART]}]},
        {"gen_ai.output.messages": [{"role": "tool", "parts": [RESULT_PART]}]},
    ],
    run_cycle: [
        {"gen_ai.input.messages": [HI_PARTS]},
        {"gen_ai.output.messages": [{"role": "user", "parts": [RESULT_PART]}]},
    ],
    run_agent: [
        {"gen_ai.input.messages": [HI_PARTS]},
        {
            "gen_ai.output.messages": [
                {
                    "role": "assistant",
                    "parts": [{"type": "text", "content": "the end"}],
                    "finish_reason": "end_turn",
                }
            ]
        },
    ],
    run_swarm: [
        {"gen_ai.input.messages": [{"role": "user", "parts": [{"type": "text", "content": "do it"}]}]},
        {"gen_ai.output.messages": [{"role": "assistant", "parts": [{"type": "text", "content": "done"}]}]},
    ],
}

each_operation = pytest.mark.parametrize("run", SPANS)


@each_operation
def test_span_of_each_operation(run: Callable[[Tracer], None], finished: InMemorySpanExporter) -> None:
    """Trace backends group and count by these names and attributes."""
    run(Tracer())
    span = only(finished)
    name, expected = SPANS[run]
    assert (span.name, attributes(span)) == (name, {**expected, "gen_ai.system": "strands-agents"})
    assert events(span) == EVENTS[run]
    assert span.status.status_code is StatusCode.OK
    assert span.kind is (SpanKind.CLIENT if run is run_swarm else SpanKind.INTERNAL)
    assert span.instrumentation_scope is not None
    assert span.instrumentation_scope.name == "strands.telemetry.tracer"


@each_operation
def test_span_of_each_operation_in_the_newer_convention(
    run: Callable[[Tracer], None], finished: InMemorySpanExporter, opt_in: Callable[[str], Tracer]
) -> None:
    run(opt_in(LATEST))
    span = only(finished)
    assert attributes(span) == {**SPANS[run][1], "gen_ai.provider.name": "strands-agents"}
    assert events(span) == [(DETAILS, event) for event in LATEST_EVENTS[run]]


@each_operation
def test_langfuse_gets_the_newer_convention_as_attributes(
    run: Callable[[Tracer], None],
    finished: InMemorySpanExporter,
    opt_in: Callable[[str], Tracer],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Langfuse ignores events."""
    monkeypatch.setenv("LANGFUSE_BASE_URL", "https://cloud.langfuse.example")
    run(opt_in(LATEST))
    found = attributes(only(finished))
    content = {name: value for event in LATEST_EVENTS[run] for name, value in event.items()}
    assert {name: json.loads(found[name]) for name in content} == content
    assert found.get("langfuse.observation.type") == ("span" if run is run_agent else None)


@pytest.mark.parametrize(
    ("block", "part"),
    [
        ({"image": {"format": "png", "source": {"bytes": b"x"}}}, {"format": "png", "source": {"bytes": "<replaced>"}}),
        ({"reasoningContent": {"reasoningText": {"text": "hm"}}}, {"reasoningText": {"text": "hm"}}),
        ({"cachePoint": {"type": "default"}}, {"type": "default"}),
    ],
)
def test_other_blocks_are_parts_named_after_their_kind(
    block: Any, part: Any, finished: InMemorySpanExporter, opt_in: Callable[[str], Tracer]
) -> None:
    opt_in(LATEST).start_model_invoke_span([{"role": "user", "content": [block]}]).end()
    kind = next(iter(block))
    assert events(only(finished)) == [
        (DETAILS, {"gen_ai.input.messages": [{"role": "user", "parts": [{"type": kind, "content": part}]}]})
    ]


def test_interrupt_responses_are_a_task(finished: InMemorySpanExporter, opt_in: Callable[[str], Tracer]) -> None:
    task: Any = [{"interruptResponse": {"interruptId": "i", "response": "yes"}}]
    opt_in(LATEST).start_multiagent_span(task, "graph").end()
    part = {"type": "interrupt_response", "id": "i", "response": "yes"}
    assert events(only(finished)) == [(DETAILS, {"gen_ai.input.messages": [{"role": "user", "parts": [part]}]})]


def test_system_prompt_blocks_win_over_the_text(finished: InMemorySpanExporter) -> None:
    Tracer().start_model_invoke_span([], system_prompt="t", system_prompt_content=[{"text": "b"}]).end()
    assert events(only(finished)) == [("gen_ai.system.message", {"content": '[{"text": "b"}]'})]


def test_tool_definitions_are_shown_on_request(finished: InMemorySpanExporter, opt_in: Callable[[str], Tracer]) -> None:
    """They are long; applications opt in."""
    config = {"calc": {"name": "calc", "description": "d", "inputSchema": {"json": {}}}}
    tracer = opt_in("other, gen_ai_tool_definitions ")
    tracer.end_agent_span(tracer.start_agent_span([], "a", tools_config=config))
    assert json.loads(attributes(only(finished))["gen_ai.tool.definitions"]) == [
        {"name": "calc", "description": "d", "inputSchema": {"json": {}}, "outputSchema": None}
    ]


@pytest.mark.parametrize(("value", "tokens"), [("", 20), ("gen_ai_use_latest_invocation_tokens", 10)])
def test_agent_span_shows_usage_of_all_calls_or_the_latest(
    value: str, tokens: int, finished: InMemorySpanExporter, opt_in: Callable[[str], Tracer]
) -> None:
    result = agent_result()
    result.metrics.reset_usage_metrics()
    result.metrics.update_usage(USAGE)
    tracer = opt_in(value)
    tracer.end_agent_span(tracer.start_agent_span([], "a"), result)
    assert attributes(only(finished))["gen_ai.usage.input_tokens"] == tokens


def test_reported_cache_usage_is_shown(finished: InMemorySpanExporter) -> None:
    tracer = Tracer()
    cached: Usage = {**USAGE, "cacheReadInputTokens": 3, "cacheWriteInputTokens": 0}
    tracer.end_model_invoke_span(tracer.start_model_invoke_span([]), ANSWER, cached, {"latencyMs": 0}, "end_turn")
    assert attributes(only(finished)) == {
        **USAGE_ATTRIBUTES,
        "gen_ai.operation.name": "chat",
        "gen_ai.system": "strands-agents",
        "gen_ai.usage.cache_read_input_tokens": 3,
        "gen_ai.usage.cache_write_input_tokens": 0,
    }


@pytest.mark.parametrize(("error", "status"), [(None, StatusCode.OK), (ValueError("boom"), StatusCode.ERROR)])
def test_tool_call_without_a_result(
    error: Exception | None, status: StatusCode, finished: InMemorySpanExporter
) -> None:
    """A call that was interrupted or broke down has none."""
    tracer = Tracer()
    tracer.end_tool_call_span(tracer.start_tool_call_span(CALL), None, error)
    assert only(finished).status.status_code is status


def failed_tool(text: list[Any], error: Exception | None = None) -> Callable[[Tracer], None]:
    def run(tracer: Tracer) -> None:
        result: ToolResult = {"toolUseId": "u1", "status": "error", "content": text}
        tracer.end_tool_call_span(tracer.start_tool_call_span(CALL), result, error)

    return run


def failed(message: str, error: Exception | None = None) -> Callable[[Tracer], None]:
    return lambda tracer: tracer.end_span_with_error(tracer.start_model_invoke_span([]), message, error)


def failed_agent(error: Exception) -> Callable[[Tracer], None]:
    return lambda tracer: tracer.end_agent_span(tracer.start_agent_span([], "a"), error=error)


@pytest.mark.parametrize(
    ("run", "description", "exception_type"),
    [
        (failed_tool([{"json": {}}, {"text": "bad input"}]), "bad input", None),
        (failed_tool([]), "tool returned error status", None),
        (failed_tool([{"text": "Error: boom"}], ValueError("boom")), "boom", "ValueError"),
        (failed("it failed", ValueError("why")), "it failed", "ValueError"),
        (failed("it failed"), "it failed", "Exception"),
        (failed_agent(ValueError()), "ValueError", "ValueError"),
    ],
)
def test_failure_is_the_status_of_the_span(
    run: Callable[[Tracer], None], description: str, exception_type: str | None, finished: InMemorySpanExporter
) -> None:
    run(Tracer())
    span = only(finished)
    assert (span.status.status_code, span.status.description) == (StatusCode.ERROR, description)
    types = [(event.attributes or {})["exception.type"] for event in span.events if event.name == "exception"]
    assert types == ([exception_type] if exception_type else [])


def test_odd_extra_attributes_are_left_out(finished: InMemorySpanExporter) -> None:
    """OpenTelemetry would log a warning for each."""
    Tracer().start_agent_span([], "a", text="t", number=1.5, flag=True, none=None, dict={"a": 1}).end()
    found = dict(only(finished).attributes or {})
    assert {name: found[name] for name in ("text", "number", "flag")} == {"text": "t", "number": 1.5, "flag": True}
    assert not {"none", "dict"} & found.keys()


def test_spans_nest_below_the_given_recording_span_or_the_current_one(finished: InMemorySpanExporter) -> None:
    """An agent's trace must stay in one piece, and belong to the request that the application traces."""
    tracer = Tracer()
    outer = tracer.tracer.start_span("outer")
    given = tracer.tracer.start_span("given")
    with trace_api.use_span(outer):
        children: Mapping[str, Span] = {
            "given": tracer.start_model_invoke_span([], given),
            "state": tracer.start_event_loop_cycle_span({"event_loop_parent_span": given}, []),
            "current": tracer.start_model_invoke_span([]),
            "inert": tracer.start_model_invoke_span([], trace_api.INVALID_SPAN),
        }
    for span in children.values():
        span.end()
    parents = [span.parent.span_id for span in finished.get_finished_spans() if span.parent]
    given_id, outer_id = given.get_span_context().span_id, outer.get_span_context().span_id
    assert parents == [given_id, given_id, outer_id, outer_id]


def test_starting_a_span_does_not_make_it_current(finished: InMemorySpanExporter) -> None:
    """A span that stays current across a yield leaks into the consumer's own traces."""
    span = Tracer().start_agent_span([], "a")
    assert not trace_api.get_current_span().is_recording()
    span.end()


class Unreadable(list[Any]):
    """A conversation that must not be read."""

    def __iter__(self) -> Any:
        raise AssertionError("nobody listens, and yet the messages were read")


def test_nothing_is_read_while_nobody_listens() -> None:
    """Without a tracer provider, tracing must cost next to nothing however long the conversation is."""
    tracer, messages = Tracer(), Unreadable()
    message: Message = {"role": "assistant", "content": messages}
    cycle = tracer.start_event_loop_cycle_span({}, messages)
    model = tracer.start_model_invoke_span(messages, cycle, system_prompt_content=messages)
    tool = tracer.start_tool_call_span({"toolUseId": "u", "name": "n", "input": messages}, cycle)
    agent = tracer.start_agent_span(messages, "a", tools=messages)
    swarm = tracer.start_multiagent_span(messages, "swarm")
    tracer.end_model_invoke_span(model, message, USAGE, {"latencyMs": 1}, "end_turn")
    tracer.end_tool_call_span(tool, {"toolUseId": "u", "status": "error", "content": messages})
    tracer.end_event_loop_cycle_span(cycle, message, message)
    tracer.end_agent_span(agent, agent_result())
    tracer.end_swarm_span(swarm, "done")
    tracer.end_span_with_error(agent, "late")
    assert not any(span.is_recording() for span in (cycle, model, tool, agent, swarm))


def test_ending_a_span_twice_changes_nothing(finished: InMemorySpanExporter) -> None:
    """Clean-up after an exception may meet a span that was ended; OpenTelemetry would log a warning."""
    tracer = Tracer()
    span = tracer.start_agent_span([], "a")
    tracer.end_agent_span(span)
    tracer.end_agent_span(span, agent_result())
    tracer.end_span_with_error(span, "late")
    assert only(finished).status.status_code is StatusCode.OK


def test_all_agents_share_a_tracer() -> None:
    assert get_tracer() is get_tracer()


def test_provider_configured_after_the_tracer_was_created_is_used() -> None:
    """Agents are often created at import time, before the application sets telemetry up."""
    code = """
from strands.telemetry.tracer import get_tracer
tracer = get_tracer()
assert not tracer.start_agent_span([], "early").is_recording()

import opentelemetry.trace as trace_api
from opentelemetry.sdk.trace import TracerProvider
trace_api.set_tracer_provider(TracerProvider())
span = tracer.start_agent_span([], "late")
assert span.is_recording()
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_messages_may_hold_anything(finished: InMemorySpanExporter) -> None:
    messages: Messages = [{"role": "user", "content": [{}, {"surprise": object()}]}]  # type: ignore[typeddict-unknown-key]
    Tracer().start_model_invoke_span(messages).end()
    assert events(only(finished)) == [("gen_ai.user.message", {"content": '[{}, {"surprise": "<replaced>"}]'})]
