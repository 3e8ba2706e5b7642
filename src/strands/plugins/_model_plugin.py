"""What an agent does for the sake of its model."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from strands.hooks.events import AfterInvocationEvent
from strands.plugins.plugin import Plugin

if TYPE_CHECKING:
    from strands.agent.agent import Agent

logger = logging.getLogger(__name__)


class _ModelPlugin(Plugin):
    """Forgets the messages of a run when the provider keeps the conversation itself."""

    @property
    def name(self) -> str:
        return "strands:model"

    def init_agent(self, agent: Agent) -> None:
        agent.add_hook(self._on_after_invocation, AfterInvocationEvent)

    @staticmethod
    def _on_after_invocation(event: AfterInvocationEvent) -> None:
        agent = event.agent
        if agent.model.stateful:
            logger.debug("messages=<%d> | forgetting what the provider keeps itself", len(agent.messages))
            agent.messages.clear()
