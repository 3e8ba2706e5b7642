"""What all orchestrators of agents have in common: their interface and their results."""

from __future__ import annotations

import warnings
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

from typing_extensions import Self

from strands._async import run_async
from strands.agent.agent_result import AgentResult
from strands.interrupt import Interrupt
from strands.multiagent._figures import metrics_from, no_metrics, no_usage, usage_from
from strands.types.event_loop import Metrics, Usage
from strands.types.multiagent import MultiAgentInput

if TYPE_CHECKING:
    from strands.hooks.registry import HookCallback

_TYPE = "multiagent_result"


class Status(Enum):
    """How far a node or an orchestrator is."""

    PENDING = "pending"
    EXECUTING = "executing"
    COMPLETED = "completed"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


@dataclass
class NodeResult:
    """How one node ended.

    Attributes:
        result: What its agent or orchestrator returned, or why it failed.
        execution_time: Milliseconds.
        status: How it ended.
        accumulated_usage: Tokens used.
        accumulated_metrics: Time the models took.
        execution_count: Agents run by the node: 1 for an agent, more for an orchestrator.
        interrupts: Questions to a person, if it was interrupted.
    """

    result: AgentResult | MultiAgentResult | Exception
    execution_time: int = 0
    status: Status = Status.PENDING
    accumulated_usage: Usage = field(default_factory=no_usage)
    accumulated_metrics: Metrics = field(default_factory=no_metrics)
    execution_count: int = 0
    interrupts: list[Interrupt] = field(default_factory=list)

    def get_agent_results(self) -> list[AgentResult]:
        """Return the results of all agents below this node, in order; none if it failed."""
        if isinstance(self.result, AgentResult):
            return [self.result]
        if isinstance(self.result, MultiAgentResult):
            return [result for node in self.result.results.values() for result in node.get_agent_results()]
        return []

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain data."""
        failed = isinstance(self.result, Exception)
        result = {"type": "exception", "message": str(self.result)} if failed else self.result.to_dict()  # type: ignore[union-attr]
        return {"result": result, "status": self.status.value, **_figures_of(self)}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> NodeResult:
        """Return the result that `to_dict` described.

        Raises:
            TypeError: If `data` describes something else.
        """
        if "result" not in data:
            raise TypeError("NodeResult.from_dict: missing 'result'")
        return cls(result=_outcome(data["result"]), status=Status(data.get("status", "pending")), **_figures_from(data))


@dataclass
class MultiAgentResult:
    """How a run of several agents ended.

    Attributes:
        status: How it ended.
        results: The last result of each node that ran.
        accumulated_usage: Tokens used by all nodes.
        accumulated_metrics: Time the models of all nodes took.
        execution_count: Agents run.
        execution_time: Milliseconds.
        interrupts: Questions to a person, if it was interrupted.
    """

    status: Status = Status.PENDING
    results: dict[str, NodeResult] = field(default_factory=dict)
    accumulated_usage: Usage = field(default_factory=no_usage)
    accumulated_metrics: Metrics = field(default_factory=no_metrics)
    execution_count: int = 0
    execution_time: int = 0
    interrupts: list[Interrupt] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain data."""
        results = {node_id: result.to_dict() for node_id, result in self.results.items()}
        return {"type": _TYPE, "status": self.status.value, "results": results, **_figures_of(self)}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Return the result that `to_dict` described.

        Raises:
            TypeError: If `data` describes something else.
        """
        if data.get("type") != _TYPE:
            raise TypeError(f"MultiAgentResult.from_dict: unexpected type {data.get('type')!r}")
        results = {node_id: NodeResult.from_dict(result) for node_id, result in data.get("results", {}).items()}
        return cls(status=Status(data["status"]), results=results, **_figures_from(data))


class MultiAgentBase(ABC):
    """Something that lets several agents work on one task.

    Attributes:
        id: Identifies the orchestrator in a session.
    """

    id: str

    @abstractmethod
    async def invoke_async(
        self, task: MultiAgentInput, invocation_state: dict[str, Any] | None = None, **kwargs: Any
    ) -> MultiAgentResult:
        """Work on a task and return the result.

        Args:
            task: The task, or the answers to the interrupts that stopped it.
            invocation_state: Values for tools and hooks of this run.
            **kwargs: For extensions.
        """

    async def stream_async(
        self, task: MultiAgentInput, invocation_state: dict[str, Any] | None = None, **kwargs: Any
    ) -> AsyncIterator[dict[str, Any]]:
        """Work on a task and yield events; the last one holds the `result`.

        Args:
            task: The task, or the answers to the interrupts that stopped it.
            invocation_state: Values for tools and hooks of this run.
            **kwargs: For extensions.
        """
        yield {"result": await self.invoke_async(task, invocation_state, **kwargs)}

    def __call__(
        self, task: MultiAgentInput, invocation_state: dict[str, Any] | None = None, **kwargs: Any
    ) -> MultiAgentResult:
        """Work on a task from synchronous code and return the result.

        Args:
            task: The task, or the answers to the interrupts that stopped it.
            invocation_state: Values for tools and hooks of this run.
            **kwargs: Deprecated; added to the invocation state.
        """
        state = invocation_state or {}
        if kwargs:
            message = "`**kwargs` parameter is deprecating, use `invocation_state` instead."
            warnings.warn(message, UserWarning, stacklevel=2)
            state = {**state, **kwargs}
        return run_async(lambda: self.invoke_async(task, state))

    def serialize_state(self) -> dict[str, Any]:
        """Return the state of the run as JSON-serialisable data, for orchestrators that can be stored."""
        raise NotImplementedError(f"{type(self).__name__} cannot be stored: serialize_state is not implemented")

    def deserialize_state(self, payload: dict[str, Any]) -> None:
        """Go on from the state that `serialize_state` returned, for orchestrators that can be stored."""
        raise NotImplementedError(f"{type(self).__name__} cannot be restored: deserialize_state is not implemented")

    def add_hook(self, callback: HookCallback[Any], event_type: type | list[type] | None = None) -> None:
        """Call `callback` on each event of a type, for orchestrators that have events.

        Args:
            callback: A function, or a coroutine function, of the event.
            event_type: The type or types; taken from the callback's type hint if None.
        """
        raise NotImplementedError(f"{type(self).__name__} must implement add_hook() to support plugins")


def _outcome(payload: Any) -> AgentResult | MultiAgentResult | Exception:
    kind = payload.get("type") if isinstance(payload, Mapping) else None
    if kind == "exception":
        return Exception(payload.get("message", "node failed"))
    if kind == "agent_result":
        return AgentResult.from_dict(payload)
    if kind == _TYPE:
        return MultiAgentResult.from_dict(payload)
    raise TypeError(f"NodeResult.from_dict: unsupported result payload: {payload!r}")


def _figures_of(result: NodeResult | MultiAgentResult) -> dict[str, Any]:
    return {
        "accumulated_usage": result.accumulated_usage,
        "accumulated_metrics": result.accumulated_metrics,
        "execution_count": result.execution_count,
        "execution_time": result.execution_time,
        "interrupts": [interrupt.to_dict() for interrupt in result.interrupts],
    }


def _figures_from(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "accumulated_usage": usage_from(data.get("accumulated_usage", {})),
        "accumulated_metrics": metrics_from(data.get("accumulated_metrics", {})),
        "execution_count": int(data.get("execution_count", 0)),
        "execution_time": int(data.get("execution_time", 0)),
        "interrupts": [Interrupt(**interrupt) for interrupt in data.get("interrupts", [])],
    }
