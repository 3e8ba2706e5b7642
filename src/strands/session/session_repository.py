"""What a store has to offer to keep sessions."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from strands.types.session import Session, SessionAgent, SessionMessage

if TYPE_CHECKING:
    from strands.multiagent.base import MultiAgentBase


class SessionRepository(ABC):
    """Stores sessions, their agents, and their agents' messages.

    A message is read by its id, a number that grows along the conversation. What a `create_*` or `update_*` method
    returned from is stored: a session manager relies on that for its promise to lose no message.
    """

    # --- reading --------------------------------------------------------------------------------------------

    @abstractmethod
    def list_messages(
        self, session_id: str, agent_id: str, limit: int | None = None, offset: int = 0, **kwargs: Any
    ) -> list[SessionMessage]:
        """Return an agent's messages in the order of their ids.

        Args:
            session_id: The session.
            agent_id: The agent.
            limit: How many to return at most; None for all.
            offset: How many to leave out at the beginning.
            **kwargs: For extensions.
        """

    @abstractmethod
    def read_message(self, session_id: str, agent_id: str, message_id: int, **kwargs: Any) -> SessionMessage | None:
        """Return a message, or None if there is none."""

    @abstractmethod
    def read_agent(self, session_id: str, agent_id: str, **kwargs: Any) -> SessionAgent | None:
        """Return an agent, or None if there is none."""

    @abstractmethod
    def read_session(self, session_id: str, **kwargs: Any) -> Session | None:
        """Return a session, or None if there is none."""

    # --- writing --------------------------------------------------------------------------------------------

    @abstractmethod
    def create_session(self, session: Session, **kwargs: Any) -> Session:
        """Store a new session and return it."""

    @abstractmethod
    def create_agent(self, session_id: str, session_agent: SessionAgent, **kwargs: Any) -> None:
        """Store a new agent, which has no messages yet."""

    @abstractmethod
    def create_message(self, session_id: str, agent_id: str, session_message: SessionMessage, **kwargs: Any) -> None:
        """Store a new message."""

    @abstractmethod
    def update_message(self, session_id: str, agent_id: str, session_message: SessionMessage, **kwargs: Any) -> None:
        """Replace a message, but for the time of its creation."""

    @abstractmethod
    def update_agent(self, session_id: str, session_agent: SessionAgent, **kwargs: Any) -> None:
        """Replace an agent, but for the time of its creation."""

    # --- orchestrators: stores for single agents need no more than the above --------------------------------------

    def create_multi_agent(self, session_id: str, multi_agent: MultiAgentBase, **kwargs: Any) -> None:
        """Store the state of a new orchestrator of agents."""
        raise NotImplementedError(_NO_MULTI_AGENT)

    def read_multi_agent(self, session_id: str, multi_agent_id: str, **kwargs: Any) -> dict[str, Any] | None:
        """Return the state of an orchestrator of agents, or None if there is none."""
        raise NotImplementedError(_NO_MULTI_AGENT)

    def update_multi_agent(self, session_id: str, multi_agent: MultiAgentBase, **kwargs: Any) -> None:
        """Replace the state of an orchestrator of agents."""
        raise NotImplementedError(_NO_MULTI_AGENT)


_NO_MULTI_AGENT = "MultiAgent is not implemented for this repository"
