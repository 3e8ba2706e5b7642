"""Applications on loopback HTTP, in the test's own event loop."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, Literal

import uvicorn


def listening_socket() -> socket.socket:
    """Return a socket that already accepts connections, on a port of its own."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    return listener


@asynccontextmanager
async def serving_asgi(
    app: Any, listener: socket.socket, *, lifespan: Literal["auto", "off"] = "auto"
) -> AsyncGenerator[str, None]:
    """Serve an ASGI application; gives its base URL."""
    config = uvicorn.Config(app, log_config=None, ws="none", lifespan=lifespan, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await running
