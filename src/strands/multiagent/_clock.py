"""A limit on the time that a stream takes, which cuts it in the midst of whatever it waits for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any, TypeVar

T = TypeVar("T")


def within_time(events: AsyncGenerator[T, None], timeout_s: float | None, error: Exception) -> AsyncGenerator[T, None]:
    """Yield `events`, and raise `error` once they have taken `timeout_s` seconds; None means that there is no limit.

    Only the time counts in which the stream works, not that in which its consumer does. Closes `events` on every way
    out.
    """
    return events if timeout_s is None else _limited(events, timeout_s, error)


async def _limited(events: AsyncGenerator[T, None], timeout_s: float, error: Exception) -> AsyncGenerator[T, None]:
    clock = _Clock(timeout_s)
    try:
        async with aclosing(events):
            while True:
                clock.resume()
                try:
                    event = await events.__anext__()
                except StopAsyncIteration:
                    return
                except asyncio.CancelledError:
                    if clock.has_cancelled_alone():
                        raise error from None
                    raise
                clock.pause()
                if clock.expired:  # what was cancelled did not heed it
                    raise error
                yield event
    finally:
        clock.stop()


class _Clock:
    """Counts the time between `resume` and `pause`, and cancels the task at work when it is used up."""

    def __init__(self, timeout_s: float) -> None:
        self.expired = False
        self._loop = asyncio.get_running_loop()
        self._left_s = timeout_s
        self._resumed_at = 0.0
        self._task: asyncio.Task[Any] | None = None
        self._cancellations_before = 0
        self._timer: asyncio.TimerHandle | None = None

    def resume(self) -> None:
        self._task = asyncio.current_task()
        self._cancellations_before = _cancellations(self._task)
        self._resumed_at = self._loop.time()
        if self._timer is None:
            self._timer = self._loop.call_later(self._left_s, self._check)

    def pause(self) -> None:
        # The timer stays: setting one anew for every token would cost more than the token.
        self._left_s -= self._loop.time() - self._resumed_at
        self._task = None

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def has_cancelled_alone(self) -> bool:
        """Whether a cancellation came from this clock and from nobody else, who would expect it to go on."""
        if not self.expired or self._task is None:
            return False
        uncancel = getattr(self._task, "uncancel", None)  # since Python 3.11
        return uncancel is None or uncancel() <= self._cancellations_before

    def _check(self) -> None:
        self._timer = None
        if self._task is None:
            return  # the consumer is at work; the next step sets the timer
        left_s = self._left_s - (self._loop.time() - self._resumed_at)
        if left_s > 0:
            self._timer = self._loop.call_later(left_s, self._check)
        else:
            self.expired = True
            self._task.cancel()


def _cancellations(task: asyncio.Task[Any] | None) -> int:
    cancelling = getattr(task, "cancelling", None)  # since Python 3.11
    return cancelling() if cancelling is not None else 0
