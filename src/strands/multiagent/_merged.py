"""Several streams at the same time, as one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")

_EVENTS_AHEAD = 256
"""How many events the streams together may be ahead of the consumer."""


@dataclass(frozen=True, slots=True)
class _End:
    error: BaseException | None


def merged(streams: Sequence[AsyncGenerator[T, None]]) -> AsyncGenerator[T, None]:
    """Yield the events of all streams, each in its own order; closes all streams on every way out.

    A stream that fails does not end the others: they run on, then the first error is raised.
    """
    return streams[0] if len(streams) == 1 else _concurrent(streams)


async def _concurrent(streams: Sequence[AsyncGenerator[T, None]]) -> AsyncGenerator[T, None]:
    queue: asyncio.Queue[T | _End] = asyncio.Queue()
    space = asyncio.Semaphore(_EVENTS_AHEAD)
    tasks = [asyncio.create_task(_pump(stream, queue, space)) for stream in streams]
    first_error: BaseException | None = None
    running = len(tasks)
    try:
        while running:
            event = await queue.get()
            if isinstance(event, _End):
                running -= 1
                first_error = first_error or event.error
            else:
                space.release()
                yield event
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    if first_error is not None:
        raise first_error


async def _pump(stream: AsyncGenerator[T, None], queue: asyncio.Queue[T | _End], space: asyncio.Semaphore) -> None:
    error: BaseException | None = None
    try:
        async with aclosing(stream):
            async for event in stream:
                await space.acquire()
                queue.put_nowait(event)
    except (Exception, asyncio.CancelledError) as raised:
        error = raised  # a cancellation, too: what runs in a node may raise one that nobody asked for
    queue.put_nowait(_End(error))
