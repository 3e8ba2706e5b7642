"""Models behind LiteLLM, which speaks chat completions for a hundred services."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, cast

from typing_extensions import Unpack, override

from strands._extras import extra
from strands.models._chat.stream import leaves_text
from strands.models._loop_clients import closing
from strands.models._validation import validate_config_keys
from strands.models.chat import ChatDialect, CompletionReader, Question, StreamEndedEarlyError, mapped_errors
from strands.models.model import BaseModelConfig, T
from strands.types.content import ContentBlock, Messages
from strands.types.streaming import StreamEvent
from strands.types.tools import ToolChoiceAnyDict, ToolUse

with extra("litellm"):
    import litellm
    from litellm.exceptions import ContextWindowExceededError
    from litellm.utils import supports_response_schema

    from strands.models.openai import OpenAIModel

if TYPE_CHECKING:
    from pydantic import BaseModel

_PROXY_PREFIX = "litellm_proxy/"
_SIGNATURE_MARK = "__thought__"
"""Between a call's id and its signature, where LiteLLM keeps what Gemini wants back."""


class LiteLLMModel(OpenAIModel):
    """A model that LiteLLM knows how to reach.

    Attributes:
        config: The settings.
        client_args: Arguments of every `litellm.acompletion`.
    """

    class LiteLLMConfig(BaseModelConfig, total=False):
        """Settings of the model.

        Attributes:
            model_id: The service and the model, such as `openai/gpt-4o`.
            params: Further arguments of `litellm.acompletion`; they win over all others.
        """

        model_id: str
        params: dict[str, Any] | None

    SETTINGS = LiteLLMConfig
    DIALECT: ClassVar[ChatDialect] = replace(
        OpenAIModel.DIALECT,
        provider="LiteLLM",
        media=frozenset({"image", "document", "video"}),
        system_blocks=True,
    )

    def __init__(self, client_args: dict[str, Any] | None = None, **model_config: Unpack[LiteLLMConfig]) -> None:
        """Create the model.

        Args:
            client_args: Arguments of every `litellm.acompletion`, such as `api_key`. With `use_litellm_proxy` the
                model is asked for by its name on the proxy.
            **model_config: The model's settings.
        """
        validate_config_keys(model_config, self.LiteLLMConfig)
        super().__init__(client_args=client_args)
        self.config.update(model_config)
        self._name_for_proxy()

    @override
    def update_config(self, **model_config: Unpack[LiteLLMConfig]) -> None:  # type: ignore[override]
        validate_config_keys(model_config, self.LiteLLMConfig)
        self.config.update(model_config)
        self._name_for_proxy()

    @override
    def get_config(self) -> LiteLLMConfig:
        return cast("LiteLLMModel.LiteLLMConfig", self.config)

    @override
    @classmethod
    def format_request_message_content(cls, content: ContentBlock, **kwargs: Any) -> dict[str, Any]:
        thought = content.get("reasoningContent", {}).get("reasoningText")
        if thought is None:
            return super().format_request_message_content(content, **kwargs)
        return {"signature": thought.get("signature"), "thinking": thought["text"], "type": "thinking"}

    @override
    @classmethod
    def format_request_message_tool_call(cls, tool_use: ToolUse, **kwargs: Any) -> dict[str, Any]:
        call = super().format_request_message_tool_call(tool_use, **kwargs)
        signature = tool_use.get("reasoningSignature")
        if signature and _SIGNATURE_MARK not in call["id"]:
            call["id"] += f"{_SIGNATURE_MARK}{signature}"
        return call

    @override
    @leaves_text
    def format_chunk(self, event: dict[str, Any], **kwargs: Any) -> StreamEvent:
        chunk = super().format_chunk(event, **kwargs)
        if event["chunk_type"] == "content_start" and event.get("data_type") == "tool":
            signature = _signature_of(event["data"])
            start = chunk["contentBlockStart"]["start"].get("toolUse")
            if signature and start:
                start.setdefault("reasoningSignature", signature)
        return chunk

    @override
    def _request_for(self, asked: Question) -> dict[str, Any]:
        return self.format_request(
            asked.messages,
            asked.tool_specs,
            asked.system_prompt,
            asked.tool_choice,
            system_prompt_content=asked.system_prompt_content,
        )

    @override
    @asynccontextmanager
    async def _opened_response(self, request: dict[str, Any]) -> AsyncIterator[Any]:
        response = await litellm.acompletion(**self.client_args, **request)
        async with closing(response, "aclose"):
            yield _honest(response) if hasattr(response, "__aiter__") else response

    @override
    def _reader(self) -> CompletionReader:
        return _ChunkReader(self.format_chunk, _signature_of)

    @override
    def _mapped_errors(self) -> AbstractContextManager[None]:
        return mapped_errors(overflow=ContextWindowExceededError, by_origin=True)

    @override
    async def structured_output(
        self, output_model: type[T], prompt: Messages, system_prompt: str | None = None, **kwargs: Any
    ) -> AsyncGenerator[dict[str, T | Any], None]:
        with mapped_errors(overflow=ContextWindowExceededError, by_origin=True):
            if supports_response_schema(self.config["model_id"]):
                content = await self._content_by_schema(output_model, prompt, system_prompt)
            else:
                content = await self._content_by_tool(output_model, prompt, system_prompt)
        try:
            output = output_model(**json.loads(content))
        except (ValueError, TypeError) as error:  # pydantic's errors are ValueErrors
            raise ValueError(f"Failed to parse or load content into model: {error}") from error
        yield {"output": output}

    async def _content_by_schema(
        self, output_model: type[BaseModel], prompt: Messages, system_prompt: str | None
    ) -> str:
        """Return the JSON that the model writes under the schema."""
        response = await litellm.acompletion(
            **self.client_args,
            model=self.config["model_id"],
            messages=self.format_request(prompt, system_prompt=system_prompt)["messages"],
            response_format=output_model,
        )
        choice = _only_choice(response)
        if choice is None:
            raise ValueError("No choices found in response")
        return str(choice.message.content)

    async def _content_by_tool(self, output_model: type[BaseModel], prompt: Messages, system_prompt: str | None) -> str:
        """Return the JSON of the call that the model is forced to make."""
        # The tool layer builds on models.
        from strands.tools.structured_output.structured_output_utils import convert_pydantic_to_tool_spec

        forced: ToolChoiceAnyDict = {"any": {}}
        request = self.format_request(prompt, [convert_pydantic_to_tool_spec(output_model)], system_prompt, forced)
        response = await litellm.acompletion(**self.client_args, **{**request, "stream": False})
        choice = _only_choice(response)
        if choice is None or not choice.message.tool_calls:
            raise ValueError("No tool_calls found in response")
        return str(choice.message.tool_calls[0].function.arguments)

    def _name_for_proxy(self) -> None:
        """Mark the model as one of the proxy's, if there is one."""
        model_id = self.config.get("model_id", "")
        if self.client_args.get("use_litellm_proxy") and not model_id.startswith(_PROXY_PREFIX):
            self.config["model_id"] = f"{_PROXY_PREFIX}{model_id}"


class _ChunkReader(CompletionReader):
    """Reads LiteLLM's chunks, in which nearly all fields are what pydantic calls extra ones."""

    @override
    def plain_delta(self, chunk: Any) -> StreamEvent | None:
        try:
            choice = chunk.__dict__["choices"][0].__pydantic_extra__
            said = choice["delta"].__pydantic_extra__
            text, is_more = said["content"], said["tool_calls"] or choice["finish_reason"]
            if is_more or chunk.__pydantic_extra__.get("usage") or "reasoning_content" in said:
                return None
        except (AttributeError, LookupError, TypeError):  # of another release
            return None
        return {"contentBlockDelta": {"delta": {"text": text}}} if text and self._blocks.passes_text else None


async def _honest(response: Any) -> AsyncGenerator[Any, None]:
    """Yield the chunks of a stream; LiteLLM makes up an end for one that was cut, and only notes what the service sent.

    Raises:
        StreamEndedEarlyError: If the service did not say that the model had finished.
    """
    async for chunk in response:
        yield chunk
    reasons = ("received_finish_reason", "intermittent_finish_reason")
    if hasattr(response, reasons[0]) and not any(getattr(response, reason, None) for reason in reasons):
        raise StreamEndedEarlyError("the stream ended before the model's finish_reason")


def _signature_of(call: Any) -> str | None:
    """Return the signature of a tool call, from wherever LiteLLM put it."""
    for holder in (call, getattr(call, "function", None)):
        fields = getattr(holder, "provider_specific_fields", None)
        if isinstance(fields, dict) and fields.get("thought_signature"):
            return str(fields["thought_signature"])
    if getattr(call, "reasoning_signature", None):
        return str(call.reasoning_signature)
    return (getattr(call, "id", None) or "").partition(_SIGNATURE_MARK)[2] or None


def _only_choice(response: Any) -> Any:
    """Return the choice of a response, or None if it has none.

    Raises:
        ValueError: If there are several.
    """
    if len(response.choices) > 1:
        raise ValueError("Multiple choices found in the response.")
    return response.choices[0] if response.choices else None
