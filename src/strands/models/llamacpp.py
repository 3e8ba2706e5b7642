"""Models that a llama.cpp server runs."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from copy import copy
from typing import Any, ClassVar, cast

import httpx
from typing_extensions import Unpack, override

from strands.models._chat.events import JsonReader, chunks_in
from strands.models._loop_clients import LoopClients
from strands.models._validation import validate_config_keys
from strands.models._vendor_model import CountingModel, counted
from strands.models.chat import ChatCompletionsModel, ChatDialect, CompletionReader, Question, function_tools
from strands.models.model import BaseModelConfig, T
from strands.types.content import Messages
from strands.types.tools import ToolSpecs

DEFAULT_TIMEOUT_S = 30.0


class LlamaCppModel(ChatCompletionsModel, CountingModel):
    """A model that a llama.cpp server runs.

    Attributes:
        base_url: The server's address.
        config: The settings.
    """

    class LlamaCppConfig(BaseModelConfig, total=False):
        """Settings of the model.

        Attributes:
            model_id: The model's name; most servers have one model, whatever its name.
            params: Further fields of the request, such as `temperature` and `max_tokens`; llama.cpp's own, such as
                `top_k`, `min_p` and `cache_prompt`; and `grammar` (GBNF) or `json_schema`, which hold the response
                to a form.
            use_native_token_count: Let `count_tokens` ask the server rather than estimate.
        """

        model_id: str
        params: dict[str, Any] | None
        use_native_token_count: bool

    SETTINGS = LlamaCppConfig
    DIALECT: ClassVar[ChatDialect] = ChatDialect(
        provider="llama.cpp",
        media=frozenset({"image", "document", "audio"}),
        result_joint=None,
        bare_call_content={"content": []},
    )

    def __init__(
        self,
        base_url: str = "http://localhost:8080",
        timeout: float | tuple[float, float] | None = None,
        **model_config: Unpack[LlamaCppConfig],
    ) -> None:
        """Create the model; nothing is connected before the first request.

        Args:
            base_url: The server's address.
            timeout: Seconds to wait for anything, or for a connection and for a response; 30 unless set.
            **model_config: The model's settings.
        """
        validate_config_keys(model_config, self.LlamaCppConfig)
        self.base_url = base_url.rstrip("/")
        self.config = {"model_id": "default", **model_config}
        connect_s, read_s = timeout if isinstance(timeout, tuple) else (timeout, timeout)
        waits = httpx.Timeout(read_s or DEFAULT_TIMEOUT_S, connect=connect_s or DEFAULT_TIMEOUT_S)
        self._client_args = {"base_url": self.base_url, "timeout": waits}
        self._clients: LoopClients[Any] = LoopClients(_opened)

    @override
    def get_config(self) -> LlamaCppConfig:
        return cast("LlamaCppModel.LlamaCppConfig", self.config)

    @override
    def format_request(
        self, messages: Messages, tool_specs: ToolSpecs | None = None, system_prompt: str | None = None
    ) -> dict[str, Any]:
        """Return the body of the request.

        Raises:
            TypeError: If a message holds what the server does not take.
        """
        return {
            "messages": self._conversation(messages, system_prompt),
            "model": self.config["model_id"],
            "stream": True,
            "stream_options": {"include_usage": True},
            "tools": function_tools(tool_specs),
            **(self.config.get("params") or {}),
        }

    @override
    async def structured_output(
        self, output_model: type[T], prompt: Messages, system_prompt: str | None = None, **kwargs: Any
    ) -> AsyncGenerator[dict[str, T | Any], None]:
        held = self._held_to(output_model.model_json_schema())
        written = ""
        async with aclosing(held.stream(prompt, None, system_prompt, **kwargs)) as chunks:
            async for chunk in chunks:
                written += chunk.get("contentBlockDelta", {}).get("delta", {}).get("text", "")
                yield cast("dict[str, Any]", chunk)
        yield {"output": output_model.model_validate(json.loads(written.strip()))}

    def _held_to(self, schema: dict[str, Any]) -> LlamaCppModel:
        """Return this model with its responses held to a JSON schema."""
        held = copy(self)
        params = {**(self.config.get("params") or {}), "json_schema": schema, "cache_prompt": True}
        held.config = {**self.config, "params": params}
        return held

    @override
    async def _tokens_by_the_service(self, asked: Question) -> int:
        request = self.format_request(asked.messages, asked.tool_specs, asked.system_prompt)
        async with self._clients.lent(self._client_args) as client:
            templated = await client.post("/apply-template", json=request)
            templated.raise_for_status()
            tokenized = await client.post("/tokenize", json={"content": templated.json()["prompt"]})
            tokenized.raise_for_status()
        return counted(len(tokenized.json()["tokens"]))

    @override
    @asynccontextmanager
    async def _opened_response(self, request: dict[str, Any]) -> AsyncIterator[Any]:
        async with (
            self._clients.lent(self._client_args) as client,
            client.stream("POST", "/v1/chat/completions", json=request) as response,
        ):
            if response.is_error:
                said = (await response.aread()).decode(errors="replace")
                message = f"server refuses with status {response.status_code}: {said}"
                raise httpx.HTTPStatusError(message, request=response.request, response=response)
            if request.get("stream"):
                async with aclosing(chunks_in(response)) as chunks:
                    yield chunks
            else:
                yield json.loads(await response.aread())

    @override
    def _reader(self) -> CompletionReader:
        return JsonReader(self.format_chunk)


def _opened(client_args: Mapping[str, Any]) -> AbstractAsyncContextManager[Any]:
    return httpx.AsyncClient(**client_args)
