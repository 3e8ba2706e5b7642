"""Hooks around tool calls: cancel, change, replace, retry, stop."""

# mypy: disable-error-code="arg-type, attr-defined, call-arg"
# Wrong use is looked at, too.

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

from compat.normalise import observed
from compat.observing import Bench
from compat.registry import scenario, table
from compat.sample_tools import noop
from compat.scripted import call, text
from strands import ToolContext, tool
from strands.hooks import AfterToolCallEvent, BeforeToolCallEvent


@table({"true": True, "text": "not today", "empty text": ""})
async def cancelled_by_a_hook(value: Any) -> Any:
    def refuse(event: BeforeToolCallEvent) -> None:
        event.cancel_tool = value

    return (
        await Bench(call("noop"), text("done"), tools=[noop], log_hooks=True)
        .on(BeforeToolCallEvent, refuse)
        .run(metrics=True)
    )


@scenario
async def input_changed_by_a_hook() -> Any:
    def change(event: BeforeToolCallEvent) -> None:
        event.tool_use["input"]["x"] = 42

    return await Bench(call("noop"), text("done"), tools=[noop]).on(BeforeToolCallEvent, change).run()


@scenario
async def tool_use_replaced_by_a_hook() -> Any:
    def change(event: BeforeToolCallEvent) -> None:
        event.tool_use = {**event.tool_use, "input": {"x": 9}}

    return await Bench(call("noop"), text("done"), tools=[noop]).on(BeforeToolCallEvent, change).outcome()


@scenario
async def tool_replaced_by_a_hook() -> Any:
    @tool
    def other(x: int = 0) -> str:
        """Answer otherwise."""
        return f"other {x}"

    def change(event: BeforeToolCallEvent) -> None:
        event.selected_tool = other

    return (
        await Bench(call("noop"), text("done"), tools=[noop], log_hooks=[AfterToolCallEvent])
        .on(BeforeToolCallEvent, change)
        .run()
    )


@scenario
async def unknown_tool_provided_by_a_hook() -> Any:
    def change(event: BeforeToolCallEvent) -> None:
        event.selected_tool = noop

    return await Bench(call("missing_tool"), text("done")).on(BeforeToolCallEvent, change).outcome()


@scenario
async def tool_taken_away_by_a_hook() -> Any:
    def change(event: BeforeToolCallEvent) -> None:
        event.selected_tool = None

    return (
        await Bench(call("noop"), text("done"), tools=[noop], log_hooks=[AfterToolCallEvent])
        .on(BeforeToolCallEvent, change)
        .run()
    )


@scenario
async def result_replaced_by_a_hook() -> Any:
    def change(event: AfterToolCallEvent) -> None:
        event.result = {"toolUseId": event.tool_use["toolUseId"], "status": "success", "content": [{"text": "changed"}]}

    return await Bench(call("noop"), text("done"), tools=[noop]).on(AfterToolCallEvent, change).run()


@scenario
async def retried_by_a_hook() -> Any:
    attempts = []

    @tool
    def flaky() -> str:
        """Fail twice."""
        attempts.append(1)
        if len(attempts) < 3:
            raise ValueError(f"attempt {len(attempts)}")
        return "at last"

    def again(event: AfterToolCallEvent) -> None:
        event.retry = event.exception is not None

    return (
        await Bench(call("flaky"), text("done"), tools=[flaky], log_hooks=True)
        .on(AfterToolCallEvent, again)
        .run(metrics=True)
    )


@scenario
async def stream_retried_by_a_hook() -> Any:
    attempts = []

    @tool
    async def flow() -> AsyncGenerator[Any, None]:
        """Stream."""
        attempts.append(1)
        yield f"part of {len(attempts)}"
        yield f"result {len(attempts)}"

    def again(event: AfterToolCallEvent) -> None:
        event.retry = len(attempts) < 2

    return await Bench(call("flow"), text("done"), tools=[flow]).on(AfterToolCallEvent, again).run()


@table({"before": BeforeToolCallEvent, "after": AfterToolCallEvent})
async def hook_raises(event_type: type) -> Any:
    def broken(event: Any) -> None:
        raise LookupError("hook")

    bench = Bench(call("noop"), text("done"), text("later"), tools=[noop], log_hooks=True).on(event_type, broken)
    return [await bench.run(), await bench.outcome("go on")]


@table(
    {
        "tool_use": "tool_use",
        "result": "result",
        "exception": "exception",
        "agent": "agent",
        "invocation_state": "invocation_state",
    },
)
async def hook_writes_a_field_it_must_not(field: str) -> Any:
    errors = []

    def write(event: Any) -> None:
        try:
            setattr(event, field, None)
        except AttributeError as error:
            errors.append(observed(error))

    bench = Bench(call("noop"), text("done"), tools=[noop])
    if field != "tool_use":
        bench.on(AfterToolCallEvent, write)
    if field != "result":
        bench.on(BeforeToolCallEvent, write)
    await bench.run()
    return errors


@scenario
async def stop_event_loop_from_a_tool() -> Any:
    @tool(context=True)
    def leave(tool_context: ToolContext) -> str:
        """Leave."""
        tool_context.invocation_state["request_state"]["stop_event_loop"] = True
        return "left"

    bench = Bench(call("leave", before="bye"), text("later"), tools=[leave], log_hooks=True)
    return [await bench.run(metrics=True), await bench.outcome("go on")]


@scenario
async def tool_changes_the_agent() -> Any:
    @tool
    def late() -> str:
        """Come late."""
        return "late"

    @tool(context=True)
    def grow(tool_context: ToolContext) -> str:
        """Grow."""
        tool_context.agent.tool_registry.register_tool(late)
        tool_context.agent.state.set("grown", True)
        return "grown"

    bench = Bench(call("grow"), call("late", tool_use_id="t2"), text("done"), tools=[grow])
    return [await bench.outcome(), observed(bench.agent.state.get()), bench.agent.tool_names]
