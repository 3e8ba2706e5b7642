"""One tool call through an executor: hooks, retries, interrupts, and results that always fit the history."""

from __future__ import annotations

import contextvars
import json
import logging
from collections.abc import AsyncGenerator, Callable
from typing import Any

import pytest
from opentelemetry import trace as trace_api
from opentelemetry.sdk.trace import TracerProvider

from strands.hooks import AfterToolCallEvent, BeforeToolCallEvent
from strands.interrupt import Interrupt, InterruptException
from strands.tools.decorator import tool
from strands.tools.executors import ConcurrentToolExecutor, SequentialToolExecutor
from strands.tools.executors._executor import ToolExecutor
from strands.tools.structured_output._structured_output_context import StructuredOutputContext
from strands.tools.tools import PythonAgentTool
from strands.types._events import (
    TextStreamEvent,
    ToolCancelEvent,
    ToolInterruptEvent,
    ToolResultEvent,
    ToolStreamEvent,
)
from strands.types.tools import AgentTool, ToolContext, ToolGenerator, ToolSpec, ToolUse
from tests.tools._running import failure, success, use_of
from tests.tools.executors._agents import Execution, agent_with

EXECUTORS = [ConcurrentToolExecutor(), SequentialToolExecutor()]
pytestmark = pytest.mark.parametrize("executor", EXECUTORS, ids=["concurrent", "sequential"])


@tool
def add(a: int, b: int = 2) -> int:
    return a + b


@tool
async def kaput() -> None:
    raise RuntimeError("kaput")


@tool
async def steps() -> AsyncGenerator[str, None]:
    yield "one"
    yield "two"


class Scripted(AgentTool):
    """A tool that yields what it is given."""

    def __init__(self, *values: Any) -> None:
        super().__init__()
        self.values = values
        self.closed = False
        self.options: dict[str, Any] = {}

    @property
    def tool_name(self) -> str:
        return "scripted"

    @property
    def tool_spec(self) -> ToolSpec:
        return {"name": "scripted", "description": "d", "inputSchema": {"json": {}}}

    @property
    def tool_type(self) -> str:
        return "scripted"

    async def stream(self, tool_use: ToolUse, invocation_state: dict[str, Any], **kwargs: Any) -> ToolGenerator:
        self.options = kwargs
        try:
            for value in self.values:
                if isinstance(value, Exception):
                    raise value
                yield value
        finally:
            self.closed = True


async def test_a_call_ends_in_its_result(executor: ToolExecutor) -> None:
    """The event for the loop, the result for the history, the trace and the metrics for people."""
    agent = agent_with(add)
    run = await Execution(executor, agent, [use_of("add", a=1)]).run()
    assert run.events == [ToolResultEvent(success("3"))]
    assert run.results == [success("3")]
    (trace,) = run.trace.children
    assert (trace.name, trace.raw_name, trace.parent_id) == ("Tool: add", "add - t1", run.trace.id)
    assert trace.metadata == {"toolUseId": "t1", "tool_name": "add"}
    assert trace.message == {"role": "user", "content": [{"toolResult": success("3")}]}
    assert trace.end_time is not None
    metrics = agent.event_loop_metrics.tool_metrics["add"]
    assert (metrics.call_count, metrics.success_count, metrics.error_count) == (1, 1, 0)


async def test_tools_find_the_agent_and_its_parts_in_the_invocation_state(executor: ToolExecutor) -> None:
    """Module-based tools get these as keyword arguments."""
    agent = agent_with(add)
    run = await Execution(executor, agent, [use_of("add", a=1)]).run()
    (spec,) = agent.tool_registry.get_all_tool_specs()
    assert run.state == {
        "agent": agent,
        "model": agent.model,
        "messages": agent.messages,
        "system_prompt": agent.system_prompt,
        "tool_config": {"tools": [{"toolSpec": spec}], "toolChoice": {"auto": {}}},
    }


async def test_what_a_tool_yields_streams(executor: ToolExecutor) -> None:
    use = use_of("steps")
    run = await Execution(executor, agent_with(steps), [use]).run()
    assert run.events == [ToolStreamEvent(use, "one"), ToolStreamEvent(use, "two"), ToolResultEvent(success("two"))]


RESULT: Any = success("r")
NO_RESULT = "Error: result of tool 'scripted' must be a dict with 'status' and 'content', got {!r}"
YIELDED: dict[str, tuple[tuple[Any, ...], list[Any], Any]] = {
    "values, then the result": (("x", RESULT), ["x", RESULT], RESULT),
    "events": ((ToolStreamEvent(use_of("inner"), "d"), ToolResultEvent(RESULT)), ["d"], RESULT),
    "another event": ((event := TextStreamEvent({"text": "x"}, "x"), ToolResultEvent(RESULT)), [event], RESULT),
    "values after the result": ((ToolResultEvent(RESULT), "late"), [], RESULT),
    "result of another request": (({**RESULT, "toolUseId": "other"},), [{**RESULT, "toolUseId": "other"}], RESULT),
    "result without id and status": (({"content": RESULT["content"]},), [{"content": RESULT["content"]}], RESULT),
    "nothing": ((), [], failure(NO_RESULT.format(None))),
    "no result": (("a", "b"), ["a", "b"], failure(NO_RESULT.format("b"))),
    "an exception": (("a", RuntimeError("x")), ["a"], failure("Error: x")),
}


@pytest.mark.parametrize(("values", "streamed", "result"), YIELDED.values(), ids=YIELDED)
async def test_every_call_gets_exactly_one_valid_result(
    executor: ToolExecutor, values: tuple[Any, ...], streamed: list[Any], result: Any
) -> None:
    """Whatever a custom tool yields: a request without a result under its id breaks every later request."""
    scripted = Scripted(*values)
    run = await Execution(executor, agent_with(scripted), [use_of("scripted")]).run()
    assert [event["tool_stream_event"]["data"] for event in run.events[:-1]] == streamed
    assert (run.events[-1]["tool_result"], run.results) == (result, [result])
    assert scripted.closed


async def test_an_iterator_that_is_no_generator_will_do(executor: ToolExecutor) -> None:
    """Test doubles and wrappers often are just iterable."""

    class Once:
        def __aiter__(self) -> Any:
            return self

        async def __anext__(self) -> Any:
            if self.values:
                return self.values.pop()
            raise StopAsyncIteration

        values: list[Any]

    class Iterated(Scripted):
        def stream(self, *args: Any, **kwargs: Any) -> Any:
            once = Once()
            once.values = [RESULT]
            return once

    assert (await Execution(executor, agent_with(Iterated()), [use_of("scripted")]).run()).results == [RESULT]


async def test_an_exception_is_kept_for_hooks(executor: ToolExecutor) -> None:
    """Hooks decide by the exception whether to retry or to alert."""
    seen: list[AfterToolCallEvent] = []
    run = await Execution(executor, agent_with(kaput, after=seen.append), [use_of("kaput")]).run()
    assert run.results == [failure("Error: RuntimeError - kaput")]
    assert isinstance(seen[0].exception, RuntimeError)
    assert run.outcomes[0].exception is seen[0].exception
    assert run.agent.event_loop_metrics.tool_metrics["kaput"].error_count == 1


async def test_an_unknown_tool_is_an_error_for_the_model(
    executor: ToolExecutor, caplog: pytest.LogCaptureFixture
) -> None:
    """Models invent tools; the next turn can do better."""
    seen: list[AfterToolCallEvent] = []
    agent = agent_with(add, after=seen.append)
    with caplog.at_level(logging.ERROR):
        run = await Execution(executor, agent, [use_of("nope")]).run()
    assert run.results == [failure("Unknown tool: nope")]
    assert (seen[0].selected_tool, str(seen[0].exception)) == (None, "Unknown tool: nope")
    assert caplog.messages == ["tool_name=<nope>, available_tools=<['add']> | tool not found in registry"]


@pytest.mark.parametrize(("cancel", "text"), [(True, "tool cancelled by user"), ("not now", "not now")])
async def test_a_hook_cancels_a_call(executor: ToolExecutor, cancel: bool | str, text: str) -> None:
    """The model learns that the call was refused; the tool never runs."""
    seen: list[AfterToolCallEvent] = []

    def refuse(event: BeforeToolCallEvent) -> None:
        event.cancel_tool = cancel

    def after(event: AfterToolCallEvent) -> None:
        seen.append(event)
        event.retry = True  # a cancelled call stays cancelled

    use = use_of("add", a=1)
    run = await Execution(executor, agent_with(add, before=refuse, after=after), [use]).run()
    assert run.events == [ToolCancelEvent(use, text), ToolResultEvent(failure(text))]
    assert run.results == [failure(text)]
    assert [(event.selected_tool, event.cancel_message, event.exception) for event in seen] == [(None, text, None)]


async def test_a_hook_chooses_another_tool_and_input(executor: ToolExecutor) -> None:
    @tool
    async def other(x: int) -> str:
        return f"other {x}"

    def swap(event: BeforeToolCallEvent) -> None:
        event.selected_tool = other
        event.tool_use = use_of("other", x=5)

    run = await Execution(executor, agent_with(add, before=swap), [use_of("add", a=1)]).run()
    assert run.results == [success("other 5")]


async def test_a_hook_replaces_the_result(executor: ToolExecutor) -> None:
    """Redaction, truncation, translation."""

    def redact(event: AfterToolCallEvent) -> None:
        event.result = failure("redacted")

    run = await Execution(executor, agent_with(add, after=redact), [use_of("add", a=1)]).run()
    assert (run.events, run.results) == ([ToolResultEvent(failure("redacted"))], [failure("redacted")])


@pytest.mark.parametrize("name", ["steps", "kaput", "nope"])
async def test_a_hook_asks_for_another_attempt(executor: ToolExecutor, name: str) -> None:
    """Each attempt is a full one, with its hooks; only the last one's result counts."""
    begun: list[str] = []
    ended: list[str] = []

    def again(event: AfterToolCallEvent) -> None:
        ended.append(event.tool_use["name"])
        event.retry = len(ended) < 3

    agent = agent_with(steps, kaput, before=lambda event: begun.append(event.tool_use["name"]), after=again)
    run = await Execution(executor, agent, [use_of(name)]).run()
    assert (begun, ended) == ([name] * 3, [name] * 3)
    assert (len(run.outcomes), len(run.results)) == (1, 1)
    assert len(run.events) == (7 if name == "steps" else 1)


async def test_a_failing_hook_before_the_call_ends_the_run(executor: ToolExecutor) -> None:
    """A guard that does not work must not be skipped."""

    def fail(event: BeforeToolCallEvent) -> None:
        raise RuntimeError("broken guard")

    execution = Execution(executor, agent_with(add, before=fail), [use_of("add", a=1)])
    with pytest.raises(RuntimeError, match="broken guard"):
        await execution.run()
    assert execution.results == []


async def test_a_hook_turns_a_result_into_an_error_by_raising(executor: ToolExecutor) -> None:
    """Hooks hear of that error, too; one that raises again ends the run."""
    seen: list[Exception | None] = []

    def check(event: AfterToolCallEvent) -> None:
        seen.append(event.exception)
        if event.exception is None or agent.name == "strict":
            raise RuntimeError("bad result")

    agent = agent_with(add, after=check)
    run = await Execution(executor, agent, [use_of("add", a=1)]).run()
    assert (run.results, [str(error) for error in seen]) == ([failure("Error: bad result")], ["None", "bad result"])
    agent.name = "strict"
    with pytest.raises(RuntimeError, match="bad result"):
        await Execution(executor, agent, [use_of("add", a=1)]).run()


async def test_a_hook_asks_a_person(executor: ToolExecutor) -> None:
    """Without an answer nothing runs and nothing is recorded; with one the call goes on."""
    answers: list[Any] = []
    agent = agent_with(add, before=lambda event: answers.append(event.interrupt("approval", reason="why")))
    use = use_of("add", a=1)
    run = await Execution(executor, agent, [use]).run()
    ((interrupt,),) = [event.interrupts for event in run.events if isinstance(event, ToolInterruptEvent)]
    assert (interrupt.name, interrupt.reason, run.results, run.trace.children) == ("approval", "why", [], [])
    agent._interrupt_state.interrupts[interrupt.id].response = "yes"
    run = await Execution(executor, agent, [use]).run()
    assert (answers, run.results) == (["yes"], [success("3")])


async def test_a_tool_asks_a_person(executor: ToolExecutor) -> None:
    seen: list[AfterToolCallEvent] = []

    @tool(context=True)
    def ask(tool_context: ToolContext) -> str:
        return f"got {tool_context.interrupt('approval')}"

    agent = agent_with(ask, after=seen.append)
    run = await Execution(executor, agent, [use_of("ask")]).run()
    ((interrupt,),) = [event.interrupts for event in run.events if isinstance(event, ToolInterruptEvent)]
    assert (run.results, seen) == ([], [])
    agent._interrupt_state.interrupts[interrupt.id].response = "yes"
    assert (await Execution(executor, agent, [use_of("ask")]).run()).results == [success("got yes")]


@pytest.mark.parametrize(
    "value",
    [
        ToolInterruptEvent(use_of("scripted"), [Interrupt("id", "inner")]),
        InterruptException(Interrupt("id", "inner")),
    ],
    ids=["event", "exception"],
)
async def test_interrupts_from_elsewhere_become_the_agents_own(executor: ToolExecutor, value: Any) -> None:
    """An agent used as a tool asks through the agent that uses it."""
    run = await Execution(executor, agent_with(Scripted(value)), [use_of("scripted")]).run()
    ((interrupt,),) = [event.interrupts for event in run.events if isinstance(event, ToolInterruptEvent)]
    assert run.agent._interrupt_state.interrupts == {"id": interrupt}
    assert run.results == []


async def test_structured_output_is_passed_on_only_when_wanted(executor: ToolExecutor) -> None:
    """Tools that do not know the keyword must not get it."""
    from pydantic import BaseModel

    class Wanted(BaseModel):
        a: int

    for context, passed in [(StructuredOutputContext(), False), (StructuredOutputContext(Wanted), True)]:
        scripted = Scripted(RESULT)
        await Execution(executor, agent_with(scripted), [use_of("scripted")], structured_output_context=context).run()
        assert scripted.options == ({"structured_output_context": context} if passed else {})


async def test_a_tool_for_a_while_comes_before_a_registered_one(executor: ToolExecutor) -> None:
    agent = agent_with(add)

    def temporary(use: Any, **kwargs: Any) -> Any:
        return success("temporary")

    agent.tool_registry.dynamic_tools["add"] = PythonAgentTool("add", add.tool_spec, temporary)
    assert (await Execution(executor, agent, [use_of("add", a=1)]).run()).results == [success("temporary")]


class RecordingTracer:
    """Stands in for the tracer and for its spans."""

    def __init__(self, span: trace_api.Span = trace_api.INVALID_SPAN) -> None:
        self.span = span
        self.ended: list[tuple[Any, ...]] = []

    def start_tool_call_span(self, *args: Any, **kwargs: Any) -> Any:
        return self.span

    def end_tool_call_span(self, span: Any, result: Any, error: Any = None) -> None:
        self.ended.append((result, error))

    def end_span_with_error(self, span: Any, message: str, exception: Exception | None = None) -> None:
        self.ended.append((message, exception))


CALLS: dict[str, tuple[Callable[[], Any], Any]] = {
    "result": (lambda: Scripted(RESULT), [(RESULT, None)]),
    "interrupt": (lambda: Scripted(ToolInterruptEvent(use_of("scripted"), [])), [(None, None)]),
}


@pytest.mark.parametrize(("make", "ended"), CALLS.values(), ids=CALLS)
async def test_each_call_has_a_span_that_ends(
    executor: ToolExecutor, make: Callable[[], Any], ended: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A span that never ends is never exported."""
    tracer = RecordingTracer()
    monkeypatch.setattr("strands.tools.executors._executor.get_tracer", lambda: tracer)
    await Execution(executor, agent_with(make()), [use_of("scripted")]).run()
    assert tracer.ended == ended


@pytest.mark.parametrize("name", ["look", "unknown"])
async def test_a_recorded_span_describes_the_tool_and_is_current_in_it(
    executor: ToolExecutor, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Traces show what the model knew, and calls that the tool makes belong below its span."""
    span = TracerProvider().get_tracer("test").start_span("tool")
    monkeypatch.setattr("strands.tools.executors._executor.get_tracer", lambda: RecordingTracer(span))
    current: list[trace_api.Span] = []

    @tool
    def look(a: int = 1) -> None:
        """Look around."""
        current.append(trace_api.get_current_span())

    execution = Execution(executor, agent_with(look), [use_of(name)])
    async for _ in execution.stream:
        assert trace_api.get_current_span() is trace_api.INVALID_SPAN
    (spec,) = execution.agent.tool_registry.get_all_tool_specs()
    described = {
        "gen_ai.tool.description": "Look around.",
        "gen_ai.tool.json_schema": json.dumps(spec["inputSchema"]["json"]),
    }
    assert current == ([span] if name == "look" else [])
    assert span.attributes == (described if name == "look" else {})  # type: ignore[attr-defined]


async def test_the_span_of_a_broken_or_abandoned_call_ends(
    executor: ToolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    tracer = RecordingTracer()
    monkeypatch.setattr("strands.tools.executors._executor.get_tracer", lambda: tracer)
    abandoned = Execution(executor, agent_with(Scripted("x", RESULT)), [use_of("scripted")])
    await anext(abandoned.stream)
    await abandoned.stream.aclose()
    assert tracer.ended == [("GeneratorExit", None)]

    def fail(event: BeforeToolCallEvent) -> None:
        raise error

    error = RuntimeError("broken guard")
    with pytest.raises(RuntimeError):
        await Execution(executor, agent_with(add, before=fail), [use_of("add", a=1)]).run()
    assert tracer.ended[1:] == [("broken guard", error)]


async def test_closing_the_execution_closes_the_tool(executor: ToolExecutor) -> None:
    """A consumer that leaves must not leave a tool running."""
    scripted = Scripted("x", "y", RESULT)
    execution = Execution(executor, agent_with(scripted), [use_of("scripted")])
    await anext(execution.stream)
    assert not scripted.closed
    await execution.stream.aclose()
    assert scripted.closed


async def test_hooks_and_tool_share_context_variables(executor: ToolExecutor) -> None:
    """A hook that sets a request id or a tenant sets it for the tool."""
    variable = contextvars.ContextVar("variable", default="unset")

    @tool
    def look() -> str:
        return variable.get()

    def bind(event: BeforeToolCallEvent) -> None:
        variable.set("by the hook")

    agent = agent_with(look, before=bind)
    assert (await Execution(executor, agent, [use_of("look")]).run()).results == [success("by the hook")]
