"""The part of a turn that runs the tools which the response asks for."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field

from strands.event_loop._turn import Turn
from strands.interrupt import Interrupt
from strands.tools._validator import validate_and_prepare_tools
from strands.types._events import StructuredOutputEvent, ToolInterruptEvent, ToolResultMessageEvent, TypedEvent
from strands.types.content import Message
from strands.types.tools import ToolResult, ToolUse

CANCELLED_TEXT = "Tool execution cancelled"


async def tool_stage(turn: Turn) -> AsyncGenerator[TypedEvent, None]:
    """Run the tools, add their results to the history, and decide whether another turn follows.

    Skipped when the response asks for no tools.
    """
    if turn.stop_reason != "tool_use":
        return
    batch = _batch_of(turn)
    if turn.run.agent._cancel_signal.is_set():
        batch.cancel()
        turn.stop_reason = "cancelled"
    else:
        async with aclosing(_run_tools(turn, batch)) as events:
            async for event in events:
                yield event
        turn.run.invocation_state["event_loop_parent_cycle_id"] = turn.run.invocation_state["event_loop_cycle_id"]
    turn.structured_output = turn.run.structured_output.extract_result(batch.tool_uses)
    if turn.structured_output is not None:
        yield StructuredOutputEvent(turn.structured_output)
    if batch.interrupts:
        _interrupt(turn, batch)
        return
    if turn.run.agent._interrupt_state.activated:
        turn.run.agent._interrupt_state.deactivate()
    message = batch.result_message()
    await turn.run.agent._append_messages(message)
    yield ToolResultMessageEvent(message)
    turn.close(message)
    stop_asked_for = turn.stop_reason == "cancelled" or turn.request_state.get("stop_event_loop")
    turn.follows = not stop_asked_for and turn.structured_output is None


@dataclass(slots=True, kw_only=True)
class _Batch:
    """The tool uses of one response."""

    requested_ids: list[str]
    tool_uses: list[ToolUse]
    """Those still to be run."""
    results: list[ToolResult]
    interrupts: list[Interrupt] = field(default_factory=list)

    def cancel(self) -> None:
        """Answer what is still to be run with error results."""
        self.results += [
            {"toolUseId": tool_use["toolUseId"], "status": "error", "content": [{"text": CANCELLED_TEXT}]}
            for tool_use in self.tool_uses
        ]

    def result_message(self) -> Message:
        """Return the message with all results, in the order in which the tools were asked for."""
        order = {tool_use_id: place for place, tool_use_id in enumerate(self.requested_ids)}
        results = sorted(self.results, key=lambda result: order.get(result["toolUseId"], len(order)))
        return {"role": "user", "content": [{"toolResult": result} for result in results]}


def _batch_of(turn: Turn) -> _Batch:
    """Sort out what is to be run: not the tool uses that are invalid, nor those answered before an interrupt."""
    tool_uses: list[ToolUse] = []
    results: list[ToolResult] = []
    validate_and_prepare_tools(turn.message, tool_uses, results, [])
    interrupt_state = turn.run.agent._interrupt_state
    if interrupt_state.activated:
        results = [*interrupt_state.context["tool_results"]]  # those of invalid tool uses are among them
    answered = {result["toolUseId"] for result in results}
    return _Batch(
        requested_ids=[block["toolUse"]["toolUseId"] for block in turn.message["content"] if "toolUse" in block],
        tool_uses=[tool_use for tool_use in tool_uses if tool_use["toolUseId"] not in answered],
        results=results,
    )


async def _run_tools(turn: Turn, batch: _Batch) -> AsyncGenerator[TypedEvent, None]:
    agent = turn.run.agent
    execution = agent.tool_executor._execute(
        agent,
        batch.tool_uses,
        batch.results,
        turn.trace,
        turn.span,
        turn.run.invocation_state,
        turn.run.structured_output,
    )
    async with aclosing(execution):
        async for event in execution:
            if isinstance(event, ToolInterruptEvent):
                batch.interrupts.extend(event.interrupts)
            yield event


def _interrupt(turn: Turn, batch: _Batch) -> None:
    """End the turn with questions to a person; what is done so far is kept for the resume."""
    interrupt_state = turn.run.agent._interrupt_state
    interrupt_state.context = {"tool_use_message": turn.message, "tool_results": batch.results}
    interrupt_state.activate()
    turn.stop_reason = "interrupt"
    turn.interrupts = batch.interrupts
    turn.close()
