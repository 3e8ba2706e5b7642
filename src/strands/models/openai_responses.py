"""Models of OpenAI, through its Responses API."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

import openai
from typing_extensions import Unpack, override

from strands.models._chat.errors import translated
from strands.models._defaults import resolve_config_metadata
from strands.models._loop_clients import LoopClients, closing, entered
from strands.models._openai_bedrock import BedrockMantleConfig, check_client_args, resolve_bedrock_client_args
from strands.models._own_thread import call_on_own_thread
from strands.models._responses.request import input_of, tool_choice_of, tool_of
from strands.models._responses.response import ResponseChunks, ResponseFailed
from strands.models._token_count import CountingModel, counted
from strands.models._validation import validate_config_keys
from strands.models.model import BaseModelConfig
from strands.types.content import Messages, SystemContentBlock
from strands.types.streaming import StreamEvent
from strands.types.tools import ToolChoice, ToolSpec

if TYPE_CHECKING:
    from pydantic import BaseModel

if int(version("openai").partition(".")[0]) < 2:
    raise ImportError(f"OpenAIResponsesModel needs openai 2.0.0 or newer, found {version('openai')}")

logger = logging.getLogger(__name__)

T = TypeVar("T", bound="BaseModel")

_COUNTED = ("model", "input", "instructions", "tools")
"""Arguments of a request that the service counts the tokens of."""


class Client(Protocol):
    """What is used of the SDK's client."""

    @property
    def responses(self) -> Any:
        """The operations of the Responses API."""
        ...


class OpenAIResponsesModel(CountingModel):
    """A model of OpenAI, or of Bedrock's OpenAI-compatible service, through the Responses API.

    Attributes:
        config: The settings.
        client_args: Arguments for `openai.AsyncOpenAI`.
    """

    class OpenAIResponsesConfig(BaseModelConfig, total=False):
        """Settings of a model behind the Responses API.

        Attributes:
            model_id: The model, such as `gpt-5`.
            params: Further arguments of the request, such as `max_output_tokens` or `reasoning`. Tools in them, such as
                `{"type": "web_search"}`, come before the agent's.
            stateful: Have the service keep the conversation, so that each request sends only what is new.
            use_native_token_count: Let `count_tokens` ask the service rather than estimate.
        """

        model_id: str
        params: dict[str, Any] | None
        stateful: bool
        use_native_token_count: bool

    def __init__(
        self,
        client_args: dict[str, Any] | None = None,
        bedrock_mantle_config: BedrockMantleConfig | None = None,
        **model_config: Unpack[OpenAIResponsesConfig],
    ) -> None:
        """Create the model.

        Args:
            client_args: Arguments for `openai.AsyncOpenAI`.
            bedrock_mantle_config: Talk to Bedrock: the address and a fresh key for each request follow from it.
            **model_config: The settings.

        Raises:
            ValueError: If `client_args` hold what follows from `bedrock_mantle_config`.
        """
        validate_config_keys(model_config, self.OpenAIResponsesConfig)
        self.config = cast("OpenAIResponsesModel.OpenAIResponsesConfig", dict(model_config))
        self.client_args: dict[str, Any] = client_args or {}
        self._bedrock_mantle_config = bedrock_mantle_config
        self._clients: LoopClients[Client] = LoopClients(_open_client)
        if bedrock_mantle_config is not None:
            check_client_args(self.client_args)

    @property
    @override
    def stateful(self) -> bool:
        return bool(self.config.get("stateful"))

    @override
    def update_config(self, **model_config: Unpack[OpenAIResponsesConfig]) -> None:  # type: ignore[override]
        validate_config_keys(model_config, self.OpenAIResponsesConfig)
        self.config.update(model_config)

    @override
    def get_config(self) -> OpenAIResponsesConfig:
        return resolve_config_metadata(self.config, self.config.get("model_id", ""))

    @override
    async def stream(
        self,
        messages: Messages,
        tool_specs: list[ToolSpec] | None = None,
        system_prompt: str | None = None,
        *,
        tool_choice: ToolChoice | None = None,
        model_state: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> AsyncGenerator[StreamEvent, None]:
        """Send the conversation and stream the response.

        Args:
            messages: The conversation; only what is new of it if the service keeps the rest.
            tool_specs: Tools that the model may call.
            system_prompt: Instructions for the model.
            tool_choice: Whether the model may, or must, call a tool.
            model_state: Where the id of the response is kept for the next request, as `response_id`.
            **kwargs: Ignored.

        Yields:
            The chunks of the response. Text that the service marks as commentary or as final answer has its phase in
            the `contentBlockStart`.

        Raises:
            ModelThrottledException: If the service refuses the request over rate limits.
            ContextWindowOverflowException: If the conversation is longer than the model's context.
            APIError: From `openai`, if the service refuses the request for any other reason, or the response fails.
            StreamEndedEarlyError: If the stream ends before the response is complete.
        """
        request = self._format_request(messages, tool_specs, system_prompt, tool_choice, model_state)
        response = ResponseChunks()
        with _mapped_errors():
            async with (
                self._lent_client() as client,
                closing(await client.responses.create(**request), "close") as events,
            ):
                yield response.start()
                async for event in events:
                    for chunk in response.of(event):
                        yield chunk
        response.end()
        if model_state is not None:
            model_state["response_id"] = response.response_id

    @override
    async def structured_output(
        self, output_model: type[T], prompt: Messages, system_prompt: str | None = None, **kwargs: Any
    ) -> AsyncGenerator[dict[str, T | Any], None]:
        request = {"model": self.config["model_id"], "input": input_of(prompt), "text_format": output_model}
        if system_prompt:
            request["instructions"] = system_prompt
        with _mapped_errors():
            async with self._lent_client() as client:
                response = await client.responses.parse(**request)
        if response.output_parsed is None:
            raise ValueError("No valid parsed output found in the OpenAI Responses API response.")
        yield {"output": response.output_parsed}

    @override
    async def _tokens_by_the_service(
        self,
        messages: Messages,
        tool_specs: list[ToolSpec] | None,
        system_prompt: str | None,
        system_prompt_content: list[SystemContentBlock] | None,
    ) -> int:
        request = self._format_request(messages, tool_specs, system_prompt)
        counted_of_it = {key: request[key] for key in _COUNTED if key in request}
        async with self._lent_client() as client:
            return counted((await client.responses.input_tokens.count(**counted_of_it)).input_tokens)

    def _format_request(
        self,
        messages: Messages,
        tool_specs: list[ToolSpec] | None = None,
        system_prompt: str | None = None,
        tool_choice: ToolChoice | None = None,
        model_state: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Return the arguments of a request; of the `params`, those win that do not carry the conversation."""
        request: dict[str, Any] = {
            "model": self.config["model_id"],
            **(self.config.get("params") or {}),
            "input": input_of(messages),
            "stream": True,
            "store": self.stateful,
        }
        if self.stateful and model_state and model_state.get("response_id"):
            request["previous_response_id"] = model_state["response_id"]
        if system_prompt:
            request["instructions"] = system_prompt
        if tool_specs:
            request["tools"] = [*request.get("tools", ()), *map(tool_of, tool_specs)]
            choice = tool_choice_of(tool_choice)
            request.update({"tool_choice": choice} if choice else {})
        return request

    @asynccontextmanager
    async def _lent_client(self) -> AsyncIterator[Client]:
        # To make a key, credentials may have to be fetched: that blocks.
        resolved = self.client_args
        if self._bedrock_mantle_config is not None:
            resolved = await call_on_own_thread(self._resolve_client_args, name="strands-bedrock-token")
        async with self._clients.lent(resolved) as client:
            yield client

    def _resolve_client_args(self) -> dict[str, Any]:
        """Return the client's arguments, with Bedrock's address and a fresh key if it talks to Bedrock."""
        if self._bedrock_mantle_config is None:
            return self.client_args
        return resolve_bedrock_client_args(self._bedrock_mantle_config, self.client_args)


def _open_client(client_args: Mapping[str, Any]) -> AbstractAsyncContextManager[Client]:
    return entered(openai.AsyncOpenAI(**client_args), client_args)


@contextmanager
def _mapped_errors() -> Iterator[None]:
    """Raise errors that agents know how to handle as ours, and a failed response as an error of the SDK."""
    try:
        yield
    except (openai.APIError, ResponseFailed) as error:
        ours = translated(error)
        if ours is None and isinstance(error, openai.APIError):
            raise
        raise ours or _vendors(error) from error


def _vendors(failed: Exception) -> Exception:
    """Return the error of the SDK that tells of a response that failed within its stream."""
    import httpx

    request = httpx.Request("POST", "https://api.openai.com/v1/responses")
    code = getattr(failed, "code", None)
    return openai.APIError(str(failed), request, body={"code": code, "message": str(failed)})
