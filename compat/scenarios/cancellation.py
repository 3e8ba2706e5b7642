"""Cancellation at each phase of a run."""

from __future__ import annotations

from typing import Any

from compat.answering import sequential
from compat.observing import Bench
from compat.registry import scenario, table
from compat.sample_tools import noop
from compat.scripted import call, message, start, stop, text, text_block, tool_block
from strands import ToolContext, tool
from strands.hooks import AfterModelCallEvent, BeforeInvocationEvent, BeforeModelCallEvent, BeforeToolCallEvent


@table(
    {
        "before invocation hook": BeforeInvocationEvent,
        "before model hook": BeforeModelCallEvent,
        "after model hook": AfterModelCallEvent,
        "before tool hook": BeforeToolCallEvent,
    },
)
async def cancelled_in_a(event_type: type) -> Any:
    done: list[int] = []

    def cancel(event: Any) -> None:
        if not done:
            done.append(1)
            event.agent.cancel()

    bench = sequential(call("noop", before="wait"), text("later"), text("last"), tools=[noop], log_hooks=True).on(
        event_type, cancel
    )
    return [await bench.run(metrics=True), await bench.outcome("go on")]


@scenario
async def cancelled_before_the_run() -> Any:
    bench = Bench(text("one"), text("two"))
    bench.agent.cancel()
    return [await bench.run(), await bench.outcome("go on")]


@scenario
async def cancelled_in_mid_stream() -> Any:
    bench = Bench()
    bench.model.turns = [
        [*start(), *text_block("par", "tial")[:2], bench.agent.cancel, *text_block("tial", "!")[1:], *stop()],
        text("later"),
    ]
    return [await bench.run(metrics=True), await bench.run("go on")]


@scenario
async def cancelled_in_mid_tool_use() -> Any:
    bench = Bench(tools=[noop])
    bench.model.turns = [
        [
            *start(),
            *tool_block("noop", '{"x":')[:2],
            bench.agent.cancel,
            *tool_block("noop", "1}")[1:],
            *stop("tool_use"),
        ],
        text("later"),
    ]
    return [await bench.run(), await bench.outcome("go on")]


@scenario
async def cancelled_at_the_last_chunk() -> Any:
    bench = Bench(tools=[noop])
    bench.model.turns = [[*call("noop"), bench.agent.cancel], text("later")]
    return [await bench.run(), await bench.outcome("go on")]


@scenario
async def cancelled_by_a_tool() -> Any:
    @tool(context=True)
    def canceller(tool_context: ToolContext) -> str:
        """Cancel."""
        tool_context.agent.cancel()
        return "cancelled"

    turn = message(tool_block("canceller", "{}", "a"), tool_block("noop", "{}", "b"), reason="tool_use")
    bench = sequential(turn, text("later"), tools=[canceller, noop], log_hooks=True)
    return [await bench.run(), await bench.outcome("go on")]


@scenario
async def cancelled_on_turn_two() -> Any:
    bench = Bench(tools=[noop])
    bench.model.turns = [
        call("noop"),
        [*start(), *text_block("par")[:2], bench.agent.cancel, *text_block("t")[1:], *stop()],
    ]
    return await bench.run()


@scenario
async def cancelled_with_structured_output() -> Any:
    from compat.scenarios.structured import Person

    bench = Bench()
    bench.model.turns = [[*start(), bench.agent.cancel, *text_block("par"), *stop()]]
    return await bench.run(structured_output_model=Person)
