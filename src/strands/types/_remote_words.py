"""What remote agents say, without their SDK, which may not be installed."""

from __future__ import annotations


def holds_words(sent: object) -> bool:
    """Whether what a remote agent sent, a message or a task with its update, carries any of its words."""
    for each in sent if isinstance(sent, tuple) else (sent,):
        said = (getattr(each, name, None) for name in ("parts", "artifacts", "artifact"))
        if any(said) or getattr(getattr(each, "status", None), "message", None):
            return True
    return False
