"""Who follows whom in a graph, in an order that is the same in every process."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from strands.multiagent.graph import GraphEdge, GraphNode, GraphState


class Topology:
    """The edges by node; nodes come in the order in which they were added to the graph."""

    def __init__(self, nodes: Mapping[str, GraphNode], edges: Iterable[GraphEdge]) -> None:
        self._position = {node_id: position for position, node_id in enumerate(nodes)}
        self._outgoing: dict[str, list[GraphEdge]] = {}
        self._incoming: dict[str, list[GraphEdge]] = {}
        for edge in sorted(edges, key=lambda edge: (self._of(edge.from_node), self._of(edge.to_node))):
            self._outgoing.setdefault(edge.from_node.node_id, []).append(edge)
            self._incoming.setdefault(edge.to_node.node_id, []).append(edge)

    def _of(self, node: GraphNode) -> int:
        return self._position.get(node.node_id, len(self._position))

    def in_order(self, nodes: Iterable[GraphNode]) -> list[GraphNode]:
        """Return the nodes, each once, in the order of the graph."""
        return sorted(set(nodes), key=self._of)

    def is_end(self, node_id: str) -> bool:
        """Whether no edge leads away from a node."""
        return node_id not in self._outgoing

    def traversed_from(self, nodes: Collection[GraphNode], state: GraphState) -> list[GraphEdge]:
        """Return the edges that lead on from nodes that have run, as their conditions say now."""
        edges = (edge for node in nodes for edge in self._outgoing.get(node.node_id, ()))
        return [edge for edge in edges if edge.should_traverse(state)]

    def inputs_of(self, node: GraphNode, state: GraphState) -> list[GraphNode]:
        """Return the nodes whose results a node gets to see."""
        edges = self._incoming.get(node.node_id, ())
        return self.in_order(
            edge.from_node for edge in edges if edge.from_node in state.completed_nodes and edge.should_traverse(state)
        )

    def waits_for(self, node: GraphNode, others: Collection[GraphNode]) -> bool:
        """Whether an edge leads from one of the others to the node."""
        return any(edge.from_node in others for edge in self._incoming.get(node.node_id, ()))


class HasDependencies(Protocol):
    """A node that knows the nodes before it."""

    node_id: str

    @property
    def dependencies(self) -> Iterable[HasDependencies]:
        """The nodes before it."""
        ...


def has_cycle(nodes: Mapping[str, HasDependencies]) -> bool:
    """Whether some node comes, over others, before itself."""
    waiting = {node_id: len({before.node_id for before in node.dependencies}) for node_id, node in nodes.items()}
    followers: dict[str, list[str]] = {}
    for node_id, node in nodes.items():
        for before in {before.node_id for before in node.dependencies}:
            followers.setdefault(before, []).append(node_id)
    free = [node_id for node_id, count in waiting.items() if count == 0]
    for node_id in free:
        for follower in followers.get(node_id, ()):
            waiting[follower] -= 1
            if waiting[follower] == 0:
                free.append(follower)
    return len(free) < len(nodes)
