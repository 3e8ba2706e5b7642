"""Models of Writer."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from typing import Any, ClassVar

from typing_extensions import Unpack, override

from strands._extras import extra
from strands.models._chat.stream import leaves_text
from strands.models._loop_clients import closing
from strands.models._validation import validate_config_keys
from strands.models.chat import ChatCompletionsModel, ChatDialect, Question, function_choice, function_tools
from strands.models.model import BaseModelConfig, T
from strands.types.content import Messages
from strands.types.streaming import StreamEvent
from strands.types.tools import ToolSpecs

with extra("writer"):
    import writerai

_MODELS_WITH_PARTS = ("palmyra-x5",)
"""Models that take lists of parts, and images among them; others take strings only."""


class WriterModel(ChatCompletionsModel):
    """A model of Writer.

    Attributes:
        config: The settings.
        client_args: Arguments of the clients, of which each event loop gets its own.
    """

    class WriterConfig(BaseModelConfig, total=False):
        """Settings of the model; what is absent or None is left to the service.

        Attributes:
            model_id: The model, such as `palmyra-x5`.
            max_tokens: Most tokens of a response.
            stop: Texts that end a response.
            stream_options: What else a stream reports, such as `{"include_usage": True}`.
            temperature: Randomness of the response.
            top_p: Share of the probability that tokens are drawn from.
        """

        max_tokens: int | None
        model_id: str
        stop: str | list[str] | None
        stream_options: dict[str, Any]
        temperature: float | None
        top_p: float | None

    SETTINGS = WriterConfig
    DIALECT: ClassVar[ChatDialect] = ChatDialect(
        provider="Writer",
        media=frozenset({"image"}),
        result_joint=None,
        bare_call_content={"content": ""},
        image_details=False,
    )
    TEXT_DIALECT: ClassVar[ChatDialect] = replace(
        DIALECT,
        media=frozenset(),
        skipped_kinds=frozenset({"reasoningContent", "cachePoint"}),
        text_joint="\n",
        result_joint="\n",
        result_images="refused",
    )

    def __init__(self, client_args: dict[str, Any] | None = None, **model_config: Unpack[WriterConfig]) -> None:
        """Create the model; nothing is connected before the first request.

        Args:
            client_args: Arguments of `writerai.AsyncWriter`, such as `api_key`.
            **model_config: The model's settings.
        """
        validate_config_keys(model_config, self.WriterConfig)
        self._keep(model_config, client_args, _opened)

    @override
    def format_request(
        self, messages: Messages, tool_specs: ToolSpecs | None = None, system_prompt: str | None = None
    ) -> dict[str, Any]:
        """Return the arguments of `chat.chat`.

        Raises:
            TypeError: If a message holds what the model does not take.
        """
        return {
            **self._set("max_tokens", "stop", "stream_options", "temperature", "top_p"),
            "messages": self._conversation(messages, system_prompt),
            "stream": True,
            "model": self.config["model_id"],
            **({"tools": function_tools(tool_specs)} if tool_specs else {}),
        }

    @override
    @leaves_text
    def format_chunk(self, event: dict[str, Any]) -> StreamEvent:
        """Return the chunk of a description; those of content are called `content_block_...` here."""
        kind = event["chunk_type"].replace("content_block_", "content_")
        return super().format_chunk({**event, "chunk_type": kind})

    @override
    async def structured_output(
        self, output_model: type[T], prompt: Messages, system_prompt: str | None = None, **kwargs: Any
    ) -> AsyncGenerator[dict[str, T | Any], None]:
        schema = {"type": "json_schema", "json_schema": {"schema": output_model.model_json_schema()}}
        request = {**self.format_request(prompt, None, system_prompt), "response_format": schema, "stream": False}
        request.pop("stream_options", None)
        content = (await self._completed(request)).choices[0].message.content
        try:
            output = output_model.model_validate_json(content or "")
        except ValueError as error:  # pydantic's errors are ValueErrors
            raise ValueError(f"Failed to parse or load content into model: {error}") from error
        yield {"output": output}

    @override
    def _dialect(self) -> ChatDialect:
        takes_parts = self.config["model_id"].startswith(_MODELS_WITH_PARTS)
        return self.DIALECT if takes_parts else self.TEXT_DIALECT

    @override
    def _request_for(self, asked: Question) -> dict[str, Any]:
        choice = {name: {"value": choice} for name, choice in function_choice(asked.tool_choice).items()}
        return {**self.format_request(asked.messages, asked.tool_specs, asked.system_prompt), **choice}

    @override
    @asynccontextmanager
    async def _opened_response(self, request: dict[str, Any]) -> AsyncIterator[Any]:
        async with self._clients.lent(self.client_args) as client:
            response = await client.chat.chat(**request)
            async with closing(response if request["stream"] else None, "close"):
                yield response


def _opened(client_args: Mapping[str, Any]) -> AbstractAsyncContextManager[Any]:
    return closing(writerai.AsyncWriter(**client_args), "close")
