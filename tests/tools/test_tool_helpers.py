"""Stand-ins for tools that do not exist or did not finish."""

from __future__ import annotations

import pytest

from strands.tools import _tool_helpers
from strands.tools._tool_helpers import generate_missing_tool_result_content, noop_tool
from tests.tools._running import result_of, success


def test_missing_results_are_errors() -> None:
    """A provider refuses a history in which a request has no result."""
    assert generate_missing_tool_result_content(["a", "b"]) == [
        {"toolResult": {"toolUseId": "a", "status": "error", "content": [{"text": "Tool was interrupted."}]}},
        {"toolResult": {"toolUseId": "b", "status": "error", "content": [{"text": "Tool was interrupted."}]}},
    ]


async def test_the_stand_in_tool_tells_the_model_to_answer() -> None:
    """Providers want a tool list to go with old tool calls, and a model may fall for it."""
    assert noop_tool.tool_spec == {
        "name": "noop",
        "description": "This is a fake tool that MUST be completely ignored.",
        "inputSchema": {"json": {"properties": {}, "type": "object"}},
    }
    assert await result_of(noop_tool) == success("You MUST NOT use this tool. Respond DIRECTLY to the user.")


def test_other_names_do_not_exist() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'other'"):
        _tool_helpers.other  # noqa: B018
