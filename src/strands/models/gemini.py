"""Models of Google, through the Gemini API."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, AbstractContextManager, asynccontextmanager
from typing import Any, TypeAlias

from typing_extensions import Unpack, override

from strands._extras import extra
from strands.models._chat.errors import raised_as_ours
from strands.models._gemini import config as _config
from strands.models._gemini.connection import Connected, begun
from strands.models._gemini.request import contents_of, functions_of, tool_config_of
from strands.models._gemini.response import ResponseChunks, translated
from strands.models._loop_clients import closing
from strands.models._token_estimate import tokens_of_request
from strands.models._validation import validate_config_keys
from strands.models._vendor_model import CountingModel, Question, Response, counted
from strands.models.model import T
from strands.types.content import Messages
from strands.types.streaming import StreamEvent
from strands.types.tools import ToolChoice, ToolSpecs

with extra("gemini"):
    from google import genai


class GeminiModel(CountingModel):
    """A model of Google.

    Attributes:
        config: The settings.
        client_args: Arguments for `google.genai.Client`.
    """

    GeminiConfig: TypeAlias = _config.GeminiConfig
    SETTINGS = GeminiConfig
    config: _config.GeminiConfig

    def __init__(
        self,
        *,
        client: genai.Client | None = None,
        client_args: dict[str, Any] | None = None,
        **model_config: Unpack[_config.GeminiConfig],
    ) -> None:
        """Create the model.

        Args:
            client: The client for all requests; it is the caller's to close.
            client_args: Arguments for clients that the model makes itself, one for each event loop.
            **model_config: The settings.

        Raises:
            ValueError: If both a client and arguments for one are given, or a tool of the service is a function.
        """
        validate_config_keys(model_config, self.GeminiConfig)
        if client is not None and client_args is not None:
            raise ValueError("Only one of 'client' or 'client_args' should be provided, not both.")
        _check_gemini_tools(model_config.get("gemini_tools"))
        self._keep(model_config, client_args, _open_client)
        self._custom_client = client

    @override
    def update_config(self, **model_config: Any) -> None:
        _check_gemini_tools(model_config.get("gemini_tools"))
        super().update_config(**model_config)

    @override
    def stream(
        self,
        messages: Messages,
        tool_specs: ToolSpecs | None = None,
        system_prompt: str | None = None,
        tool_choice: ToolChoice | None = None,  # by position, too, as published
        **kwargs: Any,
    ) -> AsyncGenerator[StreamEvent, None]:
        return super().stream(messages, tool_specs, system_prompt, tool_choice=tool_choice, **kwargs)

    @override
    async def structured_output(
        self, output_model: type[T], prompt: Messages, system_prompt: str | None = None, **kwargs: Any
    ) -> AsyncGenerator[dict[str, T | Any], None]:
        request = self._format_request(prompt, None, system_prompt)
        request["config"].update(response_mime_type="application/json", response_schema=output_model)
        with _mapped_errors():
            async with self._lent_client() as client:
                response = await client.aio.models.generate_content(**request)
        yield {"output": output_model.model_validate(response.parsed)}

    @override
    @asynccontextmanager
    async def _opened(self, asked: Question) -> AsyncIterator[Response]:
        request = self._format_request(asked.messages, asked.tool_specs, asked.system_prompt, asked.tool_choice)
        with _mapped_errors():
            async with self._lent_client() as client, begun(client, request) as events:
                yield events, ResponseChunks()

    @override
    async def _tokens_by_the_service(self, asked: Question) -> int:
        contents = contents_of(asked.messages)
        async with self._lent_client() as client:
            response = await client.aio.models.count_tokens(model=self.config["model_id"], contents=contents)
        # The service counts neither tools nor instructions.
        rest = tokens_of_request([], asked.tool_specs, asked.system_prompt, asked.system_prompt_content)
        return counted(response.total_tokens) + rest

    def _format_request(
        self,
        messages: Messages,
        tool_specs: ToolSpecs | None,
        system_prompt: str | None,
        tool_choice: ToolChoice | None = None,
    ) -> dict[str, Any]:
        """Return the arguments of a request."""
        config: dict[str, Any] = {
            "tools": [functions_of(tool_specs), *(self.config.get("gemini_tools") or ())],
            **({} if system_prompt is None else {"system_instruction": system_prompt}),
            **(tool_config_of(tool_choice) if tool_specs else {}),
            **(self.config.get("params") or {}),
        }
        return {"config": config, "contents": contents_of(messages), "model": self.config["model_id"]}

    def _lent_client(self) -> AbstractAsyncContextManager[Any]:
        if self._custom_client is not None:
            return closing(self._custom_client, "")
        return self._clients.lent(self.client_args)


def _open_client(client_args: Mapping[str, Any]) -> AbstractAsyncContextManager[Any]:
    return Connected(genai.Client, client_args)


def _mapped_errors() -> AbstractContextManager[None]:
    return raised_as_ours(genai.errors.APIError, translated)


def _check_gemini_tools(tools: list[genai.types.Tool] | None) -> None:
    """Refuse functions: those are the agent's to call.

    Raises:
        ValueError: If there is one.
    """
    for tool in tools or ():
        if tool.function_declarations:
            raise ValueError(
                f"gemini_tools should not contain FunctionDeclarations, got {tool!r}: "
                "functions are given to the agent, as its tools"
            )
