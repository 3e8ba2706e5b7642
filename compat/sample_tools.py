"""Tools that many scenarios offer."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

from strands import ToolContext, tool
from strands.types.tools import AgentTool


@tool
def noop(x: int = 0) -> str:
    """Return the number."""
    return f"r{x}"


@tool(context=True)
def ask(tool_context: ToolContext, question: str = "sure?") -> str:
    """Ask a person."""
    return f"answered {tool_context.interrupt('approval', reason={'question': question})!r}"


class Plain(AgentTool):
    """A tool written as a class."""

    def __init__(self, name: str = "plain") -> None:
        super().__init__()
        self._name = name

    @property
    def tool_name(self) -> str:
        return self._name

    @property
    def tool_spec(self) -> Any:
        return {
            "name": self._name,
            "description": "Plain.",
            "inputSchema": {"json": {"type": "object", "properties": {}}},
        }

    @property
    def tool_type(self) -> str:
        return "plain"

    async def stream(self, tool_use: Any, invocation_state: dict[str, Any], **kwargs: Any) -> AsyncGenerator[Any, None]:
        yield {"working": True}
        yield {
            "toolUseId": tool_use["toolUseId"],
            "status": "success",
            "content": [{"text": f"{sorted(invocation_state)} {sorted(kwargs)}"}],
        }
