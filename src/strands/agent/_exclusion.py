"""One call of an agent at a time."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from weakref import ref

from strands.types.exceptions import ConcurrencyException

_CLOSING_STEPS = 1000
"""Steps of the event loop for which a call waits until a dropped run is closed."""


class Exclusion:
    """Refuses a call while another one is under way.

    Args:
        lock: Held while a call is under way.
    """

    def __init__(self, lock: threading.Lock) -> None:
        self._lock = lock
        self._stream: ref[Any] | None = None

    @contextmanager
    def during(self, stream: ref[Any] | None) -> Iterator[None]:
        """Mark a call as under way for the time of the block.

        Args:
            stream: What the consumer of the call holds, if it is one that can be dropped.

        Raises:
            ConcurrencyException: If another call is under way.
        """
        if not self._lock.acquire(blocking=False):
            raise ConcurrencyException(
                "Agent is already processing a request. Concurrent invocations are not supported."
            )
        try:
            self._stream = stream
            yield
        finally:
            self._stream = None
            self._lock.release()

    async def dropped_run_closed(self) -> None:
        """Let the event loop close a run whose consumer left without closing it: a `break` does not wait for that.

        Gives up after a while, since hooks of the run's end may take their time, or call the agent themselves.
        """
        for _ in range(_CLOSING_STEPS):
            stream = self._stream
            if stream is None or stream() is not None:
                return
            await asyncio.sleep(0)
