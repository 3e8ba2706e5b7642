"""What crosses the border to an MCP server: transports, and results of tools."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Any, TypeAlias

from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from mcp.client.streamable_http import GetSessionIdCallback
from mcp.shared.message import SessionMessage
from typing_extensions import NotRequired

from strands.types.tools import ToolResult

MessagesFromServer: TypeAlias = MemoryObjectReceiveStream[SessionMessage | Exception]
MessagesToServer: TypeAlias = MemoryObjectSendStream[SessionMessage]

MCPTransport: TypeAlias = AbstractAsyncContextManager[
    tuple[MessagesFromServer, MessagesToServer] | tuple[MessagesFromServer, MessagesToServer, GetSessionIdCallback]
]
"""A connection; entering it opens it and gives the two streams of messages."""


class MCPToolResult(ToolResult):
    """A tool result with what else an MCP server said about it."""

    structuredContent: NotRequired[dict[str, Any]]
    metadata: NotRequired[dict[str, Any]]
    isError: NotRequired[bool]
