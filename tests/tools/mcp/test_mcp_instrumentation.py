"""Traces across MCP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import anyio
import pytest
from mcp import ClientSession
from mcp.server.fastmcp import FastMCP
from mcp.shared.memory import create_client_server_memory_streams
from opentelemetry import context as otel_context
from opentelemetry import trace

from strands.tools.mcp import MCPClient
from strands.tools.mcp.mcp_instrumentation import mcp_instrumentation, with_trace_context

TRACE_ID, SPAN_ID = 0xABC, 0xDEF
TRACEPARENT = f"00-{TRACE_ID:032x}-{SPAN_ID:016x}-01"


@pytest.fixture
def current_span() -> Iterator[None]:
    """A span of somebody else's trace is current."""
    parent = trace.SpanContext(TRACE_ID, SPAN_ID, is_remote=True, trace_flags=trace.TraceFlags(1))
    token = otel_context.attach(trace.set_span_in_context(trace.NonRecordingSpan(parent)))
    yield
    otel_context.detach(token)


@pytest.mark.usefixtures("current_span")
def test_calls_carry_the_callers_trace(client: MCPClient) -> None:
    """The server's spans belong to the agent's trace; other metadata stays."""
    result = client.call_tool_sync("t1", "meta", {}, meta={"tenant": "a"})
    assert result["content"] == [{"text": f'{{\n  "tenant": "a",\n  "traceparent": "{TRACEPARENT}"\n}}'}]


def test_without_a_trace_nothing_is_added() -> None:
    """Servers that are strict about metadata see none."""
    assert with_trace_context(None) is None
    assert with_trace_context({"tenant": "a"}) == {"tenant": "a"}


@asynccontextmanager
async def connected(server: FastMCP) -> AsyncIterator[ClientSession]:
    """Connect to a server in this process."""
    lowlevel = server._mcp_server
    async with create_client_server_memory_streams() as (ours, theirs), anyio.create_task_group() as group:
        group.start_soon(lowlevel.run, *theirs, lowlevel.create_initialization_options())
        async with ClientSession(*ours) as session:
            await session.initialize()
            yield session
        group.cancel_scope.cancel()


async def test_servers_in_this_process_continue_the_trace() -> None:
    """An agent behind an MCP server belongs to the trace of the agent that called it; calls do not mix."""
    mcp_instrumentation()
    mcp_instrumentation()  # once more changes nothing
    server = FastMCP("server")

    @server.tool(structured_output=False)
    async def trace_id() -> str:
        return f"{trace.get_current_span().get_span_context().trace_id:x}"

    async with connected(server) as session:
        texts = []
        for meta in (None, {"traceparent": TRACEPARENT}, None):
            result = await session.call_tool("trace_id", {}, meta=meta)
            texts.append(result.content[0].model_dump()["text"])
    assert texts == ["0", "abc", "0"]
