"""Models that Ollama runs."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, AbstractContextManager, asynccontextmanager
from typing import Any, TypeAlias

from typing_extensions import Unpack, override

from strands._extras import extra
from strands.models._chat.errors import raised_as_ours, translated
from strands.models._chat.stream import leaves_text
from strands.models._loop_clients import closing
from strands.models._ollama import config as _config
from strands.models._ollama.request import messages_of, options_of, tool_of
from strands.models._ollama.response import ResponseChunks, chunk_of
from strands.models._validation import validate_config_keys, warn_on_tool_choice_not_supported
from strands.models._vendor_model import Question, Response, VendorModel
from strands.models.model import T
from strands.types.content import Messages
from strands.types.exceptions import ModelThrottledException
from strands.types.streaming import StreamEvent
from strands.types.tools import ToolSpecs

with extra("ollama"):
    import ollama

_QUEUE_IS_FULL = 503
"""Status by which Ollama refuses a request when too many wait already."""


class OllamaModel(VendorModel):
    """A model that Ollama runs.

    Attributes:
        config: The settings.
        host: Address of the server; None for Ollama's default.
        client_args: Further arguments for `ollama.AsyncClient`.
    """

    OllamaConfig: TypeAlias = _config.OllamaConfig
    SETTINGS = OllamaConfig
    config: _config.OllamaConfig

    def __init__(
        self,
        host: str | None,
        *,
        ollama_client_args: dict[str, Any] | None = None,
        **model_config: Unpack[_config.OllamaConfig],
    ) -> None:
        """Create the model.

        Args:
            host: Address of the server; None for Ollama's default.
            ollama_client_args: Further arguments for `ollama.AsyncClient`.
            **model_config: The settings.
        """
        validate_config_keys(model_config, self.OllamaConfig)
        self.host = host
        self._keep(model_config, ollama_client_args, _open_client)

    def format_request(
        self, messages: Messages, tool_specs: ToolSpecs | None = None, system_prompt: str | None = None
    ) -> dict[str, Any]:
        """Return the arguments of a request.

        Raises:
            TypeError: If a message holds what the server does not take.
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

    @leaves_text
    def format_chunk(self, event: dict[str, Any]) -> StreamEvent:
        """Return the chunk for a description of it.

        Args:
            event: `chunk_type`; and, depending on it, `data_type` and `data`.

        Raises:
            RuntimeError: If there is no such `chunk_type`.
        """
        return chunk_of(event)

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

    @override
    @asynccontextmanager
    async def _opened(self, asked: Question) -> AsyncIterator[Response]:
        warn_on_tool_choice_not_supported(asked.tool_choice)
        request = {**self.format_request(asked.messages, asked.tool_specs, asked.system_prompt), "stream": True}
        with _mapped_errors():
            async with self._lent_client() as client, closing(await client.chat(**request), "aclose") as pieces:
                yield pieces, ResponseChunks(self.format_chunk)

    def _lent_client(self) -> AbstractAsyncContextManager[Any]:
        return self._clients.lent({**self.client_args, "host": self.host})


def _open_client(client_args: Mapping[str, Any]) -> AbstractAsyncContextManager[Any]:
    further = {key: value for key, value in client_args.items() if key != "host"}
    return closing(ollama.AsyncClient(client_args["host"], **further), "close")


def _mapped_errors() -> AbstractContextManager[None]:
    return raised_as_ours(ollama.ResponseError, _translated)


def _translated(error: ollama.ResponseError) -> Exception | None:
    return ModelThrottledException(str(error)) if error.status_code == _QUEUE_IS_FULL else translated(error)
