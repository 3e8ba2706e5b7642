"""Sessions as JSON documents in a tree of folders, wherever that tree is.

    session_<id>/session.json
                 agents/agent_<id>/agent.json
                                   messages/message_<n>.json
                 multi_agents/multi_agent_<id>/multi_agent.json

Each document is written as a whole, and in an order in which every prefix of the writes is a valid session.
"""

from __future__ import annotations

import json
import re
from abc import abstractmethod
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

from strands import _identifier
from strands._identifier import Identifier
from strands.session.session_repository import SessionRepository
from strands.types.exceptions import SessionException
from strands.types.session import Session, SessionAgent, SessionMessage, decode_bytes_values, encode_bytes_values

if TYPE_CHECKING:
    from strands.multiagent.base import MultiAgentBase

SESSION_PREFIX = "session_"
AGENT_PREFIX = "agent_"
MESSAGE_PREFIX = "message_"
MULTI_AGENT_PREFIX = "multi_agent_"

T = TypeVar("T")

_MESSAGE_NAME = re.compile(rf"{MESSAGE_PREFIX}(0|[1-9][0-9]*)\.json")


class DocumentRepository(SessionRepository):
    """A repository for stores that can read and replace a document by its path."""

    # --- the store ------------------------------------------------------------------------------------------------

    @abstractmethod
    def _folder(self, parent: str, name: str) -> str:
        """Return the path of a folder in a folder."""

    @abstractmethod
    def _document(self, parent: str, name: str) -> str:
        """Return the path of a document in a folder."""

    @abstractmethod
    def _read(self, path: str) -> bytes | None:
        """Return a document, or None if there is none."""

    @abstractmethod
    def _write(self, path: str, content: bytes) -> None:
        """Store a document as a whole; readers see the old one until the new one is there."""

    @abstractmethod
    def _place(self) -> str:
        """Return what a document is called in error messages."""

    @abstractmethod
    def _names_in(self, folder: str) -> Iterable[str] | None:
        """Return the names of the documents in a folder, in any order; None if the folder is missing."""

    def _read_all(self, paths: list[str]) -> Iterable[bytes | None]:
        """Return documents in the order of their paths."""
        return map(self._read, paths)

    # --- paths ----------------------------------------------------------------------------------------------------

    @abstractmethod
    def _get_session_path(self, session_id: str) -> str:
        """Return the folder of a session.

        Raises:
            ValueError: If the id would lead elsewhere.
        """

    def _get_agent_path(self, session_id: str, agent_id: str) -> str:
        """Return the folder of an agent.

        Raises:
            ValueError: If an id would lead elsewhere.
        """
        agents = self._folder(self._get_session_path(session_id), "agents")
        return self._folder(agents, AGENT_PREFIX + _identifier.validate(agent_id, Identifier.AGENT))

    def _get_message_path(self, session_id: str, agent_id: str, message_id: int) -> str:
        """Return the path of a message.

        Raises:
            ValueError: If the message's id is not a number, or another id would lead elsewhere.
        """
        if not isinstance(message_id, int):
            raise ValueError(f"message_id=<{message_id}> | message id must be an integer")
        messages = self._folder(self._get_agent_path(session_id, agent_id), "messages")
        return self._document(messages, f"{MESSAGE_PREFIX}{message_id}.json")

    def _get_multi_agent_path(self, session_id: str, multi_agent_id: str) -> str:
        """Return the folder of an orchestrator of agents.

        Raises:
            ValueError: If an id would lead elsewhere.
        """
        multi_agents = self._folder(self._get_session_path(session_id), "multi_agents")
        name = MULTI_AGENT_PREFIX + _identifier.validate(multi_agent_id, Identifier.MULTI_AGENT)
        return self._folder(multi_agents, name)

    def _session_document(self, session_id: str) -> str:
        return self._document(self._get_session_path(session_id), "session.json")

    def _agent_document(self, session_id: str, agent_id: str) -> str:
        return self._document(self._get_agent_path(session_id, agent_id), "agent.json")

    def _multi_agent_document(self, session_id: str, multi_agent_id: str) -> str:
        return self._document(self._get_multi_agent_path(session_id, multi_agent_id), "multi_agent.json")

    # --- records --------------------------------------------------------------------------------------------------

    def create_session(self, session: Session, **kwargs: Any) -> Session:
        """Store a new session and return it.

        Raises:
            SessionException: If there is one of that id, or it cannot be written.
        """
        path = self._session_document(session.session_id)
        if self._read(path) is not None:
            raise SessionException(f"Session {session.session_id} already exists")
        self._save(path, session.to_dict())
        return session

    def read_session(self, session_id: str, **kwargs: Any) -> Session | None:
        """Return a session, or None if there is none."""
        return self._load(self._session_document(session_id), Session.from_dict)

    def create_agent(self, session_id: str, session_agent: SessionAgent, **kwargs: Any) -> None:
        """Store an agent, in place of one of that id if there is one."""
        self._save(self._agent_document(session_id, session_agent.agent_id), session_agent.to_dict())

    def read_agent(self, session_id: str, agent_id: str, **kwargs: Any) -> SessionAgent | None:
        """Return an agent, or None if there is none."""
        return self._load(self._agent_document(session_id, agent_id), _agent_from_dict)

    def update_agent(self, session_id: str, session_agent: SessionAgent, **kwargs: Any) -> None:
        """Replace an agent, but for the time of its creation.

        Raises:
            SessionException: If there is none of that id, or it cannot be written.
        """
        previous = self.read_agent(session_id, session_agent.agent_id)
        if previous is None:
            raise SessionException(f"Agent {session_agent.agent_id} in session {session_id} does not exist")
        session_agent.created_at = previous.created_at
        self.create_agent(session_id, session_agent)

    def create_message(self, session_id: str, agent_id: str, session_message: SessionMessage, **kwargs: Any) -> None:
        """Store a message, in place of one of that id if there is one."""
        path = self._get_message_path(session_id, agent_id, session_message.message_id)
        self._save(path, session_message.to_dict())

    def read_message(self, session_id: str, agent_id: str, message_id: int, **kwargs: Any) -> SessionMessage | None:
        """Return a message, or None if there is none."""
        return self._load(self._get_message_path(session_id, agent_id, message_id), SessionMessage.from_dict)

    def update_message(self, session_id: str, agent_id: str, session_message: SessionMessage, **kwargs: Any) -> None:
        """Replace a message, but for the time of its creation.

        Raises:
            SessionException: If there is none of that id, or it cannot be written.
        """
        previous = self.read_message(session_id, agent_id, session_message.message_id)
        if previous is None:
            raise SessionException(f"Message {session_message.message_id} does not exist")
        session_message.created_at = previous.created_at
        self.create_message(session_id, agent_id, session_message)

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

        Raises:
            SessionException: If the store has no place for that agent's messages, or a message cannot be read.
        """
        folder = self._folder(self._get_agent_path(session_id, agent_id), "messages")
        names = self._names_in(folder)
        if names is None:
            raise SessionException(f"Messages directory missing from agent: {agent_id} in session {session_id}")
        ids = sorted(int(match[1]) for name in names if (match := _MESSAGE_NAME.fullmatch(name)))
        chosen = ids[offset:] if limit is None else ids[offset : offset + limit]
        paths = [self._get_message_path(session_id, agent_id, message_id) for message_id in chosen]
        return [
            self._decoded(path, content, SessionMessage.from_dict)
            for path, content in zip(paths, self._read_all(paths), strict=True)
            if content is not None  # deleted since the folder was read
        ]

    def create_multi_agent(self, session_id: str, multi_agent: MultiAgentBase, **kwargs: Any) -> None:
        """Store the state of an orchestrator, in place of one of that id if there is one."""
        self._save(self._multi_agent_document(session_id, multi_agent.id), multi_agent.serialize_state())

    def read_multi_agent(self, session_id: str, multi_agent_id: str, **kwargs: Any) -> dict[str, Any] | None:
        """Return the state of an orchestrator, or None if there is none."""
        return self._load(self._multi_agent_document(session_id, multi_agent_id), _decoded_dict)

    def update_multi_agent(self, session_id: str, multi_agent: MultiAgentBase, **kwargs: Any) -> None:
        """Replace the state of an orchestrator.

        Raises:
            SessionException: If there is none of that id, or it cannot be written.
        """
        if self._read(self._multi_agent_document(session_id, multi_agent.id)) is None:
            raise SessionException(f"MultiAgent state {multi_agent.id} in session {session_id} does not exist")
        self.create_multi_agent(session_id, multi_agent)

    # --- JSON -----------------------------------------------------------------------------------------------------

    def _save(self, path: str, record: dict[str, Any]) -> None:
        self._write(path, _encoded(record))

    def _load(self, path: str, from_dict: Callable[[dict[str, Any]], T]) -> T | None:
        content = self._read(path)
        return None if content is None else self._decoded(path, content, from_dict)

    def _decoded(self, path: str, content: bytes, from_dict: Callable[[dict[str, Any]], T]) -> T:
        try:
            record = json.loads(content)
        except ValueError as error:  # not JSON, or not UTF-8
            raise SessionException(f"Invalid JSON in {self._place()} {path}: {error}") from error
        if not isinstance(record, dict):
            raise SessionException(f"Invalid JSON in {self._place()} {path}: expected an object, got {record!r:.80}")
        try:
            return from_dict(record)
        except TypeError as error:
            raise SessionException(f"Invalid record in {self._place()} {path}: {error}") from error


def _encoded(record: dict[str, Any]) -> bytes:
    text = json.dumps(record, indent=2, ensure_ascii=False, default=_encoded_value)
    # Half of a surrogate pair, which a model's output may hold, has no form in UTF-8; in JSON its escape will do.
    return text.encode("utf-8", "backslashreplace")


def _encoded_value(value: Any) -> Any:
    """Return bytes in the form they have in messages, where the state of interrupts or of a graph holds them."""
    if isinstance(value, bytes):
        return encode_bytes_values(value)
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable: {value!r:.80}")


def _decoded_dict(record: dict[str, Any]) -> dict[str, Any]:
    decoded: dict[str, Any] = decode_bytes_values(record)
    return decoded


def _agent_from_dict(record: dict[str, Any]) -> SessionAgent:
    return SessionAgent.from_dict(_decoded_dict(record))
