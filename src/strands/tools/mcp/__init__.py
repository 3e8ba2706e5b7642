"""Tools from MCP (Model Context Protocol) servers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from strands._lazy import lazy_exports

if TYPE_CHECKING:
    from strands.tools.mcp.mcp_agent_tool import MCPAgentTool as MCPAgentTool
    from strands.tools.mcp.mcp_client import MCPClient as MCPClient
    from strands.tools.mcp.mcp_client import ToolFilters as ToolFilters
    from strands.tools.mcp.mcp_tasks import TasksConfig as TasksConfig
    from strands.tools.mcp.mcp_types import MCPTransport as MCPTransport

__all__ = ["MCPAgentTool", "MCPClient", "MCPTransport", "TasksConfig", "ToolFilters"]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "MCPAgentTool": "strands.tools.mcp.mcp_agent_tool",
        "MCPClient": "strands.tools.mcp.mcp_client",
        "MCPTransport": "strands.tools.mcp.mcp_types",
        "TasksConfig": "strands.tools.mcp.mcp_tasks",
        "ToolFilters": "strands.tools.mcp.mcp_client",
    },
)
