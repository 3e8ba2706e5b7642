"""Clients that nobody stops: their threads and servers end all the same."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import textwrap
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from strands.tools.mcp import MCPClient, _background
from strands.types.exceptions import MCPClientInitializationError
from tests.tools.mcp.servers import EVERYTHING, is_alive, over_stdio, stdio_client_of


def threads() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name == "strands-mcp"}


def test_a_client_that_is_dropped_ends_its_connection() -> None:
    """An application that loses track of clients must not collect servers."""
    before = threads()
    client = stdio_client_of(EVERYTHING, "stdio").start()
    (thread,) = threads() - before
    process_id = int(client.call_tool_sync("t1", "pid")["content"][0]["text"])
    del client
    gc.collect()
    thread.join(10)
    assert not thread.is_alive()
    assert not is_alive(process_id)


CALLING = """
import threading, time, os
threading.Thread(target=client.call_tool_sync, args=("t1", "hang", {"started": started}), daemon=True).start()
while not os.path.exists(started):
    time.sleep(0.005)
"""
STOPPED = "Connection to the MCP server was closed: the client was stopped"
PROGRAMS = {
    "idle": ("", ""),
    "with a call in progress": (CALLING, f"tool_name=<hang>, error=<{STOPPED}> | MCP tool call failed\n"),
}


@pytest.mark.parametrize("more, log", PROGRAMS.values(), ids=PROGRAMS)
def test_a_program_that_does_not_stop_its_client_ends(more: str, log: str, tmp_path: Path) -> None:
    """Without hanging, without complaints, and without leaving its server behind."""
    program = f"""
        from tests.tools.mcp.servers import EVERYTHING, stdio_client_of

        started = {str(tmp_path / "started")!r}
        client = stdio_client_of(EVERYTHING, "stdio").start()
        print(client.call_tool_sync("t1", "pid")["content"][0]["text"])
        """
    ended = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program) + more],
        capture_output=True,
        text=True,
        timeout=30,
    )
    # A call in progress says why it ended if its thread gets to that before the interpreter is gone.
    assert (ended.returncode, ended.stderr in ("", log)) == (0, True), ended.stderr
    assert not is_alive(int(ended.stdout))


class Stuck:
    """A transport that does not end, or not begin, before it is told to."""

    def __init__(self) -> None:
        self.release = threading.Event()

    @asynccontextmanager
    async def entering(self) -> Any:
        self.release.wait()  # blocks the whole event loop
        yield None

    @asynccontextmanager
    async def ignoring_cancellation(self) -> Any:
        while not self.release.is_set():
            with suppress(asyncio.CancelledError):
                await asyncio.Event().wait()
        yield None


@pytest.mark.parametrize("way", ["entering", "ignoring_cancellation"])
def test_a_transport_that_hangs_does_not_hang_the_start(
    way: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The start fails in its time, even if the thread cannot be ended yet."""
    monkeypatch.setattr(_background, "CUT_GRACE_S", 0.1)
    transport = Stuck()
    with pytest.raises(MCPClientInitializationError, match="the server was not ready within 1 seconds"):
        MCPClient(getattr(transport, way), startup_timeout=1).start()
    transport.release.set()


def test_a_transport_that_hangs_at_the_end_is_cut_short(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that does not take leave must not hold up whoever stops its client."""
    monkeypatch.setattr(_background, "CLOSE_GRACE_S", 0.1)
    cut = threading.Event()

    @asynccontextmanager
    async def transport() -> AsyncIterator[Any]:
        async with over_stdio(EVERYTHING, "stdio")() as streams:
            yield streams
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                cut.set()
                raise

    with MCPClient(transport) as client:
        assert client.call_tool_sync("t1", "say", {"text": "hi"})["status"] == "success"
    assert cut.is_set()


def test_no_mcp_without_mcp_tools() -> None:
    """Agents without MCP tools do not pay for its package."""
    program = "import sys; from strands import Agent; import strands.tools; assert 'mcp' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True, timeout=30)
