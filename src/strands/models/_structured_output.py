"""Structured output from models that can be forced to call a tool."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable
from contextlib import aclosing
from typing import Any, ClassVar

from typing_extensions import override

from strands.models.model import Model, T
from strands.types.content import Messages
from strands.types.streaming import StreamEvent
from strands.types.tools import ToolChoiceAnyDict


class OutputByToolModel(Model):
    """A model that gives structured output by the call of a tool, which it is forced to make."""

    PROVIDER: ClassVar[str]
    """The provider's name, for errors."""

    @override
    async def structured_output(
        self, output_model: type[T], prompt: Messages, system_prompt: str | None = None, **kwargs: Any
    ) -> AsyncGenerator[dict[str, T | Any], None]:
        # The tool layer builds on models.
        from strands.tools.structured_output.structured_output_utils import convert_pydantic_to_tool_spec

        spec = convert_pydantic_to_tool_spec(output_model)
        forced: ToolChoiceAnyDict = {"any": {}}
        response = self.stream(prompt, [spec], system_prompt, tool_choice=forced, **kwargs)
        output = output_of_forced_tool(output_model, response, tool_name=spec["name"], provider=self.PROVIDER)
        async with aclosing(output) as events:
            async for event in events:
                yield event


async def output_of_forced_tool(
    output_model: type[T], response: AsyncIterable[StreamEvent], *, tool_name: str, provider: str
) -> AsyncGenerator[dict[str, Any], None]:
    """Yield the events of a response, and at the end `{"output": <instance>}` from its last call of the tool.

    Args:
        output_model: What the tool's input should be an instance of.
        response: The chunks of the response.
        tool_name: The tool that the model was forced to call.
        provider: The provider's name, for errors.

    Raises:
        ValueError: If the response does not call the tool.
        ValidationError: If the tool's input does not fit `output_model`.
    """
    # Assembling responses is the event loop's trade, which builds on models.
    from strands.event_loop.streaming import process_stream

    stop: Any = None
    async with aclosing(process_stream(response)) as events:
        async for event in events:
            stop = event.get("stop", stop)
            yield event
    stop_reason, message = stop[0], stop[1]
    if stop_reason != "tool_use":
        raise ValueError(f'Model returned stop_reason: {stop_reason} instead of "tool_use".')
    uses = (block["toolUse"] for block in message["content"] if "toolUse" in block)
    inputs = [use["input"] for use in uses if use["name"] == tool_name]
    if not inputs:
        raise ValueError(f"No valid tool use or tool use input was found in the {provider} response.")
    yield {"output": output_model(**inputs[-1])}
