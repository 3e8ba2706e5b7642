"""Base class of plugins for orchestrators."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TYPE_CHECKING

from strands.plugins._hooks import _HookedPlugin

if TYPE_CHECKING:
    from strands.multiagent.base import MultiAgentBase


class MultiAgentPlugin(_HookedPlugin):
    """Extends an orchestrator: `@hook` methods become its callbacks."""

    def init_multi_agent(self, orchestrator: MultiAgentBase) -> Awaitable[None] | None:
        """Prepare an orchestrator before this plugin's hooks are added to it; may be async.

        Args:
            orchestrator: The orchestrator, whose construction is not finished yet.
        """
        return None
