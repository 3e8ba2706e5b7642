"""A small HTTP/1.1 server on an event loop in a thread of its own.

It knows nothing of what it serves: a coroutine gets each `Exchange`, reads the request from it and answers on it.
When the client goes away, the coroutine is cancelled at its next wait.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Mapping
from email.utils import formatdate
from http import HTTPStatus
from typing import cast

logger = logging.getLogger(__name__)

MAX_HEAD_BYTES = 64 * 1024
HEAD_END = b"\r\n\r\n"


class Exchange:
    """One request and the answer to it."""

    def __init__(self, connection: Connection, method: str, path: str, headers: dict[str, str], body: bytes) -> None:
        self.method = method
        self.path = path
        self.headers = headers
        """Header names in lower case."""
        self.body = body
        self._connection = connection

    async def respond(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Send a whole response."""
        self._connection.write(_head(status, {**headers, "Content-Length": str(len(body))}) + body)
        await self._connection.drained()

    async def start(self, headers: Mapping[str, str]) -> None:
        """Begin a response with status 200 whose body follows in pieces."""
        self._connection.write(_head(200, {**headers, "Transfer-Encoding": "chunked"}))
        await self._connection.drained()

    async def send(self, piece: bytes) -> None:
        """Send a piece of the body, and wait while the client does not keep up."""
        if piece:
            self._connection.write(b"%x\r\n%b\r\n" % (len(piece), piece))
            await self._connection.drained()

    async def finish(self) -> None:
        """End a body that was sent in pieces."""
        self._connection.write(b"0\r\n\r\n")
        await self._connection.drained()

    def cut(self) -> None:
        """Cut the connection without a word."""
        self._connection.abort()


Answer = Callable[[Exchange], Awaitable[None]]


class Connection(asyncio.Protocol):
    """One client's connection: parses requests and answers them one after the other."""

    def __init__(self, server: HttpServer) -> None:
        self._server = server
        self._received = bytearray()
        self._answering: asyncio.Task[None] | None = None
        self._writable: asyncio.Future[None] | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._server.connections.add(self)
        self._server.on_change()

    def connection_lost(self, exc: Exception | None) -> None:
        self._server.connections.discard(self)
        if self._answering is not None:
            self._answering.cancel()
        self._server.on_change()

    def data_received(self, data: bytes) -> None:
        self._received += data
        self._answer_next()

    def pause_writing(self) -> None:
        self._writable = asyncio.get_running_loop().create_future()

    def resume_writing(self) -> None:
        if self._writable is not None and not self._writable.done():
            self._writable.set_result(None)
        self._writable = None

    def write(self, piece: bytes) -> None:
        """Hand bytes to the transport."""
        if self._transport is not None:
            self._transport.write(piece)

    async def drained(self) -> None:
        """Return when the client has taken enough of what was written."""
        if self._writable is not None:
            await self._writable

    def abort(self) -> None:
        """Close at once, dropping what was not sent yet."""
        if self._transport is not None:
            self._transport.abort()

    def _answer_next(self) -> None:
        """Start to answer the next request, if it is complete and no answer is under way."""
        if self._answering is not None:
            return
        try:
            exchange = self._parsed()
        except ValueError:
            logger.debug("received=<%r> | request cannot be parsed", bytes(self._received[:80]))
            self.abort()
            return
        if exchange is not None:
            self._answering = asyncio.get_running_loop().create_task(self._answer(exchange))

    async def _answer(self, exchange: Exchange) -> None:
        try:
            await self._server.answer(exchange)
        except Exception:
            logger.exception("path=<%s> | request cannot be answered", exchange.path)
            self.abort()
        finally:
            self._answering = None
        if exchange.headers.get("connection", "").lower() == "close" and self._transport is not None:
            self._transport.close()
        self._answer_next()

    def _parsed(self) -> Exchange | None:
        """Take the next complete request from what was received.

        Raises:
            ValueError: If this is not HTTP.
        """
        head_end = self._received.find(HEAD_END)
        if head_end < 0:
            if len(self._received) > MAX_HEAD_BYTES:
                raise ValueError(f"head has more than {MAX_HEAD_BYTES} bytes")
            return None
        request_line, *lines = self._received[:head_end].decode("latin-1").split("\r\n")
        method, path, _version = request_line.split(" ")
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body_start = head_end + len(HEAD_END)
        body_end = body_start + int(headers.get("content-length", "0"))
        if len(self._received) < body_end:
            return None
        body = bytes(self._received[body_start:body_end])
        del self._received[:body_end]
        return Exchange(self, method, path, headers, body)


class HttpServer:
    """Serves HTTP on the loopback interface until it is stopped."""

    def __init__(self, answer: Answer, *, on_change: Callable[[], None], host: str, port: int) -> None:
        """Prepare the server.

        Args:
            answer: Answers one exchange; runs on the server's event loop.
            on_change: Called in the server's thread when a connection began or ended.
            host: Address to listen on.
            port: Port to listen on; 0 takes a free one.
        """
        self.answer = answer
        self.on_change = on_change
        self.connections: set[Connection] = set()
        self.host = host
        self.port = port
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._started = threading.Event()
        self._failure: BaseException | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Listen; returns when clients can connect.

        Raises:
            OSError: If the port cannot be taken.
        """
        self._thread = threading.Thread(target=self._run, name=f"http-server-{self.port}", daemon=True)
        self._thread.start()
        self._started.wait()
        if self._failure is not None:
            raise self._failure

    def stop(self) -> None:
        """Cut all connections and end the thread."""
        if self._thread is None or self._loop is None or self._stop is None:
            return
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        self._thread = None

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except OSError as error:
            self._failure = error
        finally:
            self._started.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        listener = await self._loop.create_server(lambda: Connection(self), self.host, self.port, backlog=1024)
        self.port = listener.sockets[0].getsockname()[1]
        self._started.set()
        try:
            await self._stop.wait()
        finally:
            listener.close()
            for connection in list(self.connections):
                connection.abort()


def _head(status: int, headers: Mapping[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", f"Date: {formatdate(usegmt=True)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode("latin-1") + HEAD_END
