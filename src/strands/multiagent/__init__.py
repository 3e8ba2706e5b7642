"""Several agents at one task: graphs, swarms, and what they have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from strands._lazy import lazy_exports

if TYPE_CHECKING:
    from strands.multiagent.base import MultiAgentBase as MultiAgentBase
    from strands.multiagent.base import MultiAgentResult as MultiAgentResult
    from strands.multiagent.base import Status as Status
    from strands.multiagent.graph import GraphBuilder as GraphBuilder
    from strands.multiagent.graph import GraphResult as GraphResult
    from strands.multiagent.swarm import Swarm as Swarm
    from strands.multiagent.swarm import SwarmResult as SwarmResult

__all__ = [
    "GraphBuilder",
    "GraphResult",
    "MultiAgentBase",
    "MultiAgentResult",
    "Status",
    "Swarm",
    "SwarmResult",
]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "GraphBuilder": "strands.multiagent.graph",
        "GraphResult": "strands.multiagent.graph",
        "MultiAgentBase": "strands.multiagent.base",
        "MultiAgentResult": "strands.multiagent.base",
        "Status": "strands.multiagent.base",
        "Swarm": "strands.multiagent.swarm",
        "SwarmResult": "strands.multiagent.swarm",
    },
)
