"""The event loop that drives an agent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from strands._lazy import lazy_exports

if TYPE_CHECKING:
    from strands.event_loop import event_loop as event_loop

__all__ = ["event_loop"]

__getattr__, __dir__ = lazy_exports(__name__, {"event_loop": "strands.event_loop.event_loop"})
