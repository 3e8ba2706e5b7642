"""Serves agents of the package at hand over A2A, and prints their URLs: `python -m compat.interop_servers`.

Ends when its standard input does.
"""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import sys
import warnings
from collections.abc import Callable
from typing import Any

import uvicorn

from compat.sample_tools import noop
from compat.scripted import ScriptedModel, call, text
from strands import Agent
from strands.multiagent.a2a import A2AServer

CALLS = 32
"""Runs for which each agent's script is long enough."""

APPS: dict[str, Callable[[A2AServer], Any]] = {
    "starlette": lambda server: server.to_starlette_app(),
    "fastapi": lambda server: server.to_fastapi_app(),
}


def app_at(port: int, app: str, *, compliant: bool) -> Any:
    """Return an app with an agent that uses a tool before it answers."""
    turns = [turn for _ in range(CALLS) for turn in (call("noop", '{"x": 1}'), text("It is ", "4 °C."))]
    agent = Agent(
        model=ScriptedModel(*turns), name="Guide", description="Knows the way.", tools=[noop], callback_handler=None
    )
    return APPS[app](A2AServer(agent, port=port, enable_a2a_compliant_streaming=compliant))


async def serve() -> None:
    """Serve each kind of app in both forms of streaming."""
    servers: list[uvicorn.Server] = []
    running: list[asyncio.Task[None]] = []
    urls: dict[str, str] = {}
    for app in APPS:
        for form in ("artifact", "status"):
            listener = socket.create_server(("127.0.0.1", 0))
            port = listener.getsockname()[1]
            config = uvicorn.Config(app_at(port, app, compliant=form == "artifact"), log_config=None, ws="none")
            servers.append(uvicorn.Server(config))
            running.append(asyncio.create_task(servers[-1].serve(sockets=[listener])))
            urls[f"{app}, {form}"] = f"http://127.0.0.1:{port}"
    print(json.dumps(urls), flush=True)
    await asyncio.to_thread(sys.stdin.read)
    for server in servers:
        server.should_exit = True
    await asyncio.gather(*running)


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    asyncio.run(serve())
