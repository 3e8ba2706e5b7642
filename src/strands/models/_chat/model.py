"""What the models have in common whose services stream chat completions."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import AsyncGenerator, AsyncIterable
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from typing import Any, ClassVar

from typing_extensions import override

from strands.models._chat.completions import CompletionReader
from strands.models._chat.errors import mapped_errors
from strands.models._chat.request import function_choice
from strands.models._chat.stream import chunk_of
from strands.models._validation import validate_config_keys
from strands.models.model import Model
from strands.types.content import Messages, SystemContentBlock
from strands.types.streaming import StreamEvent
from strands.types.tools import ToolChoice, ToolSpec


class ChatCompletionsModel(Model):
    """A model whose service streams chat completions; a provider says what it asks, and opens the response.

    Attributes:
        config: The settings.
    """

    SETTINGS: ClassVar[type]
    """TypedDict of the settings."""

    config: dict[str, Any]

    @override
    def update_config(self, **model_config: Any) -> None:
        validate_config_keys(model_config, self.SETTINGS)
        self.config.update(model_config)

    @override
    def get_config(self) -> Any:
        return self.config

    @abstractmethod
    def format_request(
        self, messages: Messages, tool_specs: list[ToolSpec] | None = None, system_prompt: str | None = None
    ) -> Any:
        """Return the arguments of the SDK's call."""

    def format_chunk(self, event: dict[str, Any]) -> StreamEvent:
        """Return the chunk of a description: `chunk_type`, and with most `data_type` and `data`."""
        return chunk_of(event)

    @override
    async def stream(
        self,
        messages: Messages,
        tool_specs: list[ToolSpec] | None = None,
        system_prompt: str | None = None,
        *,
        tool_choice: ToolChoice | None = None,
        system_prompt_content: list[SystemContentBlock] | None = None,
        **kwargs: Any,
    ) -> AsyncGenerator[StreamEvent, None]:
        """Send the conversation and stream the response; closing the generator early closes the response.

        Args:
            messages: The conversation.
            tool_specs: Tools that the model may call.
            system_prompt: Instructions for the model.
            tool_choice: Whether the model may, or must, call a tool.
            system_prompt_content: The instructions as blocks; most services get them as the one string.
            **kwargs: Ignored.

        Yields:
            The chunks of the response, from `messageStart` to `metadata`.

        Raises:
            ModelThrottledException: If the service refuses the request over rate limits.
            ContextWindowOverflowException: If the conversation is longer than the model's context.
            ConnectionError: If the stream ends before the response is complete.
            TypeError: If a message holds what the service does not take.
        """
        request = self._request_for(messages, tool_specs, system_prompt, tool_choice, system_prompt_content)
        with self._mapped_errors():
            async with self._opened_response(request) as response:
                reader = self._reader()
                started = False
                async for chunk in _chunks(response):
                    if not started:  # not before the service has begun to answer
                        started = True
                        yield reader.start()
                    for event in reader.read(chunk):
                        yield event
                for event in reader.end():
                    yield event

    def _request_for(
        self,
        messages: Messages,
        tool_specs: list[ToolSpec] | None,
        system_prompt: str | None,
        tool_choice: ToolChoice | None,
        system_prompt_content: list[SystemContentBlock] | None,
    ) -> dict[str, Any]:
        """Return the request, by way of the published `format_request`."""
        return {**self.format_request(messages, tool_specs, system_prompt), **function_choice(tool_choice)}

    @abstractmethod
    def _opened_response(self, request: dict[str, Any]) -> AbstractAsyncContextManager[Any]:
        """Send the request and lend the response: a stream of a completion's chunks, or a whole completion.

        Their fields are attributes. The context closes the response.
        """

    def _reader(self) -> CompletionReader:
        """Return a reader for one response."""
        return CompletionReader(self.format_chunk)

    def _mapped_errors(self) -> AbstractContextManager[None]:
        """Return the context that raises the vendor's errors as ours."""
        return mapped_errors()


def _chunks(response: Any) -> AsyncIterable[Any]:
    chunks: AsyncIterable[Any] = response if hasattr(response, "__aiter__") else _once(response)
    return chunks


async def _once(completion: Any) -> AsyncGenerator[Any, None]:
    yield completion
