"""The chat server on a thread of its own, which a test can kill, restart and look into."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import uvicorn
from fastapi import FastAPI

from examples.chat.app import create_app
from strands import tool
from strands.testing import BedrockEndpoint, Turn
from strands.testing._script import Turns
from strands.types.tools import ToolContext

T = TypeVar("T")
PATIENCE_S = 15.0


class ServerThread:
    """One life of a server."""

    def __init__(self, app: FastAPI, port: int = 0) -> None:
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port: int = self._listener.getsockname()[1]
        options: dict[str, Any] = {"log_level": "critical", "ws": "none", "lifespan": "off"}
        self._server = uvicorn.Server(uvicorn.Config(app, timeout_graceful_shutdown=0, **options))
        self._loop: asyncio.AbstractEventLoop | None = None
        self._own_tasks: set[asyncio.Task[Any]] = set()
        self._is_running = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="chat-server")
        self._thread.start()
        assert self._is_running.wait(PATIENCE_S)

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._own_tasks = asyncio.all_tasks()
        self._is_running.set()
        await self._server.serve(sockets=[self._listener])

    def kill(self) -> None:
        """Cut all connections at once."""
        self._server.should_exit = True
        self._thread.join(PATIENCE_S)
        self._listener.close()
        assert not self._thread.is_alive()

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine on the server's event loop."""
        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(PATIENCE_S)

    def tasks_left(self) -> list[str]:
        """Wait for what requests have started to end; return what does not."""
        return self.run(self._tasks_left())

    async def _tasks_left(self) -> list[str]:
        this = asyncio.current_task()
        while others := asyncio.all_tasks() - self._own_tasks - {this}:
            done, _ = await asyncio.wait(others, timeout=PATIENCE_S / 2, return_when=asyncio.FIRST_COMPLETED)
            if not done:
                break
        return sorted(str(task) for task in others)


class Desk:
    """A model that plays a script, and the chat server before it."""

    def __init__(self, turns: Turns, *, sessions: Path, tools: Sequence[Any] = (), token_gap_s: float = 0.0) -> None:
        self.endpoint = BedrockEndpoint(turns, token_gap_s=token_gap_s)
        self._sessions = sessions
        self._tools = tools
        self._server: ServerThread | None = None
        self._port = 0

    @property
    def server(self) -> ServerThread:
        assert self._server is not None
        return self._server

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Begin a life of the server, at the port of the one before; nothing but the folder is common to both."""
        app = create_app(self.endpoint.model(), sessions=self._sessions, tools=self._tools)
        self._server = ServerThread(app, self._port)
        self._port = self._server.port

    def kill(self) -> None:
        if self._server is not None:
            self._server.kill()
            self._server = None

    def roles(self) -> list[str]:
        """The roles of the messages in the model's latest request."""
        return [message["role"] for message in self.endpoint.requests[-1].messages]

    async def left_by_its_reader(self) -> None:
        """Return when the model's stream was closed early, and nothing of the run is left on the server."""
        assert await asyncio.to_thread(self.endpoint.wait_disconnect, PATIENCE_S)
        assert await asyncio.to_thread(self.server.tasks_left) == []
        assert self.endpoint.open_streams == 0


@contextmanager
def desk(turns: Turns, **options: Any) -> Iterator[Desk]:
    serving = Desk(turns, **options)
    with serving.endpoint:
        serving.start()
        try:
            yield serving
        finally:
            serving.kill()


Script = list[Turn]
Serve = Callable[..., Desk]
"""The fixture `serve`."""


@tool(context=True)
def book(tool_context: ToolContext) -> str:
    """Book a seat, if the person agrees."""
    return f"The person said {tool_context.interrupt('approval', reason={'question': 'Book seat 42?'})}."
