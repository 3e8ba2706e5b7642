"""The state of a graph as data that a session stores."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from strands.interrupt import _InterruptState
from strands.multiagent._agent_state import restored_interrupts
from strands.multiagent.base import NodeResult, Status
from strands.types.session import decode_bytes_values, encode_bytes_values

if TYPE_CHECKING:
    from strands.multiagent._topology import Topology
    from strands.multiagent.graph import GraphNode, GraphState


def stored(
    graph_id: str, state: GraphState, interrupt_state: _InterruptState, upcoming: Iterable[GraphNode]
) -> dict[str, Any]:
    """Return the state as JSON-serialisable data.

    Args:
        graph_id: The graph's id.
        state: How far the run is.
        interrupt_state: The questions that wait for an answer.
        upcoming: The nodes to run next.
    """
    return {
        "type": "graph",
        "id": graph_id,
        "status": state.status.value,
        "completed_nodes": _ids(state.completed_nodes),
        "failed_nodes": _ids(state.failed_nodes),
        "interrupted_nodes": _ids(state.interrupted_nodes),
        "node_results": {node_id: encode_bytes_values(result.to_dict()) for node_id, result in state.results.items()},
        "next_nodes_to_execute": [node.node_id for node in upcoming],
        "current_task": encode_bytes_values(state.task),
        "execution_order": [node.node_id for node in state.execution_order],
        "_internal_state": {"interrupt_state": encode_bytes_values(interrupt_state.to_dict())},
    }


def restore(
    payload: dict[str, Any], state: GraphState, nodes: Mapping[str, GraphNode], topology: Topology
) -> tuple[_InterruptState, list[GraphNode]] | None:
    """Fill a fresh state; return the questions and the nodes to run next, or None if the run had ended.

    Agents that were interrupted get their conversation back. Nodes that the graph no longer has are passed over.
    """

    def known(key: str) -> list[GraphNode]:
        return [nodes[node_id] for node_id in payload.get(key) or () if node_id in nodes]

    upcoming = topology.in_order(known("next_nodes_to_execute"))
    if not upcoming:
        return None
    state.task = decode_bytes_values(payload.get("current_task", ""))
    state.status = Status(payload["status"])
    state.completed_nodes = set(known("completed_nodes"))
    state.failed_nodes = set(known("failed_nodes"))
    state.interrupted_nodes = set(known("interrupted_nodes"))
    state.execution_order = known("execution_order")
    state.results = _results(payload.get("node_results") or {}, nodes)
    return restored_interrupts(payload, nodes), upcoming


def _results(stored_results: Mapping[str, Any], nodes: Mapping[str, GraphNode]) -> dict[str, NodeResult]:
    results = {}
    for node_id, data in stored_results.items():
        if node_id in nodes:
            result = results[node_id] = NodeResult.from_dict(decode_bytes_values(data))
            nodes[node_id].result, nodes[node_id].execution_status = result, result.status
    return results


def _ids(nodes: Iterable[GraphNode]) -> list[str]:
    return sorted(node.node_id for node in nodes)
