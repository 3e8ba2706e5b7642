"""Pieces of history that stand in for tools which do not exist or did not finish."""

from __future__ import annotations

from strands.tools.decorator import tool
from strands.types.content import ContentBlock


@tool(name="noop", description="This is a fake tool that MUST be completely ignored.")
def noop_tool() -> str:
    """Stand in for all tools where a provider insists on a tool list for a history with tool calls."""
    return "You MUST NOT use this tool. Respond DIRECTLY to the user."


def generate_missing_tool_result_content(tool_use_ids: list[str]) -> list[ContentBlock]:
    """Return an error result for each tool use that never got one, so that the history is valid again."""
    return [
        {"toolResult": {"toolUseId": tool_use_id, "status": "error", "content": [{"text": "Tool was interrupted."}]}}
        for tool_use_id in tool_use_ids
    ]
