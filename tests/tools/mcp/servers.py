"""Real MCP servers in processes of their own, and clients for them."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mcp import StdioServerParameters
from mcp.client.sse import sse_client
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client

from strands.tools.mcp import MCPClient, MCPTransport

HERE = Path(__file__).parent
EVERYTHING = "mcp_server.py"
FAULTY = "faulty_server.py"
FAULTY_HTTP = "faulty_http_server.py"
LOWLEVEL = "lowlevel_server.py"
SILENT: Any = subprocess.DEVNULL


def over_stdio(script: str, *arguments: str) -> Callable[[], MCPTransport]:
    """Return what starts a server and connects to it; the server's errors are not shown."""
    parameters = StdioServerParameters(command=sys.executable, args=[str(HERE / script), *arguments])
    return lambda: stdio_client(parameters, errlog=SILENT)


def stdio_client_of(script: str, *arguments: str, **settings: Any) -> MCPClient:
    """Return a client that starts its own server."""
    return MCPClient(over_stdio(script, *arguments), **settings)


@contextmanager
def http_server(script: str, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Run a server that prints its port; gives the process and the port."""
    command = [sys.executable, str(HERE / script), *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=SILENT, text=True) as process:
        try:
            assert process.stdout is not None
            yield process, int(process.stdout.readline())
        finally:
            process.kill()


def over_http(port: int) -> Callable[[], MCPTransport]:
    return lambda: streamable_http_client(f"http://127.0.0.1:{port}/mcp")


def over_sse(port: int) -> Callable[[], MCPTransport]:
    return lambda: sse_client(f"http://127.0.0.1:{port}/sse")


async def appears(file: Path) -> None:
    """Wait until another process has made a file."""
    while not file.exists():  # noqa: ASYNC110, ASYNC240 - nothing else tells
        await asyncio.sleep(0.005)


def is_alive(process_id: int) -> bool:
    """Return whether a process exists."""
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True
