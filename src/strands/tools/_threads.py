"""Threads for blocking tools.

asyncio's default pool has a handful of threads (cores + 4) that all agents, DNS lookups and files share: a few slow
tools would hold up everything else. Here a call waits for no other: it takes an idle thread or gets a new one,
and a thread that finds no work for a while ends.
"""

from __future__ import annotations

import asyncio
import contextvars
import os
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any, ParamSpec, TypeVar, cast

P = ParamSpec("P")
T = TypeVar("T")

IDLE_S = 1.0
"""Seconds without work after which a thread ends."""

_idle: deque[_Worker] = deque()

if hasattr(os, "register_at_fork"):
    # Threads do not survive a fork: a job handed to one of them would wait for ever.
    os.register_at_fork(after_in_child=_idle.clear)


class _Worker(threading.Thread):
    """Runs one job at a time; counts as idle in between."""

    def __init__(self) -> None:
        # A daemon, so that a tool that hangs after its agent gave up cannot keep the interpreter from exiting.
        super().__init__(name="strands-tool", daemon=True)
        self.jobs: SimpleQueue[Callable[[], Callable[[], None]]] = SimpleQueue()

    def run(self) -> None:
        while (job := self._next_job()) is not None:
            report = job()
            _idle.append(self)  # before the caller goes on, so that its next call finds this thread
            report()
            del job, report  # an idle thread must not keep a tool's values alive

    def _next_job(self) -> Callable[[], Callable[[], None]] | None:
        try:
            return self.jobs.get(timeout=IDLE_S)
        except Empty:
            try:
                _idle.remove(self)
            except ValueError:  # taken in the last moment: a job is on its way
                return self.jobs.get()
            return None


def _submit(job: Callable[[], Callable[[], None]]) -> None:
    """Run `job` in a thread, and after it, when the thread counts as idle again, what it returned."""
    try:
        worker = _idle.pop()
    except IndexError:
        worker = _Worker()
        worker.start()
    worker.jobs.put(job)


async def run_in_thread(function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a blocking function without blocking the event loop; it sees a copy of the caller's context variables.

    A cancelled caller returns at once, while the function, which cannot be stopped, runs to its end unheard.
    """
    loop = asyncio.get_running_loop()
    outcome: asyncio.Future[tuple[Any, BaseException | None]] = loop.create_future()
    context = contextvars.copy_context()

    def settle(value: Any, error: BaseException | None) -> None:
        if not outcome.done():
            outcome.set_result((value, error))

    def job() -> Callable[[], None]:
        try:
            return partial(report, context.run(function, *args, **kwargs), None)
        except BaseException as error:  # raised again where the caller awaits
            return partial(report, None, error)

    def report(value: Any, error: BaseException | None) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(settle, value, error)

    _submit(job)
    value, error = await outcome
    if error is None:
        return cast(T, value)
    try:
        raise error
    finally:
        del error  # its traceback refers to this frame
