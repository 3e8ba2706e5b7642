"""Names under which content is stored: unique, and harmless whatever the key is."""

from __future__ import annotations

import itertools
import re
import threading
import time

_MAX_KEY_LENGTH = 100
_UNSAFE = re.compile(r"[^\w.-]")


class Names:
    """Makes names that no other content of this process has: time, number and key."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    def next(self, key: str) -> str:
        """Return a name for the content of this key."""
        return f"{time.time_ns() // 1_000_000}_{self.next_number()}_{_sanitized(key)}"

    def next_number(self) -> int:
        """Return 1, 2, and so on."""
        with self._lock:
            return next(self._numbers)


def extension_for(content_type: str) -> str:
    """Return the file extension for a content type, without the dot."""
    subtype = content_type.partition(";")[0].strip().rpartition("/")[2]
    return (
        "txt" if subtype == "plain" else re.sub(r"[^A-Za-z0-9.+-]", "", subtype).strip(".")[:_MAX_KEY_LENGTH] or "bin"
    )


def _sanitized(key: str) -> str:
    """Return a key without anything that could lead out of a folder; it comes from a model or a provider."""
    return _UNSAFE.sub("_", key.replace("..", "_"))[:_MAX_KEY_LENGTH]
