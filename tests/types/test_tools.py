"""The base class of tools."""

from __future__ import annotations

from typing import Any

import pytest

from strands.types.tools import AgentTool, ToolGenerator, ToolSpec, ToolUse


class Forgetful(AgentTool):
    """A tool whose constructor does not call its parent's."""

    def __init__(self) -> None:
        """Call nobody."""

    @property
    def tool_name(self) -> str:
        return "forgetful"

    @property
    def tool_spec(self) -> ToolSpec:
        return {"name": "forgetful", "description": "", "inputSchema": {}}

    @property
    def tool_type(self) -> str:
        return "test"

    async def stream(self, tool_use: ToolUse, invocation_state: dict[str, Any], **kwargs: Any) -> ToolGenerator:
        yield None


def test_tool_is_static_until_it_is_marked() -> None:
    """Only tools registered at run time are dynamic; no constructor is needed to know that."""
    tool = Forgetful()
    assert (tool.is_dynamic, tool.supports_hot_reload) == (False, False)
    tool.mark_dynamic()
    assert tool.is_dynamic


def test_tool_shows_its_name_and_type() -> None:
    """User interfaces list tools by these."""
    assert Forgetful().get_display_properties() == {"Name": "forgetful", "Type": "test"}


def test_tool_without_the_required_parts_cannot_be_made() -> None:
    """A missing part shows when the tool is made, not when the model calls it."""
    with pytest.raises(TypeError, match="abstract"):
        AgentTool()  # type: ignore[abstract]
