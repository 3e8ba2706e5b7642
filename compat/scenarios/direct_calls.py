"""Calls of `agent.tool.<name>(...)`."""

# mypy: disable-error-code="arg-type, attr-defined, call-arg"
# Wrong use is looked at, too.

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

from compat.normalise import observed
from compat.observing import Bench, attempt
from compat.registry import scenario, table
from compat.sample_tools import noop
from compat.scripted import text
from strands import ToolContext, tool


@table(
    {
        "plain": {"x": 3},
        "unrecorded": {"x": 3, "record_direct_tool_call": False},
        "with a message": {"x": 3, "user_message_override": "please"},
        "bad input": {"x": "many"},
        "unknown argument": {"y": 3},
    },
)
async def direct_call(arguments: dict[str, Any]) -> Any:
    bench = Bench(text("done"), tools=[noop], log_hooks=True)
    result = attempt(lambda: bench.agent.tool.noop(**arguments))
    return {"result": result, "timeline": bench.timeline, "messages": observed(bench.agent.messages)}


@scenario
async def direct_calls_in_other_ways() -> Any:
    @tool
    def under_score() -> str:
        """Be named with an underscore."""
        return "ok"

    @tool(name="dash-ed")
    def dashed() -> str:
        """Be named with a dash."""
        return "ok"

    @tool(context=True)
    def peek(tool_context: ToolContext) -> str:
        """Look."""
        return f"{sorted(tool_context.invocation_state)} {sorted(tool_context.tool_use)}"

    @tool
    async def flow() -> AsyncGenerator[Any, None]:
        """Stream."""
        yield "a"
        yield "b"

    agent = Bench(tools=[under_score, dashed, peek, flow, noop]).agent
    return {
        "underscore": attempt(lambda: agent.tool.under_score()),
        "dash": attempt(lambda: agent.tool.dash_ed()),
        "context": attempt(lambda: agent.tool.peek()),
        "stream": attempt(lambda: agent.tool.flow()),
        "unknown": attempt(lambda: agent.tool.unknown()),
        "positional": attempt(lambda: agent.tool.noop(1)),
        "messages": observed(agent.messages),
    }


@scenario
async def direct_calls_without_recording() -> Any:
    agent = Bench(tools=[noop], record_direct_tool_call=False).agent
    first = attempt(lambda: agent.tool.noop(x=1))
    return [
        first,
        observed(agent.messages),
        attempt(lambda: agent.tool.noop(x=2, record_direct_tool_call=True)),
        observed(agent.messages),
    ]
