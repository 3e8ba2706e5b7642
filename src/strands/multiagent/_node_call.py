"""One call of a node's agent or orchestrator, and what it returned."""

from __future__ import annotations

import inspect
import time
from collections.abc import AsyncIterable
from contextlib import AbstractAsyncContextManager
from typing import Any

from strands.agent.agent import Agent
from strands.agent.agent_result import AgentResult
from strands.agent.base import AgentBase
from strands.multiagent._clock import within_time
from strands.multiagent.base import MultiAgentBase, MultiAgentResult, NodeResult, Status
from strands.types._events import MultiAgentNodeStreamEvent
from strands.types.event_loop import Metrics, Usage

_KEYWORD = "stream_final_turn_only"


class NodeCall:
    """A call of a node.

    Args:
        node_id: Which node.
        executor: Its agent or orchestrator.
        task: What it is asked; may be set later.
        invocation_state: The caller's values, which all nodes share.
        final_turn_only: Whether only the text of its answer is wanted.
    """

    def __init__(
        self, node_id: str, executor: Any, *, task: Any, invocation_state: dict[str, Any], final_turn_only: bool
    ) -> None:
        self._node_id = node_id
        self._executor = executor
        self.task = task
        self._invocation_state = invocation_state
        self._final_turn_only = final_turn_only
        self._returned: Any = None
        self._started_at = time.monotonic()

    def running(self, timeout_s: float | None, error: Exception) -> AbstractAsyncContextManager[AsyncIterable[Any]]:
        """Run the node, and cut it with `error` once it has taken `timeout_s` seconds.

        Raises:
            ValueError: If the executor is neither an agent nor an orchestrator.
        """
        return within_time(self._stream(), timeout_s, error)

    def seen(self, event: Any) -> MultiAgentNodeStreamEvent:
        """Take note of an event of the node, and return it as one of the team."""
        if isinstance(event, dict) and "result" in event:  # executors of other kinds may yield anything
            self._returned = event["result"]
        return MultiAgentNodeStreamEvent(self._node_id, event)

    def result(self) -> NodeResult:
        """Return what the node returned.

        Raises:
            ValueError: If that is not a result.
        """
        returned = self._returned
        if isinstance(self._executor, MultiAgentBase) and isinstance(returned, MultiAgentResult):
            return _result_of_team(returned)
        if not isinstance(self._executor, MultiAgentBase) and isinstance(returned, AgentResult):
            return _result_of_agent(returned, self._elapsed_ms())
        if returned is None:
            raise ValueError(f"Node '{self._node_id}' did not produce a result event")
        raise ValueError(f"Node '{self._node_id}' produced a {type(returned).__name__}, expected a result of its kind")

    def failure(self, error: Exception) -> NodeResult:
        """Return the result of a call that `error` ended."""
        return NodeResult(result=error, execution_time=self._elapsed_ms(), status=Status.FAILED, execution_count=1)

    def _stream(self) -> AsyncIterable[Any]:
        executor = self._executor
        # The class first: whether something looks like an agent takes long to find out.
        if not isinstance(executor, (Agent, MultiAgentBase)) and not isinstance(executor, AgentBase):
            raise ValueError(f"Node '{self._node_id}' of type '{type(executor)}' is not supported")
        keywords: dict[str, Any] = {}
        if self._final_turn_only and _KEYWORD in inspect.signature(executor.stream_async).parameters:
            keywords[_KEYWORD] = True
        return executor.stream_async(self.task, invocation_state=self._invocation_state, **keywords)

    def _elapsed_ms(self) -> int:
        return round((time.monotonic() - self._started_at) * 1000)


def _result_of_team(result: MultiAgentResult) -> NodeResult:
    return NodeResult(
        result=result,
        execution_time=result.execution_time,
        status=result.status,
        accumulated_usage=result.accumulated_usage,
        accumulated_metrics=result.accumulated_metrics,
        execution_count=result.execution_count,
        interrupts=list(result.interrupts),
    )


def _result_of_agent(result: AgentResult, execution_time_ms: int) -> NodeResult:
    interrupted = result.stop_reason == "interrupt"
    return NodeResult(
        result=result,
        execution_time=execution_time_ms,
        status=Status.INTERRUPTED if interrupted else Status.COMPLETED,
        # Copies: the agent's own account goes on.
        accumulated_usage=Usage(**result.metrics.accumulated_usage),
        accumulated_metrics=Metrics(**result.metrics.accumulated_metrics),
        execution_count=1,
        interrupts=list(result.interrupts or []),
    )
