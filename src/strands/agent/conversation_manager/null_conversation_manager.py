"""The manager that leaves conversations alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from strands.agent.conversation_manager.conversation_manager import ConversationManager

if TYPE_CHECKING:
    from strands.agent.agent import Agent


class NullConversationManager(ConversationManager):
    """Keeps every message: for short conversations, for tests, and for applications that manage history themselves."""

    def apply_management(self, agent: Agent, **kwargs: Any) -> None:
        """Do nothing."""

    def reduce_context(self, agent: Agent, e: Exception | None = None, **kwargs: Any) -> None:
        """Raise the refusal, as nothing may be left out.

        Args:
            agent: Agent whose messages stay as they are.
            e: The model's refusal.
            **kwargs: For extensions.

        Raises:
            ContextWindowOverflowException: The refusal.
        """
        if e is not None:
            raise e
