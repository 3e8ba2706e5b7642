"""Async code called from sync code."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import textwrap
import threading
from contextvars import ContextVar
from typing import Any

import pytest

from strands._async import run_async

VALUE = ContextVar("VALUE", default="unset")


async def read_and_change() -> str:
    seen = VALUE.get()
    VALUE.set("changed inside")
    return seen


def test_context_variables_go_in_but_not_out() -> None:
    """Tracing follows the call, and the call cannot disturb its caller."""
    token = VALUE.set("outer")
    try:
        assert (run_async(read_and_change), VALUE.get()) == ("outer", "outer")
    finally:
        VALUE.reset(token)


async def test_runs_inside_a_running_loop() -> None:
    """Sync hooks and notebooks call agents where a loop is already running."""
    assert run_async(lambda: asyncio.sleep(0, "done")) == "done"


@pytest.mark.parametrize("error", [ValueError("x"), KeyboardInterrupt(), asyncio.CancelledError("x")])
def test_exceptions_come_out_as_they_are(error: BaseException) -> None:
    """Callers catch what the function raised, control flow included."""

    async def fail() -> None:
        raise error

    with pytest.raises(type(error)):
        run_async(fail)


def test_what_is_not_awaitable_is_an_error() -> None:
    """A sync function is a mistake that must not look like a result."""
    not_async: Any = lambda: 5  # noqa: E731
    with pytest.raises(TypeError):
        run_async(not_async)


def test_thread_ends_with_the_call() -> None:
    """Each call has a thread of its own, and leaves none behind."""
    before = threading.active_count()

    async def current_thread() -> threading.Thread:
        return threading.current_thread()

    assert run_async(current_thread) is not threading.current_thread()
    assert threading.active_count() == before


def test_interrupted_wait_cancels_the_function() -> None:
    """Ctrl-C ends a run now, with its clean-up, rather than when the model has finished."""
    program = """
        import asyncio, os, signal
        from strands._async import run_async

        async def endless():
            os.kill(os.getpid(), signal.SIGINT)
            try:
                await asyncio.Event().wait()
            finally:
                print("cleaned up")

        try:
            run_async(endless)
        except KeyboardInterrupt:
            print("interrupted")
    """
    command = [sys.executable, "-c", textwrap.dedent(program)]
    output = subprocess.run(command, capture_output=True, check=True, timeout=30, text=True).stdout
    assert output.split("\n") == ["cleaned up", "interrupted", ""]
