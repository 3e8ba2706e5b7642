"""Agents whose tools are executed by hand."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import aclosing
from typing import Any

from strands import Agent
from strands.hooks import AfterToolCallEvent, BeforeToolCallEvent
from strands.telemetry.metrics import Trace
from strands.testing import ScriptedModel
from strands.tools.executors._executor import ToolExecutor
from strands.types._events import ToolResultEvent, TypedEvent
from strands.types.tools import ToolResult, ToolUse


def agent_with(
    *tools: Any,
    before: Any = None,
    after: Any = None,
) -> Agent:
    agent = Agent(model=ScriptedModel([]), tools=list(tools), callback_handler=None)
    if before:
        agent.hooks.add_callback(BeforeToolCallEvent, before)
    if after:
        agent.hooks.add_callback(AfterToolCallEvent, after)
    return agent


class Execution:
    """One execution of tool uses, and what came of it."""

    def __init__(self, executor: ToolExecutor, agent: Agent, tool_uses: list[ToolUse], **options: Any) -> None:
        self.agent = agent
        self.results: list[ToolResult] = []
        self.trace = Trace("cycle")
        self.state: dict[str, Any] = {}
        self.events: list[TypedEvent] = []
        self.stream = executor._execute(agent, tool_uses, self.results, self.trace, None, self.state, **options)

    async def run(self) -> Execution:
        async with aclosing(self.stream):
            async for event in self.stream:
                self.events.append(event)
        return self

    @property
    def outcomes(self) -> list[ToolResultEvent]:
        return [event for event in self.events if isinstance(event, ToolResultEvent)]

    @property
    def texts(self) -> list[str]:
        return texts_of(self.results)


def texts_of(results: Iterable[ToolResult]) -> list[str]:
    return [result["content"][0]["text"] for result in results]
