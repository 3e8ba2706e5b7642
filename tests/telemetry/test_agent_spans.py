"""The spans of whole runs: how they nest, that each ends on every way out, and that none leaks to the consumer."""

from __future__ import annotations

import asyncio
import logging
from contextlib import aclosing, suppress
from typing import Any

import opentelemetry.trace as trace_api
import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from strands import Agent, tool
from strands.hooks.events import AfterModelCallEvent, BeforeModelCallEvent
from strands.telemetry import tracer as tracer_module
from strands.telemetry.tracer import get_tracer
from strands.testing import Gate, ScriptedModel, error, overflow, pause, text, use

AGENT, CYCLE, CHAT = "invoke_agent helper", "execute_event_loop_cycle", "chat"
OK, ERROR = StatusCode.OK, StatusCode.ERROR


@pytest.fixture(autouse=True)
def _fresh_tracer(finished: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch) -> None:
    """Agents share a tracer that remembers the provider it was created with."""
    monkeypatch.setattr(tracer_module, "_tracer_instance", None)


def tree(finished: InMemorySpanExporter) -> list[tuple[str, str | None, StatusCode]]:
    """Return name, parent's name and status of each span, in the order in which they ended."""
    spans = finished.get_finished_spans()
    names = {span.context.span_id: span.name for span in spans if span.context}
    return [(span.name, names[span.parent.span_id] if span.parent else None, span.status.status_code) for span in spans]


@tool
def add(a: int, b: int) -> int:
    """Add two numbers."""
    with get_tracer().tracer.start_as_current_span("inside the tool"):
        return a + b


@tool
def fail() -> str:
    """Fail."""
    raise ValueError("boom")


def helper(*turns: Any, **arguments: Any) -> Agent:
    return Agent(model=ScriptedModel(list(turns)), tools=[add, fail], name="helper", callback_handler=None, **arguments)


async def test_a_run_is_a_tree_of_agent_cycles_model_and_tool_calls(finished: InMemorySpanExporter) -> None:
    """Trace views show runs by this shape; a tool's own spans belong to its call."""
    await helper([use("add", a=1, b=2)], [use("fail")], "done").invoke_async("go")
    assert tree(finished) == [
        (CHAT, CYCLE, OK),
        ("inside the tool", "execute_tool add", StatusCode.UNSET),
        ("execute_tool add", CYCLE, OK),
        (CYCLE, AGENT, OK),
        (CHAT, CYCLE, OK),
        ("execute_tool fail", CYCLE, ERROR),
        (CYCLE, AGENT, OK),
        (CHAT, CYCLE, OK),
        (CYCLE, AGENT, OK),
        (AGENT, None, OK),
    ]


async def test_trace_attributes_are_on_every_span(finished: InMemorySpanExporter) -> None:
    """Applications find all spans of a session by them."""
    agent = helper([use("add", a=1, b=2)], "done", trace_attributes={"session.id": "s1"})
    await agent.invoke_async("go")
    spans = [span for span in finished.get_finished_spans() if span.name != "inside the tool"]
    assert len(spans) == 6
    assert all((span.attributes or {})["session.id"] == "s1" for span in spans)


async def test_a_refused_request_has_a_failed_span_of_its_own(finished: InMemorySpanExporter) -> None:
    messages: Any = [{"role": r, "content": [{"text": "x"}]} for r in ("user", "assistant", "user", "assistant")]
    await helper(overflow(), "done", messages=messages).invoke_async("go")
    assert tree(finished) == [
        (CHAT, CYCLE, ERROR),
        (CYCLE, AGENT, ERROR),
        (CHAT, CYCLE, OK),
        (CYCLE, AGENT, OK),
        (AGENT, None, OK),
    ]


async def test_an_answer_that_a_hook_has_retried_has_two_model_spans(finished: InMemorySpanExporter) -> None:
    agent = helper("first", "second")

    def retry_once(event: AfterModelCallEvent) -> None:
        model: Any = agent.model
        event.retry = len(model.requests) == 1

    agent.hooks.add_callback(AfterModelCallEvent, retry_once)
    await agent.invoke_async("go")
    assert tree(finished) == [(CHAT, CYCLE, OK), (CHAT, CYCLE, OK), (CYCLE, AGENT, OK), (AGENT, None, OK)]


@pytest.mark.parametrize("turn", ["done", error("ValidationException", "No.")])
async def test_hooks_around_a_model_call_see_its_span(turn: Any, finished: InMemorySpanExporter) -> None:
    """They add attributes to it, and their own spans belong to the call, whether it fails or not."""
    agent, seen = helper(turn), []

    def look(event: BeforeModelCallEvent | AfterModelCallEvent) -> None:
        span: Any = trace_api.get_current_span()
        seen.append(span.name)

    agent.add_hook(look, [BeforeModelCallEvent, AfterModelCallEvent])
    with suppress(Exception):
        await agent.invoke_async("go")
    assert seen == [CHAT, CHAT]


async def test_a_hook_that_fails_after_a_model_call_fails_its_span(finished: InMemorySpanExporter) -> None:
    """Each span ends once, and none of them as a success."""
    agent = helper("done")

    def fail_once(event: AfterModelCallEvent) -> None:
        if event.exception is None:
            raise LookupError("hook")

    agent.add_hook(fail_once)
    with pytest.raises(LookupError, match="hook"):
        await agent.invoke_async("go")
    assert tree(finished) == FAILED


FAILED = [(CHAT, CYCLE, ERROR), (CYCLE, AGENT, ERROR), (AGENT, None, ERROR)]


@pytest.mark.parametrize("turn", [error("ValidationException", "No."), [text("so f"), error("X", "cut")]])
async def test_an_error_ends_every_span_as_failed(turn: Any, finished: InMemorySpanExporter) -> None:
    with pytest.raises(Exception, match=r"No\.|cut"):
        await helper(turn).invoke_async("go")
    assert tree(finished) == FAILED


def names(finished: InMemorySpanExporter) -> list[tuple[str, str | None]]:
    return [(name, parent) for name, parent, _ in tree(finished)]


async def test_a_consumer_that_leaves_ends_every_span(finished: InMemorySpanExporter) -> None:
    """A span that never ends is never exported: the run would be missing from every trace."""
    run: Any = helper("many words to come").stream_async("go")
    async with aclosing(run) as events:
        async for event in events:
            if "data" in event:
                break
    assert names(finished) == [(CHAT, CYCLE), (CYCLE, AGENT), (AGENT, None)]


async def test_cleaning_up_belongs_to_the_call_that_is_abandoned(finished: InMemorySpanExporter) -> None:
    """A request that a tool makes to clean up would begin a trace of its own."""

    @tool
    async def watch() -> Any:
        """Watch."""
        try:
            yield "begun"
        finally:
            get_tracer().tracer.start_span("cleanup").end()

    run: Any = Agent(model=ScriptedModel([[use("watch")]]), tools=[watch], callback_handler=None).stream_async("go")
    async with aclosing(run) as events:
        async for event in events:
            if "tool_stream_event" in event:
                break
    assert ("cleanup", "execute_tool watch") in names(finished)


async def test_a_cancelled_task_ends_every_span(
    finished: InMemorySpanExporter, caplog: pytest.LogCaptureFixture
) -> None:
    gate, started = Gate(), asyncio.Event()
    agent = helper([text(["one ", pause(gate), "two"])])

    async def consume() -> None:
        async for event in agent.stream_async("go"):
            if "data" in event:
                started.set()

    task = asyncio.create_task(consume())
    await started.wait()
    task.cancel()
    with caplog.at_level(logging.WARNING), pytest.raises(asyncio.CancelledError):
        await task
    assert names(finished) == [(CHAT, CYCLE), (CYCLE, AGENT), (AGENT, None)]
    assert caplog.records == []


async def test_a_cancelled_run_ends_every_span(finished: InMemorySpanExporter) -> None:
    agent = helper("many words to come")
    async for event in agent.stream_async("go"):
        if "data" in event:
            agent.cancel()
    assert names(finished) == [(CHAT, CYCLE), (CYCLE, AGENT), (AGENT, None)]


async def test_no_span_of_the_agent_is_current_for_its_consumer(
    finished: InMemorySpanExporter, caplog: pytest.LogCaptureFixture
) -> None:
    """The consumer's own spans, e.g. of other requests in the same task, are not part of the run."""
    outer = get_tracer().tracer.start_span("the application's request")
    with trace_api.use_span(outer), caplog.at_level(logging.WARNING):
        async for _ in helper([use("add", a=1, b=2)], "done").stream_async("go"):
            assert trace_api.get_current_span() is outer
    outer.end()
    assert caplog.records == []
    assert tree(finished)[-2:] == [
        (AGENT, "the application's request", OK),
        ("the application's request", None, StatusCode.UNSET),
    ]
