"""The part of a turn that gets an accepted response from the model."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TYPE_CHECKING

from strands.event_loop._projection import projected_input_tokens
from strands.event_loop._recover_message_on_max_tokens_reached import recover_message_on_max_tokens_reached
from strands.event_loop._turn import Turn
from strands.event_loop.final_turn import is_answer
from strands.event_loop.streaming import ModelRequest, response_events
from strands.hooks.events import AfterModelCallEvent, BeforeModelCallEvent
from strands.telemetry._spans import attached, within_span
from strands.telemetry.metrics import Trace
from strands.types._events import (
    ForceStopEvent,
    ModelAttemptEvent,
    ModelMessageEvent,
    TurnVerdictEvent,
    TypedEvent,
)
from strands.types.content import Message

if TYPE_CHECKING:
    from opentelemetry.trace import Span

    from strands.types.event_loop import StopReason
    from strands.types.tools import ToolSpec, ToolSpecs

logger = logging.getLogger(__name__)


async def model_stage(turn: Turn) -> AsyncGenerator[TypedEvent, None]:
    """Call the model until a response is accepted, and add that response to the history.

    Skipped when tool uses still wait for their results: after an interrupt, or in a history that ends in them.
    """
    if _take_up_waiting_tool_uses(turn):
        return
    trace = Trace("stream_messages", parent_id=turn.trace.id)
    turn.trace.add_child(trace)
    while True:
        span = _start_span(turn)
        try:
            with attached(span):
                await _before_model_call(turn)
            tool_specs = _offered_tools(turn)  # hooks may have changed them
            attempt = ModelAttemptEvent(tools_offered=bool(tool_specs))
            yield attempt
            async with aclosing(within_span(span, _response_events(turn, tool_specs, attempt))) as events:
                async for event in events:
                    yield event
            claimed, message, usage, metrics = event["stop"]
            stop_reason = _stop_reason(claimed, message)
            message["metadata"] = {"usage": usage, "metrics": metrics}
            stop_response = AfterModelCallEvent.ModelStopResponse(message=message, stop_reason=stop_reason)
            with attached(span):
                rejected = await _retry_is_asked_for(turn, stop_response=stop_response)
            turn.run.tracer.end_model_invoke_span(span, message, usage, metrics, stop_reason)
        except Exception as error:
            with attached(span):  # the hooks are about this call, though they may wait long after its end
                turn.run.tracer.end_span_with_error(span, str(error), error)
                rejected = await _retry_is_asked_for(turn, exception=error)
            if not rejected:
                yield ForceStopEvent(error)
                raise
            if (notice := turn.run.retry_notice()) is not None:
                yield notice
            continue
        except BaseException as error:
            turn.run.tracer.end_span_with_error(span, type(error).__name__)
            raise
        if not rejected:
            break
    turn.take(message, stop_reason)
    yield TurnVerdictEvent(final=_is_final(turn))
    trace.add_message(message)
    trace.end()
    await turn.run.agent._append_messages(_kept_message(turn))
    yield ModelMessageEvent(message)
    turn.run.agent.event_loop_metrics.update_usage(usage)
    turn.run.agent.event_loop_metrics.update_metrics(metrics)


def _take_up_waiting_tool_uses(turn: Turn) -> bool:
    agent = turn.run.agent
    if agent._interrupt_state.activated:
        turn.take(agent._interrupt_state.context["tool_use_message"], "tool_use")
    elif agent.messages and any("toolUse" in block for block in agent.messages[-1]["content"]):
        turn.take(agent.messages[-1], "tool_use")
    else:
        return False
    return True


def _offered_tools(turn: Turn) -> list[ToolSpec]:
    structured_output = turn.run.structured_output
    tool_specs = turn.run.agent.tool_registry.get_all_tool_specs()
    if structured_output.forced_mode:
        return [tool_spec for tool_spec in tool_specs if tool_spec["name"] == structured_output.expected_tool_name]
    return tool_specs


def _start_span(turn: Turn) -> Span:
    agent = turn.run.agent
    return turn.run.tracer.start_model_invoke_span(
        messages=agent.messages,
        parent_span=turn.span,
        model_id=agent._model_id,
        custom_trace_attributes=agent.trace_attributes,
        system_prompt=agent.system_prompt,
        system_prompt_content=agent.system_prompt_content,
    )


def _response_events(turn: Turn, tool_specs: ToolSpecs, attempt: ModelAttemptEvent) -> AsyncGenerator[TypedEvent, None]:
    agent = turn.run.agent
    request = ModelRequest(
        messages=turn.run.requests.of(agent.messages),
        tool_specs=tool_specs,
        system_prompt=agent.system_prompt,
        system_prompt_content=agent.system_prompt_content,
        tool_choice=turn.run.structured_output.tool_choice,
        invocation_state=turn.run.invocation_state,
        model_state=agent._model_state,
    )
    return response_events(agent.model, request, agent._cancel_signal, attempt, agent._redact_latest_user_message)


async def _before_model_call(turn: Turn) -> None:
    agent, state = turn.run.agent, turn.run.invocation_state
    event = BeforeModelCallEvent(agent=agent, invocation_state=state)
    # Counting may mean a request to the provider, so it is done for those who look at it only.
    if any(True for _ in agent.hooks.get_callbacks_for(event)):
        projected = await projected_input_tokens(agent, _offered_tools(turn))
        event = BeforeModelCallEvent(agent=agent, invocation_state=state, projected_input_tokens=projected)
        await agent.hooks.invoke_callbacks_async(event)


async def _retry_is_asked_for(
    turn: Turn,
    *,
    stop_response: AfterModelCallEvent.ModelStopResponse | None = None,
    exception: Exception | None = None,
) -> bool:
    event = AfterModelCallEvent(
        agent=turn.run.agent,
        invocation_state=turn.run.invocation_state,
        stop_response=stop_response,
        exception=exception,
    )
    await turn.run.agent.hooks.invoke_callbacks_async(event)
    return event.retry


def _stop_reason(claimed: StopReason, message: Message) -> StopReason:
    """Return why the response ended; `tool_use` needs a tool use, which a guardrail may have replaced by text.

    The results of no tools would be an empty message, which providers refuse in every request from then on.
    """
    if claimed == "tool_use" and not any("toolUse" in block for block in message["content"]):
        logger.warning("stop_reason=<%s> | response holds no tool use | counting it as end_turn", claimed)
        return "end_turn"
    return claimed


def _is_final(turn: Turn) -> bool:
    return is_answer(turn.message, turn.stop_reason, structured_output_wanted=turn.run.structured_output.is_enabled)


def _kept_message(turn: Turn) -> Message:
    if turn.stop_reason == "max_tokens":
        return recover_message_on_max_tokens_reached(turn.message)
    return turn.message
