"""The loop: turn after turn, until a response ends the run.

A turn gets an accepted response from the model and runs the tools it asks for. The loop is flat: a run of any length
is one generator at constant depth.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from strands.event_loop._model_stage import model_stage
from strands.event_loop._tool_stage import tool_stage
from strands.event_loop._turn import Run, Turn
from strands.telemetry._spans import within_span
from strands.telemetry.metrics import Trace
from strands.telemetry.tracer import get_tracer
from strands.tools.structured_output._structured_output_context import StructuredOutputContext
from strands.types._events import ForceStopEvent, StartEvent, StartEventLoopEvent, TypedEvent
from strands.types.exceptions import (
    ContextWindowOverflowException,
    EventLoopException,
    MaxTokensReachedException,
    StructuredOutputException,
)

if TYPE_CHECKING:
    from strands.agent.agent import Agent

MAX_ATTEMPTS = 6
INITIAL_DELAY = 4
MAX_DELAY = 240

_EXPECTED_ERRORS = (
    EventLoopException,
    ContextWindowOverflowException,
    MaxTokensReachedException,
    StructuredOutputException,
)
"""Errors that say by themselves what happened to the run."""


async def event_loop_cycle(
    agent: Agent,
    invocation_state: dict[str, Any],
    structured_output_context: StructuredOutputContext | None = None,
) -> AsyncGenerator[TypedEvent, None]:
    """Run an agent to the end of its run: a cycle, and the cycles that follow from its tool uses.

    Args:
        agent: The agent; its history grows.
        invocation_state: State shared by tools and hooks; the loop adds its own keys.
        structured_output_context: The structured output wanted, if any.

    Yields:
        The events of the run; the last one is an `EventLoopStopEvent`.

    Raises:
        EventLoopException: If a cycle failed unexpectedly; the first one, if that happened after the model's response.
        ContextWindowOverflowException: If the history does not fit into the model's context.
        MaxTokensReachedException: If a response was cut off by its token limit.
        StructuredOutputException: If the model would not produce the structured output.
    """
    run = Run(
        agent=agent,
        invocation_state=invocation_state,
        structured_output=structured_output_context or StructuredOutputContext(),
        tracer=get_tracer(),
    )
    turn: Turn | None = None
    try:
        while turn is None or turn.follows:
            if turn is not None:
                run.follow(turn)
                if recurse_event_loop is not _RECURSE_EVENT_LOOP:
                    async with aclosing(_rest_by_replacement(run)) as events:
                        async for event in events:
                            yield event
                    return
                yield StartEvent()
            turn = run.begin_turn()
            yield StartEvent()
            yield StartEventLoopEvent()
            for stage in (model_stage, tool_stage):
                async with aclosing(within_span(turn.span, stage(turn))) as events:
                    async for event in events:
                        yield event
            await _decide(turn)
        yield turn.stop_event()
    except BaseException as error:
        if turn is not None:
            turn.fail(error)
        if turn is None or not isinstance(error, Exception) or not _is_unexpected(error, turn):
            raise
        yield ForceStopEvent(error)
        raise EventLoopException(error, turn.request_state) from error
    finally:
        run.end()


async def recurse_event_loop(
    agent: Agent,
    invocation_state: dict[str, Any],
    structured_output_context: StructuredOutputContext | None = None,
) -> AsyncGenerator[TypedEvent, None]:
    """Continue a run with another cycle from the current history.

    Args:
        agent: The agent.
        invocation_state: The state of the run so far.
        structured_output_context: The structured output wanted, if any.

    Yields:
        The events of the rest of the run.
    """
    cycle_trace: Trace = invocation_state["event_loop_cycle_trace"]
    follow_up = Trace("Recursive call", parent_id=cycle_trace.id)
    cycle_trace.add_child(follow_up)
    try:
        yield StartEvent()
        async with aclosing(event_loop_cycle(agent, invocation_state, structured_output_context)) as events:
            async for event in events:
                yield event
    finally:
        follow_up.end()


_RECURSE_EVENT_LOOP = recurse_event_loop


def _rest_by_replacement(run: Run) -> AsyncGenerator[TypedEvent, None]:
    """Leave the rest of a run to what a test put in place of `recurse_event_loop`."""
    return recurse_event_loop(
        agent=run.agent,
        invocation_state=run.invocation_state,
        structured_output_context=run.structured_output,
    )


def _is_unexpected(error: Exception, turn: Turn) -> bool:
    """Whether an error is to be wrapped; the model's own error of a first turn is what the caller expects to see."""
    return not isinstance(error, _EXPECTED_ERRORS) and (turn.has_response or turn.number > 1)


async def _decide(turn: Turn) -> None:
    """Decide what a turn that called no tools leads to, and close it."""
    if turn.stop_reason == "max_tokens":
        raise MaxTokensReachedException(
            "Agent has reached an unrecoverable state due to max_tokens limit. "
            "The response as far as it came is the last message of the history."
        )
    if turn.stop_reason == "end_turn" and turn.run.structured_output.is_enabled:
        await _force_structured_output(turn)
    if turn.is_open:
        turn.close()


async def _force_structured_output(turn: Turn) -> None:
    """Let another turn follow in which the model can do nothing but call the structured output tool."""
    structured_output = turn.run.structured_output
    if structured_output.force_attempted:
        raise StructuredOutputException(
            "The model failed to invoke the structured output tool even after it was forced."
        )
    structured_output.set_forced_mode()
    prompt = structured_output.structured_output_prompt
    await turn.run.agent._append_messages({"role": "user", "content": [{"text": prompt}]})
    turn.follows = True
