"""One call of an agent, or of an orchestrator of agents, at a time."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import repeat
from typing import Any
from weakref import ref

from strands.types.exceptions import ConcurrencyException

_CLOSING_PAUSES_S = (*repeat(0.0, 1000), *repeat(0.01, 500))
"""How a call waits for the end of a dropped run: mere steps of the event loop, then, where it takes real time, 5 s."""


class Exclusion:
    """Refuses a call while another one is under way.

    Args:
        lock: Held while a call is under way.
        refusal: What a refused caller is told.
    """

    def __init__(
        self,
        lock: threading.Lock,
        refusal: str = "Agent is already processing a request. Concurrent invocations are not supported.",
    ) -> None:
        self._lock = lock
        self._refusal = refusal
        self._stream: ref[Any] | None = None
        self._ending_in: asyncio.Task[Any] | None = None

    @contextmanager
    def during(self, stream: ref[Any] | None) -> Iterator[None]:
        """Mark a call as under way for the time of the block.

        Args:
            stream: What the consumer of the call holds, if it is one that can be dropped.

        Raises:
            ConcurrencyException: If another call is under way.
        """
        if not self._lock.acquire(blocking=False):
            raise ConcurrencyException(self._refusal)
        try:
            self._stream = stream
            yield
        finally:
            self._stream = None
            self._lock.release()

    @contextmanager
    def ending(self) -> Iterator[None]:
        """Mark a block that runs the hooks of the call's end."""
        self._ending_in = asyncio.current_task()
        try:
            yield
        finally:
            self._ending_in = None

    async def dropped_run_closed(self) -> None:
        """Let the event loop close a run whose consumer left without closing it: a `break` does not wait for that.

        Gives up after a while, and at once if it would wait for itself: hooks of the run's end may call the agent.
        """
        for pause_s in _CLOSING_PAUSES_S:
            stream = self._stream
            if stream is None or stream() is not None or self._ending_in is asyncio.current_task():
                return
            await asyncio.sleep(pause_s)
