"""`Agent.structured_output`, which the argument `structured_output_model` of a call has replaced."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, TypeVar

from strands._async import closing_if_closable
from strands.hooks.events import AfterInvocationEvent, BeforeInvocationEvent
from strands.types.agent import AgentInput
from strands.types.exceptions import StructuredOutputException

if TYPE_CHECKING:
    from pydantic import BaseModel

    from strands.agent.agent import Agent

T = TypeVar("T", bound="BaseModel")


async def structured_output(agent: Agent, output_model: type[T], prompt: AgentInput) -> T:
    """Return the output of one request that is no part of the conversation.

    Raises:
        RuntimeError: If an interrupt waits for its answer.
        ValueError: If there is neither a prompt nor a conversation.
        StructuredOutputException: If the model yields no output.
    """
    if agent._interrupt_state.activated:
        raise RuntimeError("cannot call structured output during interrupt")
    await agent.hooks.invoke_callbacks_async(BeforeInvocationEvent(agent=agent))
    try:
        messages = [*await agent._messages_for(prompt)]
        if not (agent.messages or messages):
            raise ValueError("No conversation history or prompt provided")
        outputs = agent.model.structured_output(
            output_model, [*agent.messages, *messages], system_prompt=agent.system_prompt
        )
        async with closing_if_closable(outputs):
            async for event in outputs:
                if "output" in event:
                    output: T = event["output"]
                    return output
        raise StructuredOutputException(f"model={agent.model!r} | yielded no output for {output_model.__name__!r}")
    finally:
        await agent.hooks.invoke_callbacks_async(AfterInvocationEvent(agent=agent))


def warn_of_structured_output(method: str) -> None:
    """Tell the caller of the deprecated method what to use instead."""
    warnings.warn(
        f"Agent.{method} method is deprecated. Pass `structured_output_model` when calling the agent instead.",
        DeprecationWarning,
        stacklevel=3,
    )
