"""Models that Ollama runs."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import TYPE_CHECKING, Any, TypeVar, cast

import ollama
from typing_extensions import Unpack, override

from strands.models._chat.errors import translated
from strands.models._defaults import resolve_config_metadata
from strands.models._loop_clients import LoopClients, closing
from strands.models._ollama.request import messages_of, options_of, tool_of
from strands.models._ollama.response import ResponseChunks, chunk_of
from strands.models._validation import validate_config_keys, warn_on_tool_choice_not_supported
from strands.models.model import BaseModelConfig, Model
from strands.types.content import Messages
from strands.types.exceptions import ModelThrottledException
from strands.types.streaming import StreamEvent
from strands.types.tools import ToolChoice, ToolSpec

if TYPE_CHECKING:
    from pydantic import BaseModel

logger = logging.getLogger(__name__)

T = TypeVar("T", bound="BaseModel")

_QUEUE_IS_FULL = 503
"""Status by which Ollama refuses a request when too many wait already."""


class OllamaModel(Model):
    """A model that Ollama runs.

    Attributes:
        config: The settings.
        host: Address of the server; None for Ollama's default.
        client_args: Further arguments for `ollama.AsyncClient`.
    """

    class OllamaConfig(BaseModelConfig, total=False):
        """Settings of a model that Ollama runs.

        Attributes:
            additional_args: Further arguments of the request, such as `think`; they win over all others.
            keep_alive: How long the model stays in memory after a request, such as `5m`.
            max_tokens: Most tokens of a response.
            model_id: The model, such as `llama3.2`.
            options: Further options of the model, such as `num_ctx`.
            stop_sequences: Texts that end a response.
            temperature: Randomness of the response.
            top_p: Share of the probability that tokens are drawn from.
        """

        additional_args: dict[str, Any] | None
        keep_alive: str | None
        max_tokens: int | None
        model_id: str
        options: dict[str, Any] | None
        stop_sequences: list[str] | None
        temperature: float | None
        top_p: float | None

    def __init__(
        self,
        host: str | None,
        *,
        ollama_client_args: dict[str, Any] | None = None,
        **model_config: Unpack[OllamaConfig],
    ) -> None:
        """Create the model.

        Args:
            host: Address of the server; None for Ollama's default.
            ollama_client_args: Further arguments for `ollama.AsyncClient`.
            **model_config: The settings.
        """
        validate_config_keys(model_config, self.OllamaConfig)
        self.host = host
        self.client_args = ollama_client_args or {}
        self.config = cast("OllamaModel.OllamaConfig", dict(model_config))
        self._clients: LoopClients[Any] = LoopClients(_open_client)

    @override
    def update_config(self, **model_config: Unpack[OllamaConfig]) -> None:  # type: ignore[override]
        validate_config_keys(model_config, self.OllamaConfig)
        self.config.update(model_config)

    @override
    def get_config(self) -> OllamaConfig:
        return resolve_config_metadata(self.config, self.config.get("model_id", ""))

    def format_request(
        self, messages: Messages, tool_specs: list[ToolSpec] | None = None, system_prompt: str | None = None
    ) -> dict[str, Any]:
        """Return the arguments of a request.

        Raises:
            TypeError: If a message holds a block that the server does not know.
            ValueError: If an image is not in the request.
        """
        config = self.config
        return {
            "messages": messages_of(messages, system_prompt),
            "model": config["model_id"],
            "options": options_of(config),
            "stream": True,
            "tools": [tool_of(spec) for spec in tool_specs or ()],
            **({"keep_alive": config["keep_alive"]} if config.get("keep_alive") is not None else {}),
            **(config.get("additional_args") or {}),
        }

    def format_chunk(self, event: dict[str, Any]) -> StreamEvent:
        """Return the chunk for a description of it.

        Args:
            event: `chunk_type`; and, depending on it, `data_type` and `data`.

        Raises:
            RuntimeError: If there is no such `chunk_type`.
        """
        return chunk_of(event)

    @override
    async def stream(
        self,
        messages: Messages,
        tool_specs: list[ToolSpec] | None = None,
        system_prompt: str | None = None,
        *,
        tool_choice: ToolChoice | None = None,
        **kwargs: Any,
    ) -> AsyncGenerator[StreamEvent, None]:
        warn_on_tool_choice_not_supported(tool_choice)
        request = {**self.format_request(messages, tool_specs, system_prompt), "stream": True}
        response = ResponseChunks(self.format_chunk)
        with _mapped_errors():
            async with self._lent_client() as client, closing(await client.chat(**request), "aclose") as pieces:
                async for piece in pieces:
                    for chunk in response.of(piece):
                        yield chunk
        for chunk in response.end():
            yield chunk

    @override
    async def structured_output(
        self, output_model: type[T], prompt: Messages, system_prompt: str | None = None, **kwargs: Any
    ) -> AsyncGenerator[dict[str, T | Any], None]:
        asked = self.format_request(prompt, system_prompt=system_prompt)
        with _mapped_errors():
            async with self._lent_client() as client:
                response = await client.chat(**{**asked, "format": output_model.model_json_schema(), "stream": False})
        try:
            output = output_model.model_validate_json(response.message.content or "")
        except ValueError as error:
            raise ValueError(f"Failed to parse or load content into model: {error}") from error
        yield {"output": output}

    def _lent_client(self) -> AbstractAsyncContextManager[Any]:
        return self._clients.lent({**self.client_args, "host": self.host})


def _open_client(client_args: Mapping[str, Any]) -> AbstractAsyncContextManager[Any]:
    further = {key: value for key, value in client_args.items() if key != "host"}
    return closing(ollama.AsyncClient(client_args["host"], **further), "close")


@contextmanager
def _mapped_errors() -> Iterator[None]:
    """Raise errors that agents know how to handle as ours."""
    try:
        yield
    except ollama.ResponseError as error:
        ours = ModelThrottledException(str(error)) if error.status_code == _QUEUE_IS_FULL else translated(error)
        if ours is None:
            raise
        raise ours from error
