"""Calling async code from sync code."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from contextvars import copy_context
from typing import TypeVar

T = TypeVar("T")


@asynccontextmanager
async def closing_if_closable(stream: object) -> AsyncGenerator[None, None]:
    """Close a stream at the end of the block if it can be closed: a user's model may return any async iterable."""
    try:
        yield
    finally:
        if (aclose := getattr(stream, "aclose", None)) is not None:
            await aclose()


def run_async(async_func: Callable[[], Awaitable[T]]) -> T:
    """Run an async function to its end, even where an event loop is already running, and return its result.

    It runs in a thread and an event loop of its own, with a copy of the caller's context variables. If the wait is
    interrupted (Ctrl-C), the function is cancelled and gets to clean up before the interruption goes on.

    Raises:
        BaseException: What the function raised.
    """
    interrupted, ended = threading.Event(), threading.Event()
    cancel: Future[Callable[[], object]] = Future()

    async def cancellable() -> T:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None  # for type checkers: asyncio.run always makes one
        cancel.set_result(lambda: loop.call_soon_threadsafe(task.cancel))
        if interrupted.is_set():
            raise asyncio.CancelledError
        return await async_func()

    def in_thread() -> T:
        try:
            return asyncio.run(cancellable())
        finally:
            ended.set()

    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="strands-run-async") as thread:
        try:
            return thread.submit(copy_context().run, in_thread).result()
        except BaseException:
            # The interruption may come at any moment: the function sees the event if it has not begun yet.
            interrupted.set()
            if cancel.done():
                with suppress(RuntimeError):  # the loop is closed: the function raised this, or has ended since
                    cancel.result()()
                ended.wait()  # the pool does not know its thread if the interruption came while that was starting
            raise
