"""Notes on exceptions."""

from __future__ import annotations

import traceback

import pytest

from strands._exception_notes import _append_to_message, add_exception_note


def test_note_shows_in_the_traceback() -> None:
    """Advice reaches whoever reads the traceback, on every Python version."""
    error = ValueError("what went wrong")
    add_exception_note(error, "what to do")
    shown = "".join(traceback.format_exception_only(ValueError, error))
    assert shown == "ValueError: what went wrong\nwhat to do\n"


@pytest.mark.parametrize(
    ("error", "args"),
    [
        (ValueError("text"), ("text\nnote",)),
        (ValueError(), ("note",)),
        (ValueError("text", 5), ("text\nnote", 5)),
        (KeyError(5), ("5\nnote",)),
    ],
)
def test_without_notes_the_message_grows(error: Exception, args: tuple[object, ...]) -> None:
    """Python 3.10 has no notes; other arguments stay as they are."""
    _append_to_message(error, "note")
    assert error.args == args
