"""Frames with a comment in each silent stretch, so that nothing between server and page takes it for dead.

A step of the agent's stream may hold a timeout or a cancel scope, which belong to the task that entered them. It cannot
be left under way while a comment is sent, so the steps are made in a task of their own: one task for the whole stream,
which starts a step when a frame is wanted and also closes the stream.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from strands.sse._frames import KEEP_ALIVE


async def with_keep_alive(frames: AsyncGenerator[str, None], silence_s: float | None) -> AsyncGenerator[str, None]:
    """Yield `frames`, and a comment whenever none has come for `silence_s`; closes `frames` on every way out."""
    steps = _Steps(frames)
    try:
        while (frame := await steps.next(silence_s)) is not None:
            yield frame
    finally:
        await steps.close()


class _Steps:
    """The steps of a stream, in a task of their own, each of them only when it is asked for."""

    def __init__(self, frames: AsyncGenerator[str, None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._frame: str | None = None
        self._wanted = asyncio.Event()  # from asking for a frame until it is there
        self._waiter: asyncio.Future[None] = self._loop.create_future()
        self._is_closing = False
        self._task = asyncio.create_task(self._run(frames), name="strands-sse")
        self._task.add_done_callback(self._wake)

    async def next(self, silence_s: float | None) -> str | None:
        """Return the next frame, a comment if none comes for this long, or None at the end.

        Raises:
            BaseException: What the stream raised.
        """
        if self._frame is None and not self._task.done():
            self._wanted.set()
            await self._woken(silence_s)
        if self._frame is not None:
            frame, self._frame = self._frame, None
            return frame
        return self._task.result() if self._task.done() else KEEP_ALIVE

    async def close(self) -> None:
        """Close the stream in its task, and wait until that is done, however often the wait is cancelled."""
        self._is_closing = True
        self._task.cancel()
        cancelled: asyncio.CancelledError | None = None
        while not self._task.done():
            try:
                await asyncio.wait((self._task,))
            except asyncio.CancelledError as error:  # noqa: PERF203  # meant for this task
                cancelled = error
        if not self._task.cancelled():
            self._task.result()
        if cancelled is not None:
            raise cancelled

    async def _run(self, frames: AsyncGenerator[str, None]) -> None:
        async with aclosing(frames):
            await self._wanted.wait()
            async for frame in frames:
                if self._is_closing:  # the stream answered its cancellation with a frame
                    return
                self._frame = frame
                self._wanted.clear()
                self._wake()
                await self._wanted.wait()

    async def _woken(self, timeout_s: float | None) -> None:
        self._waiter = self._loop.create_future()
        timer = None if timeout_s is None else self._loop.call_later(timeout_s, self._wake)
        try:
            await self._waiter
        finally:
            if timer is not None:
                timer.cancel()

    def _wake(self, _: object = None) -> None:
        if not self._waiter.done():
            self._waiter.set_result(None)
