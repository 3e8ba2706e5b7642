"""Notes on exceptions, on all Python versions."""

from __future__ import annotations


def notes_on(error: BaseException) -> list[str]:
    """Return the notes; before Python 3.11 they are the further lines of the message."""
    return getattr(error, "__notes__", None) or str(error.args[0]).splitlines()[1:]
