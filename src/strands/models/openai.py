"""Models behind OpenAI's chat completions, or behind anything that speaks them."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, AbstractContextManager, asynccontextmanager
from functools import partial
from typing import Any, ClassVar, Protocol, cast

from typing_extensions import Unpack, override

from strands._extras import extra
from strands.models._bedrock.errors import BEDROCK_CONTEXT_WINDOW_OVERFLOW_MESSAGES
from strands.models._chat.request import Steps, chat_messages, content_part, system_messages, tool_call, tool_message
from strands.models._chat.stream import leaves_text
from strands.models._defaults import resolve_config_metadata
from strands.models._loop_clients import closing, entered
from strands.models._openai_bedrock import BedrockMantleConfig, check_client_args, resolve_bedrock_client_args
from strands.models._own_thread import call_on_own_thread
from strands.models._validation import validate_config_keys
from strands.models.chat import (
    ChatCompletionsModel,
    ChatDialect,
    Question,
    chunk_of,
    function_choice,
    function_tools,
    mapped_errors,
)
from strands.models.model import BaseModelConfig, T
from strands.types.content import ContentBlock, Messages, SystemContentBlock
from strands.types.streaming import StreamEvent
from strands.types.tools import ToolChoice, ToolResult, ToolSpecs, ToolUse

with extra("openai"):
    import openai

logger = logging.getLogger(__name__)


class Client(Protocol):
    """A client with OpenAI's asynchronous interface."""

    @property
    def chat(self) -> Any:
        """Where `completions.create` is."""
        ...


class OpenAIModel(ChatCompletionsModel):
    """A model of OpenAI, or of a service that speaks its chat completions.

    Attributes:
        config: The settings.
        client_args: Arguments of the clients, of which each event loop gets its own.
    """

    class OpenAIConfig(BaseModelConfig, total=False):
        """Settings of the model.

        Attributes:
            model_id: The model.
            params: Further fields of the request; they win over all others.
        """

        model_id: str
        params: dict[str, Any] | None

    SETTINGS: ClassVar[type] = OpenAIConfig
    DIALECT: ClassVar[ChatDialect] = ChatDialect(provider="OpenAI", result_images="in a message")

    def __init__(
        self,
        client: Client | None = None,
        client_args: dict[str, Any] | None = None,
        bedrock_mantle_config: BedrockMantleConfig | None = None,
        **model_config: Unpack[OpenAIConfig],
    ) -> None:
        """Create the model; nothing is connected before the first request.

        Args:
            client: A client to use for all requests; the caller closes it.
            client_args: Arguments of `openai.AsyncOpenAI`, such as `api_key` and `base_url`.
            bedrock_mantle_config: Use a model that Bedrock hosts; address and token are made from this.
            **model_config: The model's settings.

        Raises:
            ValueError: If arguments exclude each other.
        """
        if client is not None and client_args:
            raise ValueError("Only one of 'client' or 'client_args' should be provided, not both.")
        if bedrock_mantle_config is not None and client is not None:
            raise ValueError("'bedrock_mantle_config' cannot be combined with a pre-built 'client'.")
        if bedrock_mantle_config is not None:
            check_client_args(client_args or {})
        validate_config_keys(model_config, self.SETTINGS)
        self._keep(model_config, client_args, _opened)
        self._custom_client = client
        self._bedrock_mantle_config = bedrock_mantle_config
        logger.debug("config=<%s> | initializing", self.config)

    @override
    def get_config(self) -> OpenAIConfig:
        return cast("OpenAIModel.OpenAIConfig", resolve_config_metadata(self.config, self.config.get("model_id", "")))

    @classmethod
    def format_request_message_content(cls, content: ContentBlock, **kwargs: Any) -> dict[str, Any]:
        """Return a block as a part of a message.

        Raises:
            TypeError: If the service does not take such blocks.
        """
        return content_part(cls.DIALECT, content)

    @classmethod
    def format_request_message_tool_call(cls, tool_use: ToolUse, **kwargs: Any) -> dict[str, Any]:
        """Return a tool use as a call in a message of the assistant."""
        return tool_call(cls.DIALECT, tool_use)

    @classmethod
    def format_request_tool_message(cls, tool_result: ToolResult, **kwargs: Any) -> dict[str, Any]:
        """Return a tool's result as a message."""
        content = partial(cls.format_request_message_content, **kwargs)
        return tool_message(cls.DIALECT, tool_result, content=content)

    @classmethod
    def format_request_messages(
        cls,
        messages: Messages,
        system_prompt: str | None = None,
        *,
        system_prompt_content: list[SystemContentBlock] | None = None,
        **kwargs: Any,
    ) -> list[dict[str, Any]]:
        """Return the conversation, the system prompt first; its blocks, if given, replace the string."""
        steps = Steps(
            content=partial(cls.format_request_message_content, **kwargs),
            tool_call=partial(cls.format_request_message_tool_call, **kwargs),
            tool_message=partial(cls.format_request_tool_message, **kwargs),
        )
        system = system_messages(cls.DIALECT, system_prompt, system_prompt_content)
        return system + chat_messages(cls.DIALECT, messages, steps)

    @override
    def format_request(
        self,
        messages: Messages,
        tool_specs: ToolSpecs | None = None,
        system_prompt: str | None = None,
        tool_choice: ToolChoice | None = None,
        *,
        system_prompt_content: list[SystemContentBlock] | None = None,
        **kwargs: Any,
    ) -> dict[str, Any]:
        """Return the arguments of `chat.completions.create`.

        Raises:
            TypeError: If a message holds what the service does not take.
        """
        further = {"system_prompt_content": system_prompt_content, **kwargs}
        return {
            "messages": self.format_request_messages(messages, system_prompt, **further),
            "model": self.config["model_id"],
            "stream": True,
            "stream_options": {"include_usage": True},
            "tools": function_tools(tool_specs),
            **function_choice(tool_choice),
            **(self.config.get("params") or {}),
        }

    @override
    @leaves_text
    def format_chunk(self, event: dict[str, Any], **kwargs: Any) -> StreamEvent:
        return chunk_of(event)

    @override
    def _request_for(self, asked: Question) -> dict[str, Any]:
        return self.format_request(asked.messages, asked.tool_specs, asked.system_prompt, asked.tool_choice)

    @override
    @asynccontextmanager
    async def _opened_response(self, request: dict[str, Any]) -> AsyncIterator[Any]:
        async with self._get_client() as client:
            response = await client.chat.completions.create(**request)
            async with closing(response, "close"):
                yield response

    @override
    async def structured_output(
        self, output_model: type[T], prompt: Messages, system_prompt: str | None = None, **kwargs: Any
    ) -> AsyncGenerator[dict[str, T | Any], None]:
        with self._mapped_errors():
            async with self._get_client() as client:
                completion = await client.beta.chat.completions.parse(
                    model=self.config["model_id"],
                    messages=self.format_request(prompt, system_prompt=system_prompt)["messages"],
                    response_format=output_model,
                )
        if len(completion.choices) > 1:
            raise ValueError("Multiple choices found in the OpenAI response.")
        for choice in completion.choices:
            if isinstance(choice.message.parsed, output_model):
                yield {"output": choice.message.parsed}
                return
        raise ValueError("No valid tool use or tool use input was found in the OpenAI response.")

    @override
    def _mapped_errors(self) -> AbstractContextManager[None]:
        hosted = self._bedrock_mantle_config is not None  # which has no code for conversations that are too long
        return mapped_errors(overflow_messages=BEDROCK_CONTEXT_WINDOW_OVERFLOW_MESSAGES if hosted else ())

    @asynccontextmanager
    async def _get_client(self) -> AsyncIterator[Any]:
        """Lend the client for one request; one of ours is closed with the event loop."""
        if self._custom_client is not None:
            yield self._custom_client
            return
        args = self.client_args
        if self._bedrock_mantle_config is not None:
            resolve = partial(resolve_bedrock_client_args, self._bedrock_mantle_config, args)
            args = await call_on_own_thread(resolve, name="strands-bedrock-token")
        async with self._clients.lent(args) as client:
            yield client


def _opened(client_args: Mapping[str, Any]) -> AbstractAsyncContextManager[Any]:
    return entered(openai.AsyncOpenAI(**client_args), client_args)
