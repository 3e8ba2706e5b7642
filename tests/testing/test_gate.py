"""Gates and flags join threads and event loops."""

from __future__ import annotations

import asyncio
import threading

import pytest

from strands.testing import Gate
from strands.testing._gate import Flag


async def test_a_flag_set_in_another_thread_wakes_the_event_loop() -> None:
    """The endpoint's thread tells an async test what happened."""
    flag = Flag()
    thread = threading.Thread(target=flag.set)
    waiting = asyncio.ensure_future(flag.waited())
    await asyncio.sleep(0)
    thread.start()
    await waiting
    thread.join()
    assert flag.is_set()
    await flag.waited()


async def test_a_waiter_that_was_cancelled_is_forgotten() -> None:
    """Otherwise setting the flag later would reach into an event loop that is closed."""
    flag = Flag()
    waiting = asyncio.ensure_future(flag.waited())
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    flag.set()
    assert flag.wait(0)


def test_waiting_ends_with_the_timeout() -> None:
    """A test that waits for what never happens must fail, not hang."""
    assert not Flag().wait(0)
    assert not Gate().wait_reached(0)


def test_a_gate_can_be_opened_from_another_thread_than_the_models() -> None:
    """Sync agents run their event loop in a thread of their own."""
    gate = Gate()
    model = threading.Thread(target=lambda: asyncio.run(gate.passed()))
    model.start()
    assert gate.wait_reached()
    gate.open()
    model.join()


async def test_an_open_gate_does_not_stop_anybody() -> None:
    """A gate that was opened stays open for later turns."""
    gate = Gate()
    gate.open()
    await gate.passed()
    await gate.reached()
