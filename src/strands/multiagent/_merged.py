"""Several streams at the same time, as one."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Generic, TypeVar

T = TypeVar("T")

_EVENTS_AHEAD = 32
"""How many events for each stream may wait for the consumer."""


def merged(streams: Sequence[AsyncGenerator[T, None]]) -> AsyncGenerator[T, None]:
    """Yield the events of all streams, each in its own order; closes all streams on every way out.

    A stream that fails does not end the others: they run on, then the first error is raised.
    """
    return streams[0] if len(streams) == 1 else _concurrent(streams)


async def _concurrent(streams: Sequence[AsyncGenerator[T, None]]) -> AsyncGenerator[T, None]:
    channel: _Channel[T] = _Channel(len(streams))
    tasks = [asyncio.create_task(_pump(stream, channel)) for stream in streams]
    try:
        while channel.open_streams or channel.waiting:
            while channel.waiting:
                yield channel.next()
            await channel.changed()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    if channel.first_error is not None:
        raise channel.first_error


async def _pump(stream: AsyncGenerator[T, None], channel: _Channel[T]) -> None:
    try:
        async with aclosing(stream):
            async for event in stream:
                await channel.put(event)
    except (Exception, asyncio.CancelledError) as error:
        # A cancellation, too: what runs in a node may raise one that nobody asked for.
        channel.first_error = channel.first_error or error
    channel.end_stream()


class _Channel(Generic[T]):
    """Events on their way from several tasks to one.

    Attributes:
        waiting: Events that the consumer has not taken yet.
        open_streams: How many streams have not ended.
        first_error: Why the first of the failed streams failed.
    """

    def __init__(self, streams: int) -> None:
        self.waiting: deque[T] = deque()
        self.open_streams = streams
        self.first_error: BaseException | None = None
        self._limit = streams * _EVENTS_AHEAD
        self._news = asyncio.Event()
        self._has_space = asyncio.Event()
        self._has_space.set()

    async def put(self, event: T) -> None:
        """Hand an event over, once there is space for it."""
        while len(self.waiting) >= self._limit:
            self._has_space.clear()
            await self._has_space.wait()
        self.waiting.append(event)
        self._news.set()

    def end_stream(self) -> None:
        """Take note that a stream has ended."""
        self.open_streams -= 1
        self._news.set()

    def next(self) -> T:
        """Return the next of the waiting events."""
        event = self.waiting.popleft()
        if len(self.waiting) * 2 < self._limit:
            self._has_space.set()  # not for each event: every producer would wake up for each
        return event

    async def changed(self) -> None:
        """Return when there are events, or fewer streams, than before."""
        if not self.waiting and self.open_streams:
            self._news.clear()
            await self._news.wait()
