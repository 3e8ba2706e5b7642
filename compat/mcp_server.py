"""A Model Context Protocol server in this process, for scenarios on MCP tools."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
from mcp.server.fastmcp import FastMCP, Image
from mcp.shared.memory import create_client_server_memory_streams
from mcp.types import (
    AudioContent,
    BlobResourceContents,
    CallToolResult,
    EmbeddedResource,
    TextContent,
    TextResourceContents,
)

PNG = base64.b64decode(b"iVBORw0KGgo=")

server = FastMCP("compat", instructions="Be nice.")


@server.tool()
def echo(words: str, times: int = 1) -> str:
    """Say it again."""
    return words * times


@server.tool()
def fail() -> str:
    """Fail."""
    raise ValueError("boom")


@server.tool()
def picture() -> Image:
    """Show a picture."""
    return Image(data=PNG, format="png")


@server.tool()
def structured() -> dict[str, int]:
    """Return data."""
    return {"a": 1}


@server.tool(structured_output=False)  # the schema of its return type is not what is looked at
def several() -> list[Any]:
    """Return several contents."""
    return ["one", Image(data=PNG, format="png"), "two"]


@server.tool(structured_output=False)
def resources() -> list[EmbeddedResource]:
    """Return resources."""
    text = TextResourceContents(uri="memo://a", text="memo", mimeType="text/plain")
    blob = BlobResourceContents(uri="memo://b", blob=base64.b64encode(PNG).decode(), mimeType="image/png")
    binary = BlobResourceContents(uri="memo://c", blob="AAEC", mimeType="application/octet-stream")
    return [EmbeddedResource(type="resource", resource=one) for one in (text, blob, binary)]


@server.tool(structured_output=False)
def sound() -> list[AudioContent]:
    """Make a sound."""
    return [AudioContent(type="audio", data="AAEC", mimeType="audio/wav")]


@server.tool()
def with_metadata() -> CallToolResult:
    """Return a result with metadata."""
    return CallToolResult(content=[TextContent(type="text", text="t")], _meta={"k": "v"})


@server.resource("memo://today")
def memo() -> str:
    """Return today's memo."""
    return "buy milk"


@server.resource("memo://{name}")
def named_memo(name: str) -> str:
    """Return a memo."""
    return f"memo {name}"


@server.prompt()
def greeting(name: str) -> str:
    """Greet somebody."""
    return f"Hello {name}"


@asynccontextmanager
async def transport() -> AsyncIterator[Any]:
    """Connect to the server over streams in memory."""
    protocol = server._mcp_server  # the way that the SDK's own tests connect
    async with create_client_server_memory_streams() as (client, (reads, writes)), anyio.create_task_group() as tasks:
        tasks.start_soon(protocol.run, reads, writes, protocol.create_initialization_options())
        yield client
        tasks.cancel_scope.cancel()


@asynccontextmanager
async def broken_transport() -> AsyncIterator[Any]:
    """Fail to connect."""
    raise ConnectionError("no server")
    yield
