"""Models of Mistral."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar, cast

from typing_extensions import Unpack, override

from strands._extras import extra
from strands.models._chat.events import JsonReader, chunks_in
from strands.models._chat.request import Steps
from strands.models._defaults import resolve_config_metadata
from strands.models._loop_clients import closing, entered
from strands.models._validation import validate_config_keys
from strands.models.chat import ChatCompletionsModel, ChatDialect, CompletionReader, function_tools
from strands.models.model import BaseModelConfig, T
from strands.types.content import Messages
from strands.types.tools import ToolResult, ToolSpec, ToolSpecs

with extra("mistral"):
    import mistralai
    from mistralai.utils.eventstreaming import EventStreamAsync


class MistralModel(ChatCompletionsModel):
    """A model of Mistral.

    Attributes:
        config: The settings.
        client_args: Arguments of the clients, of which each event loop gets its own.
    """

    class MistralConfig(BaseModelConfig, total=False):
        """Settings of the model; what is absent or None is left to the service.

        Attributes:
            model_id: The model, such as `mistral-large-latest`.
            max_tokens: Most tokens of a response.
            temperature: Randomness of the response, from 0 to 1.
            top_p: Share of the probability that tokens are drawn from, from 0 to 1.
            stream: Whether to stream; on unless set.
        """

        max_tokens: int | None
        model_id: str
        stream: bool | None
        temperature: float | None
        top_p: float | None

    SETTINGS = MistralConfig
    DIALECT: ClassVar[ChatDialect] = ChatDialect(
        provider="Mistral",
        media=frozenset({"image"}),
        skipped_kinds=frozenset({"reasoningContent", "cachePoint"}),
        text_joint=" ",
        bare_call_content={"content": ""},
        image_details=False,
    )

    def __init__(
        self,
        api_key: str | None = None,
        *,
        client_args: dict[str, Any] | None = None,
        **model_config: Unpack[MistralConfig],
    ) -> None:
        """Create the model; nothing is connected before the first request.

        Args:
            api_key: The key; by default that of the environment.
            client_args: Further arguments of `mistralai.Mistral`.
            **model_config: The model's settings.

        Raises:
            ValueError: If a share or a randomness is out of its range.
        """
        validate_config_keys(model_config, self.MistralConfig)
        for name in ("temperature", "top_p"):
            share = cast("float | None", model_config.get(name))
            if share is not None and not 0.0 <= share <= 1.0:
                raise ValueError(f"{name} must be between 0.0 and 1.0, got {share}")
        given = {**(client_args or {}), **({"api_key": api_key} if api_key else {})}
        self._keep({**model_config, "stream": model_config.get("stream", True)}, given, _opened)

    @override
    def get_config(self) -> MistralConfig:
        return cast("MistralModel.MistralConfig", resolve_config_metadata(self.config, self.config["model_id"]))

    @override
    def format_request(
        self, messages: Messages, tool_specs: ToolSpecs | None = None, system_prompt: str | None = None
    ) -> dict[str, Any]:
        """Return the arguments of `chat.stream_async`.

        Raises:
            TypeError: If a message holds what the service does not take.
        """
        return {
            "model": self.config["model_id"],
            "messages": self._conversation(messages, system_prompt),
            **self._set("max_tokens", "temperature", "top_p", "stream"),
            **({"tools": function_tools(tool_specs)} if tool_specs else {}),
        }

    @override
    async def structured_output(
        self, output_model: type[T], prompt: Messages, system_prompt: str | None = None, **kwargs: Any
    ) -> AsyncGenerator[dict[str, T | Any], None]:
        name = output_model.__name__
        tool: ToolSpec = {
            "name": f"extract_{name.lower()}",
            "description": f"Extract structured data in the format of {name}",
            "inputSchema": {"json": output_model.model_json_schema()},
        }
        forced = {"tool_choice": "any", "parallel_tool_calls": False, "stream": False}
        request = {**self.format_request(prompt, [tool], system_prompt), **forced}
        choices = (await self._completed(request)).choices
        calls = choices[0].message.tool_calls if choices else None
        if not calls:
            raise ValueError("No tool calls found in response")
        arguments = calls[0].function.arguments
        yield {"output": output_model(**(json.loads(arguments) if isinstance(arguments, str) else arguments))}

    @override
    @asynccontextmanager
    async def _opened_response(self, request: dict[str, Any]) -> AsyncIterator[Any]:
        async with self._clients.lent(self.client_args) as client:
            if not request.get("stream"):
                yield await client.chat.complete_async(**request)
                return
            response = await client.chat.stream_async(**request)
            async with closing(response, "response.aclose"):
                if type(response) is not EventStreamAsync:  # users' tests put others here, and what traces streams does
                    yield response
                    return
                # The SDK's own reader looks at each byte, and makes a class for each event: half a millisecond per
                # token, during which no other stream moves.
                async with aclosing(chunks_in(response.response)) as chunks:
                    yield chunks

    @override
    def _steps(self, dialect: ChatDialect) -> Steps:
        steps = super()._steps(dialect)
        return replace(steps, tool_message=partial(_named_result, steps))

    @override
    def _reader(self) -> CompletionReader:
        return _ChunkReader(self.format_chunk)


class _ChunkReader(JsonReader):
    """Has the SDK make objects of all chunks that are more than a piece of text."""

    @override
    def _objects_of(self, chunk: Any) -> Any:
        if isinstance(chunk, dict):
            return mistralai.CompletionChunk.model_validate(chunk)
        return getattr(chunk, "data", chunk)  # an event of the SDK, or a whole completion


def _opened(client_args: Mapping[str, Any]) -> AbstractAsyncContextManager[Any]:
    return entered(mistralai.Mistral(**client_args), client_args)


def _named_result(steps: Steps, result: ToolResult) -> dict[str, Any]:
    return {**steps.tool_message(result), "name": result["toolUseId"]}
