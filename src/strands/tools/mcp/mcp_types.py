"""What crosses the border to an MCP server: transports, and results of tools."""

from contextlib import AbstractAsyncContextManager
from typing import Any, TypeAlias

from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from mcp.client.streamable_http import GetSessionIdCallback
from mcp.shared.message import SessionMessage
from typing_extensions import NotRequired

from strands.types.tools import ToolResult

JSONObject: TypeAlias = dict[str, Any]

MessagesFromServer: TypeAlias = MemoryObjectReceiveStream[SessionMessage | Exception]
MessagesToServer: TypeAlias = MemoryObjectSendStream[SessionMessage]

MCPTransport: TypeAlias = AbstractAsyncContextManager[
    tuple[MessagesFromServer, MessagesToServer] | tuple[MessagesFromServer, MessagesToServer, GetSessionIdCallback]
]
"""A connection; entering it opens it and gives the two streams of messages."""


class MCPToolResult(ToolResult):
    """A tool result with what else an MCP server said about it."""

    structuredContent: NotRequired[JSONObject]
    metadata: NotRequired[JSONObject]
    isError: NotRequired[bool]
