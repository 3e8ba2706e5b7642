"""Notes on exceptions, on all supported Python versions."""

from __future__ import annotations


def add_exception_note(exception: Exception, note: str) -> None:
    """Attach a note that tracebacks show; before Python 3.11 it is appended to the exception's message."""
    if hasattr(exception, "add_note"):
        exception.add_note(note)
    else:
        _append_to_message(exception, note)


def _append_to_message(exception: Exception, note: str) -> None:
    message, *details = exception.args or ("",)
    exception.args = (f"{message}\n{note}" if exception.args else note, *details)
