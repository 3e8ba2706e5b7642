"""Running single tools in tests."""

from __future__ import annotations

from contextlib import aclosing
from typing import Any

from strands.types._events import ToolResultEvent
from strands.types.tools import AgentTool, ToolResult, ToolUse


def use_of(name: str, tool_use_id: str = "t1", /, **arguments: Any) -> ToolUse:
    return {"toolUseId": tool_use_id, "name": name, "input": arguments}


async def events_of(tool: AgentTool, arguments: Any = None, **state: Any) -> list[Any]:
    request: ToolUse = {"toolUseId": "t1", "name": tool.tool_name, "input": {} if arguments is None else arguments}
    async with aclosing(tool.stream(request, state)) as events:
        return [event async for event in events]


async def result_of(tool: AgentTool, arguments: Any = None, **state: Any) -> ToolResult:
    (event,) = await events_of(tool, arguments, **state)
    assert isinstance(event, ToolResultEvent)
    return event.tool_result


def success(text: str) -> ToolResult:
    return {"toolUseId": "t1", "status": "success", "content": [{"text": text}]}


def failure(text: str) -> ToolResult:
    return {"toolUseId": "t1", "status": "error", "content": [{"text": text}]}
