"""Who follows the tasks that were begun with a stream, and which of them nobody follows any more."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from a2a.server.context import ServerCallContext


def checked_grace(value: float | None) -> float | None:
    """Return the seconds that `cancel_abandoned_after_s` was given as.

    Raises:
        ValueError: If it is neither a number of seconds nor None.
    """
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if value is None or (is_number and value >= 0):
        return value
    raise ValueError(f"cancel_abandoned_after_s is {value!r}, expected seconds, 0 or more, or None")


class Followers:
    """Counts the clients of streamed tasks, and tells of tasks that all of them have left for good.

    Args:
        grace_s: Seconds for which clients may come back; None for ever.
        abandoned: What to do with the id of a task that none came back for, and with whose it was.
    """

    def __init__(self, grace_s: float | None, abandoned: Callable[[str, ServerCallContext | None], None]) -> None:
        self._grace_s = grace_s
        self._abandoned = abandoned
        self._streamed: dict[str, _StreamedTask] = {}

    def begin(self, task_id: str, owner: ServerCallContext | None) -> None:
        """Take note of a task that is streamed to the client who began it, the first who may be counted."""
        if self._grace_s is not None:
            self._streamed.setdefault(task_id, _StreamedTask(owner))

    @contextmanager
    def follow(self, task_id: str) -> Iterator[None]:
        """Count a client for the time of a block; the task is over if the block ends by itself."""
        streamed = self._streamed.get(task_id)
        if streamed is None:
            yield
            return
        streamed.clients += 1
        streamed.stop_timer()
        try:
            yield
        except BaseException:  # as a rule, CancelledError or GeneratorExit
            streamed.clients -= 1
            self.wait_for_return(task_id)
            raise
        self._streamed.pop(task_id, None)

    def wait_for_return(self, task_id: str) -> None:
        """Begin to wait, or anew, until a client comes back, if none is there."""
        streamed = self._streamed.get(task_id)
        if streamed is None or streamed.clients or self._grace_s is None:
            return
        streamed.stop_timer()
        streamed.timer = asyncio.get_running_loop().call_later(self._grace_s, self._give_up, task_id)

    def _give_up(self, task_id: str) -> None:
        self._abandoned(task_id, self._streamed.pop(task_id).owner)


@dataclass(slots=True, eq=False)
class _StreamedTask:
    owner: ServerCallContext | None
    clients: int = 0
    timer: asyncio.TimerHandle | None = None

    def stop_timer(self) -> None:
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None
