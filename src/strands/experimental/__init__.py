"""What may still change, and the former homes of what no longer does."""

from typing import TYPE_CHECKING

from strands._lazy import lazy_exports

if TYPE_CHECKING:
    from strands.experimental import checkpoint as checkpoint
    from strands.experimental import steering as steering
    from strands.experimental import tools as tools
    from strands.experimental.agent_config import config_to_agent as config_to_agent

__all__ = ["checkpoint", "config_to_agent", "steering", "tools"]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "checkpoint": "strands.experimental.checkpoint",
        "config_to_agent": "strands.experimental.agent_config",
        "steering": "strands.experimental.steering",
        "tools": "strands.experimental.tools",
    },
)
