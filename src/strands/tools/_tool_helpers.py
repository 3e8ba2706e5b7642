"""Pieces of history that stand in for tools which do not exist or did not finish."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from strands.types.content import ContentBlock

if TYPE_CHECKING:
    from strands.tools.decorator import DecoratedFunctionTool

    noop_tool: DecoratedFunctionTool[[], str]


def generate_missing_tool_result_content(tool_use_ids: list[str]) -> list[ContentBlock]:
    """Return an error result for each tool use that never got one, so that the history is valid again."""
    return [
        {"toolResult": {"toolUseId": tool_use_id, "status": "error", "content": [{"text": "Tool was interrupted."}]}}
        for tool_use_id in tool_use_ids
    ]


def __getattr__(name: str) -> Any:
    # Made on first use: few requests need it, and making a tool loads pydantic.
    if name == "noop_tool":
        return _noop_tool()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


@cache
def _noop_tool() -> DecoratedFunctionTool[[], str]:
    """Return a stand-in for all tools, where a provider wants a tool list to go with a history of tool calls."""
    from strands.tools.decorator import tool

    @tool(name="noop", description="This is a fake tool that MUST be completely ignored.")
    def noop_tool() -> str:
        return "You MUST NOT use this tool. Respond DIRECTLY to the user."

    return noop_tool
