"""What becomes of calls and starts when the server dies, hangs, or talks nonsense."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from strands.tools.mcp import MCPClient, _background
from strands.types.exceptions import MCPClientInitializationError
from tests.tools.mcp.servers import (
    EVERYTHING,
    FAULTY,
    FAULTY_HTTP,
    appears,
    http_server,
    is_alive,
    over_http,
    over_sse,
    over_stdio,
    stdio_client_of,
)

SOON = timedelta(seconds=0.3)
AMPLE = timedelta(seconds=20)
LATE = r"Timed out while waiting for response to ClientRequest\. Waited 0\.3 seconds\."
CLOSED = r"Connection to the MCP server was closed: "
GONE = CLOSED + "the server ended the connection"
NONSENSE = "the server sent something that is no MCP message: "
FINE = {"status": "success", "toolUseId": "t1", "content": [{"text": "fine"}], "isError": False}


def failed(result: Any, cause: str) -> bool:
    """Return whether a result is the error result with this cause, a pattern."""
    text = result["content"][0]["text"]
    assert result == {"status": "error", "toolUseId": "t1", "content": [{"text": text}]}
    return re.fullmatch(f"Tool execution failed: {cause}", text, re.DOTALL) is not None


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the connection look after its calls more often than users would like it to."""
    monkeypatch.setattr(_background, "GARBAGE_GRACE_S", 0.1)
    monkeypatch.setattr(_background, "PING_INTERVAL_S", 0.1)


SURVIVED = {
    "hang": LATE,
    "wrong_id": LATE,
    "flood": LATE,
    "garbage": LATE,
    "not_rpc": LATE,
    "wrong_shape": "1 validation error for CallToolResult.*",
    "rpc_error": "out of order",
}


@pytest.mark.parametrize("fault, cause", SURVIVED.items(), ids=SURVIVED)
def test_faults_that_a_connection_survives(fault: str, cause: str) -> None:
    """The call fails in its time, and the next one is answered."""
    deadline = SOON if cause == LATE else AMPLE
    with stdio_client_of(FAULTY, "none", fault, "none") as client:
        assert failed(client.call_tool_sync("t1", "call", {}, read_timeout_seconds=deadline), cause)
        assert client.call_tool_sync("t1", "call", {}) == FINE


@pytest.mark.parametrize("noise", ["noise_then_answer", "unknown_method", "unknown_notification"])
def test_noise_does_not_fail_calls(noise: str) -> None:
    """A stray print in a tool, or a message from a newer protocol, must not cost the answer."""
    with stdio_client_of(FAULTY, noise, noise) as client:
        assert client.call_tool_sync("t1", "call", {}) == FINE


@pytest.mark.parametrize("fault", ["garbage", "not_rpc"])
@pytest.mark.usefixtures("impatient")
def test_garbage_in_place_of_an_answer_fails_calls_without_deadline(fault: str) -> None:
    """Otherwise they would wait for ever."""
    with stdio_client_of(FAULTY, "none", fault, "none") as client:
        assert failed(client.call_tool_sync("t1", "call", {}), NONSENSE + ".{10,110}")
        assert client.call_tool_sync("t1", "call", {}) == FINE


@pytest.mark.parametrize("fault", ["exit", "truncated", "close_stdout", "binary"])
def test_faults_that_end_the_connection(fault: str) -> None:
    """Calls fail at once, with and without deadline; lists say why there are none; a start helps."""
    client = stdio_client_of(FAULTY, "none", fault)
    client.start()
    assert failed(client.call_tool_sync("t1", "call", {}), CLOSED + ".+")
    assert failed(asyncio.run(client.call_tool_async("t1", "call", {})), CLOSED + ".+")
    with pytest.raises(MCPClientInitializationError, match="^the client session is not running.*" + CLOSED):
        client.list_tools_sync()
    with client:  # not stopped before
        assert [tool.tool_name for tool in client.list_tools_sync()] == ["call"]


def test_a_server_that_is_killed_between_calls_is_noticed() -> None:
    """The next call says so at once."""
    with stdio_client_of(EVERYTHING, "stdio") as client:
        assert failed(client.call_tool_sync("t1", "die"), GONE)
        assert failed(client.call_tool_sync("t1", "say", {"text": "hi"}), GONE)


START_FAULTS = {
    "exit": "Connection closed",
    "truncated": "Connection closed",
    "binary": "'utf-8' codec can't decode byte.*",
    "wrong_shape": "3 validation errors for InitializeResult.*",
    "rpc_error": "out of order",
    "hang": "the server was not ready within 1 seconds",
    "garbage": "the server was not ready within 1 seconds; " + NONSENSE + "'this is no JSON'",
}


@pytest.mark.parametrize("fault, cause", START_FAULTS.items(), ids=START_FAULTS)
def test_a_start_that_fails_says_why(fault: str, cause: str) -> None:
    """In time, whatever the server does; and it can be tried again."""
    client = stdio_client_of(FAULTY, fault, startup_timeout=1 if "within 1 seconds" in cause else 20)
    for _ in range(2):
        with pytest.raises(MCPClientInitializationError) as caught:
            client.start()
        assert re.fullmatch(f"the client initialization failed: {cause}", str(caught.value), re.DOTALL)
    client.stop(None, None, None)


def _raises() -> Any:
    raise LookupError("no such transport")


TRANSPORT_FAULTS = {
    "no such command": (lambda: over_stdio("")(), "Connection closed"),
    "no server": (over_http(1), "All connection attempts failed"),
    "no server, SSE": (over_sse(1), "All connection attempts failed"),
    "raises": (_raises, "no such transport"),
}


@pytest.mark.parametrize("transport, cause", TRANSPORT_FAULTS.values(), ids=TRANSPORT_FAULTS)
def test_a_transport_that_fails_says_why(transport: Callable[[], Any], cause: str) -> None:
    """The cause itself, not a group of groups around it."""
    with pytest.raises(MCPClientInitializationError, match=f"^the client initialization failed: {cause}$"):
        MCPClient(transport).start()


def test_a_list_that_does_not_come_is_given_up() -> None:
    """Loading tools is part of starting, and has the same deadline."""
    client = stdio_client_of(FAULTY, "none", "hang_list", startup_timeout=2)
    with client, pytest.raises(TimeoutError, match=r"Waited 2\.0 seconds"):
        client.list_tools_sync()


HTTP_FAULTS = {
    "500": CLOSED + "Server error '500 Internal Server Error'.*",
    "401": CLOSED + "Client error '401 Unauthorized'.*",
    "302": CLOSED + "Redirect to http://elsewhere.invalid/ not followed.*",
    "drop": CLOSED + "Server disconnected without sending a response.",
    "404": "Session terminated",
    "hang": LATE,
    "sse_end": LATE,
    "garbage": LATE,
    "html": LATE,
    "empty": LATE,
    "sse_garbage": LATE,
}


@pytest.mark.parametrize("fault, cause", HTTP_FAULTS.items(), ids=HTTP_FAULTS)
def test_faults_over_http(fault: str, cause: str) -> None:
    """Proxies and gateways add faults of their own; each gives an error result in time."""
    deadline = SOON if cause == LATE else AMPLE
    with http_server(FAULTY_HTTP, "none", fault) as (_, port), MCPClient(over_http(port)) as client:
        assert failed(client.call_tool_sync("t1", "call", {}, read_timeout_seconds=deadline), cause)


@pytest.mark.parametrize("fault", ["garbage", "html", "empty", "sse_garbage"])
@pytest.mark.usefixtures("impatient")
def test_garbage_over_http_fails_calls_without_deadline(fault: str) -> None:
    """Otherwise they would wait for ever."""
    with http_server(FAULTY_HTTP, "none", fault, "none") as (_, port), MCPClient(over_http(port)) as client:
        assert failed(client.call_tool_sync("t1", "call", {}), NONSENSE + ".+")
        assert client.call_tool_sync("t1", "call", {}) == FINE


@pytest.mark.parametrize("over, kind", [(over_http, "http"), (over_sse, "sse")])
@pytest.mark.usefixtures("impatient")
async def test_a_server_that_is_killed_in_mid_call_is_noticed(over: Any, kind: str, tmp_path: Path) -> None:
    """Also without deadline, and also by a transport that waits on for the answer."""
    with http_server(EVERYTHING, kind) as (process, port), MCPClient(over(port)) as client:
        call = asyncio.ensure_future(client.call_tool_async("t1", "hang", {"started": str(tmp_path / "started")}))
        await appears(tmp_path / "started")
        process.kill()
        assert failed(await call, CLOSED + ".+")
        assert failed(await client.call_tool_async("t1", "say", {"text": "hi"}), CLOSED + ".+")


@pytest.mark.usefixtures("impatient")
def test_a_session_that_the_server_forgot_is_noticed() -> None:
    """A server that was restarted does not answer what its predecessor was asked."""
    with http_server(FAULTY_HTTP, "none", "hang", "ping_404") as (_, port), MCPClient(over_http(port)) as client:
        assert failed(client.call_tool_sync("t1", "call", {}), CLOSED + "Session terminated")


def test_a_server_that_ignores_the_end_is_ended() -> None:
    """Stopping a client must not leave its server behind, nor wait for it for ever."""
    client = stdio_client_of(FAULTY, "none", "stubborn")
    with client:
        result = client.call_tool_sync("t1", "call", {})
    process_id = int(result["content"][0]["text"])
    assert not is_alive(process_id)
