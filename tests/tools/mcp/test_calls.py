"""Calls in progress: deadlines, cancellation, concurrency, questions, progress, context."""

from __future__ import annotations

import asyncio
import threading
from contextvars import ContextVar
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from mcp.types import ElicitRequestParams, ElicitResult

from strands.tools.mcp import MCPAgentTool, MCPClient
from strands.types._events import ToolResultEvent
from tests.tools.mcp.servers import EVERYTHING, appears, over_stdio, stdio_client_of

SOON = timedelta(seconds=0.5)
TIMED_OUT = {
    "status": "error",
    "toolUseId": "t1",
    "content": [
        {"text": "Tool execution failed: Timed out while waiting for response to ClientRequest. Waited 0.5 seconds."}
    ],
}


async def test_a_call_ends_at_its_deadline_and_the_server_learns_it(client: MCPClient, tmp_path: Path) -> None:
    """Nobody waits for the answer any more, so the server should stop working on it."""
    arguments = {"started": str(tmp_path / "started"), "cancelled": str(tmp_path / "cancelled")}
    assert await client.call_tool_async("t1", "hang", arguments, read_timeout_seconds=SOON) == TIMED_OUT
    await appears(tmp_path / "cancelled")


def test_a_sync_call_ends_at_its_deadline(client: MCPClient, tmp_path: Path) -> None:
    """The deadline does not depend on how the call is made; the connection survives it."""
    arguments = {"started": str(tmp_path / "started")}
    assert client.call_tool_sync("t1", "hang", arguments, read_timeout_seconds=SOON) == TIMED_OUT
    assert client.call_tool_sync("t1", "say", {"text": "hi"})["status"] == "success"


async def test_cancelling_a_call_cancels_the_request(client: MCPClient, tmp_path: Path) -> None:
    """A cancelled agent must not keep a server busy."""
    arguments = {"started": str(tmp_path / "started"), "cancelled": str(tmp_path / "cancelled")}
    call = asyncio.ensure_future(client.call_tool_async("t1", "hang", arguments))
    await appears(tmp_path / "started")
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    await appears(tmp_path / "cancelled")


async def test_a_call_does_not_block_the_event_loop(client: MCPClient, tmp_path: Path) -> None:
    """Two calls that wait for each other can only end if they run side by side."""
    here, there = str(tmp_path / "here"), str(tmp_path / "there")
    results = await asyncio.gather(
        client.call_tool_async("t1", "meet", {"here": here, "there": there}),
        client.call_tool_async("t2", "meet", {"here": there, "there": here}),
    )
    assert [result["content"] for result in results] == [[{"text": "met"}]] * 2


async def test_stopping_ends_calls_in_progress(tmp_path: Path) -> None:
    """Whoever waits for an answer is told that none will come."""
    client = stdio_client_of(EVERYTHING, "stdio").start()
    call = asyncio.ensure_future(client.call_tool_async("t1", "hang", {"started": str(tmp_path / "started")}))
    await appears(tmp_path / "started")
    await asyncio.to_thread(client.stop, None, None, None)
    assert await call == {
        "status": "error",
        "toolUseId": "t1",
        "content": [{"text": "Tool execution failed: Connection to the MCP server was closed: the client was stopped"}],
    }


async def test_agents_tools_have_deadlines_and_names(client: MCPClient, tmp_path: Path) -> None:
    """An application may set both per tool."""
    hang = client.list_tools_sync(tool_filters={"allowed": ["hang"]})[0].mcp_tool
    tool = MCPAgentTool(hang, client, name_override="wait", timeout=SOON)
    assert (tool.tool_name, tool.tool_spec["name"]) == ("wait", "wait")
    arguments = {"started": str(tmp_path / "started")}
    events = [event async for event in tool.stream({"toolUseId": "t1", "name": "wait", "input": arguments}, {})]
    assert events == [ToolResultEvent(TIMED_OUT)]  # type: ignore[arg-type]


def test_metadata_reaches_the_server(client: MCPClient) -> None:
    """Servers behind gateways are addressed by it."""
    result = client.call_tool_sync("t1", "meta", {}, meta={"tenant": "a"})
    assert result["content"] == [{"text": '{\n  "tenant": "a"\n}'}]
    assert client.call_tool_sync("t1", "meta")["content"] == [{"text": "{}"}]


def test_progress_and_log_messages_disturb_nothing(client: MCPClient) -> None:
    """Servers send them whether anybody wants them or not."""
    assert client.call_tool_sync("t1", "progress", {})["content"] == [{"text": "progressed"}]


def test_questions_to_the_user_are_answered_in_the_context_of_the_start() -> None:
    """The callback runs on the connection's thread, with what was current when the client was started."""
    user = ContextVar("user", default="nobody")
    asked: list[tuple[str, str, str]] = []

    async def answer(context: Any, question: ElicitRequestParams) -> ElicitResult:
        asked.append((question.message, user.get(), threading.current_thread().name))
        return ElicitResult(action="accept", content={"yes": True})

    user.set("Ada")
    with stdio_client_of(EVERYTHING, "stdio", elicitation_callback=answer) as client:
        user.set("Bob")
        assert client.call_tool_sync("t1", "ask")["content"] == [{"text": "accept Confirmation(yes=True)"}]
    assert asked == [("Sure?", "Ada", "strands-mcp")]


def test_a_callback_that_fails_fails_the_call_only() -> None:
    """A bug in the application's dialog must not cost it the connection."""

    async def answer(context: Any, question: ElicitRequestParams) -> ElicitResult:
        raise ValueError("no dialog")

    with stdio_client_of(EVERYTHING, "stdio", elicitation_callback=answer) as client:
        assert client.call_tool_sync("t1", "ask")["status"] == "error"
        assert client.call_tool_sync("t1", "say", {"text": "hi"})["status"] == "success"


def test_without_a_callback_questions_are_refused(client: MCPClient) -> None:
    """The server learns that there is nobody to ask."""
    assert client.call_tool_sync("t1", "ask")["content"] == [
        {"text": "Error executing tool ask: Elicitation not supported"}
    ]


def test_the_transport_is_made_in_the_context_of_the_start() -> None:
    """Credentials that live in context variables are seen by the transport."""
    user = ContextVar("user", default="nobody")
    seen: list[str] = []

    def transport() -> Any:
        seen.append(user.get())
        return over_stdio(EVERYTHING, "stdio")()

    user.set("Ada")
    with MCPClient(transport):
        assert seen == ["Ada"]


def test_a_callback_cannot_wait_for_its_own_connection() -> None:
    """It would wait for ever, since the thread that waits is the one that reads."""
    errors: list[Exception] = []

    async def answer(context: Any, question: ElicitRequestParams) -> ElicitResult:
        try:
            client.list_tools_sync()
        except RuntimeError as error:
            errors.append(error)
        return ElicitResult(action="decline")

    client = stdio_client_of(EVERYTHING, "stdio", elicitation_callback=answer)
    with client:
        assert client.call_tool_sync("t1", "ask")["content"] == [{"text": "decline None"}]
    assert [str(error) for error in errors] == [
        "a callback of an MCP connection cannot wait for the connection it is called by"
    ]
