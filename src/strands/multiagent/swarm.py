"""Swarms: agents that hand a task to one another as they see fit."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from typing_extensions import override

from strands.agent.agent import Agent
from strands.multiagent import _swarm_storage
from strands.multiagent._agent_state import ResettableNode
from strands.multiagent._figures import Milliseconds, Seconds, no_metrics, no_usage
from strands.multiagent._handoff import HANDOFF_TOOL_NAME, handoff_tool
from strands.multiagent._orchestrator import Orchestrator, outcome_of
from strands.multiagent._swarm_run import SwarmRun
from strands.multiagent.base import MultiAgentResult, NodeResult, Status
from strands.telemetry.tracer import get_tracer
from strands.types.event_loop import Metrics, Usage
from strands.types.multiagent import MultiAgentInput

if TYPE_CHECKING:
    from strands.hooks.registry import HookProvider
    from strands.interrupt import Interrupt
    from strands.plugins.multiagent_plugin import MultiAgentPlugin
    from strands.session.session_manager import SessionManager
    from strands.types.traces import AttributeValue


@dataclass(eq=False, repr=False)
class SwarmNode(ResettableNode):
    """An agent of a swarm. Equal to every other node of its id.

    Attributes:
        node_id: The agent's name.
        executor: The agent.
        swarm: The swarm it belongs to.
    """

    executor: Agent
    swarm: Swarm | None = None

    def __str__(self) -> str:
        return self.node_id

    def __repr__(self) -> str:
        return f"SwarmNode(node_id={self.node_id!r})"


Nodes: TypeAlias = list[SwarmNode]


@dataclass
class SharedContext:
    """What the agents of a swarm let one another know.

    Attributes:
        context: Values by key, by the name of the agent that shared them.
    """

    context: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add_context(self, node: SwarmNode, key: str, value: Any) -> None:
        """Share a value.

        Args:
            node: Who shares it.
            key: What it is.
            value: Anything that JSON can express.

        Raises:
            ValueError: If the key is no text or blank, or the value cannot be expressed in JSON.
        """
        if (problem := _problem_of_key(key)) is not None:
            raise ValueError(f"Key {problem}")
        try:
            json.dumps(value)
        except (TypeError, ValueError) as error:
            raise ValueError(
                f"Value is not JSON serializable: {type(value).__name__}. "
                "Only JSON-compatible types (str, int, float, bool, list, dict, None) are allowed."
            ) from error
        self.context.setdefault(node.node_id, {})[key] = value


def _problem_of_key(key: object) -> str | None:
    if isinstance(key, str):
        return None if key.strip() else "cannot be empty"
    return "cannot be None" if key is None else "must be a string"


@dataclass
class SwarmState:
    """How far a run is.

    Attributes:
        current_node: Who works on the task.
        task: What the swarm was asked.
        completion_status: How far it is.
        shared_context: What the agents let one another know.
        node_history: Who worked on the task, in order.
        start_time: When the run began, or was resumed; seconds since the epoch.
        results: The last result of each agent.
        accumulated_usage: Tokens used.
        accumulated_metrics: Time the models took.
        execution_time: Milliseconds, once the run has ended.
        handoff_node: To whom the current agent has handed over.
        handoff_message: What the last agent told the next one.
    """

    current_node: SwarmNode | None
    task: MultiAgentInput
    completion_status: Status = Status.PENDING
    shared_context: SharedContext = field(default_factory=SharedContext)
    node_history: Nodes = field(default_factory=list)
    start_time: Seconds = field(default_factory=time.time)
    results: dict[str, NodeResult] = field(default_factory=dict)
    accumulated_usage: Usage = field(default_factory=no_usage)
    accumulated_metrics: Metrics = field(default_factory=no_metrics)
    execution_time: Milliseconds = 0
    handoff_node: SwarmNode | None = None
    handoff_message: str | None = None

    def should_continue(
        self,
        *,
        max_handoffs: int,
        max_iterations: int,
        execution_timeout: Seconds,
        repetitive_handoff_detection_window: int,
        repetitive_handoff_min_unique_agents: int,
    ) -> tuple[bool, str]:
        """Return whether the next agent may begin, and why.

        Args:
            max_handoffs: How often the task may be handed over.
            max_iterations: How many agents may work on it.
            execution_timeout: Seconds that the run may take.
            repetitive_handoff_detection_window: Over how many of the last agents repetition is looked for; 0 for none.
            repetitive_handoff_min_unique_agents: How many different ones there must be among them.
        """
        worked = len(self.node_history)
        if worked >= max_handoffs:
            return False, f"Max handoffs reached: {max_handoffs}"
        if worked >= max_iterations:
            return False, f"Max iterations reached: {max_iterations}"
        if time.time() - self.start_time > execution_timeout:
            return False, f"Execution timed out: {execution_timeout}s"
        window = repetitive_handoff_detection_window
        if 0 < window <= worked:
            unique = len(set(self.node_history[-window:]))
            if unique < repetitive_handoff_min_unique_agents:
                return False, f"Repetitive handoff: {unique} unique nodes out of {window} recent iterations"
        return True, "Continuing"


@dataclass
class SwarmResult(MultiAgentResult):
    """How a run of a swarm ended.

    Attributes:
        node_history: Who worked on the task, in order.
    """

    node_history: list[SwarmNode] = field(default_factory=list)


class Swarm(Orchestrator[SwarmResult]):
    """Agents of which one at a time works on the task, until one does not hand it over any more.

    Each agent gets a tool to hand the task over. An agent begins each of its parts with the conversation that it had
    when the swarm was made.

    Args:
        nodes: The agents, each with a name of its own.
        entry_point: Who begins; the first agent by default.
        max_handoffs: How often the task may be handed over.
        max_iterations: How many agents may work on it.
        execution_timeout: Seconds that a run may take; what is at work then is cut.
        node_timeout: Seconds that one agent may take before it is cut.
        repetitive_handoff_detection_window: Over how many of the last agents repetition is looked for; 0 for none.
        repetitive_handoff_min_unique_agents: How many different ones there must be among them.
        session_manager: Keeps the state of runs.
        hooks: Providers of hooks.
        id: Identifies the swarm in a session.
        trace_attributes: Attributes for the spans.
        plugins: Plugins.

    Raises:
        ValueError: If there are no agents, two of them are one or share a name, one has a session or a tool named
            like that for handing over, or the entry point is none of them.
    """

    _kind = "swarm"

    def __init__(
        self,
        nodes: Sequence[Agent],
        *,
        entry_point: Agent | None = None,
        max_handoffs: int = 20,
        max_iterations: int = 20,
        execution_timeout: Seconds = 900.0,
        node_timeout: Seconds = 300.0,
        repetitive_handoff_detection_window: int = 0,
        repetitive_handoff_min_unique_agents: int = 0,
        session_manager: SessionManager | None = None,
        hooks: Sequence[HookProvider] | None = None,
        id: str = "default_swarm",
        trace_attributes: Mapping[str, AttributeValue] | None = None,
        plugins: Sequence[MultiAgentPlugin] | None = None,
    ) -> None:
        super().__init__(id=id, tracer=get_tracer(), trace_attributes=trace_attributes)
        _check_agents(nodes)
        self.entry_point = entry_point
        self.max_handoffs, self.max_iterations = max_handoffs, max_iterations
        self.execution_timeout, self.node_timeout = execution_timeout, node_timeout
        self.repetitive_handoff_detection_window = repetitive_handoff_detection_window
        self.repetitive_handoff_min_unique_agents = repetitive_handoff_min_unique_agents
        self.session_manager = session_manager
        self.nodes = {agent.name: SwarmNode(agent.name, agent, self) for agent in nodes}
        self._first_node = self._node_of_entry_point(nodes)
        self.shared_context = SharedContext()
        self.state = self._new_state("")
        self.state.current_node = None
        self._goes_on = False
        self._offer_handoff()
        self._set_up_hooks([provider for provider in (*(hooks or []), session_manager) if provider], plugins or [])

    def _node_of_entry_point(self, agents: Sequence[Agent]) -> SwarmNode:
        first = agents[0] if self.entry_point is None else self.entry_point
        node = self.nodes.get(getattr(first, "name", ""))
        if node is None or node.executor is not first:
            available = [f"{name} ({type(node.executor).__name__})" for name, node in self.nodes.items()]
            raise ValueError(f"Entry point agent not found in swarm nodes. Available agents: {available}")
        return node

    def _offer_handoff(self) -> None:
        for node in self.nodes.values():
            if HANDOFF_TOOL_NAME in node.executor.tool_registry.registry:
                raise ValueError(
                    f"Agent '{node.node_id}' already has tools with names that conflict with swarm coordination tools: "
                    f"{HANDOFF_TOOL_NAME}. Please rename these tools to avoid conflicts."
                )
        tool = handoff_tool(self)
        for node in self.nodes.values():
            node.executor.tool_registry.process_tools([tool])

    @override
    def _begin(self, task: MultiAgentInput, invocation_state: dict[str, Any], *, final_turn_only: bool) -> SwarmRun:
        goes_on, self._goes_on = self._goes_on or self._interrupt_state.activated, False
        if not goes_on:
            self.shared_context = SharedContext()
            self.state = self._new_state(task)
        self.state.completion_status = Status.EXECUTING
        self.state.start_time = time.time()
        return SwarmRun(self, invocation_state=invocation_state, final_turn_only=final_turn_only)

    def _new_state(self, task: MultiAgentInput) -> SwarmState:
        return SwarmState(current_node=self._first_node, task=task, shared_context=self.shared_context)

    @override
    def _result(self, interrupts: list[Interrupt]) -> SwarmResult:
        state = self.state
        return SwarmResult(
            **outcome_of(state, state.completion_status, interrupts),
            execution_count=len(state.node_history),
            node_history=state.node_history,
        )

    @override
    def serialize_state(self) -> dict[str, Any]:
        """Return the state of the run, and who is to work next, as JSON-serialisable data."""
        return _swarm_storage.stored(self.id, self.state, self._interrupt_state)

    @override
    def deserialize_state(self, payload: dict[str, Any]) -> None:
        """Go on from the state that `serialize_state` returned, in the next run; begin anew if it had ended."""
        for node in self.nodes.values():
            node.reset_executor_state()
        self.shared_context = SharedContext()
        self.state = self._new_state("")
        self._interrupt_state = _swarm_storage.restore(payload, self.state, self.nodes)
        self._goes_on = bool(payload.get("next_nodes_to_execute")) and self.state.current_node is not None


def _check_agents(agents: Sequence[Agent]) -> None:
    if hasattr(agents, "tool_registry"):
        raise ValueError(f"nodes must be a list of agents, got {agents!r}")
    if not agents:
        raise ValueError("nodes must hold at least one agent, got an empty list")
    if len({id(agent) for agent in agents}) < len(agents):
        raise ValueError("Duplicate node instance detected. Each node must have a unique object instance.")
    names: set[str] = set()
    for agent in agents:
        if not hasattr(agent, "tool_registry"):
            raise ValueError(
                f"nodes must be agents, got {agent!r}, which cannot be given the tool {HANDOFF_TOOL_NAME!r}: "
                "let one of the swarm's agents call it as a tool"
            )
        if getattr(agent, "_session_manager", None) is not None:
            raise ValueError("Session persistence is not supported for Swarm agents yet.")
        if agent.name in names:
            raise ValueError(f"Node ID '{agent.name}' is not unique. Each agent must have a unique name.")
        names.add(agent.name)
