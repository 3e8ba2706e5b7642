"""Agents served over the A2A protocol; needs the extra `a2a`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from strands._lazy import lazy_exports

if TYPE_CHECKING:
    from strands.multiagent.a2a.executor import StrandsA2AExecutor as StrandsA2AExecutor
    from strands.multiagent.a2a.server import A2AServer as A2AServer

__all__ = ["A2AServer", "StrandsA2AExecutor"]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "A2AServer": "strands.multiagent.a2a.server",
        "StrandsA2AExecutor": "strands.multiagent.a2a.executor",
    },
)
