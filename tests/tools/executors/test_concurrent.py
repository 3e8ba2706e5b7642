"""Several tools at once: as they come, to the end, and nothing left behind."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from strands.hooks import BeforeToolCallEvent
from strands.tools.decorator import tool
from strands.tools.executors import ConcurrentToolExecutor
from strands.types._events import ToolInterruptEvent, ToolResultEvent, ToolStreamEvent
from strands.types.tools import ToolContext
from tests.tools._running import success, use_of
from tests.tools.executors._agents import Execution, agent_with, texts_of

USES = [use_of("first", "1"), use_of("second", "2")]


async def test_events_come_as_they_happen_and_results_in_the_order_of_the_requests() -> None:
    """Whoever watches sees the fast tool at once; the history does not depend on who was fast."""
    second_done = asyncio.Event()

    @tool
    async def first() -> str:
        await second_done.wait()
        return "slow"

    @tool
    async def second() -> str:
        return "fast"

    execution = Execution(ConcurrentToolExecutor(), agent_with(first, second), USES)
    event = await anext(execution.stream)
    assert isinstance(event, ToolResultEvent)
    assert texts_of([event.tool_result]) == ["fast"]
    second_done.set()
    await execution.run()
    assert execution.texts == ["slow", "fast"]


async def test_blocking_tools_run_at_the_same_time() -> None:
    """With one after the other, the barrier would never open."""
    barrier = threading.Barrier(2)

    @tool
    def meet() -> str:
        barrier.wait(30)
        return "met"

    uses = [use_of("meet", "1"), use_of("meet", "2")]
    assert (await Execution(ConcurrentToolExecutor(), agent_with(meet), uses).run()).texts == ["met", "met"]


@pytest.mark.parametrize("uses", [USES[:1], USES])
async def test_a_tool_waits_until_its_event_was_dealt_with(uses: list[Any]) -> None:
    """A consumer that answers an event must not find the tool two steps ahead."""
    steps: list[str] = []

    @tool
    async def first() -> AsyncGenerator[str, None]:
        steps.append("a")
        yield "a"
        steps.append("b")
        yield "b"

    @tool
    async def second() -> None: ...

    execution = Execution(ConcurrentToolExecutor(), agent_with(first, second), uses)
    async for event in execution.stream:
        if isinstance(event, ToolStreamEvent):
            await asyncio.sleep(0)
            assert steps[-1] == event["tool_stream_event"]["data"]
    assert steps == ["a", "b"]


@pytest.mark.parametrize("uses", [USES[:1], USES])
@pytest.mark.parametrize("leave", ["close", "cancel"])
async def test_leaving_ends_all_tools(leave: str, uses: list[Any]) -> None:
    """Consumers break out of loops, and clients disconnect: no task may stay behind."""
    begun: list[str] = []
    ended: list[str] = []
    all_begun = asyncio.Event()

    async def endless(name: str) -> AsyncGenerator[str, None]:
        try:
            yield name
            begun.append(name)
            if len(begun) == len(uses):
                all_begun.set()
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)  # clean-up that takes a moment is waited for
            ended.append(name)

    tools = [tool(name="first")(lambda: endless("first")), tool(name="second")(lambda: endless("second"))]
    execution = Execution(ConcurrentToolExecutor(), agent_with(*tools), uses)
    before = asyncio.all_tasks()
    if leave == "close":
        for _ in uses:
            await anext(execution.stream)
        await execution.stream.aclose()
    else:
        task = asyncio.create_task(execution.run())
        await all_begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert sorted(ended) == [use["name"] for use in uses]
    assert asyncio.all_tasks() == before


async def test_leaving_does_not_wait_for_a_blocking_tool() -> None:
    """A thread cannot be stopped; the results of what was done are kept."""
    begun, release = threading.Event(), threading.Event()

    @tool
    def first() -> None:
        begun.set()
        release.wait()

    @tool
    async def second() -> str:
        return "done"

    execution = Execution(ConcurrentToolExecutor(), agent_with(first, second), USES)
    await anext(execution.stream)
    await asyncio.to_thread(begun.wait)
    await execution.stream.aclose()
    release.set()
    assert execution.texts == ["done"]


async def test_an_error_of_one_call_ends_the_others() -> None:
    """Only a hook can raise here; the run is over, so nothing may go on."""
    ended: list[str] = []

    @tool
    async def first() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("first")

    def guard(event: BeforeToolCallEvent) -> None:
        if event.tool_use["name"] == "second":
            raise RuntimeError("broken guard")

    execution = Execution(ConcurrentToolExecutor(), agent_with(first, before=guard), USES)
    with pytest.raises(RuntimeError, match="broken guard"):
        await execution.run()
    assert ended == ["first"]


async def test_an_interrupt_lets_the_others_finish() -> None:
    """Their results are kept for the resume."""

    @tool(context=True)
    async def first(tool_context: ToolContext) -> str:
        return str(tool_context.interrupt("approval"))

    @tool
    async def second() -> str:
        return "done"

    execution = await Execution(ConcurrentToolExecutor(), agent_with(first, second), USES).run()
    assert [type(event) for event in execution.events] == [ToolInterruptEvent, ToolResultEvent]
    assert execution.texts == ["done"]


@pytest.mark.parametrize("uses", [USES[:1], USES])
async def test_context_variables_do_not_leak_out_of_a_tool(uses: list[Any]) -> None:
    """What a tool binds, to a logger or a tracer, is its own; its clean-up finds it again."""
    variable = contextvars.ContextVar("variable", default="outer")

    async def bind() -> AsyncGenerator[str, None]:
        token = variable.set("inner")
        try:
            yield variable.get()
            await asyncio.sleep(0)
            yield variable.get()
        finally:
            variable.reset(token)

    agent = agent_with(*[tool(name=use["name"])(bind) for use in uses])
    execution = Execution(ConcurrentToolExecutor(), agent, uses)
    async for _ in execution.stream:
        assert variable.get() == "outer"
    assert execution.texts == ["inner"] * len(uses)
    abandoned = Execution(ConcurrentToolExecutor(), agent, uses)
    await anext(abandoned.stream)
    await abandoned.stream.aclose()
    assert variable.get() == "outer"


async def test_tools_that_are_cancelled_from_outside_end_the_execution() -> None:
    """As `asyncio.run` does with what still runs at its end."""

    @tool
    async def first() -> AsyncGenerator[str, None]:
        yield "x"

    @tool
    async def second() -> None:
        await asyncio.Event().wait()

    execution = Execution(ConcurrentToolExecutor(), agent_with(first, second), USES)
    await anext(execution.stream)
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        task.cancel()
    await asyncio.sleep(0)
    with pytest.raises(asyncio.CancelledError):
        await anext(execution.stream)


async def test_nothing_to_do_is_done_at_once() -> None:
    execution = await Execution(ConcurrentToolExecutor(), agent_with(), []).run()
    assert (execution.events, execution.results) == ([], [])


async def test_cancellation_reaches_the_single_tool_while_it_waits() -> None:
    """The shortcut for one tool must not be deaf."""
    reached: list[str] = []
    begun = asyncio.Event()

    @tool
    async def first() -> str:
        try:
            begun.set()
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            reached.append("tool")
            raise
        return "never"

    task = asyncio.create_task(Execution(ConcurrentToolExecutor(), agent_with(first), USES[:1]).run())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert reached == ["tool"]


async def test_a_timeout_inside_the_single_tool_is_its_own() -> None:
    """Cancellation that a tool asks for and handles stays inside."""

    @tool
    async def first() -> str:
        try:
            await asyncio.wait_for(asyncio.Event().wait(), 0)
        except asyncio.TimeoutError:
            return "timed out"
        return "never"

    execution = await Execution(ConcurrentToolExecutor(), agent_with(first), USES[:1]).run()
    assert execution.results == [{**success("timed out"), "toolUseId": "1"}]
