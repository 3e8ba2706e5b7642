"""Limits on the time that runs and nodes take, which cut a stream in the midst of whatever it waits for."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any, TypeVar

T = TypeVar("T")


class TimeLimits:
    """How long a run may take, and each of its nodes.

    Args:
        run_s: Seconds for the whole run; None for any number.
        node_s: Seconds for each node; None for any number.
        began_at: When the run began; seconds since the epoch.

    Attributes:
        exceeded: What is raised in the nodes that are at work when the time of the run is over.
    """

    def __init__(self, *, run_s: float | None, node_s: float | None, began_at: float) -> None:
        self.exceeded = Exception(f"Execution timed out: {run_s}s")
        self._node_s = node_s
        self._ends_at = None if run_s is None else began_at + run_s

    def of_node(self, node_id: str) -> tuple[float | None, Exception]:
        """Return the seconds that a node has which begins now, and what to raise at their end."""
        left_s = None if self._ends_at is None else self._ends_at - time.time()
        if self._node_s is not None and (left_s is None or self._node_s <= left_s):
            return self._node_s, Exception(f"Node '{node_id}' execution timed out after {self._node_s}s")
        return left_s, self.exceeded


@asynccontextmanager
async def within_time(
    events: AsyncIterable[T], timeout_s: float | None, error: Exception
) -> AsyncGenerator[AsyncIterable[T], None]:
    """Give `events`, which raise `error` once they have taken `timeout_s` seconds; None means that there is no limit.

    Only the time counts in which the stream works, not that in which its consumer does. Closes `events` on every way
    out, if they are of a kind that can be closed.
    """
    try:
        if timeout_s is None:
            yield events
        else:
            async with aclosing(_limited(events.__aiter__(), timeout_s, error)) as limited:
                yield limited
    finally:
        if hasattr(events, "aclose"):
            await events.aclose()


async def _limited(events: AsyncIterator[T], timeout_s: float, error: Exception) -> AsyncGenerator[T, None]:
    clock = _Clock(timeout_s)
    try:
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
        self._works = False
        self._task: asyncio.Task[Any] | None = None
        self._cancellations_before = 0
        self._timer: asyncio.TimerHandle | None = None

    def resume(self) -> None:
        task = asyncio.current_task()
        if task is not self._task:  # the consumer may take each event in another task
            self._task, self._cancellations_before = task, _cancellations(task)
        self._works = True
        self._resumed_at = time.monotonic()
        if self._timer is None:
            self._timer = self._loop.call_later(self._left_s, self._check)

    def pause(self) -> None:
        # The timer stays: setting one anew for every token would cost more than the token.
        self._left_s -= time.monotonic() - self._resumed_at
        self._works = False

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
        if not self._works or self._task is None:
            return  # the consumer is at work; the next step sets the timer
        left_s = self._left_s - (time.monotonic() - self._resumed_at)
        if left_s > 0:
            self._timer = self._loop.call_later(left_s, self._check)
        else:
            self.expired = True
            self._task.cancel()


def _cancellations(task: asyncio.Task[Any] | None) -> int:
    cancelling = getattr(task, "cancelling", None)  # since Python 3.11
    return cancelling() if cancelling is not None else 0
