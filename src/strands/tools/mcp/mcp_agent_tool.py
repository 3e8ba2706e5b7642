"""A tool of an MCP server as an agent's tool."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from strands.types._events import ToolResultEvent
from strands.types.tools import AgentTool, ToolGenerator, ToolSpec, ToolUse

if TYPE_CHECKING:
    from mcp.types import Tool

    from strands.tools.mcp.mcp_client import MCPClient


class MCPAgentTool(AgentTool):
    """Passes an agent's calls on to the server.

    Args:
        mcp_tool: What the server said about the tool.
        mcp_client: Client of the server; it must be running when the tool is called.
        name_override: Name for agents, if it is not the server's.
        timeout: How long a call may take; without it, as long as the connection lasts.
    """

    def __init__(
        self,
        mcp_tool: Tool,
        mcp_client: MCPClient,
        name_override: str | None = None,
        timeout: timedelta | None = None,
    ) -> None:
        super().__init__()
        self.mcp_tool = mcp_tool
        self.mcp_client = mcp_client
        self.timeout = timeout
        self._name = name_override or mcp_tool.name

    @property
    @override
    def tool_name(self) -> str:
        return self._name

    @property
    @override
    def tool_spec(self) -> ToolSpec:
        found = self.mcp_tool
        spec = ToolSpec(
            inputSchema={"json": found.inputSchema},
            name=self._name,
            description=found.description or f"Tool which performs {found.name}",
        )
        if found.outputSchema:
            spec["outputSchema"] = {"json": found.outputSchema}
        return spec

    @property
    @override
    def tool_type(self) -> str:
        return "python"

    @override
    async def stream(self, tool_use: ToolUse, invocation_state: dict[str, Any], **kwargs: Any) -> ToolGenerator:
        result = await self.mcp_client.call_tool_async(
            tool_use["toolUseId"], self.mcp_tool.name, tool_use["input"], read_timeout_seconds=self.timeout
        )
        yield ToolResultEvent(result)
