"""What the models have in common whose services stream chat completions."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator
from contextlib import AbstractAsyncContextManager, AbstractContextManager, asynccontextmanager
from typing import Any, ClassVar

from typing_extensions import override

from strands.models._chat.completions import CompletionReader
from strands.models._chat.dialect import ChatDialect
from strands.models._chat.errors import mapped_errors
from strands.models._chat.request import Steps, chat_messages, function_choice, system_messages
from strands.models._chat.stream import chunk_of, leaves_text
from strands.models._vendor_model import Question, Response, VendorModel
from strands.types.content import Messages
from strands.types.streaming import StreamEvent
from strands.types.tools import ToolSpecs


class ChatCompletionsModel(VendorModel):
    """A model whose service streams chat completions; a provider says what it asks, and opens the response."""

    DIALECT: ClassVar[ChatDialect]
    """What is sent differently from other services."""

    @override
    def get_config(self) -> Any:
        return self.config

    @abstractmethod
    def format_request(
        self, messages: Messages, tool_specs: ToolSpecs | None = None, system_prompt: str | None = None
    ) -> Any:
        """Return the arguments of the SDK's call."""

    @leaves_text
    def format_chunk(self, event: dict[str, Any]) -> StreamEvent:
        """Return the chunk of a description: `chunk_type`, and with most `data_type` and `data`."""
        return chunk_of(event)

    @override
    @asynccontextmanager
    async def _opened(self, asked: Question) -> AsyncIterator[Response]:
        request = self._request_for(asked)
        with self._mapped_errors():
            async with self._opened_response(request) as response:
                yield _chunks(response), self._reader()

    def _conversation(self, messages: Messages, system_prompt: str | None) -> list[dict[str, Any]]:
        """Return the messages in the model's dialect, the system prompt first."""
        dialect = self._dialect()
        steps = self._steps(dialect)
        return system_messages(dialect, system_prompt, None) + chat_messages(dialect, messages, steps)

    def _dialect(self) -> ChatDialect:
        """Return how the model is spoken to, for services that speak differently to some models."""
        return self.DIALECT

    def _steps(self, dialect: ChatDialect) -> Steps:
        """Return how the parts of messages are formatted."""
        return Steps.of(dialect)

    def _set(self, *names: str) -> dict[str, Any]:
        """Return those of the settings with these names that are set to more than None."""
        return {name: self.config[name] for name in names if self.config.get(name) is not None}

    async def _completed(self, request: dict[str, Any]) -> Any:
        """Send a request that is not for a stream, and return the completion."""
        with self._mapped_errors():
            async with self._opened_response(request) as completion:
                return completion

    def _request_for(self, asked: Question) -> dict[str, Any]:
        """Return the request, by way of the published `format_request`."""
        request = self.format_request(asked.messages, asked.tool_specs, asked.system_prompt)
        return {**request, **function_choice(asked.tool_choice)}

    @abstractmethod
    def _opened_response(self, request: dict[str, Any]) -> AbstractAsyncContextManager[Any]:
        """Send the request and lend the response: a stream of a completion's chunks, or a whole completion.

        `_reader` reads either; its default takes them as objects whose fields are attributes. The context closes the
        response.
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
