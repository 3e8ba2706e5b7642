"""Threads for blocking tools: as many as needed, none longer than needed."""

from __future__ import annotations

import asyncio
import contextvars
import os
import subprocess
import sys
import threading
from collections import deque

import pytest

from strands.tools import _threads
from strands.tools._threads import run_in_thread


async def test_returns_what_the_function_returns() -> None:
    assert await run_in_thread(lambda a, b: a + b, 1, b=2) == 3


@pytest.mark.parametrize("error", [ValueError("x"), KeyError("k")])
async def test_raises_what_the_function_raises(error: Exception) -> None:
    """The very exception, so that hooks see the tool's own."""

    def fail() -> None:
        raise error

    with pytest.raises(type(error)) as raised:
        await run_in_thread(fail)
    assert raised.value is error


async def test_stop_iteration_ends_the_wait() -> None:
    """It cannot travel through a future: the original waits for ever."""

    def fail() -> None:
        raise StopIteration

    with pytest.raises(RuntimeError, match="StopIteration"):
        await run_in_thread(fail)


async def test_context_variables_go_in_and_do_not_come_out() -> None:
    variable = contextvars.ContextVar("variable", default="unset")
    variable.set("outer")

    def look() -> str:
        seen = variable.get()
        variable.set("inner")
        return seen

    assert (await run_in_thread(look), variable.get()) == ("outer", "outer")


async def test_calls_do_not_wait_for_each_other() -> None:
    """Forty tools that block at once need forty threads: with fewer, this would never end."""
    barrier = threading.Barrier(40)
    assert sorted(await asyncio.gather(*[run_in_thread(barrier.wait) for _ in range(40)])) == list(range(40))


async def test_an_idle_thread_is_used_again() -> None:
    """Starting a thread costs more than most tools."""
    first = await run_in_thread(threading.current_thread)
    assert await run_in_thread(threading.current_thread) is first


FORKS = """
import asyncio, os, signal
from strands.tools._threads import run_in_thread

asyncio.run(run_in_thread(print, "parent"))
child = os.fork()
if child == 0:
    signal.alarm(30)
    asyncio.run(run_in_thread(print, "child"))
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this platform does not fork")
def test_a_forked_process_starts_threads_of_its_own() -> None:
    """Servers that load the application before they fork are common, and threads do not come along."""
    subprocess.run([sys.executable, "-c", FORKS], check=True, capture_output=True, timeout=60)


async def test_an_idle_thread_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """A burst of tools must not leave its threads behind."""
    monkeypatch.setattr(_threads, "IDLE_S", 0.0)
    monkeypatch.setattr(_threads, "_idle", deque())
    thread = await run_in_thread(threading.current_thread)
    thread.join(timeout=30)
    assert not thread.is_alive()
    assert not _threads._idle
    assert await run_in_thread(threading.current_thread) is not thread


async def test_a_cancelled_caller_returns_while_the_function_runs_on() -> None:
    """A function cannot be stopped, but nobody has to wait for it."""
    started, release, ended = threading.Event(), threading.Event(), threading.Event()

    def block() -> None:
        started.set()
        release.wait()
        ended.set()

    task = asyncio.create_task(run_in_thread(block))
    await run_in_thread(started.wait)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not ended.is_set()
    release.set()
    assert await run_in_thread(ended.wait, 30)


def test_a_result_after_the_end_of_the_loop_is_dropped() -> None:
    """A program may end its event loop while a tool still runs."""
    started, release, ended = threading.Event(), threading.Event(), threading.Event()

    def block() -> None:
        started.set()
        release.wait()
        ended.set()

    async def give_up() -> None:
        task = asyncio.create_task(run_in_thread(block))
        await run_in_thread(started.wait)
        task.cancel()

    asyncio.run(give_up())
    release.set()
    assert ended.wait(30)
