"""Meeting points between threads and event loops: a test waits for the model, or the model for the test."""

from __future__ import annotations

import asyncio
import threading

DEFAULT_TIMEOUT_S = 10.0


class Flag:
    """An event that any thread may set and that threads and event loops alike may wait for."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._lock = threading.Lock()
        self._waiters: list[asyncio.Future[None]] = []

    def is_set(self) -> bool:
        """Whether the flag was set."""
        return self._event.is_set()

    def set(self) -> None:
        """Set the flag for good and wake everybody who waits."""
        with self._lock:
            self._event.set()
            waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            waiter.get_loop().call_soon_threadsafe(_resolve, waiter)

    def wait(self, timeout_s: float = DEFAULT_TIMEOUT_S) -> bool:
        """Block this thread until the flag is set; return False if that took longer than `timeout_s`."""
        return self._event.wait(timeout_s)

    async def waited(self) -> None:
        """Return when the flag is set, without blocking the event loop."""
        with self._lock:
            if self._event.is_set():
                return
            waiter = asyncio.get_running_loop().create_future()
            self._waiters.append(waiter)
        try:
            await waiter
        finally:
            with self._lock:
                if waiter in self._waiters:
                    self._waiters.remove(waiter)


class Gate:
    """A place in a script where the model waits until the test opens it: `pause(gate)`.

    The test first waits for the model to arrive, acts (cancels, closes, looks at the state), then opens the gate.
    Works over threads: the model may play in another thread or event loop than the test.
    """

    def __init__(self) -> None:
        self._arrived = Flag()
        self._opened = Flag()

    def open(self) -> None:
        """Let the model go on, now and whenever it comes here again."""
        self._opened.set()

    async def reached(self) -> None:
        """Return when the model has arrived here."""
        await self._arrived.waited()

    def wait_reached(self, timeout_s: float = DEFAULT_TIMEOUT_S) -> bool:
        """Block this thread until the model has arrived; return False if that took longer than `timeout_s`."""
        return self._arrived.wait(timeout_s)

    async def passed(self) -> None:
        """Arrive as the model does, and return when the gate is open."""
        self._arrived.set()
        await self._opened.waited()


def _resolve(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)
