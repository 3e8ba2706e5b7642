"""Blocking iterators on threads of their own."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Iterator
from contextlib import aclosing

import pytest

from strands.models._own_thread import Reader, call_on_own_thread, stream_on_own_thread

TIMEOUT_S = 10.0


async def joined(thread: threading.Thread) -> bool:
    """Wait for the thread's end; False if it goes on."""
    await asyncio.to_thread(thread.join, TIMEOUT_S)
    return not thread.is_alive()


async def test_items_arrive_in_order_from_a_thread_that_ends_with_the_stream() -> None:
    """A stream must neither reorder nor leave a thread behind."""
    threads: list[threading.Thread] = []

    def read(_: Reader) -> Iterator[int]:
        threads.append(threading.current_thread())
        yield from range(2_000)

    assert [item async for item in stream_on_own_thread(read, name="numbers")] == list(range(2_000))
    assert (threads[0].name, threads[0].daemon) == ("numbers", True)
    assert await joined(threads[0])


async def test_streams_do_not_wait_for_each_other() -> None:
    """All streams meet at one barrier: on a pool with fewer threads than streams they would wait for ever."""
    streams = 60
    barrier = threading.Barrier(streams)

    def read(_: Reader) -> Iterator[int]:
        yield barrier.wait(TIMEOUT_S)

    async def only_item() -> int:
        [item] = [item async for item in stream_on_own_thread(read, name="one of many")]
        return item

    assert sorted(await asyncio.gather(*(only_item() for _ in range(streams)))) == list(range(streams))


async def test_the_error_that_ends_the_iterator_reaches_the_consumer_after_the_items() -> None:
    """What came before an error is not lost, and the error is the very one that was raised."""
    failure = OSError("the line went dead")
    items: list[int] = []

    def read(_: Reader) -> Iterator[int]:
        yield 1
        yield 2
        raise failure

    with pytest.raises(OSError, match="the line went dead") as caught:
        async for item in stream_on_own_thread(read, name="broken"):
            items.append(item)  # noqa: PERF401  # the items before the error are the point
    assert items == [1, 2]
    assert caught.value is failure


async def test_an_error_before_the_first_item_reaches_the_consumer() -> None:
    def read(_: Reader) -> Iterator[int]:
        raise OSError("cannot start")

    with pytest.raises(OSError, match="cannot start"):
        await anext(stream_on_own_thread(read, name="broken"))


@pytest.mark.parametrize("capacity", [1, 3])
async def test_a_slow_consumer_holds_the_thread_back(capacity: int) -> None:
    """Whoever stops reading must not make the whole answer pile up in memory."""
    produced: list[int] = []

    def read(_: Reader) -> Iterator[int]:
        for number in range(100):
            produced.append(number)
            yield number

    async with aclosing(stream_on_own_thread(read, name="fast", capacity=capacity)) as items:
        async for item in items:
            # Taken at once: this batch. Beyond it: a full pipe, and one more item that waits for room.
            assert len(produced) <= item + 1 + 2 * capacity + 1
    assert produced == list(range(100))


@pytest.mark.parametrize("leave", ["aclose", "cancel"])
async def test_leaving_early_interrupts_a_blocked_read_and_closes_the_iterator(leave: str) -> None:
    """A consumer that has gone must not keep a connection and a thread until the model speaks again."""
    hung_up, closed = threading.Event(), threading.Event()
    threads: list[threading.Thread] = []

    def read(reader: Reader) -> Iterator[str]:
        threads.append(threading.current_thread())
        reader.interruptible_by(hung_up.set)
        try:
            yield "first"
            assert hung_up.wait(TIMEOUT_S)
            raise OSError("the line was cut")  # as sockets do when they are shut down
        finally:
            closed.set()

    items = stream_on_own_thread(read, name="left early")
    assert await anext(items) == "first"
    if leave == "aclose":
        await items.aclose()
    else:
        waiting = asyncio.ensure_future(anext(items))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    assert await joined(threads[0])
    assert closed.is_set()


async def test_leaving_wakes_a_thread_that_waits_for_room() -> None:
    """A thread that is held back must not wait for a consumer that will never come."""
    threads: list[threading.Thread] = []

    def read(_: Reader) -> Iterator[int]:
        threads.append(threading.current_thread())
        while True:
            yield 0

    items = stream_on_own_thread(read, name="endless", capacity=2)
    await anext(items)
    await items.aclose()
    assert await joined(threads[0])


async def test_a_read_that_becomes_interruptible_too_late_is_interrupted_at_once() -> None:
    """A request can be abandoned before its response, and with it the means to interrupt, is there."""
    started, go_on, hung_up = asyncio.Event(), threading.Event(), threading.Event()
    loop = asyncio.get_running_loop()
    threads: list[threading.Thread] = []

    def read(reader: Reader) -> Iterator[str]:
        threads.append(threading.current_thread())
        loop.call_soon_threadsafe(started.set)
        assert go_on.wait(TIMEOUT_S)
        reader.interruptible_by(hung_up.set)
        yield "too late"

    waiting = asyncio.ensure_future(anext(stream_on_own_thread(read, name="unanswered")))
    await started.wait()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    go_on.set()
    assert await joined(threads[0])
    assert hung_up.is_set()


def test_an_abandoned_call_does_not_hold_up_the_end_of_the_loop() -> None:
    """`asyncio.run` must return although a blocked call cannot be interrupted."""
    go_on = threading.Event()
    threads: list[threading.Thread] = []

    def read(_: Reader) -> Iterator[str]:
        threads.append(threading.current_thread())
        go_on.wait(TIMEOUT_S)
        yield "nobody hears this"

    async def gives_up() -> None:
        waiting = asyncio.ensure_future(anext(stream_on_own_thread(read, name="stuck")))
        await asyncio.sleep(0)
        waiting.cancel()

    asyncio.run(gives_up())
    assert threads[0].is_alive()
    go_on.set()
    threads[0].join(TIMEOUT_S)
    assert not threads[0].is_alive()


def test_a_thread_ends_when_its_loop_is_gone() -> None:
    """A program may drop its loop with a stream open; the thread must not read on for nobody."""
    go_on = threading.Event()
    threads: list[threading.Thread] = []

    def read(_: Reader) -> Iterator[int]:
        threads.append(threading.current_thread())
        yield 0
        while go_on.wait(TIMEOUT_S):
            yield 1

    loop = asyncio.new_event_loop()
    items = stream_on_own_thread(read, name="orphan")
    assert loop.run_until_complete(anext(items)) == 0
    loop.close()
    go_on.set()
    threads[0].join(TIMEOUT_S)
    assert not threads[0].is_alive()


async def test_a_finished_read_is_not_interrupted() -> None:
    """The connection of a finished stream may already carry another one."""
    interrupted = threading.Event()

    def read(reader: Reader) -> Iterator[int]:
        reader.interruptible_by(interrupted.set)
        yield 1

    assert [item async for item in stream_on_own_thread(read, name="whole")] == [1]
    assert not interrupted.is_set()


async def test_the_thread_sees_the_context_of_the_caller() -> None:
    """Instrumented SDKs look for the current span in the context."""
    span: contextvars.ContextVar[str] = contextvars.ContextVar("span")
    span.set("the caller's")
    assert await call_on_own_thread(lambda: span.get("none"), name="call") == "the caller's"


async def test_the_error_of_a_call_reaches_the_caller() -> None:
    def fails() -> None:
        raise LookupError("no such model")

    with pytest.raises(LookupError, match="no such model"):
        await call_on_own_thread(fails, name="call")
