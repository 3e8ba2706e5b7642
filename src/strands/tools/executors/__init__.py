"""How the tools that one response asks for are run: all at once, or one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from strands._lazy import lazy_exports

if TYPE_CHECKING:
    from strands.tools.executors import concurrent as concurrent
    from strands.tools.executors import sequential as sequential
    from strands.tools.executors.concurrent import ConcurrentToolExecutor as ConcurrentToolExecutor
    from strands.tools.executors.sequential import SequentialToolExecutor as SequentialToolExecutor

__all__ = ["ConcurrentToolExecutor", "SequentialToolExecutor", "concurrent", "sequential"]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "ConcurrentToolExecutor": "strands.tools.executors.concurrent",
        "SequentialToolExecutor": "strands.tools.executors.sequential",
        "concurrent": "strands.tools.executors.concurrent",
        "sequential": "strands.tools.executors.sequential",
    },
)
