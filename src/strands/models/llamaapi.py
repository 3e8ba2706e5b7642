"""Models of Meta's Llama API."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from types import SimpleNamespace
from typing import Any, ClassVar, cast

from typing_extensions import Unpack, override

from strands._extras import extra
from strands.models._chat.stream import leaves_text
from strands.models._loop_clients import closing
from strands.models._validation import validate_config_keys
from strands.models.chat import ChatCompletionsModel, ChatDialect, ChunkFormatter, CompletionReader, function_tools
from strands.models.model import BaseModelConfig, T
from strands.types.content import Messages
from strands.types.streaming import StreamEvent
from strands.types.tools import ToolSpecs

with extra("llamaapi"):
    import llama_api_client

_COUNTS = {
    "num_prompt_tokens": "prompt_tokens",
    "num_completion_tokens": "completion_tokens",
    "num_total_tokens": "total_tokens",
}
"""Metrics of the service, and what completions call them."""


class LlamaAPIModel(ChatCompletionsModel):
    """A model of the Llama API.

    Attributes:
        config: The settings.
        client_args: Arguments of the clients, of which each event loop gets its own.
    """

    class LlamaConfig(BaseModelConfig, total=False):
        """Settings of the model; what is absent is left to the service.

        Attributes:
            model_id: The model, such as `Llama-4-Maverick-17B-128E-Instruct-FP8`.
            repetition_penalty: How much repetition is discouraged.
            temperature: Randomness of the response.
            top_p: Share of the probability that tokens are drawn from.
            max_completion_tokens: Most tokens of a response.
            top_k: Number of tokens that the next one is drawn from.
        """

        max_completion_tokens: int | None
        model_id: str
        repetition_penalty: float | None
        temperature: float | None
        top_k: int | None
        top_p: float | None

    SETTINGS = LlamaConfig
    DIALECT: ClassVar[ChatDialect] = ChatDialect(
        provider="LlamaAPI",
        media=frozenset({"image"}),
        assistant_part=True,
        result_joint=None,
        bare_call_content={"content": ""},
        image_details=False,
        call_type=False,
    )

    def __init__(self, *, client_args: dict[str, Any] | None = None, **model_config: Unpack[LlamaConfig]) -> None:
        """Create the model; nothing is connected before the first request.

        Args:
            client_args: Arguments of `llama_api_client.AsyncLlamaAPIClient`, such as `api_key`.
            **model_config: The model's settings.
        """
        validate_config_keys(model_config, self.LlamaConfig)
        self._keep(model_config, client_args, _opened)

    @override
    def format_request(
        self, messages: Messages, tool_specs: ToolSpecs | None = None, system_prompt: str | None = None
    ) -> dict[str, Any]:
        """Return the arguments of `chat.completions.create`.

        Raises:
            TypeError: If a message holds what the service does not take.
        """
        settings = ("temperature", "top_p", "repetition_penalty", "max_completion_tokens", "top_k")
        return {
            "messages": self._conversation(messages, system_prompt),
            "model": self.config["model_id"],
            "stream": True,
            "tools": function_tools(tool_specs),
            **{name: self.config[name] for name in settings if name in self.config},
        }

    @override
    @leaves_text
    def format_chunk(self, event: dict[str, Any]) -> StreamEvent:
        """Return the chunk of a description: `chunk_type`, and with most `data_type` and `data`."""
        if event["chunk_type"] == "metadata" and isinstance(event["data"], Sequence):
            event = {**event, "data": _usage(event["data"])}
        return super().format_chunk(event)

    @override
    async def structured_output(
        self, output_model: type[T], prompt: Messages, system_prompt: str | None = None, **kwargs: Any
    ) -> AsyncGenerator[dict[str, T | Any], None]:
        schema = {"name": output_model.__name__, "schema": output_model.model_json_schema()}
        request = {
            **self.format_request(prompt, None, system_prompt),
            "response_format": {"type": "json_schema", "json_schema": schema},
            "stream": False,
        }
        content = (await self._completed(request)).completion_message.content
        yield {"output": output_model.model_validate_json(getattr(content, "text", content) or "")}

    @override
    @asynccontextmanager
    async def _opened_response(self, request: dict[str, Any]) -> AsyncIterator[Any]:
        async with self._clients.lent(self.client_args) as client:
            response = await client.chat.completions.create(**request)
            async with closing(response if request["stream"] else None, "close"):
                yield response

    @override
    def _reader(self) -> CompletionReader:
        return _EventReader(self.format_chunk)


class _EventReader(CompletionReader):
    """Reads the service's events, of which each carries a delta of one kind."""

    def __init__(self, format_chunk: ChunkFormatter) -> None:
        super().__init__(format_chunk)
        self._calls = 0

    @override
    def plain_delta(self, chunk: Any) -> StreamEvent | None:
        event = chunk.event.__dict__
        said = event["delta"].__dict__
        text = said.get("text")
        if not text or event["event_type"] != "progress" or event["stop_reason"] or event["metrics"]:
            return None
        return {"contentBlockDelta": {"delta": {"text": text}}} if self._blocks.passes_text else None

    @override
    def read(self, chunk: Any) -> Sequence[StreamEvent]:
        event = chunk.event
        delta = event.delta
        content = SimpleNamespace(content=getattr(delta, "text", None), tool_calls=None)
        if getattr(delta, "function", None) is not None:
            # Pieces have no index, and only the first piece of a call has an id.
            self._calls += bool(delta.id)
            content.tool_calls = [SimpleNamespace(index=self._calls, id=delta.id, function=delta.function)]
        choice = SimpleNamespace(delta=content, finish_reason=getattr(event, "stop_reason", None))
        return super().read(SimpleNamespace(choices=[choice], usage=getattr(event, "metrics", None) or None))


def _opened(client_args: Mapping[str, Any]) -> AbstractAsyncContextManager[Any]:
    return closing(llama_api_client.AsyncLlamaAPIClient(**client_args), "close")


def _usage(metrics: Sequence[Any]) -> SimpleNamespace:
    """Return the service's metrics as a completion's usage."""
    counts = {_COUNTS[metric.metric]: int(metric.value) for metric in metrics if metric.metric in _COUNTS}
    return SimpleNamespace(**{**dict.fromkeys(_COUNTS.values(), 0), **cast("dict[str, Any]", counts)})
