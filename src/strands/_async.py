"""Calling async code from sync code."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from typing import TypeVar

T = TypeVar("T")


def run_async(async_func: Callable[[], Awaitable[T]]) -> T:
    """Run an async function to its end, even where an event loop is already running, and return its result.

    It runs in a thread and an event loop of its own, with a copy of the caller's context variables. If the wait is
    interrupted (Ctrl-C), the function is cancelled and gets to clean up before the interruption goes on.

    Raises:
        BaseException: What the function raised.
    """
    cancel: Future[Callable[[], object]] = Future()

    async def cancellable() -> T:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None  # for type checkers: asyncio.run always makes one
        cancel.set_result(lambda: loop.call_soon_threadsafe(task.cancel))
        return await async_func()

    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="strands-run-async") as thread:
        result = thread.submit(copy_context().run, lambda: asyncio.run(cancellable()))
        try:
            return result.result()
        except BaseException:
            if not result.done():
                with suppress(RuntimeError):  # the loop closed in the meantime
                    cancel.result()()
            raise
