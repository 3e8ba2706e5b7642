"""Callbacks that work with and without an event loop."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class DualCallback:
    """A callback in two forms: awaited events take the second, all others the first.

    Attributes:
        blocking: Returns when its work is done.
        awaitable: Returns what to await until the work is done, or None if it is done already.
    """

    blocking: Callable[[Any], None]
    awaitable: Callable[[Any], Awaitable[None] | None]

    def __call__(self, event: Any) -> Awaitable[None] | None:
        """React to an event whose sender can wait."""
        return self.awaitable(event)
