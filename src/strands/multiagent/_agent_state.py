"""The state of an agent that orchestrators keep: what it began with, and what it was interrupted with.

Nodes may also be orchestrators and agents of other kinds: these are asked to serialize their state themselves, if they
can.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeGuard

from strands.agent.agent import Agent
from strands.interrupt import _InterruptState
from strands.types.content import Message
from strands.types.json_dict import JSONSerializableDict
from strands.types.session import decode_bytes_values

_OWN_STATE = "executor_state"


@dataclass(eq=False)
class ResettableNode:
    """A node that knows what its agent began with.

    Attributes:
        node_id: Identifies the node within its orchestrator.
    """

    node_id: str
    executor: Any
    _initial_messages: list[Message] = field(default_factory=list, init=False, repr=False)
    _initial_state: JSONSerializableDict = field(default_factory=JSONSerializableDict, init=False, repr=False)
    _initial_model_state: dict[str, Any] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        if _has_conversation(self.executor):
            self._initial_messages = copy.deepcopy(self.executor.messages)
            self._initial_state = JSONSerializableDict(self.executor.state.get())
            self._initial_model_state = copy.deepcopy(getattr(self.executor, "_model_state", {}))

    def reset_executor_state(self) -> None:
        """Let the agent begin anew, with the conversation and the state that it had when the node was made."""
        if _has_conversation(self.executor):
            self.executor.messages = copy.deepcopy(self._initial_messages)
            self.executor.state = JSONSerializableDict(self._initial_state.get())
            self.executor._model_state = copy.deepcopy(self._initial_model_state)

    def __hash__(self) -> int:
        return hash(self.node_id)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, type(self)) and self.node_id == other.node_id


def agent_state(executor: object) -> dict[str, Any]:
    """Return what an interrupted executor needs to go on, elsewhere if need be; nothing if it does not tell."""
    if _has_conversation(executor):
        return {
            "interrupt_state": executor._interrupt_state.to_dict(),
            "state": executor.state.get(),
            "messages": executor.messages,
            "model_state": executor._model_state,
        }
    if not hasattr(executor, "serialize_state"):
        return {}
    try:
        return {_OWN_STATE: executor.serialize_state()}
    except NotImplementedError:
        return {}


def awaits_answers(executor: object) -> bool:
    """Whether an executor that asked a person still waits; it does not if its run was stopped after the answer."""
    if (awaits := getattr(executor, "awaits_answers", None)) is not None:
        return bool(awaits)
    state = getattr(executor, "_interrupt_state", None)
    return state is None or bool(state.activated)


def restore_agent_state(executor: object, stored: dict[str, Any]) -> None:
    """Give an executor what `agent_state` returned."""
    if "messages" in stored and _has_conversation(executor):
        executor.messages = stored["messages"]
        executor.state = JSONSerializableDict(stored["state"])
        executor._interrupt_state = _InterruptState.from_dict(stored["interrupt_state"])
        executor._model_state = stored.get("model_state", {})
    elif _OWN_STATE in stored and hasattr(executor, "deserialize_state"):
        executor.deserialize_state(stored[_OWN_STATE])


def restored_interrupts(payload: Mapping[str, Any], nodes: Mapping[str, ResettableNode]) -> _InterruptState:
    """Return the questions of a stored team that wait for an answer, and give nodes that asked what they need."""
    data = payload.get("_internal_state", {}).get("interrupt_state")
    if data is None:
        return _InterruptState()
    state = _InterruptState.from_dict(decode_bytes_values(data))
    for node_id, context in state.context.items():
        if node_id in nodes and isinstance(context, dict):
            restore_agent_state(nodes[node_id].executor, context)
    return state


def _has_conversation(executor: object) -> TypeGuard[Agent]:
    # Stand-ins for agents, in users' tests, have the type but not always the attributes.
    if not isinstance(executor, Agent):
        return False
    return isinstance(getattr(executor, "state", None), JSONSerializableDict) and isinstance(
        getattr(executor, "messages", None), list
    )
