"""One run of a swarm, agent by agent."""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from strands.interrupt import Interrupt
from strands.multiagent._clock import TimeLimits
from strands.multiagent._figures import add_figures
from strands.multiagent._final_turn import FinalNodesEvent
from strands.multiagent._inputs import swarm_node_input
from strands.multiagent._team_run import TeamRun
from strands.multiagent.base import NodeResult, Status
from strands.types._events import (
    MultiAgentHandoffEvent,
    MultiAgentNodeInterruptEvent,
    MultiAgentNodeStartEvent,
    MultiAgentNodeStopEvent,
    TypedEvent,
)

if TYPE_CHECKING:
    from strands.multiagent.swarm import Swarm, SwarmNode

logger = logging.getLogger(__name__)


class SwarmRun(TeamRun):
    """A run from the current agent of the swarm's state on.

    Args:
        swarm: The swarm, whose state the run keeps up to date.
        invocation_state: The caller's values, which all agents share.
        final_turn_only: Whether only the text of answers is wanted of the agents.
    """

    def __init__(self, swarm: Swarm, *, invocation_state: dict[str, Any], final_turn_only: bool) -> None:
        limits = TimeLimits(run_s=swarm.execution_timeout, node_s=swarm.node_timeout, began_at=swarm.state.start_time)
        super().__init__(swarm, limits, invocation_state=invocation_state, final_turn_only=final_turn_only)
        self._swarm = swarm
        self._state = swarm.state

    def is_final_node(self, node_id: str) -> bool:
        """Tell that nothing is known in advance: every agent may hand over as long as it runs."""
        return False

    async def events(self) -> AsyncGenerator[TypedEvent, None]:
        """Run agent after agent, until one does not hand over, a limit is reached, or one asks a person or fails."""
        state = self._state
        while state.completion_status is Status.EXECUTING and state.current_node is not None:
            if not self._may_continue():
                state.completion_status = Status.FAILED
                return
            try:
                async with aclosing(self._node_events(state.current_node)) as events:
                    async for event in events:
                        yield event
            except Exception:
                # The failure is part of the result, so that this is the only place where it can be told.
                logger.exception("node=<%s> | node execution failed", state.current_node.node_id)
                state.completion_status = Status.FAILED
                return
            if state.completion_status is Status.EXECUTING:
                handoff = self._handoff(state.current_node)
                if handoff is not None:
                    yield handoff

    def _may_continue(self) -> bool:
        swarm = self._swarm
        may_continue, reason = self._state.should_continue(
            max_handoffs=swarm.max_handoffs,
            max_iterations=swarm.max_iterations,
            execution_timeout=swarm.execution_timeout,
            repetitive_handoff_detection_window=swarm.repetitive_handoff_detection_window,
            repetitive_handoff_min_unique_agents=swarm.repetitive_handoff_min_unique_agents,
        )
        if not may_continue:
            logger.debug("swarm_id=<%s>, reason=<%s> | stopping the swarm", swarm.id, reason)
        return may_continue

    def _handoff(self, node: SwarmNode) -> MultiAgentHandoffEvent | None:
        """Go on to the agent that the last one handed over to; without one the task is done."""
        state = self._state
        if state.handoff_node is None:
            state.completion_status = Status.COMPLETED
            return None
        state.current_node, state.handoff_node = state.handoff_node, None
        return MultiAgentHandoffEvent(
            from_node_ids=[node.node_id],
            to_node_ids=[state.current_node.node_id],
            message=state.handoff_message or "Agent handoff occurred",
        )

    def end(self, error: BaseException | None) -> None:
        """Take note of the end; a run that was stopped from outside stays as it is, so that a session can go on."""
        self._state.execution_time += round((time.time() - self._state.start_time) * 1000)
        if isinstance(error, Exception):
            self._state.completion_status = Status.FAILED

    # --- one agent ------------------------------------------------------------------------------------------------

    async def _node_events(self, node: SwarmNode) -> AsyncGenerator[TypedEvent, None]:
        node_id = node.node_id
        refusal, questions = await self._hooks_before(node_id)
        if questions:
            yield self._interrupted(node, questions, in_agent=False)
            return
        if refusal is not None:
            logger.debug("node=<%s>, reason=<%s> | node cancelled", node_id, refusal["message"])
            self._state.completion_status = Status.FAILED
            yield refusal
            await self._hooks_after(node_id)
            return
        yield MultiAgentNodeStartEvent(node_id, "agent")
        call = self._call_of(node)
        try:
            call.task = self._input_of(node)
            async with call.running(*self._limits.of_node(node_id)) as events:
                async for event in events:
                    yield call.seen(event)
            result = call.result()
        except Exception as error:
            yield await self._stopped(node, call.failure(error))
            raise
        yield FinalNodesEvent([node_id] if self._is_final(result) else [])
        if result.status is Status.INTERRUPTED:
            self._record(node, result)
            yield MultiAgentNodeStopEvent(node_id, result)
            yield self._interrupted(node, result.interrupts, in_agent=True)
        else:
            self._interrupt_state.deactivate()
            yield await self._stopped(node, result)

    def _input_of(self, node: SwarmNode) -> Any:
        asked_before = self._asked_before(node)
        if asked_before is not None and asked_before["activated"]:
            return self._interrupt_state.context["responses"]
        node.reset_executor_state()
        others = (other for other in self._swarm.nodes.values() if other != node)
        prompt = swarm_node_input(node, others, self._state)
        self._state.handoff_message = None
        return prompt

    def _is_final(self, result: NodeResult) -> bool:
        return result.status is Status.COMPLETED and self._state.handoff_node is None

    def _interrupted(
        self, node: SwarmNode, interrupts: list[Interrupt], *, in_agent: bool
    ) -> MultiAgentNodeInterruptEvent:
        logger.debug("node=<%s> | node interrupted", node.node_id)
        self._state.completion_status = Status.INTERRUPTED
        self._keep_questions(node, interrupts, activated=in_agent)
        return MultiAgentNodeInterruptEvent(node.node_id, interrupts)

    async def _stopped(self, node: SwarmNode, result: NodeResult) -> MultiAgentNodeStopEvent:
        self._record(node, result)
        if result.status is Status.COMPLETED:
            self._state.node_history.append(node)
        else:
            self._state.completion_status = Status.FAILED
        await self._hooks_after(node.node_id)
        return MultiAgentNodeStopEvent(node.node_id, result)

    def _record(self, node: SwarmNode, result: NodeResult) -> None:
        self._state.results[node.node_id] = result
        add_figures(self._state, result)
