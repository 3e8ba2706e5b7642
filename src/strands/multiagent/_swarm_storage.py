"""The state of a swarm as data that a session stores."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from strands.interrupt import _InterruptState
from strands.multiagent._agent_state import restored_interrupts
from strands.multiagent.base import NodeResult, Status
from strands.types.session import decode_bytes_values, encode_bytes_values

if TYPE_CHECKING:
    from strands.multiagent.swarm import SwarmNode, SwarmState

_STOPPABLE = (Status.EXECUTING, Status.INTERRUPTED)
"""Statuses from which a run can be gone on with."""


def stored(swarm_id: str, state: SwarmState, interrupt_state: _InterruptState) -> dict[str, Any]:
    """Return the state as JSON-serialisable data."""
    goes_on = state.completion_status in _STOPPABLE and state.current_node is not None
    return {
        "type": "swarm",
        "id": swarm_id,
        "status": state.completion_status.value,
        "node_history": [node.node_id for node in state.node_history],
        "node_results": {node_id: encode_bytes_values(result.to_dict()) for node_id, result in state.results.items()},
        "next_nodes_to_execute": [state.current_node.node_id] if goes_on and state.current_node else [],
        "current_task": encode_bytes_values(state.task),
        "context": {
            "shared_context": dict(state.shared_context.context),
            "handoff_node": state.handoff_node.node_id if state.handoff_node else None,
            "handoff_message": state.handoff_message,
        },
        "_internal_state": {"interrupt_state": encode_bytes_values(interrupt_state.to_dict())},
    }


def restore(payload: dict[str, Any], state: SwarmState, nodes: Mapping[str, SwarmNode]) -> _InterruptState:
    """Fill a fresh state, and return the questions that wait for an answer.

    Agents that were interrupted get their conversation back. Agents that the swarm no longer has are passed over. The
    next agent is the one that the task was handed to, else the one that was at work.
    """
    context = payload.get("context") or {}
    state.completion_status = Status(payload.get("status", "pending"))
    state.node_history = [nodes[name] for name in payload.get("node_history") or () if name in nodes]
    state.results = {
        name: NodeResult.from_dict(decode_bytes_values(result))
        for name, result in (payload.get("node_results") or {}).items()
        if name in nodes
    }
    state.task = decode_bytes_values(payload.get("current_task", ""))
    state.shared_context.context = dict(context.get("shared_context") or {})
    state.handoff_message = context.get("handoff_message")
    upcoming = [context.get("handoff_node"), *(payload.get("next_nodes_to_execute") or ())]
    state.current_node = next((nodes[name] for name in upcoming if name in nodes), None)
    return restored_interrupts(payload, nodes)
