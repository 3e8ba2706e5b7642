"""What the models have in common whose services have formats of their own."""

from __future__ import annotations

import logging
from abc import abstractmethod
from collections.abc import AsyncGenerator, AsyncIterable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from typing_extensions import override

from strands.models._defaults import resolve_config_metadata
from strands.models._loop_clients import LoopClients, OpenClient
from strands.models._validation import validate_config_keys
from strands.models.model import Model
from strands.types.content import Messages, SystemContentBlock
from strands.types.exceptions import ProviderTokenCountError
from strands.types.streaming import StreamEvent
from strands.types.tools import ToolChoice, ToolSpecs

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Question:
    """What a model is asked: the arguments of `Model.stream`."""

    messages: Messages
    tool_specs: ToolSpecs | None
    system_prompt: str | None
    tool_choice: ToolChoice | None = None
    system_prompt_content: list[SystemContentBlock] | None = None
    model_state: dict[str, Any] | None = None


class ResponseReader(Protocol):
    """Reads what the vendor's SDK makes of one response."""

    def plain_delta(self, piece: Any) -> StreamEvent | None:
        """Return the chunk for a piece that is but text of the block that is open, as nearly all are; else None."""
        ...

    def read(self, piece: Any) -> Iterable[StreamEvent]:
        """Return the chunks for any piece."""
        ...

    def end(self) -> Iterable[StreamEvent]:
        """Return what closes the message; raise StreamEndedEarlyError if the response is not complete."""
        ...


Response = tuple[AsyncIterable[Any], ResponseReader]
"""The pieces of a response, and who reads them."""


class _Settings(dict[str, Any]):
    """The settings of a model; one that is needed and missing is named together with the class."""

    def __init__(self, settings: Mapping[str, Any], model: str) -> None:
        super().__init__(settings)
        self._model = model

    def __missing__(self, name: str) -> Any:
        raise KeyError(f"{name} is missing: {self._model}({name}=...)")


class VendorModel(Model):
    """A model behind a vendor's SDK; a provider says how it answers.

    Attributes:
        config: The settings.
    """

    SETTINGS: ClassVar[type]
    """TypedDict of the settings."""

    config: Any
    client_args: dict[str, Any]
    """Arguments of the clients, of which each event loop gets its own."""

    def _keep(
        self, config: Mapping[str, Any], client_args: dict[str, Any] | None, open_client: OpenClient[Any]
    ) -> None:
        """Keep what the model was made from; nothing is connected before the first request."""
        self.config = _Settings(config, type(self).__name__)
        self.client_args = client_args or {}
        self._clients: LoopClients[Any] = LoopClients(open_client)

    @override
    def update_config(self, **model_config: Any) -> None:
        validate_config_keys(model_config, self.SETTINGS)
        self.config.update(model_config)

    @override
    def get_config(self) -> Any:
        return resolve_config_metadata(self.config, self.config.get("model_id", ""))

    @override
    def stream(
        self,
        messages: Messages,
        tool_specs: ToolSpecs | None = None,
        system_prompt: str | None = None,
        *,
        tool_choice: ToolChoice | None = None,
        system_prompt_content: list[SystemContentBlock] | None = None,
        model_state: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> AsyncGenerator[StreamEvent, None]:
        instructions = system_prompt or _text_of(system_prompt_content)
        return self._answer(
            Question(messages, tool_specs, instructions, tool_choice, system_prompt_content, model_state)
        )

    async def _answer(self, asked: Question) -> AsyncGenerator[StreamEvent, None]:
        """Yield the chunks of the response."""
        async with self._opened(asked) as (pieces, reader):
            async for piece in pieces:
                delta = reader.plain_delta(piece)
                if delta is not None:
                    yield delta
                    continue
                for chunk in reader.read(piece):
                    yield chunk
            for chunk in reader.end():
                yield chunk

    def _opened(self, asked: Question) -> AbstractAsyncContextManager[Response]:
        """Ask, and lend the response; the context closes it, and raises the vendor's errors as ours."""
        raise NotImplementedError(f"{type(self).__name__} has neither _opened nor an _answer of its own")


class CountingModel(VendorModel):
    """A model whose service counts tokens, if the setting `use_native_token_count` says so."""

    @override
    async def count_tokens(
        self,
        messages: Messages,
        tool_specs: ToolSpecs | None = None,
        system_prompt: str | None = None,
        system_prompt_content: list[SystemContentBlock] | None = None,
    ) -> int:
        if self._asks_for_counts():
            asked = Question(messages, tool_specs, system_prompt, system_prompt_content=system_prompt_content)
            try:
                return await self._tokens_by_the_service(asked)
            except Exception as error:  # a count is not worth a run: whatever went wrong, estimate
                self._note_failed_count(error)
        return await super().count_tokens(messages, tool_specs, system_prompt, system_prompt_content)

    @abstractmethod
    async def _tokens_by_the_service(self, asked: Question) -> int:
        """Return the service's count; any exception leads to an estimate."""

    def _asks_for_counts(self) -> bool:
        """Return whether the service is asked at all."""
        return bool(self.config.get("use_native_token_count"))

    def _note_failed_count(self, error: Exception) -> None:
        """Log why tokens were not counted."""
        logger.debug("model_id=<%s>, error=<%s> | counting failed | estimating", self.config.get("model_id"), error)


def _text_of(blocks: list[SystemContentBlock] | None) -> str | None:
    """Return a system prompt that came as blocks only, for services that take one text."""
    return "\n".join(block["text"] for block in blocks or () if "text" in block) or None


def counted(tokens: int | None) -> int:
    """Return the count of a response.

    Raises:
        ProviderTokenCountError: If the response has none.
    """
    if tokens is None:
        raise ProviderTokenCountError("response has no token count")
    return tokens
