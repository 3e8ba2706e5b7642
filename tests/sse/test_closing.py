"""Silence, and every way in which a stream ends early."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any

import anyio
import pytest

from strands import Agent
from strands.sse import sse_stream
from strands.sse._frames import KEEP_ALIVE
from strands.testing import Gate, ScriptedModel, pause, text
from tests.sse._client import asked, parsed, text_in

KEEP_ALIVES = pytest.mark.parametrize("keep_alive_s", [None, 60.0])


class Watched:
    """A run of an agent which waits at a gate after its first words, and the stream of its events."""

    def __init__(self) -> None:
        self.gate = Gate()
        self.model = ScriptedModel([text(["One,", pause(self.gate), " two."]), "Again."])
        self.agent = Agent(model=self.model, callback_handler=None)

    def frames(self, **options: Any) -> AsyncGenerator[str, None]:
        return sse_stream(self.agent.stream_async("Count."), **options)

    async def check_closed(self) -> None:
        """The provider's stream is closed, no task is left, and the agent can be called again."""
        assert self.model.open_streams == 0
        assert asyncio.all_tasks() == {asyncio.current_task()}
        assert str(await self.agent.invoke_async("Again?")).strip() == "Again."


async def test_a_comment_in_each_silent_stretch() -> None:
    """Proxies cut connections on which nothing moves; and a client that has gone is only noticed by writing."""
    run = Watched()
    frames = run.frames(keep_alive_s=0.001)
    seen = [await anext(frames) for _ in range(4)]
    assert seen[1:] == [KEEP_ALIVE] * 3
    run.gate.open()
    seen += [frame async for frame in frames]
    assert text_in(seen) == "One, two."
    assert [event.id for event in parsed(seen)] == ["1", "2", "3"]
    await run.check_closed()


async def test_a_frame_that_came_while_a_comment_was_sent() -> None:
    """It is there for the next reading, and is not waited for."""
    may_come, has_come = asyncio.Event(), asyncio.Event()

    async def stream() -> AsyncGenerator[dict[str, Any], None]:
        await may_come.wait()
        has_come.set()
        yield {"data": "x", "delta": {}}

    frames = sse_stream(stream(), keep_alive_s=0.001)
    assert await anext(frames) == KEEP_ALIVE
    may_come.set()
    await has_come.wait()
    assert text_in([await anext(frames)]) == "x"
    await frames.aclose()


async def test_no_comment_if_none_is_wanted() -> None:
    """Where the server sends pings itself."""
    run = Watched()
    frames = run.frames(keep_alive_s=None)
    await anext(frames)
    waiting = asyncio.ensure_future(anext(frames))
    await run.gate.reached()
    run.gate.open()
    assert text_in([await waiting]) == " two."
    await frames.aclose()
    await run.check_closed()


@KEEP_ALIVES
async def test_closing_between_two_frames(keep_alive_s: float | None) -> None:
    """A server that closes the response closes the run."""
    run = Watched()
    async with aclosing(run.frames(keep_alive_s=keep_alive_s)) as frames:
        async for _ in frames:
            break
    await run.check_closed()


@KEEP_ALIVES
async def test_cancelling_in_a_silent_stretch(keep_alive_s: float | None) -> None:
    """A client that goes away while the model thinks must not leave a run behind."""
    run = Watched()

    async def read() -> None:
        async for _ in run.frames(keep_alive_s=keep_alive_s):
            pass

    reading = asyncio.create_task(read())
    await run.gate.reached()
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    await run.check_closed()


async def test_closing_after_a_keep_alive() -> None:
    """The step that goes on meanwhile is ended."""
    run = Watched()
    frames = run.frames(keep_alive_s=0.001)
    await anext(frames)
    assert await anext(frames) == KEEP_ALIVE
    await frames.aclose()
    await run.check_closed()


async def test_a_cancel_scope_around_the_response() -> None:
    """Servers on anyio cancel again and again until the task ends; the run's cleanup still comes to its end."""
    cleaned_up = []

    async def slow_to_close() -> AsyncGenerator[dict[str, Any], None]:
        try:
            yield {"data": "x", "delta": {}}
            await asyncio.Event().wait()
        finally:
            for _ in range(5):
                await asyncio.sleep(0)
            cleaned_up.append(True)

    async with anyio.create_task_group() as group:
        async for _ in sse_stream(slow_to_close(), keep_alive_s=0.001):
            group.cancel_scope.cancel()
            await asyncio.sleep(0)
    # The generator was dropped, not closed: the loop does that.
    await asyncio.get_running_loop().shutdown_asyncgens()
    assert cleaned_up == [True]


async def test_a_cancelled_wait_under_a_cancel_scope() -> None:
    """As above, for the more usual case: the task waits for a frame."""
    steps: list[int] = []

    async def slow_to_close() -> AsyncGenerator[dict[str, Any], None]:
        try:
            group.cancel_scope.cancel()
            await asyncio.Event().wait()
            yield {}
        finally:
            for step in range(5):
                await asyncio.sleep(0)
                steps.append(step)

    async with anyio.create_task_group() as group:
        async for _ in sse_stream(slow_to_close()):
            pass
    assert steps == [0, 1, 2, 3, 4]


async def test_one_task_makes_all_steps_and_the_closing() -> None:
    """Cancel scopes and timeouts of a stream belong to the task that entered them, and context variables to it, too."""
    variable: contextvars.ContextVar[str] = contextvars.ContextVar("variable", default="unset")
    variable.set("the consumer's")
    seen: list[Any] = []

    async def stream() -> AsyncGenerator[dict[str, Any], None]:
        token = variable.set("the stream's")
        try:
            for _ in range(3):
                seen.append(asyncio.current_task())
                yield {"data": "x", "delta": {}}
        finally:
            seen.append(asyncio.current_task())
            variable.reset(token)
            seen.append(variable.get())

    frames = sse_stream(stream())
    await anext(frames)
    await anext(frames)
    assert variable.get() == "the consumer's"
    await asyncio.create_task(frames.aclose())
    assert seen.pop() == "the consumer's"
    assert len(set(seen)) == 1


async def test_nothing_runs_ahead() -> None:
    """A reader that stops, or is slow, stops the run where it is: no tool runs that nobody waits for."""
    steps: list[int] = []

    async def stream() -> AsyncGenerator[dict[str, Any], None]:
        for step in range(3):
            steps.append(step)
            yield {"data": str(step), "delta": {}}

    frames = sse_stream(stream())
    assert steps == []
    for expected in ([0], [0, 1], [0, 1, 2]):
        await anext(frames)
        for _ in range(3):
            await asyncio.sleep(0)
        assert steps == expected
    await frames.aclose()


async def test_a_stream_that_answers_its_closing_with_an_exception(caplog: pytest.LogCaptureFixture) -> None:
    """Nobody is there to be told; the log is."""

    class Stream:
        def __aiter__(self) -> AsyncIterator[dict[str, Any]]:
            return self

        async def __anext__(self) -> dict[str, Any]:
            return {"data": "x", "delta": {}}

        async def aclose(self) -> None:
            raise ValueError("cannot be closed")

    frames = sse_stream(Stream())
    await anext(frames)
    await frames.aclose()
    assert "could not be closed" in caplog.text


async def test_a_stream_that_answers_its_cancellation_with_an_exception() -> None:
    """Closing must come to an end whatever the stream makes of it."""
    waits = asyncio.Event()

    async def stream() -> AsyncGenerator[dict[str, Any], None]:
        try:
            waits.set()
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            raise ValueError("interrupted") from None
        yield {}

    waiting = asyncio.ensure_future(anext(sse_stream(stream())))
    await waits.wait()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_a_cancellation_from_within_is_no_error_event() -> None:
    """It is for the tasks around; a frame would hide it."""

    async def stream() -> AsyncGenerator[dict[str, Any], None]:
        raise asyncio.CancelledError
        yield {}

    with pytest.raises(asyncio.CancelledError):
        await anext(sse_stream(stream()))


async def test_a_stream_that_was_never_read_leaves_nothing() -> None:
    """A client may be gone before the first frame."""
    run = Watched()
    await run.frames().aclose()
    run.gate.open()
    assert text_in(await asked(run.agent)) == "One, two."
