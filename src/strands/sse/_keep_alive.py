"""Frames with a comment in each silent stretch, so that nothing between server and page takes it for dead.

A step of the agent's stream may hold a timeout or a cancel scope, which belong to the task that entered them. It cannot
be left under way while a comment is sent, so the steps are made in a task of their own: one task for the whole stream,
which starts a step when a frame is wanted and also closes the stream.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from strands.sse._frames import KEEP_ALIVE


async def with_keep_alive(frames: AsyncGenerator[str, None], silence_s: float | None) -> AsyncGenerator[str, None]:
    """Yield `frames`, and a comment whenever none has come for `silence_s`; closes `frames` on every way out."""
    steps = _Steps(frames, silence_s)
    try:
        while (frame := await steps.next()) is not None:
            yield frame
    finally:
        await steps.close()


class _Steps:
    """The steps of a stream, in a task of their own, each of them only when it is asked for."""

    def __init__(self, frames: AsyncGenerator[str, None], silence_s: float | None) -> None:
        self._loop = asyncio.get_running_loop()
        self._frame: str | None = None
        self._wanted: asyncio.Future[None] = self._loop.create_future()
        self._arrived: asyncio.Future[None] = self._loop.create_future()
        self._silence = None if silence_s is None else _Silence(self._loop, silence_s, self._wake)
        self._is_closing = False
        self._task = asyncio.create_task(self._run(frames), name="strands-sse")
        self._task.add_done_callback(self._wake)

    async def next(self) -> str | None:
        """Return the next frame, a comment if there is silence instead, or None at the end.

        Raises:
            BaseException: What the stream raised.
        """
        if self._frame is None and not self._task.done():
            if not self._wanted.done():
                self._wanted.set_result(None)
            self._arrived = self._loop.create_future()
            if self._silence is not None:
                self._silence.begin()
            await self._arrived
        if self._frame is not None:
            frame, self._frame = self._frame, None
            return frame
        return self._task.result() if self._task.done() else KEEP_ALIVE

    async def close(self) -> None:
        """Close the stream in its task, and wait until that is done, however often the wait is cancelled."""
        self._is_closing = True
        if self._silence is not None:
            self._silence.close()
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
            await self._wanted
            async for frame in frames:
                if self._is_closing:  # the stream answered its cancellation with a frame
                    return
                self._frame, self._wanted = frame, self._loop.create_future()
                self._wake()
                await self._wanted

    def _wake(self, _: object = None) -> None:
        if not self._arrived.done():
            self._arrived.set_result(None)


class _Silence:
    """Rings when nothing has come for a while. One timer serves for many frames: most of them come soon enough."""

    def __init__(self, loop: asyncio.AbstractEventLoop, length_s: float, ring: Callable[[], object]) -> None:
        self._loop = loop
        self._length_s = length_s
        self._ring = ring
        self._ends_at = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def begin(self) -> None:
        """Count from now on."""
        self._ends_at = self._loop.time() + self._length_s
        if self._timer is None:
            self._timer = self._loop.call_at(self._ends_at, self._look)

    def close(self) -> None:
        """Ring no more."""
        if self._timer is not None:
            self._timer.cancel()

    def _look(self) -> None:
        self._timer = None
        if self._loop.time() < self._ends_at:
            self._timer = self._loop.call_at(self._ends_at, self._look)
        else:
            self._ring()
