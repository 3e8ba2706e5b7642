"""One attempt at a tool call: whatever the tool does, it ends in a result or an interrupt."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing, nullcontext
from typing import Any, cast

from strands.interrupt import InterruptException
from strands.types._events import ToolInterruptEvent, ToolResultEvent, ToolStreamEvent, TypedEvent
from strands.types.tools import AgentTool, ToolResult, ToolUse

logger = logging.getLogger(__name__)


async def attempt(
    tool: AgentTool | None, tool_use: ToolUse, invocation_state: dict[str, Any], options: dict[str, Any]
) -> AsyncGenerator[TypedEvent, None]:
    """Run a tool once.

    Args:
        tool: The tool; None if there is none by that name.
        tool_use: The model's request.
        invocation_state: The caller's values for this run.
        options: Further keyword arguments of the tool's `stream`.

    Yields:
        What the tool streams, then one `ToolResultEvent` or `ToolInterruptEvent`. An exception becomes a result.
    """
    if tool is None:
        unknown = f"Unknown tool: {tool_use['name']}"
        yield ToolResultEvent(error_result(tool_use, unknown), Exception(unknown))
        return
    try:
        async with aclosing(_events(tool, tool_use, invocation_state, options)) as events:
            async for event in events:
                yield event
    except InterruptException as interruption:
        yield ToolInterruptEvent(tool_use, [interruption.interrupt])
    except Exception as error:
        logger.exception("tool_name=<%s> | failed to process tool", tool_use["name"])
        yield ToolResultEvent(error_result(tool_use, f"Error: {error}"), error)


async def _events(
    tool: AgentTool, tool_use: ToolUse, invocation_state: dict[str, Any], options: dict[str, Any]
) -> AsyncGenerator[TypedEvent, None]:
    last: Any = None
    stream = tool.stream(tool_use, invocation_state, **options)
    # A user's tool may return an async iterator that is no generator, and has nothing to close.
    async with aclosing(stream) if hasattr(stream, "aclose") else nullcontext():
        async for event in stream:
            if isinstance(event, ToolResultEvent):
                yield _with_complete_result(event, tool_use)
                return
            if isinstance(event, ToolInterruptEvent):
                yield event
                return
            yield event if isinstance(event, ToolStreamEvent) else ToolStreamEvent(tool_use, event)
            last = event
    yield _with_complete_result(ToolResultEvent(last), tool_use)


def error_result(tool_use: ToolUse, text: str) -> ToolResult:
    """Return a result that tells the model what went wrong."""
    return {"toolUseId": tool_use["toolUseId"], "status": "error", "content": [{"text": text}]}


def _with_complete_result(event: ToolResultEvent, tool_use: ToolUse) -> ToolResultEvent:
    """Return the event with a result that fits the history: a request without its result would break every later call.

    Raises:
        TypeError: If the tool's result is none.
    """
    result = cast(Any, event.tool_result)
    if not isinstance(result, dict) or "content" not in result:
        expected = "a dict with 'status' and 'content'"
        raise TypeError(f"result of tool {tool_use['name']!r} must be {expected}, got {result!r}")
    if result.get("toolUseId") == tool_use["toolUseId"] and "status" in result:
        return event
    completed = {"status": "success", **result, "toolUseId": tool_use["toolUseId"]}
    return ToolResultEvent(cast(ToolResult, completed), event.exception)
