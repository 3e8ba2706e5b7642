"""One turn of the loop, and what the turns of a run share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from strands._random_id import random_id
from strands.event_loop._request import RequestMessages
from strands.telemetry.metrics import Trace
from strands.types._events import EventLoopStopEvent, EventLoopThrottleEvent
from strands.types.content import Message
from strands.types.event_loop import StopReason

if TYPE_CHECKING:
    from opentelemetry.trace import Span
    from pydantic import BaseModel

    from strands.agent.agent import Agent
    from strands.interrupt import Interrupt
    from strands.telemetry.tracer import Tracer
    from strands.tools.structured_output._structured_output_context import StructuredOutputContext


@dataclass(slots=True, kw_only=True)
class Run:
    """What the turns of one run of the loop share."""

    agent: Agent
    invocation_state: dict[str, Any]
    structured_output: StructuredOutputContext
    tracer: Tracer
    requests: RequestMessages = field(default_factory=RequestMessages)
    turns_begun: int = 0
    follow_up_traces: list[Trace] = field(default_factory=list)

    def begin_turn(self) -> Turn:
        """Open the next turn: its id, its trace and its span."""
        state = self.invocation_state
        cycle_id = state["event_loop_cycle_id"] = random_id()
        state.setdefault("request_state", {})
        attributes = {"event_loop_cycle_id": str(cycle_id)}
        start_time, trace = self.agent.event_loop_metrics.start_cycle(attributes=attributes)
        state["event_loop_cycle_trace"] = trace
        state["event_loop_cycle_span"] = span = self.tracer.start_event_loop_cycle_span(
            state,
            self.agent.messages,
            parent_span=self.agent.trace_span,
            custom_trace_attributes=self.agent.trace_attributes,
        )
        self.turns_begun += 1
        return Turn(
            run=self,
            number=self.turns_begun,
            attributes=attributes,
            start_time=start_time,
            trace=trace,
            span=span,
        )

    def retry_notice(self) -> EventLoopThrottleEvent | None:
        """Return the event that tells of the wait before a retry, if the agent's retry strategy asked for it."""
        strategy = self.agent._retry_strategy
        return strategy.take_notice() if strategy is not None else None

    def follow(self, turn: Turn) -> None:
        """Note in the turn's trace that another turn follows it."""
        follow_up = Trace("Recursive call", parent_id=turn.trace.id)
        turn.trace.add_child(follow_up)
        self.follow_up_traces.append(follow_up)

    def end(self) -> None:
        """End the traces that last until the run is over."""
        for trace in self.follow_up_traces:
            trace.end()


@dataclass(slots=True, kw_only=True)
class Turn:
    """One accepted model response and the tools it asks for, under way."""

    run: Run
    number: int
    attributes: dict[str, Any]
    start_time: float
    trace: Trace
    span: Span
    stop_reason: StopReason = "end_turn"
    message: Message = field(default_factory=lambda: Message(role="assistant", content=[]))
    has_response: bool = False
    """Whether the model has done its part, so that errors from now on are not its own."""
    follows: bool = False
    """Whether the run goes on with another turn."""
    interrupts: Sequence[Interrupt] | None = None
    structured_output: BaseModel | None = None
    is_open: bool = True

    @property
    def request_state(self) -> Any:
        """What tools and hooks tell the loop and the caller; they may have replaced it as a whole."""
        return self.run.invocation_state["request_state"]

    def take(self, message: Message, stop_reason: StopReason) -> None:
        """Go on with a response: the one that was accepted, or one whose tool uses still wait."""
        self.message, self.stop_reason, self.has_response = message, stop_reason, True

    def close(self, tool_result_message: Message | None = None) -> None:
        """End the turn's trace and span."""
        self.run.agent.event_loop_metrics.end_cycle(self.start_time, self.trace, self.attributes)
        self.run.tracer.end_event_loop_cycle_span(self.span, self.message, tool_result_message)
        self.is_open = False

    def fail(self, error: BaseException) -> None:
        """End the turn's trace and span after an error, or when nobody waits for the rest."""
        if not self.is_open:
            return
        self.is_open = False
        for trace in (*self.trace.children, self.trace):
            if trace.end_time is None:
                trace.end()
        exception = error if isinstance(error, Exception) else None
        self.run.tracer.end_span_with_error(self.span, str(error) or type(error).__name__, exception)

    def stop_event(self) -> EventLoopStopEvent:
        """Return the event that ends the run with this turn."""
        return EventLoopStopEvent(
            self.stop_reason,
            self.message,
            self.run.agent.event_loop_metrics,
            self.request_state,
            self.interrupts,
            self.structured_output,
        )
