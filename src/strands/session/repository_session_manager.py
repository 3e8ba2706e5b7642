"""The session manager for any store."""

from __future__ import annotations

import copy
import logging
from typing import TYPE_CHECKING, Any

from strands.session._history import repaired
from strands.session.session_manager import SessionManager
from strands.session.session_repository import SessionRepository
from strands.types.content import Message, Messages
from strands.types.exceptions import SessionException
from strands.types.json_dict import JSONSerializableDict
from strands.types.session import Session, SessionAgent, SessionMessage, SessionType

if TYPE_CHECKING:
    from strands.agent.agent import Agent
    from strands.multiagent.base import MultiAgentBase
    from strands.session._bidi import BidiAgent

logger = logging.getLogger(__name__)


class RepositorySessionManager(SessionManager):
    """Keeps agents in a repository: every message when it is added, the state whenever it has changed.

    Agents that share a session need ids of their own.

    Attributes:
        session_id: The session's id.
        session_repository: The store.
        session: The session as it was found or created.
    """

    def __init__(self, session_id: str, session_repository: SessionRepository, **kwargs: Any) -> None:
        """Open a session, or create it.

        Args:
            session_id: The session's id.
            session_repository: The store.
            **kwargs: For extensions.
        """
        self.session_id = session_id
        self.session_repository = session_repository
        session = session_repository.read_session(session_id)
        self._is_new_session = session is None
        if session is None:
            logger.debug("session_id=<%s> | creating the session", session_id)
            session = session_repository.create_session(Session(session_id, SessionType.AGENT))
        self.session = session
        self._latest_agent_message: dict[str, SessionMessage | None] = {}
        self._last_synced_internal_state: dict[str, dict[str, Any]] = {}

    # --- agents ---------------------------------------------------------------------------------------------------

    def initialize(self, agent: Agent, **kwargs: Any) -> None:
        """Restore an agent, or store it with its messages if the session does not know it yet.

        A restored agent gets the state and messages of the session, without those that its conversation manager had
        taken out, and with repairs where the history broke off. Messages it was made with are passed over.

        Raises:
            SessionException: If an agent of that id was initialized before, or the session cannot be read.
            ValueError: If the state is that of another kind of conversation manager.
        """
        stored = self._stored_agent(agent.agent_id)
        if stored is None:
            self._create_agent(SessionAgent.from_agent(agent), agent.messages)
            return
        agent.state = JSONSerializableDict(stored.state)
        stored.initialize_internal_state(agent)
        manager = agent.conversation_manager
        prepended = manager.restore_from_session(stored.conversation_manager_state) or []
        history = self._restored_messages(agent.agent_id, offset=manager.removed_message_count)
        agent.messages = [*prepended, *repaired(history)]

    def append_message(self, message: Message, agent: Agent, **kwargs: Any) -> None:
        """Store a message under the next free id.

        Raises:
            SessionException: If the agent was not initialized, or the store failed.
        """
        self._append(message, agent.agent_id)

    def redact_latest_message(self, redact_message: Message, agent: Agent, **kwargs: Any) -> None:
        """Let another message stand in for the one that was stored last; the original stays in the store.

        Raises:
            SessionException: If there is no message yet, or the store failed.
        """
        latest = self._latest(agent.agent_id)
        if latest is None:
            raise SessionException("No message to redact.")
        latest.redact_message = redact_message
        self.session_repository.update_message(self.session_id, agent.agent_id, latest)

    def sync_agent(self, agent: Agent, **kwargs: Any) -> None:
        """Store the agent's state if it has changed since it was stored last."""
        # The objects count, too: a snapshot that is loaded replaces them, and their versions start anew.
        versions = {
            "state": (agent.state, agent.state._get_version()),
            "interrupt_state": (agent._interrupt_state, agent._interrupt_state._get_version()),
            "conversation_manager_state": agent.conversation_manager.get_state(),
            "model_state": agent._model_state,
        }
        if self._last_synced_internal_state.get(agent.agent_id) == versions:
            return
        for name in ("conversation_manager_state", "model_state"):
            versions[name] = copy.deepcopy(versions[name])
        self.session_repository.update_agent(self.session_id, SessionAgent.from_agent(agent))
        self._last_synced_internal_state[agent.agent_id] = versions
        logger.debug("session_id=<%s>, agent_id=<%s> | stored the agent's state", self.session_id, agent.agent_id)

    # --- bidirectional agents -------------------------------------------------------------------------------------

    def initialize_bidi_agent(self, agent: BidiAgent, **kwargs: Any) -> None:
        """Restore a bidirectional agent, or store it with its messages if the session does not know it yet.

        Raises:
            SessionException: If an agent of that id was initialized before, or the session cannot be read.
        """
        stored = self._stored_agent(agent.agent_id)
        if stored is None:
            self._create_agent(SessionAgent.from_bidi_agent(agent), agent.messages)
            return
        agent.state = JSONSerializableDict(stored.state)
        stored.initialize_bidi_internal_state(agent)
        agent.messages = repaired(self._restored_messages(agent.agent_id, offset=0))

    def append_bidi_message(self, message: Message, agent: BidiAgent, **kwargs: Any) -> None:
        """Store a message of a bidirectional agent under the next free id.

        Raises:
            SessionException: If the agent was not initialized, or the store failed.
        """
        self._append(message, agent.agent_id)

    def sync_bidi_agent(self, agent: BidiAgent, **kwargs: Any) -> None:
        """Store the state of a bidirectional agent."""
        self.session_repository.update_agent(self.session_id, SessionAgent.from_bidi_agent(agent))

    # --- orchestrators --------------------------------------------------------------------------------------------

    def initialize_multi_agent(self, source: MultiAgentBase, **kwargs: Any) -> None:
        """Restore an orchestrator of agents, or store it if the session does not know it yet."""
        state = self.session_repository.read_multi_agent(self.session_id, source.id, **kwargs)
        if state is None:
            self.session_repository.create_multi_agent(self.session_id, source, **kwargs)
            return
        logger.debug("session_id=<%s>, multi_agent_id=<%s> | restoring the state", self.session_id, source.id)
        source.deserialize_state(state)

    def sync_multi_agent(self, source: MultiAgentBase, **kwargs: Any) -> None:
        """Store the state of an orchestrator of agents."""
        self.session_repository.update_multi_agent(self.session_id, source)

    # --- what they have in common ---------------------------------------------------------------------------------

    def _stored_agent(self, agent_id: str) -> SessionAgent | None:
        if agent_id in self._latest_agent_message:
            raise SessionException("The `agent_id` of an agent must be unique in a session.")
        is_new, self._is_new_session = self._is_new_session, False
        return None if is_new else self.session_repository.read_agent(self.session_id, agent_id)

    def _create_agent(self, session_agent: SessionAgent, messages: Messages) -> None:
        agent_id = session_agent.agent_id
        logger.debug("session_id=<%s>, agent_id=<%s> | storing a new agent", self.session_id, agent_id)
        self.session_repository.create_agent(self.session_id, session_agent)
        self._latest_agent_message[agent_id] = None
        for message in messages:
            self._append(message, agent_id)

    def _restored_messages(self, agent_id: str, *, offset: int) -> Messages:
        logger.debug("session_id=<%s>, agent_id=<%s> | restoring the agent", self.session_id, agent_id)
        found = self._listed(agent_id, offset)
        # When none is left to restore, the next message still needs an id after all others.
        latest = found or (self._listed(agent_id, 0) if offset else [])
        self._latest_agent_message[agent_id] = latest[-1] if latest else None
        return [message.to_message() for message in found]

    def _listed(self, agent_id: str, offset: int) -> list[SessionMessage]:
        return self.session_repository.list_messages(session_id=self.session_id, agent_id=agent_id, offset=offset)

    def _append(self, message: Message, agent_id: str) -> None:
        latest = self._latest(agent_id)
        session_message = SessionMessage.from_message(message, 0 if latest is None else latest.message_id + 1)
        self.session_repository.create_message(self.session_id, agent_id, session_message)
        # Only now: after an error the id is still free, and no gap is left.
        self._latest_agent_message[agent_id] = session_message

    def _latest(self, agent_id: str) -> SessionMessage | None:
        if agent_id not in self._latest_agent_message:
            known = sorted(self._latest_agent_message)
            raise SessionException(f"agent_id is {agent_id!r}, expected an initialized agent of the session: {known}")
        return self._latest_agent_message[agent_id]
