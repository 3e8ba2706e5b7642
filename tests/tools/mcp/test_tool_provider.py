"""A client among an agent's tools: the agent starts it, and the last of its agents stops it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from strands import Agent
from strands.testing import ScriptedModel, use
from strands.tools.mcp import MCPClient
from strands.types.exceptions import MCPClientInitializationError, ToolProviderException
from tests.tools.mcp.servers import EVERYTHING, FAULTY, LOWLEVEL, is_alive, over_stdio, stdio_client_of


def is_running(client: MCPClient) -> bool:
    try:
        client.list_prompts_sync()
    except MCPClientInitializationError:
        return False
    return True


async def test_tools_of_all_pages_are_loaded_once() -> None:
    """An agent gets the whole server, however it cuts its lists."""
    client = stdio_client_of(LOWLEVEL, prefix="x", tool_filters={"rejected": ["asking", "url", "untyped"]})
    tools = await client.load_tools()
    assert [tool.tool_name for tool in tools] == [
        *("x_one", "x_plain", "x_two", "x_optional", "x_required"),
        *("x_three", "x_forbidden", "x_failing", "x_stuck", "x_cancelled"),
    ]
    assert await client.load_tools() is tools
    client.stop(None, None, None)


def test_the_last_consumer_stops_what_consumers_started() -> None:
    """Agents share a client, and none of them knows of the others; unknown ones change nothing."""
    client = stdio_client_of(EVERYTHING, "stdio")
    asyncio.run(client.load_tools())
    for consumer in ("a", "b", "b"):
        client.add_consumer(consumer)
    for consumer, running in [("unknown", True), ("a", True), ("b", False), ("b", False)]:
        client.remove_consumer(consumer)
        assert is_running(client) is running
    assert asyncio.run(client.load_tools())
    client.stop(None, None, None)


def test_a_client_that_somebody_else_started_is_used_but_not_stopped() -> None:
    """`with client:` keeps its promise also when an agent inside takes the client as a tool."""
    with stdio_client_of(EVERYTHING, "stdio", tool_filters={"allowed": ["say"]}) as client:
        agent = Agent(model=ScriptedModel(["done"]), tools=[client], callback_handler=None)
        assert agent.tool_names == ["say"]
        agent.cleanup()
        assert is_running(client)


async def test_loading_does_not_block_the_event_loop() -> None:
    """Another agent's stream must go on while a server starts."""
    connected = threading.Event()

    @asynccontextmanager
    async def transport() -> AsyncIterator[Any]:
        async with over_stdio(FAULTY, "hang")() as streams:
            connected.set()
            yield streams

    loading = asyncio.ensure_future(MCPClient(transport).load_tools())
    while not connected.is_set():  # noqa: ASYNC110 - another thread sets it
        await asyncio.sleep(0.005)
    loading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await loading


async def test_loading_at_the_same_time_starts_one_connection() -> None:
    """Two agents that are made side by side share the server."""
    client = stdio_client_of(EVERYTHING, "stdio", tool_filters={"allowed": ["pid"]})
    first, second = await asyncio.gather(client.load_tools(), client.load_tools())
    assert [tool.tool_name for tool in first] == [tool.tool_name for tool in second] == ["pid"]
    await asyncio.to_thread(client.stop, None, None, None)


UNLOADABLE = {
    "exit": ("exit", 20, "Failed to start MCP client: the client initialization failed: Connection closed"),
    "hang": (
        "hang",
        1,
        "Failed to start MCP client: the client initialization failed: the server was not ready within 1 seconds",
    ),
    "no list": ("none hang_list", 2, "Failed to list the tools of the MCP server: Timed out"),
    "endless list": (
        "none endless_list",
        20,
        "Failed to list the tools of the MCP server: the server gave the page 'next' twice",
    ),
}


@pytest.mark.parametrize("faults, startup_timeout, cause", UNLOADABLE.values(), ids=UNLOADABLE)
async def test_a_server_that_cannot_be_loaded_says_why(faults: str, startup_timeout: int, cause: str) -> None:
    """In time, and leaving nothing running that nobody would stop."""
    client = stdio_client_of(FAULTY, *faults.split(), startup_timeout=startup_timeout)
    for _ in range(2):
        with pytest.raises(ToolProviderException, match=f"^{cause}"):
            await client.load_tools()
    assert not is_running(client)


def test_an_agent_calls_tools_and_sees_their_failures() -> None:
    """A server that dies in mid-run costs a tool's result, not the run."""
    client = stdio_client_of(EVERYTHING, "stdio", prefix="x")
    agent = Agent(
        model=ScriptedModel([use("x_full"), use("x_die"), use("x_full"), "done"]),
        tools=[client],
        callback_handler=None,
    )
    assert str(agent("go")) == "done\n"
    gone = "Tool execution failed: Connection to the MCP server was closed: the server ended the connection"
    results: list[Any] = [message["content"][0].get("toolResult") for message in agent.messages]
    assert results[2] == {
        "status": "success",
        "toolUseId": results[2]["toolUseId"],
        "content": [{"text": "all"}],
        "structuredContent": {"answer": 42},
        "metadata": {"cost": 3},
        "isError": False,
    }
    for lost in (results[4], results[6]):
        assert lost == {"status": "error", "toolUseId": lost["toolUseId"], "content": [{"text": gone}]}
    agent.cleanup()


def test_cleaning_up_the_last_agent_ends_the_server() -> None:
    """A process that nobody talks to any more must not stay."""
    client = stdio_client_of(EVERYTHING, "stdio")
    agents = [Agent(model=ScriptedModel(["done"]), tools=[client], callback_handler=None) for _ in range(2)]
    process_id = int(client.call_tool_sync("t1", "pid")["content"][0]["text"])
    agents[0].cleanup()
    assert is_alive(process_id)
    agents[1].cleanup()
    assert not is_alive(process_id)


def test_an_agent_cannot_be_made_without_its_server() -> None:
    """It would run without the tools that its prompt speaks of."""
    with pytest.raises(ValueError, match=r"Failed to load tool .*Failed to start MCP client: .*Connection closed"):
        Agent(model=ScriptedModel(["done"]), tools=[stdio_client_of(FAULTY, "exit")], callback_handler=None)
