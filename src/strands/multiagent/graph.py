"""Graphs: nodes that are run in the order in which edges lead from one to the next."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from typing_extensions import override

from strands.agent.agent import Agent
from strands.agent.base import AgentBase
from strands.hooks.events import AfterMultiAgentInvocationEvent
from strands.multiagent import _graph_storage
from strands.multiagent._agent_state import ResettableNode
from strands.multiagent._figures import Milliseconds, Seconds, no_metrics, no_usage
from strands.multiagent._graph_run import GraphRun
from strands.multiagent._orchestrator import Orchestrator, outcome_of
from strands.multiagent._topology import Topology, has_cycle
from strands.multiagent.base import MultiAgentBase, MultiAgentResult, NodeResult, Status
from strands.telemetry.tracer import get_tracer
from strands.types.event_loop import Metrics, Usage
from strands.types.multiagent import MultiAgentInput

if TYPE_CHECKING:
    from strands.hooks.registry import HookProvider
    from strands.interrupt import Interrupt
    from strands.plugins.multiagent_plugin import MultiAgentPlugin
    from strands.session.session_manager import SessionManager
    from strands.types.traces import AttributeValue

logger = logging.getLogger(__name__)

Condition: TypeAlias = "Callable[[GraphState], bool]"
"""Tells from the state of a run whether an edge may be taken."""


@dataclass(eq=False)
class GraphNode(ResettableNode):
    """A node: an agent, or an orchestrator of others. Equal to every other node of its id.

    Attributes:
        node_id: Identifies the node within the graph.
        executor: What runs.
        dependencies: The nodes from which an edge leads here.
        execution_status: How far it is.
        result: The result of its last run.
        execution_time: Milliseconds of its last run.
    """

    executor: AgentBase | MultiAgentBase
    dependencies: set[GraphNode] = field(default_factory=set, repr=False)
    execution_status: Status = Status.PENDING
    result: NodeResult | None = None
    execution_time: Milliseconds = 0

    @override
    def reset_executor_state(self) -> None:
        """Let the node begin anew, as if it had never run."""
        super().reset_executor_state()
        self.execution_status = Status.PENDING
        self.result = None


@dataclass
class GraphEdge:
    """A way from one node to the next.

    Attributes:
        from_node: Where it begins.
        to_node: Where it leads.
        condition: Whether it may be taken; asked after `from_node` ran, and again for the input of `to_node`.
    """

    from_node: GraphNode
    to_node: GraphNode
    condition: Condition | None = None

    def __hash__(self) -> int:
        return hash((self.from_node.node_id, self.to_node.node_id))

    def should_traverse(self, state: GraphState) -> bool:
        """Return whether the edge may be taken now."""
        return self.condition is None or self.condition(state)


@dataclass
class GraphState:
    """How far a run is; what conditions and hooks look at.

    Attributes:
        task: What the graph was asked.
        status: How far it is.
        completed_nodes: Nodes that ran to their end.
        failed_nodes: Nodes that failed.
        interrupted_nodes: Nodes that wait for a person.
        execution_order: Completed nodes in the order of their ends, each as often as it ran.
        start_time: When the run began, or was resumed; seconds since the epoch.
        results: The last result of each node.
        accumulated_usage: Tokens used.
        accumulated_metrics: Time the models took.
        execution_count: Agents run.
        execution_time: Milliseconds, once the run has ended.
        total_nodes: Nodes of the graph.
        edges: From where to where edges lead.
        entry_points: Nodes that run first.
    """

    task: MultiAgentInput = ""
    status: Status = Status.PENDING
    completed_nodes: set[GraphNode] = field(default_factory=set)
    failed_nodes: set[GraphNode] = field(default_factory=set)
    interrupted_nodes: set[GraphNode] = field(default_factory=set)
    execution_order: list[GraphNode] = field(default_factory=list)
    start_time: float = field(default_factory=time.time)
    results: dict[str, NodeResult] = field(default_factory=dict)
    accumulated_usage: Usage = field(default_factory=no_usage)
    accumulated_metrics: Metrics = field(default_factory=no_metrics)
    execution_count: int = 0
    execution_time: Milliseconds = 0
    total_nodes: int = 0
    edges: list[tuple[GraphNode, GraphNode]] = field(default_factory=list)
    entry_points: list[GraphNode] = field(default_factory=list)

    def should_continue(self, max_node_executions: int | None, execution_timeout: Seconds | None) -> tuple[bool, str]:
        """Return whether further nodes may run, and why.

        Args:
            max_node_executions: How many nodes may run; None for any number.
            execution_timeout: Seconds after which no further node begins; None for never.
        """
        if max_node_executions is not None and len(self.execution_order) >= max_node_executions:
            return False, f"Max node executions reached: {max_node_executions}"
        if execution_timeout is not None and time.time() - self.start_time > execution_timeout:
            return False, f"Execution timed out: {execution_timeout}s"
        return True, "Continuing"


@dataclass
class GraphResult(MultiAgentResult):
    """How a run of a graph ended.

    Attributes:
        total_nodes: Nodes of the graph.
        completed_nodes: Nodes that ran to their end.
        failed_nodes: Nodes that failed.
        interrupted_nodes: Nodes that wait for a person.
        execution_order: Completed nodes in the order of their ends, each as often as it ran.
        edges: From where to where edges lead.
        entry_points: Nodes that ran first.
    """

    total_nodes: int = 0
    completed_nodes: int = 0
    failed_nodes: int = 0
    interrupted_nodes: int = 0
    execution_order: list[GraphNode] = field(default_factory=list)
    edges: list[tuple[GraphNode, GraphNode]] = field(default_factory=list)
    entry_points: list[GraphNode] = field(default_factory=list)


class GraphBuilder:
    """Puts a graph together.

    Attributes:
        nodes: The nodes by id.
        edges: The edges.
        entry_points: Nodes that run first; if there are none, those that no edge leads to.
    """

    def __init__(self) -> None:
        self.nodes: dict[str, GraphNode] = {}
        self.edges: set[GraphEdge] = set()
        self.entry_points: set[GraphNode] = set()
        self._executors: set[int] = set()
        self._options: dict[str, Any] = {}

    def add_node(self, executor: AgentBase | MultiAgentBase, node_id: str | None = None) -> GraphNode:
        """Add an agent or an orchestrator, and return its node.

        Args:
            executor: What is to run; each object can be one node only.
            node_id: The node's id; by default the executor's id or name.

        Raises:
            ValueError: If the id or the executor is in the graph already, or the executor is an agent with a session.
        """
        if id(executor) in self._executors:
            raise _duplicate()
        _check_executor(executor)
        default_id = getattr(executor, "id", None) or getattr(executor, "name", None)
        node_id = node_id or default_id or f"node_{len(self.nodes)}"
        if node_id in self.nodes:
            raise ValueError(f"Node '{node_id}' already exists")
        node = self.nodes[node_id] = GraphNode(node_id=node_id, executor=executor)
        self._executors.add(id(executor))
        return node

    def add_edge(
        self,
        from_node: str | GraphNode,
        to_node: str | GraphNode,
        condition: Condition | None = None,
    ) -> GraphEdge:
        """Add a way from one node to another.

        Args:
            from_node: A node of this graph, or its id.
            to_node: A node of this graph, or its id.
            condition: Whether the way may be taken, asked whenever `from_node` has run; always by default.

        Raises:
            ValueError: If one of the nodes is not in the graph.
        """
        source, target = self._known(from_node, "Source"), self._known(to_node, "Target")
        edge = GraphEdge(from_node=source, to_node=target, condition=condition)
        self.edges.add(edge)
        target.dependencies.add(source)
        return edge

    def _known(self, node: str | GraphNode, role: str) -> GraphNode:
        if isinstance(node, str):
            if node not in self.nodes:
                raise ValueError(f"{role} node '{node}' not found")
            return self.nodes[node]
        if self.nodes.get(node.node_id) != node:
            raise ValueError(f"{role} node object has not been added to the graph, use graph.add_node")
        return node

    def set_entry_point(self, node_id: str) -> GraphBuilder:
        """Let the graph begin at this node, and at others of which the same is said.

        Raises:
            ValueError: If there is no such node.
        """
        if node_id not in self.nodes:
            raise ValueError(f"Node '{node_id}' not found")
        self.entry_points.add(self.nodes[node_id])
        return self

    def reset_on_revisit(self, enabled: bool = True) -> GraphBuilder:
        """Let a node that runs again begin with the conversation and state that it had at first."""
        return self._set(reset_on_revisit=enabled)

    def set_max_node_executions(self, max_executions: int) -> GraphBuilder:
        """Limit the number of nodes that run; at the limit the run ends as failed."""
        return self._set(max_node_executions=max_executions)

    def set_execution_timeout(self, timeout: float) -> GraphBuilder:
        """Set the seconds after which nodes at work are cut, no further one begins and the run ends as failed."""
        return self._set(execution_timeout=timeout)

    def set_node_timeout(self, timeout: float) -> GraphBuilder:
        """Set the seconds after which a node is cut and fails."""
        return self._set(node_timeout=timeout)

    def set_graph_id(self, graph_id: str) -> GraphBuilder:
        """Set the id by which a session knows the graph."""
        return self._set(id=graph_id)

    def set_session_manager(self, session_manager: SessionManager) -> GraphBuilder:
        """Let a session keep the state of the graph."""
        return self._set(session_manager=session_manager)

    def set_hook_providers(self, hooks: list[HookProvider]) -> GraphBuilder:
        """Set the providers of hooks."""
        return self._set(hooks=hooks)

    def set_plugins(self, plugins: list[MultiAgentPlugin]) -> GraphBuilder:
        """Set the plugins."""
        return self._set(plugins=plugins)

    def _set(self, **options: Any) -> GraphBuilder:
        self._options.update(options)
        return self

    def build(self) -> Graph:
        """Return the graph.

        Raises:
            ValueError: If there are no nodes, or if edges lead to all of them and no entry point is set.
        """
        if not self.nodes:
            raise ValueError("Graph must contain at least one node")
        entry_points = set(self.entry_points) or {node for node in self.nodes.values() if not node.dependencies}
        if not entry_points:
            raise ValueError("No entry points found - all nodes have dependencies")
        return Graph(nodes=dict(self.nodes), edges=set(self.edges), entry_points=entry_points, **self._options)


class Graph(Orchestrator[GraphResult]):
    """Nodes that run in batches: first the entry points, then, again and again, all nodes to which edges lead on.

    The nodes of a batch run at the same time. A node runs once for each batch in which at least one edge led to it.

    Args:
        nodes: The nodes by id.
        edges: The edges between them.
        entry_points: The nodes that run first.
        max_node_executions: How many nodes may run; None for any number.
        execution_timeout: Seconds after which nodes at work are cut and no further one begins; None for never.
        node_timeout: Seconds after which a node is cut; None for never.
        reset_on_revisit: Whether a node that runs again begins anew.
        session_manager: Keeps the state of runs.
        hooks: Providers of hooks.
        id: Identifies the graph in a session.
        trace_attributes: Attributes for the spans.
        plugins: Plugins.

    Raises:
        ValueError: If two nodes share an executor, or one is an agent with a session of its own.
    """

    _kind = "graph"

    def __init__(
        self,
        nodes: dict[str, GraphNode],
        edges: Collection[GraphEdge],
        entry_points: Collection[GraphNode],
        max_node_executions: int | None = None,
        execution_timeout: Seconds | None = None,
        node_timeout: Seconds | None = None,
        reset_on_revisit: bool = False,
        session_manager: SessionManager | None = None,
        hooks: Sequence[HookProvider] | None = None,
        id: str = "default_graph",
        trace_attributes: Mapping[str, AttributeValue] | None = None,
        plugins: Sequence[MultiAgentPlugin] | None = None,
    ) -> None:
        super().__init__(id=id, tracer=get_tracer(), trace_attributes=trace_attributes)
        _check_nodes(nodes)
        self.nodes, self.edges, self.entry_points = nodes, edges, entry_points
        self.max_node_executions = max_node_executions
        self.execution_timeout = execution_timeout
        self.node_timeout = node_timeout
        self.reset_on_revisit = reset_on_revisit
        self.session_manager = session_manager
        self.state = GraphState()
        self._run: GraphRun | None = None
        self._restored_batch: list[GraphNode] = []
        if max_node_executions is None and execution_timeout is None and has_cycle(nodes):
            logger.warning("graph_id=<%s> | graph with a cycle and without limits may run indefinitely", id)
        self._set_up_hooks([provider for provider in (session_manager, *(hooks or [])) if provider], plugins or [])

    @override
    def _begin(self, task: MultiAgentInput, invocation_state: dict[str, Any], *, final_turn_only: bool) -> GraphRun:
        topology = Topology(self.nodes, self.edges)
        restored, self._restored_batch = self._restored_batch, []
        if self._interrupt_state.activated:
            # The others of the batch, too, should they have failed or been stopped.
            batch = topology.in_order([*restored, *(self._run.open_nodes() if self._run is not None else ())])
        elif restored:
            batch = restored
        else:
            self.state = self._new_state(task, topology)
            batch = self.state.entry_points
        self.state.status = Status.EXECUTING
        self.state.start_time = time.time()
        self._run = GraphRun(self, topology, batch, invocation_state=invocation_state, final_turn_only=final_turn_only)
        return self._run

    @override
    def _result(self, interrupts: list[Interrupt]) -> GraphResult:
        state = self.state
        return GraphResult(
            **outcome_of(state, state.status, interrupts),
            execution_count=state.execution_count,
            total_nodes=state.total_nodes,
            completed_nodes=len(state.completed_nodes),
            failed_nodes=len(state.failed_nodes),
            interrupted_nodes=len(state.interrupted_nodes),
            execution_order=state.execution_order,
            edges=state.edges,
            entry_points=state.entry_points,
        )

    def _new_state(self, task: MultiAgentInput, topology: Topology) -> GraphState:
        return GraphState(
            task=task,
            total_nodes=len(self.nodes),
            edges=[(edge.from_node, edge.to_node) for edge in self.edges],
            entry_points=topology.in_order(self.entry_points),
        )

    @override
    def _after_invocation(self, invocation_state: dict[str, Any]) -> AfterMultiAgentInvocationEvent:
        return AfterMultiAgentInvocationEvent(self)  # without the state, as clients know it of graphs

    @override
    def serialize_state(self) -> dict[str, Any]:
        """Return the state of the run, and which nodes are to run next, as JSON-serialisable data."""
        upcoming = self._run.upcoming() if self._run is not None else self._restored_batch
        return _graph_storage.stored(self.id, self.state, self._interrupt_state, upcoming)

    @override
    def deserialize_state(self, payload: dict[str, Any]) -> None:
        """Go on from the state that `serialize_state` returned, in the next run; begin anew if it had ended."""
        self._run = None
        topology = Topology(self.nodes, self.edges)
        state = self._new_state("", topology)
        restored = _graph_storage.restore(payload, state, self.nodes, topology)
        if restored is not None:
            self.state = state
            self._interrupt_state, self._restored_batch = restored
            return
        self.state, self._restored_batch = GraphState(), []
        for node in self.nodes.values():
            node.reset_executor_state()


def _check_nodes(nodes: Mapping[str, GraphNode]) -> None:
    if len({id(node.executor) for node in nodes.values()}) < len(nodes):
        raise _duplicate()
    for node in nodes.values():
        _check_executor(node.executor)


def _check_executor(executor: object) -> None:
    if isinstance(executor, Agent) and getattr(executor, "_session_manager", None) is not None:
        raise ValueError("Session persistence is not supported for Graph agents yet.")


def _duplicate() -> ValueError:
    return ValueError("Duplicate node instance detected. Each node must have a unique object instance.")
