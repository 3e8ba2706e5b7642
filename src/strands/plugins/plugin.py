"""Base class of plugins for agents."""

from __future__ import annotations

from collections.abc import Awaitable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from strands.plugins._discovery import discover_tools
from strands.plugins._hooks import _HookedPlugin

if TYPE_CHECKING:
    from strands.agent.agent import Agent
    from strands.tools.decorator import DecoratedFunctionTool


class Plugin(_HookedPlugin):
    """Extends an agent: `@hook` methods become its callbacks, `@tool` methods become its tools.

    One plugin may serve several agents.
    """

    @cached_property
    def _tools(self) -> list[DecoratedFunctionTool[..., Any]]:
        return discover_tools(self, self.name)

    @property
    def tools(self) -> list[DecoratedFunctionTool[..., Any]]:
        """The methods decorated with `@tool`; change the list to leave some out."""
        return self._tools

    def init_agent(self, agent: Agent) -> Awaitable[None] | None:
        """Prepare an agent before this plugin's hooks and tools are added to it; may be async.

        Args:
            agent: The agent, whose construction is not finished yet.
        """
        return None
