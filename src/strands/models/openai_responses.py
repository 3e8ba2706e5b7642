"""Models of OpenAI, through its Responses API."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, AbstractContextManager, asynccontextmanager
from importlib.metadata import version
from typing import Any, Protocol, TypeAlias

from typing_extensions import Unpack, override

from strands._extras import extra
from strands.models._chat.errors import raised_as_ours, translated
from strands.models._loop_clients import closing, entered
from strands.models._openai_bedrock import BedrockMantleConfig, check_client_args, resolve_bedrock_client_args
from strands.models._own_thread import call_on_own_thread
from strands.models._responses import config as _config
from strands.models._responses.request import input_of, tool_choice_of, tool_of
from strands.models._responses.response import ResponseChunks, ResponseFailed
from strands.models._validation import validate_config_keys
from strands.models._vendor_model import CountingModel, Question, Response, counted
from strands.models.model import T
from strands.types.content import Messages

with extra("openai"):
    import openai

    from strands.models._responses.events import event_of, events_of

if int(version("openai").partition(".")[0]) < 2:
    raise ImportError(f"OpenAIResponsesModel needs openai 2.0.0 or newer, found {version('openai')}")

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

    OpenAIResponsesConfig: TypeAlias = _config.OpenAIResponsesConfig
    SETTINGS = OpenAIResponsesConfig
    config: _config.OpenAIResponsesConfig

    def __init__(
        self,
        client_args: dict[str, Any] | None = None,
        bedrock_mantle_config: BedrockMantleConfig | None = None,
        **model_config: Unpack[_config.OpenAIResponsesConfig],
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
        self._keep(model_config, client_args, _open_client)
        self._bedrock_mantle_config = bedrock_mantle_config
        if bedrock_mantle_config is not None:
            check_client_args(self.client_args)

    @property
    @override
    def stateful(self) -> bool:
        return bool(self.config.get("stateful"))

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
    @asynccontextmanager
    async def _opened(self, asked: Question) -> AsyncIterator[Response]:
        request = self._format_request(asked)
        response = ResponseChunks(event_of)
        with _mapped_errors():
            async with (
                self._lent_client() as client,
                closing(await client.responses.create(**request), "close") as stream,
                events_of(stream) as events,
            ):
                yield events, response
        if asked.model_state is not None:
            asked.model_state["response_id"] = response.response_id

    @override
    async def _tokens_by_the_service(self, asked: Question) -> int:
        request = self._format_request(asked)
        counted_of_it = {key: request[key] for key in _COUNTED if key in request}
        async with self._lent_client() as client:
            return counted((await client.responses.input_tokens.count(**counted_of_it)).input_tokens)

    def _format_request(self, asked: Question) -> dict[str, Any]:
        """Return the arguments of a request; of the `params`, those win that do not carry the conversation."""
        request: dict[str, Any] = {
            "model": self.config["model_id"],
            **(self.config.get("params") or {}),
            "input": input_of(asked.messages),
            "stream": True,
            "store": self.stateful,
        }
        if self.stateful and asked.model_state and asked.model_state.get("response_id"):
            request["previous_response_id"] = asked.model_state["response_id"]
        if asked.system_prompt:
            request["instructions"] = asked.system_prompt
        if asked.tool_specs:
            request["tools"] = [*request.get("tools", ()), *map(tool_of, asked.tool_specs)]
            choice = tool_choice_of(asked.tool_choice)
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


def _mapped_errors() -> AbstractContextManager[None]:
    return raised_as_ours((openai.APIError, ResponseFailed), _translated)


def _translated(error: Exception) -> Exception | None:
    """Return our exception for an error; else an error of the SDK for a failed response, and None for the SDK's."""
    return translated(error) or (_vendors(error) if isinstance(error, ResponseFailed) else None)


def _vendors(failed: Exception) -> Exception:
    """Return the error of the SDK that tells of a response that failed within its stream."""
    import httpx

    request = httpx.Request("POST", "https://api.openai.com/v1/responses")
    code = getattr(failed, "code", None)
    return openai.APIError(str(failed), request, body={"code": code, "message": str(failed)})
