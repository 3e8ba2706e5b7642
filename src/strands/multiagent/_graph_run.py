"""One run of a graph, batch by batch."""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from strands.interrupt import Interrupt
from strands.multiagent._clock import TimeLimits
from strands.multiagent._figures import add_figures
from strands.multiagent._final_turn import FinalNodesEvent
from strands.multiagent._inputs import graph_node_input
from strands.multiagent._merged import merged
from strands.multiagent._team_run import TeamRun
from strands.multiagent.base import MultiAgentBase, NodeResult, Status
from strands.types._events import (
    MultiAgentHandoffEvent,
    MultiAgentNodeInterruptEvent,
    MultiAgentNodeStartEvent,
    MultiAgentNodeStopEvent,
    TypedEvent,
)

if TYPE_CHECKING:
    from strands.multiagent._topology import Topology
    from strands.multiagent.graph import Graph, GraphNode

logger = logging.getLogger(__name__)

_COMPLETED_BEFORE = "completed_nodes"
"""Where the interrupt context keeps the nodes of the interrupted batch that are done."""


class GraphRun(TeamRun):
    """A run from its first batch, or from the one at which an earlier run stopped.

    Args:
        graph: The graph, whose state the run keeps up to date.
        topology: Its edges.
        batch: The nodes to begin with.
        invocation_state: The caller's values, which all nodes share.
        final_turn_only: Whether only the text of answers is wanted of the nodes.
    """

    def __init__(
        self,
        graph: Graph,
        topology: Topology,
        batch: list[GraphNode],
        *,
        invocation_state: dict[str, Any],
        final_turn_only: bool,
    ) -> None:
        limits = TimeLimits(run_s=graph.execution_timeout, node_s=graph.node_timeout, began_at=graph.state.start_time)
        super().__init__(graph, limits, invocation_state=invocation_state, final_turn_only=final_turn_only)
        self._graph = graph
        self._state = graph.state
        self._topology = topology
        self._batch = batch
        self._done: list[GraphNode] = []
        if self._interrupt_state.activated:
            ids = self._interrupt_state.context.get(_COMPLETED_BEFORE, ())
            self._done = [graph.nodes[node_id] for node_id in ids if node_id in graph.nodes]

    def is_final_node(self, node_id: str) -> bool:
        """Tell whether no edge leads away from a node."""
        return self._topology.is_end(node_id)

    async def events(self) -> AsyncGenerator[TypedEvent, None]:
        """Run batch after batch, until no edge leads on, a limit is reached, or a node asks a person or fails."""
        graph, state = self._graph, self._state
        while self._batch:
            may_continue, reason = state.should_continue(graph.max_node_executions, graph.execution_timeout)
            if not may_continue:
                logger.debug("graph_id=<%s>, reason=<%s> | stopping the graph", graph.id, reason)
                state.status = Status.FAILED
                return
            try:
                async with aclosing(merged([self._node_events(node) for node in self._batch])) as events:
                    async for event in events:
                        yield event
            except Exception as error:
                if error is not self._limits.exceeded:
                    raise
            if state.interrupted_nodes:
                state.status = Status.INTERRUPTED
                return
            if self.open_nodes():  # cut when the time was over
                state.status = Status.FAILED
                return
            if self._interrupt_state.activated:
                self._interrupt_state.deactivate()
            for event in self._handoff():
                yield event
        state.status = Status.COMPLETED

    def _handoff(self) -> Iterable[TypedEvent]:
        """Go on to the nodes to which edges lead from those that are done."""
        done, self._done = self._topology.in_order(self._done), []
        edges = self._topology.traversed_from(done, self._state)
        self._batch = self._topology.in_order(edge.to_node for edge in edges)
        led_on = {edge.from_node.node_id for edge in edges}
        yield FinalNodesEvent(node.node_id for node in done if node.node_id not in led_on)
        if self._batch:
            yield MultiAgentHandoffEvent(
                from_node_ids=[node.node_id for node in done], to_node_ids=[node.node_id for node in self._batch]
            )

    def end(self, error: BaseException | None) -> None:
        """Take note of the end; a run that was stopped from outside stays as it is, so that a session can go on."""
        self._state.execution_time += round((time.time() - self._state.start_time) * 1000)
        if isinstance(error, Exception):
            self._state.status = Status.FAILED

    def upcoming(self) -> list[GraphNode]:
        """Return the nodes to begin with if the run is stopped now and gone on with later."""
        state = self._state
        if state.status is Status.INTERRUPTED:
            return self._topology.in_order(state.interrupted_nodes)
        open_nodes = self.open_nodes()
        edges = self._topology.traversed_from(self._done, state)
        # What an open node will lead to follows it anyway.
        ready = {edge.to_node for edge in edges if not self._topology.waits_for(edge.to_node, open_nodes)}
        return self._topology.in_order([*open_nodes, *ready])

    def open_nodes(self) -> list[GraphNode]:
        """Return the nodes of the current batch that have not run to their end."""
        done = set(self._done)
        return [node for node in self._batch if node not in done]

    # --- one node -------------------------------------------------------------------------------------------------

    async def _node_events(self, node: GraphNode) -> AsyncGenerator[TypedEvent, None]:
        graph, node_id = self._graph, node.node_id
        self._state.interrupted_nodes.discard(node)
        if graph.reset_on_revisit and node in self._state.completed_nodes:
            node.reset_executor_state()
            self._state.completed_nodes.discard(node)
        node.execution_status = Status.EXECUTING
        yield MultiAgentNodeStartEvent(node_id, _kind_of(node))
        refusal, questions = await self._hooks_before(node_id)
        if questions:
            yield self._interrupted(node, questions, from_hook=True)
            return
        call = self._call_of(node)
        try:
            if refusal is not None:
                yield refusal
                raise RuntimeError(refusal["message"])
            call.task = self._input_of(node)
            async with call.running(*self._limits.of_node(node_id)) as events:
                async for event in events:
                    yield call.seen(event)
            result = call.result()
        except Exception as error:
            logger.error("node_id=<%s>, error=<%s> | node failed", node_id, error)  # raised once the batch has ended
            yield await self._stopped(node, call.failure(error))
            raise
        if result.status is Status.INTERRUPTED:
            yield self._interrupted(node, result.interrupts, from_hook=False)
        else:
            yield await self._stopped(node, result)

    def _input_of(self, node: GraphNode) -> Any:
        asked_before = self._asked_before(node)
        if asked_before is None or asked_before["from_hook"]:
            return graph_node_input(node, self._topology.inputs_of(node, self._state), self._state)
        answers = self._interrupt_state.context.get("responses", ())
        asked = set(asked_before["interrupt_ids"])
        return [answer for answer in answers if answer["interruptResponse"]["interruptId"] in asked]

    def _interrupted(
        self, node: GraphNode, interrupts: list[Interrupt], *, from_hook: bool
    ) -> MultiAgentNodeInterruptEvent:
        logger.debug("node_id=<%s> | node interrupted", node.node_id)
        node.execution_status = Status.INTERRUPTED
        self._state.interrupted_nodes.add(node)
        self._state.failed_nodes.discard(node)
        self._keep_questions(
            node, interrupts, from_hook=from_hook, interrupt_ids=[interrupt.id for interrupt in interrupts]
        )
        self._keep_done()
        return MultiAgentNodeInterruptEvent(node.node_id, interrupts)

    def _keep_done(self) -> None:
        """Let a later run of an interrupted batch know what it need not do again."""
        if self._interrupt_state.activated:
            self._interrupt_state.context[_COMPLETED_BEFORE] = [node.node_id for node in self._done]

    async def _stopped(self, node: GraphNode, result: NodeResult) -> MultiAgentNodeStopEvent:
        state, failed = self._state, isinstance(result.result, Exception)
        node.result, node.execution_time = result, result.execution_time
        node.execution_status = Status.FAILED if failed else Status.COMPLETED
        state.results[node.node_id] = result
        if failed:
            state.failed_nodes.add(node)
        else:
            state.failed_nodes.discard(node)
            state.completed_nodes.add(node)
            state.execution_order.append(node)
            state.execution_count += result.execution_count
            add_figures(state, result)
            self._done.append(node)
            self._interrupt_state.context.pop(node.node_id, None)
            self._keep_done()
        await self._hooks_after(node.node_id)
        return MultiAgentNodeStopEvent(node.node_id, result)


def _kind_of(node: GraphNode) -> str:
    return "multiagent" if isinstance(node.executor, MultiAgentBase) else "agent"
