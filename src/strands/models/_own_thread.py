"""Blocking SDK streams for async code: each on a thread of its own.

A stream holds its thread for as long as it lasts. On asyncio's default pool, which has a few threads for the whole
process, streams would queue up behind each other and behind everybody else's calls.
"""

from __future__ import annotations

import asyncio
import contextvars
import logging
import threading
from collections import deque
from collections.abc import AsyncGenerator, Callable, Generator, Iterator
from contextlib import aclosing, closing
from typing import Generic, TypeVar

logger = logging.getLogger(__name__)

T = TypeVar("T")

CAPACITY = 512
"""Items that may wait for the consumer before the thread stops reading."""


class Reader:
    """The thread's side of a stream: tells whether somebody still listens, and how to end a blocked read."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._interrupt: Callable[[], None] | None = None
        self.abandoned = False

    def interruptible_by(self, interrupt: Callable[[], None]) -> None:
        """Set what makes a blocked read return; called at once if nobody listens any more.

        Args:
            interrupt: Called at most once, from any thread.
        """
        with self._lock:
            self._interrupt = interrupt
        if self.abandoned:
            self.interrupt()

    def interrupt(self) -> None:
        """Make a blocked read return, if it can be done."""
        with self._lock:
            interrupt, self._interrupt = self._interrupt, None
        if interrupt is not None:
            interrupt()


async def stream_on_own_thread(
    read: Callable[[Reader], Iterator[T]], *, name: str, capacity: int = CAPACITY
) -> AsyncGenerator[T, None]:
    """Yield what a blocking iterator yields, while a thread of its own does the waiting.

    The thread starts with the first item asked for. If the consumer leaves early, the iterator is interrupted and
    closed on its thread; nobody waits for that, since a blocked call may not be interruptible.

    Args:
        read: Makes the iterator; called on the thread.
        name: The thread's name.
        capacity: Items that may wait for the consumer before the thread pauses.
    """
    pipe: _Pipe[T] = _Pipe(asyncio.get_running_loop(), capacity)
    context = contextvars.copy_context()
    threading.Thread(target=context.run, args=(_fill, pipe, read), name=name, daemon=True).start()
    try:
        while True:
            items, finished = await pipe.taken()
            for item in items:
                yield item
            if finished:
                pipe.raise_error()
                return
    finally:
        pipe.close()


async def call_on_own_thread(function: Callable[[], T], *, name: str) -> T:
    """Return what a blocking function returns, while a thread of its own does the waiting."""

    def read(_: Reader) -> Iterator[T]:
        yield function()

    async with aclosing(stream_on_own_thread(read, name=name)) as results:
        return await anext(results)


def _fill(pipe: _Pipe[T], read: Callable[[Reader], Iterator[T]]) -> None:
    """Move items from the iterator into the pipe; the thread's whole life."""
    try:
        with closing(_generator(read, pipe.reader)) as items:
            for item in items:
                if not pipe.put(item):
                    return
    except BaseException as error:  # whatever ends the iterator belongs to the consumer
        pipe.finish(error)
    else:
        pipe.finish(None)


def _generator(read: Callable[[Reader], Iterator[T]], reader: Reader) -> Generator[T, None, None]:
    """Wrap the iterator, so that it has a `close` whatever it is."""
    yield from read(reader)


class _Pipe(Generic[T]):
    """A bounded queue from one thread to one coroutine.

    The loop is woken once per batch, not once per item: waking it from another thread costs far more than an item.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, capacity: int) -> None:
        self.reader = Reader()
        self._loop = loop
        self._capacity = capacity
        self._items: deque[T] = deque()
        self._changed = threading.Condition()
        self._filled = asyncio.Event()
        self._wake_pending = False
        self._finished = False
        self._error: BaseException | None = None

    def put(self, item: T) -> bool:
        """Add an item, waiting for room; return False if nobody listens any more. For the thread."""
        with self._changed:
            while len(self._items) >= self._capacity and not self.reader.abandoned:
                self._changed.wait()
            if self.reader.abandoned:
                return False
            self._items.append(item)
            if self._wake_pending:
                return True
            self._wake_pending = True
        return self._wake()

    def finish(self, error: BaseException | None) -> None:
        """Say that no more items come, and why if that is an error. For the thread."""
        with self._changed:
            if self.reader.abandoned:
                logger.debug("error=<%r> | stream ended after its consumer had left", error)
                return
            self._finished, self._error = True, error
            if self._wake_pending:
                return
            self._wake_pending = True
        self._wake()

    async def taken(self) -> tuple[deque[T], bool]:
        """Wait for items, take all there are, and tell whether they were the last. For the coroutine."""
        await self._filled.wait()
        self._filled.clear()
        with self._changed:
            items, self._items = self._items, deque()
            self._wake_pending = False
            self._changed.notify()
            return items, self._finished

    def raise_error(self) -> None:
        """Raise what ended the iterator, if that was an error. For the coroutine."""
        error, self._error = self._error, None
        try:
            if error is not None:
                raise error
        finally:
            del error  # the traceback refers to this frame

    def close(self) -> None:
        """Say that nobody listens any more. For the coroutine."""
        with self._changed:
            finished = self._finished
            self.reader.abandoned = True
            self._items.clear()
            self._changed.notify()
        if not finished:
            self.reader.interrupt()

    def _wake(self) -> bool:
        """Have the coroutine look again; return False if its loop is gone."""
        try:
            self._loop.call_soon_threadsafe(self._filled.set)
        except RuntimeError:  # the loop is closed: the program gave up on the stream without closing it
            self.reader.abandoned = True
            return False
        return True
