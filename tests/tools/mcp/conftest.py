"""Servers and clients that the tests of a module share."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from strands.tools.mcp import MCPClient
from tests.tools.mcp.servers import EVERYTHING, http_server, stdio_client_of


@pytest.fixture(scope="module")
def client() -> Iterator[MCPClient]:
    """A running client of the server that can do everything."""
    with stdio_client_of(EVERYTHING, "stdio") as running:
        yield running


@pytest.fixture(scope="module")
def http_port() -> Iterator[int]:
    with http_server(EVERYTHING, "http") as (_, port):
        yield port


@pytest.fixture(scope="module")
def sse_port() -> Iterator[int]:
    with http_server(EVERYTHING, "sse") as (_, port):
        yield port


@pytest.fixture(autouse=True)
def _no_threads_left() -> Iterator[None]:
    """Whatever a test does, the threads that it made end."""
    before = set(threading.enumerate())
    yield
    for thread in set(threading.enumerate()) - before:
        if thread.name == "strands-mcp":
            thread.join(10)
            assert not thread.is_alive(), "a connection's thread did not end"
