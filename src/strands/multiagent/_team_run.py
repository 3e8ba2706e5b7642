"""What a run of a graph and a run of a swarm do alike with each of their nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from strands.hooks.events import AfterNodeCallEvent, BeforeNodeCallEvent
from strands.interrupt import Interrupt
from strands.multiagent._agent_state import ResettableNode, agent_state, awaits_answers
from strands.multiagent._clock import TimeLimits
from strands.multiagent._node_call import NodeCall
from strands.types._events import MultiAgentNodeCancelEvent

if TYPE_CHECKING:
    from strands.multiagent._orchestrator import Orchestrator


class TeamRun:
    """One run of an orchestrator's nodes.

    Args:
        team: The orchestrator.
        limits: How long the run and its nodes may take.
        invocation_state: The caller's values, which all nodes share.
        final_turn_only: Whether only the text of answers is wanted of the nodes.

    Attributes:
        interrupts: Questions that this run asked.
    """

    def __init__(
        self, team: Orchestrator[Any], limits: TimeLimits, *, invocation_state: dict[str, Any], final_turn_only: bool
    ) -> None:
        self.interrupts: list[Interrupt] = []
        self._team = team
        self._limits = limits
        self._interrupt_state = team._interrupt_state
        self._invocation_state = invocation_state
        self._final_turn_only = final_turn_only

    async def _hooks_before(self, node_id: str) -> tuple[MultiAgentNodeCancelEvent | None, list[Interrupt]]:
        """Let hooks look at a node that is to be called; return what they have against it, and what they ask."""
        before = BeforeNodeCallEvent(self._team, node_id, self._invocation_state)
        before, questions = await self._team.hooks.invoke_callbacks_async(before)
        if not before.cancel_node:
            return None, questions
        reason = before.cancel_node if isinstance(before.cancel_node, str) else "node cancelled by user"
        return MultiAgentNodeCancelEvent(node_id, reason), questions

    async def _hooks_after(self, node_id: str) -> None:
        await self._team.hooks.invoke_callbacks_async(AfterNodeCallEvent(self._team, node_id, self._invocation_state))

    def _call_of(self, node: ResettableNode) -> NodeCall:
        return NodeCall(
            node.node_id,
            node.executor,
            task=None,
            invocation_state=self._invocation_state,
            final_turn_only=self._final_turn_only,
        )

    def _asked_before(self, node: ResettableNode) -> dict[str, Any] | None:
        """Return what was kept of a node when it asked a person, if it still waits for the answer itself."""
        if not self._interrupt_state.activated or not awaits_answers(node.executor):
            return None
        kept: dict[str, Any] | None = self._interrupt_state.context.get(node.node_id)
        return kept

    def _keep_questions(self, node: ResettableNode, interrupts: list[Interrupt], **context: Any) -> None:
        """Wait for the answers of a person, and keep what the node needs to go on with them."""
        self.interrupts.extend(interrupts)
        self._interrupt_state.interrupts.update({interrupt.id: interrupt for interrupt in interrupts})
        self._interrupt_state.context[node.node_id] = {**context, **agent_state(node.executor)}
        self._interrupt_state.activate()
