"""Checks on a model's tool requests before any tool runs."""

from __future__ import annotations

from strands.tools.tools import InvalidToolUseNameException, validate_tool_use
from strands.types.content import Message
from strands.types.tools import ToolResult, ToolUse


def validate_and_prepare_tools(
    message: Message, tool_uses: list[ToolUse], tool_results: list[ToolResult], invalid_tool_use_ids: list[str]
) -> None:
    """Collect the tool uses of `message`; those with an unusable name get an error result at once.

    Args:
        message: A model's response.
        tool_uses: Receives all tool uses: the valid ones in their order, then the invalid ones.
        tool_results: Receives an error result for each invalid one.
        invalid_tool_use_ids: Receives the ids of the invalid ones.
    """
    invalid: list[ToolUse] = []
    for tool_use in [block["toolUse"] for block in message["content"] if "toolUse" in block]:
        problem = _problem(tool_use)
        if problem is None:
            tool_uses.append(tool_use)
            continue
        invalid.append(tool_use)
        invalid_tool_use_ids.append(tool_use["toolUseId"])
        tool_results.append(
            {"toolUseId": tool_use["toolUseId"], "status": "error", "content": [{"text": f"Error: {problem}"}]}
        )
    tool_uses.extend(invalid)


def _problem(tool_use: ToolUse) -> InvalidToolUseNameException | None:
    try:
        validate_tool_use(tool_use)
    except InvalidToolUseNameException as error:
        return error
    return None
