"""Models of Anthropic, through its Messages API."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, ClassVar, TypeAlias

from typing_extensions import Unpack, override

from strands._extras import extra
from strands.models._anthropic import config as _config
from strands.models._anthropic.request import cached_system, messages_of, tool_choice_of, tool_of
from strands.models._anthropic.response import EVENT_TYPES, ResponseChunks, chunk_of
from strands.models._chat.errors import raised_as_ours, translated
from strands.models._chat.stream import StreamEndedEarlyError, leaves_text
from strands.models._loop_clients import closing
from strands.models._overflow import WORDS
from strands.models._structured_output import OutputByToolModel
from strands.models._validation import validate_config_keys
from strands.models._vendor_model import CountingModel, Question, counted
from strands.types.content import Messages
from strands.types.exceptions import ContextWindowOverflowException
from strands.types.streaming import StreamEvent
from strands.types.tools import ToolChoice, ToolSpecs

with extra("anthropic"):
    import anthropic

_COUNTED = ("model", "messages", "tools", "system")
"""Arguments of a request that the service counts the tokens of."""


class AnthropicModel(OutputByToolModel, CountingModel):
    """A model of Anthropic.

    Attributes:
        config: The settings.
        client: The SDK's client. One that is put in its place serves all requests; else each event loop has its own.
    """

    EVENT_TYPES: ClassVar[set[str]] = set(EVENT_TYPES)

    OVERFLOW_MESSAGES: ClassVar[set[str]] = set(WORDS["Anthropic"].parts)

    AnthropicConfig: TypeAlias = _config.AnthropicConfig
    SETTINGS = AnthropicConfig
    config: _config.AnthropicConfig
    PROVIDER = "Anthropic"

    def __init__(
        self, *, client_args: dict[str, Any] | None = None, **model_config: Unpack[_config.AnthropicConfig]
    ) -> None:
        """Create the model and its client.

        Args:
            client_args: Arguments for `anthropic.AsyncAnthropic`.
            **model_config: The settings.
        """
        validate_config_keys(model_config, self.AnthropicConfig)
        self._keep(model_config, client_args, _open_client)
        self.client: Any = anthropic.AsyncAnthropic(**self.client_args)
        self._made_client: Any = self.client

    def format_request(
        self,
        messages: Messages,
        tool_specs: ToolSpecs | None = None,
        system_prompt: str | None = None,
        tool_choice: ToolChoice | None = None,
    ) -> dict[str, Any]:
        """Return the arguments of a request.

        Raises:
            TypeError: If a message holds a block that the service does not know.
            ValueError: If a block lacks what the service requires.
        """
        return {
            "max_tokens": self.config["max_tokens"],
            "messages": messages_of(messages),
            "model": self.config["model_id"],
            "tools": [tool_of(spec) for spec in tool_specs or ()],
            **tool_choice_of(tool_choice),
            **({"system": system_prompt} if system_prompt else {}),
            **(self.config.get("params") or {}),
        }

    @leaves_text
    def format_chunk(self, event: dict[str, Any]) -> StreamEvent:
        """Return the chunk for an event of the service.

        Args:
            event: The event as a dict; or `{"type": "metadata", "usage": {...}}`, which comes last.

        Raises:
            RuntimeError: If there is no chunk for events of this type.
        """
        return chunk_of(event)

    @override
    async def _answer(self, asked: Question) -> AsyncGenerator[StreamEvent, None]:
        request = self.format_request(asked.messages, asked.tool_specs, asked.system_prompt, asked.tool_choice)
        system = cached_system(asked.system_prompt_content)
        if system and "system" not in (self.config.get("params") or {}):
            request["system"] = system
        with raised_as_ours(anthropic.APIStatusError, lambda error: self._overflow(error) or translated(error)):
            async with self._lent_client() as client, client.messages.stream(**request) as events:
                response = ResponseChunks(self.format_chunk, self.EVENT_TYPES)
                async for event in events:
                    if (delta := response.plain_delta(event)) is not None:
                        yield delta
                    else:
                        for chunk in response.read(event):
                            yield chunk
                if not response.stopped:
                    raise StreamEndedEarlyError("Anthropic's stream ended before the message did")
                message = await events.get_final_message()
                yield self.format_chunk({"type": "metadata", "usage": message.usage.model_dump()})

    @override
    async def _tokens_by_the_service(self, asked: Question) -> int:
        request = self.format_request(asked.messages, asked.tool_specs, asked.system_prompt)
        async with self._lent_client() as client:
            response = await client.messages.count_tokens(**{key: request[key] for key in _COUNTED if key in request})
        return counted(response.input_tokens)

    def _lent_client(self) -> AbstractAsyncContextManager[Any]:
        if self.client is not self._made_client:
            return closing(self.client, "")
        return self._clients.lent(self.client_args)

    def _overflow(self, error: anthropic.APIStatusError) -> Exception | None:
        """Return our exception if an error says that the conversation is too long, or None."""
        body = error.body
        kind = body.get("error", {}).get("type") if isinstance(body, dict) else None
        if kind != WORDS["Anthropic"].error or not any(part in str(error).lower() for part in self.OVERFLOW_MESSAGES):
            return None
        return ContextWindowOverflowException(str(error))


def _open_client(client_args: Mapping[str, Any]) -> AbstractAsyncContextManager[Any]:
    return closing(anthropic.AsyncAnthropic(**client_args), "close")
