"""Stores and conversations shared by the tests of this package."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from strands import Agent
from strands.session import RepositorySessionManager, SessionManager, SessionRepository
from strands.testing import ScriptedModel
from strands.types.content import Message
from strands.types.session import Session, SessionAgent, SessionMessage

OpenSession = Callable[..., Any]
"""From a session's id to a session manager that is its own repository."""


def user(*blocks: Any) -> Message:
    """A user's message of texts and other blocks."""
    return {"role": "user", "content": [_block(block) for block in blocks]}


def model(*blocks: Any) -> Message:
    """A model's message of texts and other blocks."""
    return {"role": "assistant", "content": [_block(block) for block in blocks]}


def call(tool_use_id: str) -> Any:
    """A block that calls a tool."""
    return {"toolUse": {"toolUseId": tool_use_id, "name": "n", "input": {}}}


def result(tool_use_id: str, text: str = "r", status: str = "success") -> Any:
    """A block with the result of a call."""
    return {"toolResult": {"toolUseId": tool_use_id, "status": status, "content": [{"text": text}]}}


def _block(block: Any) -> Any:
    return {"text": block} if isinstance(block, str) else block


def agent_with(manager: SessionManager, *turns: Any, **arguments: Any) -> Agent:
    """An agent that plays the turns and keeps a session."""
    return Agent(model=ScriptedModel(list(turns)), session_manager=manager, callback_handler=None, **arguments)


def plain(messages: Any) -> list[Any]:
    """Messages without what the model reported about them."""
    return [{"role": message["role"], "content": message["content"]} for message in messages]


class Orchestrator:
    """The part of a graph or swarm that a session keeps."""

    def __init__(self, id_: str, state: dict[str, Any]) -> None:
        self.id = id_
        self.state = state

    def serialize_state(self) -> dict[str, Any]:
        return self.state

    def deserialize_state(self, payload: dict[str, Any]) -> None:
        self.state = payload


class MemoryRepository(SessionRepository):
    """A store written against the published contract alone, as users write theirs; logs its calls."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.sessions: dict[str, Session] = {}
        self.agents: dict[tuple[str, str], SessionAgent] = {}
        self.messages: dict[tuple[str, str], dict[int, SessionMessage]] = {}

    def create_session(self, session: Session, **kwargs: Any) -> Session:
        self.log.append("create_session")
        self.sessions[session.session_id] = session
        return session

    def read_session(self, session_id: str, **kwargs: Any) -> Session | None:
        self.log.append("read_session")
        return self.sessions.get(session_id)

    def create_agent(self, session_id: str, session_agent: SessionAgent, **kwargs: Any) -> None:
        self.log.append("create_agent")
        self.agents[session_id, session_agent.agent_id] = session_agent
        self.messages[session_id, session_agent.agent_id] = {}

    def read_agent(self, session_id: str, agent_id: str, **kwargs: Any) -> SessionAgent | None:
        self.log.append("read_agent")
        return self.agents.get((session_id, agent_id))

    def update_agent(self, session_id: str, session_agent: SessionAgent, **kwargs: Any) -> None:
        self.log.append("update_agent")
        self.agents[session_id, session_agent.agent_id] = session_agent

    def create_message(self, session_id: str, agent_id: str, session_message: SessionMessage, **kwargs: Any) -> None:
        self.log.append(f"create_message {session_message.message_id}")
        self.messages[session_id, agent_id][session_message.message_id] = session_message

    def read_message(self, session_id: str, agent_id: str, message_id: int, **kwargs: Any) -> SessionMessage | None:
        self.log.append(f"read_message {message_id}")
        return self.messages[session_id, agent_id].get(message_id)

    def update_message(self, session_id: str, agent_id: str, session_message: SessionMessage, **kwargs: Any) -> None:
        self.log.append(f"update_message {session_message.message_id}")
        self.messages[session_id, agent_id][session_message.message_id] = session_message

    def list_messages(
        self, session_id: str, agent_id: str, limit: int | None = None, offset: int = 0, **kwargs: Any
    ) -> list[SessionMessage]:
        self.log.append(f"list_messages {offset}")
        messages = list(self.messages[session_id, agent_id].values())[offset:]
        return messages if limit is None else messages[:limit]

    def opened(self, session_id: str = "s") -> RepositorySessionManager:
        return RepositorySessionManager(session_id=session_id, session_repository=self)

    def holding(self, messages: list[Message], **agent: Any) -> MemoryRepository:
        """Store an agent with these messages."""
        stored: dict[str, Any] = {
            "agent_id": "default",
            "state": {},
            "conversation_manager_state": {
                "__name__": "SlidingWindowConversationManager",
                "removed_message_count": 0,
                "model_call_count": 0,
            },
            **agent,
        }
        manager = self.opened()
        self.create_agent(manager.session_id, SessionAgent(**stored))
        for index, message in enumerate(messages):
            self.create_message(manager.session_id, "default", SessionMessage.from_message(message, index))
        self.log.clear()
        return self

    def stored(self, agent_id: str = "default") -> list[tuple[int, Message]]:
        """The ids and messages of an agent, in the order in which they were stored."""
        return [(key, message.message) for key, message in self.messages["s", agent_id].items()]
