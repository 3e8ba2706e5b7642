"""Repairing histories that broke off."""

from __future__ import annotations

import logging

import pytest

from strands.session._history import repaired
from strands.types.content import Messages
from tests.session.stores import call, model, result, user


def lost(tool_use_id: str) -> object:
    return result(tool_use_id, "Tool was interrupted.", "error")


WHOLE: dict[str, Messages] = {
    "nothing": [],
    "answered call": [user("q"), model(call("a")), user(result("a")), model("x")],
    "answers in another order": [user("q"), model(call("a"), call("b")), user(result("b"), result("a")), model("x")],
    "more answers than calls": [user("q"), model(call("a")), user(result("a"), result("z")), model("x")],
    "calls that the agent answers when it is called": [user("q"), model("t", call("a"), call("b"))],
    "starts with the model": [model("x"), user("y")],
    "result in the middle without a call": [user("q"), model("x"), user(result("a")), model("y")],
}
BROKEN: dict[str, tuple[Messages, Messages]] = {
    "result whose call was cut off": ([user(result("a"), "hm"), model("x")], [model("x")]),
    "two of them": ([user(result("a")), user(result("b")), model("x")], [model("x")]),
    "nothing but results": ([user(result("a"))], []),
    "call without an answer": (
        [user("q"), model(call("a")), user("still there?"), model("x")],
        [user("q"), model(call("a")), user(lost("a")), user("still there?"), model("x")],
    ),
    "one of two calls without an answer": (
        [user("q"), model(call("a"), call("b")), user("hm", result("b")), model("x")],
        [user("q"), model(call("a"), call("b")), user("hm", result("b"), lost("a")), model("x")],
    ),
    "answer to another call": (
        [user("q"), model(call("a")), user(result("z"))],
        [user("q"), model(call("a")), user(result("z"), lost("a"))],
    ),
    "calls in a row": (
        [user("q"), model(call("a")), model(call("b")), user("x")],
        [user("q"), model(call("a")), user(lost("a")), model(call("b")), user(lost("b")), user("x")],
    ),
}


@pytest.mark.parametrize("messages", WHOLE.values(), ids=WHOLE)
def test_whole_history_stays_as_it_is(messages: Messages, caplog: pytest.LogCaptureFixture) -> None:
    """A repair would change what the model was told."""
    assert repaired(messages) == messages
    assert caplog.records == []


@pytest.mark.parametrize(("messages", "expected"), BROKEN.values(), ids=BROKEN)
def test_broken_history_becomes_one_that_providers_take(
    messages: Messages, expected: Messages, caplog: pytest.LogCaptureFixture
) -> None:
    """Otherwise no call with that history would ever succeed again."""
    before = repr(messages)
    assert repaired(messages) == expected
    assert {(record.name, record.levelno) for record in caplog.records} == {
        ("strands.session._history", logging.WARNING)
    }
    assert repr(messages) == before  # the store's own objects, for stores in memory
