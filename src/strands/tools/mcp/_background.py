"""A connection to an MCP server, on a thread and an event loop of its own.

Agents come and go with their event loops; a connection must outlive them, and be usable from sync code.
"""

from __future__ import annotations

import asyncio
import atexit
import contextvars
import logging
import threading
import time
import weakref
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

import anyio
from mcp import ClientSession
from mcp.shared.exceptions import McpError
from pydantic import ValidationError

from strands.tools.mcp._content import reason
from strands.tools.mcp._streams import Inbox, Outbox
from strands.types.exceptions import MCPClientInitializationError, StrandsException

if TYPE_CHECKING:
    from mcp.client.session import ElicitationFnT
    from mcp.types import ServerCapabilities

    from strands.tools.mcp.mcp_types import MCPTransport

logger = logging.getLogger(__name__)

T = TypeVar("T")

CLOSE_GRACE_S = 5.0
"""Seconds that a transport gets to say good-bye, before it is cut short."""
CUT_GRACE_S = 5.0
"""Seconds that a transport which was cut short gets to clean up, before its thread leaves it behind."""
LAST_ANSWERS_S = 0.1
"""Seconds that calls get to take their answers when the connection ends."""
GARBAGE_GRACE_S = 2.0
"""Seconds that calls still wait for their answers when the server sent something that is no message."""
GARBAGE_SHOWN = 100
"""Characters of garbage that error texts show."""
PING_INTERVAL_S = 30.0
"""Seconds between looks at whether the server is still there, while calls wait for it."""
_SESSION_TERMINATED = 32600
"""Code by which the HTTP transport says that the server does not know the session (any more)."""

_connections: weakref.WeakSet[Connection] = weakref.WeakSet()


class ConnectionLostError(MCPClientInitializationError):
    """The connection ended without being asked to."""

    def __init__(self, cause: str) -> None:
        super().__init__(f"Connection to the MCP server was closed: {cause}")


class GarbageError(StrandsException):
    """The server sent something that is no MCP message, while an answer was expected."""

    def __init__(self, garbage: Exception) -> None:
        text = reason(garbage)
        if isinstance(garbage, ValidationError):
            text = repr(garbage.errors()[0]["input"])[:GARBAGE_SHOWN]
        super().__init__(f"the server sent something that is no MCP message: {text}")


@dataclass(eq=False, slots=True)
class _Call:
    """A request in progress, and what ended it if it was not its answer."""

    task: asyncio.Task[Any]
    fault: Exception | None = None

    def fail(self, fault: Exception) -> None:
        self.fault = self.fault or fault
        self.task.cancel()


class Connection:
    """Opens at once; ends when it is closed, when the server is gone, or when it cannot be opened.

    Args:
        transport: Makes the transport; called on the connection's thread, with the caller's context variables.
        elicitation: Answers what the server asks the user.
    """

    def __init__(self, transport: Callable[[], MCPTransport], elicitation: ElicitationFnT | None) -> None:
        self.opened: Future[None] = Future()
        """Done when the connection is open, or could not be opened."""
        self.server_capabilities: ServerCapabilities | None = None
        self._transport = transport
        self._elicitation = elicitation
        self._lock = threading.RLock()  # garbage collection may call `close` anywhere
        self._loop = asyncio.new_event_loop()
        self._closing = asyncio.Event()
        self._session: ClientSession | None = None
        self._calls: set[_Call] = set()
        self._pinging: asyncio.Task[None] | None = None
        self._garbage: GarbageError | None = None
        self._end: str | None = None
        self._ended = False
        self._close_requested = False
        context = contextvars.copy_context()
        # A daemon, so that a transport that hangs cannot keep the interpreter from exiting.
        self._thread = threading.Thread(target=context.run, args=(self._run,), name="strands-mcp", daemon=True)
        self._thread.start()
        _connections.add(self)

    # ---- for all threads

    @property
    def running(self) -> bool:
        """Whether the connection is open, or being opened."""
        return not self._ended and self._end is None and not self._close_requested

    @property
    def startup_noise(self) -> str:
        """What the server sent in place of an answer, as an addition to an error text; empty if there was nothing."""
        return f"; {self._garbage}" if self._garbage else ""

    @property
    def lost(self) -> ConnectionLostError | None:
        """Why the connection ended, if it was open and nobody closed it."""
        if self._end is None or self._close_requested:
            return None
        return ConnectionLostError(self._end)

    def submit(self, request: Callable[[ClientSession], Awaitable[T]]) -> Future[T]:
        """Make a request on the connection's thread, with a copy of the caller's context variables.

        Cancelling the future cancels the request. It fails when the connection ends, so it never waits in vain for a
        server that is gone.

        Raises:
            ConnectionLostError: If the connection has ended.
        """
        with self._lock:
            if self._ended:
                raise self._why_ended()
            return asyncio.run_coroutine_threadsafe(self._requested(request), self._loop)

    def _why_ended(self) -> ConnectionLostError:
        return self.lost or ConnectionLostError("the client was stopped")

    def answer(self, request: Callable[[ClientSession], Awaitable[T]]) -> T:
        """Make a request and wait for its answer; if the wait is interrupted, the request is cancelled.

        Raises:
            ConnectionLostError: If the connection has ended, or ends before the answer comes.
            RuntimeError: If this is the connection's own thread, where nothing would happen meanwhile.
        """
        if threading.current_thread() is self._thread:
            raise RuntimeError("a callback of an MCP connection cannot wait for the connection it is called by")
        future = self.submit(request)
        try:
            return future.result()
        except BaseException:
            future.cancel()  # if the request failed, this changes nothing
            raise

    def close(self) -> None:
        """Begin to end the connection; returns at once."""
        with self._lock:
            self._close_requested = True
            if not self._ended:
                self._loop.call_soon_threadsafe(self._closing.set)

    def join(self, timeout_s: float) -> bool:
        """Wait for the thread's end; returns False if it is still running, for one thing because it is this thread."""
        if threading.current_thread() is not self._thread:
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    # ---- on the connection's thread

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._until_closed())
        finally:
            with self._lock:
                self._ended = True  # from here on nothing is submitted; what was, is failed below
            try:
                self._loop.run_until_complete(self._cancel_leftovers())
                self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            finally:
                asyncio.set_event_loop(None)
                self._loop.close()

    async def _until_closed(self) -> None:
        """Serve, and give what serves a bounded time to end."""
        serving = asyncio.ensure_future(self._serve())
        closing = asyncio.ensure_future(self._closing.wait())
        await asyncio.wait({serving, closing}, return_when=asyncio.FIRST_COMPLETED)
        closing.cancel()
        self._loop.call_later(LAST_ANSWERS_S, self._fail_calls_in_progress)  # ending the transport may take longer
        if self._close_requested and not self.opened.done():
            serving.cancel()  # gave up on opening: there is nothing to say good-bye to
        elif not serving.done():
            await asyncio.wait({serving}, timeout=CLOSE_GRACE_S)
            serving.cancel()
        await asyncio.wait({serving}, timeout=CUT_GRACE_S)
        if not serving.done():
            logger.warning("seconds=<%s> | transport did not end, leaving it behind", CLOSE_GRACE_S + CUT_GRACE_S)

    async def _serve(self) -> None:
        try:
            await self._serve_session()
        except BaseException as error:  # whatever ends the connection is reported to those who wait for it
            self._ends(reason(error))
            if not self.opened.done():
                self.opened.set_exception(error if isinstance(error, Exception) else self._why_ended())
                return
        self._ends("the connection has ended")
        if self._close_requested:
            logger.debug("reason=<%s> | connection to MCP server ended", self._end)
        else:
            logger.warning("reason=<%s> | connection to MCP server was lost", self._end)
        self._fail_calls_in_progress()

    async def _serve_session(self) -> None:
        async with self._transport() as (messages_from_server, messages_to_server, *_):
            inbox = Inbox(messages_from_server, on_garbage=self._on_garbage, on_end=self._on_end)
            async with ClientSession(
                cast(Any, inbox),
                cast(Any, Outbox(messages_to_server)),
                elicitation_callback=self._elicitation,
                message_handler=self._on_message,
            ) as session:
                initialized = await session.initialize()
                self.server_capabilities = initialized.capabilities
                self._session = session
                self.opened.set_result(None)
                await self._closing.wait()

    async def _requested(self, request: Callable[[ClientSession], Awaitable[T]]) -> T:
        """Make a request that a fault of the connection ends early."""
        task = asyncio.current_task()
        if task is None or self._session is None or self._end is not None:
            raise self._why_ended()
        call = _Call(task)
        self._calls.add(call)
        if self._pinging is None or self._pinging.done():
            self._pinging = asyncio.ensure_future(self._ping_while_calls_wait(self._session))
        try:
            return await request(self._session)
        except asyncio.CancelledError:
            if call.fault is None:
                raise
            raise call.fault from None
        except (anyio.ClosedResourceError, anyio.BrokenResourceError) as error:  # the way to the server is closed
            self._on_end()
            raise self._why_ended() from error
        except McpError as error:
            if self._end is None:
                raise
            raise self._why_ended() from error
        finally:
            self._calls.discard(call)

    async def _ping_while_calls_wait(self, session: ClientSession) -> None:
        """Notice that a server is gone whose transport does not notice; over HTTP only a new request can tell."""
        while True:
            await asyncio.sleep(PING_INTERVAL_S)
            if not self._calls or self._end is not None:
                return
            try:
                await session.send_ping()
            except McpError as error:
                if error.error.code == _SESSION_TERMINATED:
                    self._on_end(reason(error))
            except (anyio.ClosedResourceError, anyio.BrokenResourceError):
                self._on_end()

    async def _on_message(self, message: object) -> None:
        if isinstance(message, Exception):  # an answer that came too late, for one thing
            logger.debug("message=<%s> | unexpected message from MCP server", message)

    def _on_garbage(self, garbage: Exception) -> None:
        """Let calls fail that are not answered soon: this may have been the answer, or just a stray print."""
        self._garbage = GarbageError(garbage)
        logger.debug("error=<%s> | MCP server breaks the protocol", self._garbage)  # the transport warned already
        self._loop.call_later(GARBAGE_GRACE_S, self._fail_calls, self._garbage, self._calls.copy())

    def _on_end(self, why: str = "the server ended the connection") -> None:
        self._ends(why)
        self._closing.set()

    def _ends(self, why: str) -> None:
        self._end = self._end or why

    def _fail_calls(self, fault: Exception, calls: set[_Call]) -> None:
        for call in calls & self._calls:
            call.fail(fault)

    def _fail_calls_in_progress(self) -> None:
        self._fail_calls(self._why_ended(), self._calls.copy())

    async def _cancel_leftovers(self) -> None:
        await asyncio.sleep(0)  # what was submitted in the last moment becomes a task now
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=CUT_GRACE_S)


def _close_all() -> None:
    """End the connections that nobody ended, so that servers are not left behind."""
    connections = list(_connections)
    for connection in connections:
        connection.close()
    deadline_s = time.monotonic() + CLOSE_GRACE_S + CUT_GRACE_S
    for connection in connections:
        connection.join(max(0.0, deadline_s - time.monotonic()))


atexit.register(_close_all)
