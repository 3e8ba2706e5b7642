"""What a session store keeps: the session, its agents and their messages, as JSON."""

from __future__ import annotations

import base64
import inspect
from collections.abc import Callable, Hashable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

from strands.interrupt import _InterruptState
from strands.types.content import Message

if TYPE_CHECKING:
    from strands.agent.agent import Agent
    from strands.types.json_dict import JSONSerializableDict

_Record = TypeVar("_Record")


class _InterruptibleAgent(Protocol):
    """The part of a bidirectional agent that a session keeps."""

    agent_id: str
    state: JSONSerializableDict
    _interrupt_state: _InterruptState


class SessionType(str, Enum):
    """What a session belongs to."""

    AGENT = "AGENT"


def encode_bytes_values(obj: Any) -> Any:
    """Return a copy of nested dicts and lists in which bytes are replaced by tagged base64."""
    if isinstance(obj, bytes):
        return {"__bytes_encoded__": True, "data": base64.b64encode(obj).decode()}
    if isinstance(obj, dict):
        return {key: encode_bytes_values(value) for key, value in obj.items()}
    if isinstance(obj, list):
        return [encode_bytes_values(item) for item in obj]
    return obj


def decode_bytes_values(obj: Any) -> Any:
    """Return a copy of nested dicts and lists in which tagged base64 is bytes again."""
    if isinstance(obj, dict):
        if obj.get("__bytes_encoded__") is True and "data" in obj:
            return base64.b64decode(obj["data"])
        return {key: decode_bytes_values(value) for key, value in obj.items()}
    if isinstance(obj, list):
        return [decode_bytes_values(item) for item in obj]
    return obj


def _now_iso() -> str:
    return datetime.now(timezone.utc).isoformat()


@cache
def _known_keys(record_type: Hashable) -> frozenset[str]:
    return frozenset(inspect.signature(cast("Callable[..., object]", record_type)).parameters)


def _from_known_keys(record_type: type[_Record], env: dict[str, Any]) -> _Record:
    """Build a record, passing over keys that a newer version may have written."""
    known = _known_keys(cast("Hashable", record_type))  # mypy takes no class variable for hashable
    return record_type(**{key: value for key, value in env.items() if key in known})


@dataclass
class SessionMessage:
    """A message of an agent.

    Attributes:
        message: The message as it was.
        message_id: Its place in the conversation, from 0.
        redact_message: What stands in for it since a guardrail objected.
        created_at: UTC time in ISO 8601.
        updated_at: UTC time in ISO 8601.
    """

    message: Message
    message_id: int
    redact_message: Message | None = None
    created_at: str = field(default_factory=_now_iso)
    updated_at: str = field(default_factory=_now_iso)

    @classmethod
    def from_message(cls, message: Message, index: int) -> SessionMessage:
        """Return the record of a new message at place `index`."""
        return cls(message=message, message_id=index)

    def to_message(self) -> Message:
        """Return the message to go on with: the redacted one if there is one."""
        return self.message if self.redact_message is None else self.redact_message

    @classmethod
    def from_dict(cls, env: dict[str, Any]) -> SessionMessage:
        """Return the record that `to_dict` described; unknown keys are passed over."""
        return _from_known_keys(cls, decode_bytes_values(env))

    def to_dict(self) -> dict[str, Any]:
        """Return the record as JSON-serializable data."""
        return {key: encode_bytes_values(value) for key, value in vars(self).items()}


@dataclass
class SessionAgent:
    """An agent without its messages.

    Attributes:
        agent_id: Unique within the session.
        state: The agent's key-value state.
        conversation_manager_state: As its conversation manager described it.
        created_at: UTC time in ISO 8601.
        updated_at: UTC time in ISO 8601.
    """

    agent_id: str
    state: dict[str, Any]
    conversation_manager_state: dict[str, Any]
    _internal_state: dict[str, Any] = field(default_factory=dict)
    created_at: str = field(default_factory=_now_iso)
    updated_at: str = field(default_factory=_now_iso)

    @classmethod
    def from_agent(cls, agent: Agent) -> SessionAgent:
        """Return the record of an agent as it is now.

        Raises:
            ValueError: If the agent has no id.
        """
        return cls(
            agent_id=_required_id(agent.agent_id),
            state=agent.state.get(),
            conversation_manager_state=agent.conversation_manager.get_state(),
            _internal_state={
                "interrupt_state": agent._interrupt_state.to_dict(),
                "model_state": agent._model_state,
            },
        )

    @classmethod
    def from_bidi_agent(cls, agent: _InterruptibleAgent) -> SessionAgent:
        """Return the record of a bidirectional agent as it is now; it has no conversation manager.

        Raises:
            ValueError: If the agent has no id.
        """
        return cls(
            agent_id=_required_id(agent.agent_id),
            state=agent.state.get(),
            conversation_manager_state={},
            _internal_state={"interrupt_state": agent._interrupt_state.to_dict()},
        )

    @classmethod
    def from_dict(cls, env: dict[str, Any]) -> SessionAgent:
        """Return the record that `to_dict` described; unknown keys are passed over."""
        return _from_known_keys(cls, env)

    def to_dict(self) -> dict[str, Any]:
        """Return a deep copy as plain data."""
        return asdict(self)

    def initialize_internal_state(self, agent: Agent) -> None:
        """Give the agent back its interrupts and its model's state."""
        self.initialize_bidi_internal_state(agent)
        if "model_state" in self._internal_state:
            agent._model_state = self._internal_state["model_state"]

    def initialize_bidi_internal_state(self, agent: _InterruptibleAgent) -> None:
        """Give a bidirectional agent back its interrupts."""
        if "interrupt_state" in self._internal_state:
            agent._interrupt_state = _InterruptState.from_dict(self._internal_state["interrupt_state"])


@dataclass
class Session:
    """A session.

    Attributes:
        session_id: Unique within the store.
        session_type: What the session belongs to.
        created_at: UTC time in ISO 8601.
        updated_at: UTC time in ISO 8601.
    """

    session_id: str
    session_type: SessionType
    created_at: str = field(default_factory=_now_iso)
    updated_at: str = field(default_factory=_now_iso)

    @classmethod
    def from_dict(cls, env: dict[str, Any]) -> Session:
        """Return the record that `to_dict` described; unknown keys are passed over."""
        return _from_known_keys(cls, env)

    def to_dict(self) -> dict[str, Any]:
        """Return the record as JSON-serializable data."""
        return asdict(self)


def _required_id(agent_id: str | None) -> str:
    if agent_id is None:
        raise ValueError("agent_id needs to be defined.")
    return agent_id
