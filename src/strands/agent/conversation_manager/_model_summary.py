"""A summary from a bare model call, without an agent."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING

from strands.event_loop.streaming import process_stream
from strands.types.content import Message, Messages

if TYPE_CHECKING:
    from strands.models.model import Model


async def summarized_by_model(model: Model, messages: Messages, system_prompt: str) -> Message:
    """Return the model's answer to the messages.

    Raises:
        RuntimeError: If the model's stream ended without an answer.
    """
    async with aclosing(process_stream(model.stream(messages, None, system_prompt))) as events:
        async for event in events:
            if "stop" in event:
                message: Message = event["stop"][1]
                return message
    raise RuntimeError("the model's stream ended without a message to take as the summary")
