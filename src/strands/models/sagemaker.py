"""Models behind endpoints of Amazon SageMaker that speak chat completions."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import AbstractContextManager, aclosing, asynccontextmanager, closing
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal, cast

import boto3
from botocore.config import Config as BotocoreConfig
from botocore.exceptions import ClientError
from pydantic_core import from_json
from typing_extensions import TypedDict, override

from strands._extras import extra
from strands.models._bedrock.errors import translated as translated_by_code
from strands.models._bedrock.wire import interrupt
from strands.models._chat.errors import codes_in, exception_for, raised_as_ours
from strands.models._chat.events import JsonReader
from strands.models._own_thread import Reader, call_on_own_thread, stream_on_own_thread
from strands.models._validation import validate_config_keys
from strands.models.chat import ChatDialect, CompletionReader, function_choice, function_tools
from strands.models.model import BaseModelConfig, T
from strands.types.content import Messages
from strands.types.tools import ToolChoice, ToolSpecs

with extra("sagemaker"):
    from strands.models.openai import OpenAIModel

DEFAULT_REGION = "us-west-2"


@dataclass
class UsageMetadata:
    """Token counts of a completion."""

    total_tokens: int
    """Their sum."""
    completion_tokens: int
    """What the model wrote."""
    prompt_tokens: int
    """What it read."""
    prompt_tokens_details: int | None = 0


@dataclass
class FunctionCall:
    """A function and the arguments that it is called with."""

    name: str | dict[Any, Any]
    """The function."""
    arguments: str | dict[Any, Any]
    """The arguments; JSON, if this is a string."""

    def __init__(self, **kwargs: Any) -> None:
        given = {"name": "", "arguments": "", **kwargs}
        self.name, self.arguments = given["name"], given["arguments"]


@dataclass
class ToolCall:
    """A tool call of a completion; its function may be given as a dict."""

    id: str
    """What ties the result to it."""
    type: Literal["function"]
    """The only kind there is."""
    function: FunctionCall

    def __init__(self, **kwargs: Any) -> None:
        function = kwargs.get("function", {})
        self.id = str(kwargs.get("id", ""))
        self.type = "function"
        self.function = function if isinstance(function, FunctionCall) else FunctionCall(**function)


class SageMakerAIModel(OpenAIModel):
    """A model behind an endpoint of SageMaker.

    Attributes:
        endpoint_config: Which endpoint is asked.
        payload_config: What it is asked with.
        client: The boto3 client of the `sagemaker-runtime` service.
    """

    class SageMakerAIEndpointConfig(BaseModelConfig, total=False):
        """Which endpoint is asked.

        Attributes:
            endpoint_name: The endpoint.
            region_name: AWS region of the endpoint.
            inference_component_name: Component of the endpoint that answers.
            target_model: Model of an endpoint that holds several.
            target_variant: Variant of the endpoint that answers.
            additional_args: Further arguments of the operation; they win over all others.
        """

        endpoint_name: str
        region_name: str
        inference_component_name: str | None
        target_model: str | None
        target_variant: str | None
        additional_args: dict[str, Any] | None

    class SageMakerAIPayloadSchema(TypedDict, total=False):
        """What an endpoint is asked with.

        Attributes:
            max_tokens: Most tokens of a response.
            stream: Whether to stream; on unless set.
            temperature: Randomness of the response.
            top_p: Share of the probability that tokens are drawn from.
            top_k: Number of tokens that the next one is drawn from.
            stop: Texts that end a response.
            tool_results_as_user_messages: Send tool results as words of the user, for models without a role for them.
            additional_args: Further fields of the payload; they win over all others.
        """

        additional_args: dict[str, Any] | None
        max_tokens: int
        stop: list[str] | None
        stream: bool
        temperature: float | None
        tool_results_as_user_messages: bool | None
        top_k: int | None
        top_p: float | None

    SETTINGS = SageMakerAIEndpointConfig
    DIALECT: ClassVar[ChatDialect] = replace(
        OpenAIModel.DIALECT, provider="SageMaker", media=frozenset({"image"}), result_joint=" "
    )

    def __init__(
        self,
        endpoint_config: SageMakerAIEndpointConfig,
        payload_config: SageMakerAIPayloadSchema,
        boto_session: boto3.Session | None = None,
        boto_client_config: BotocoreConfig | None = None,
    ) -> None:
        """Create the model and its client.

        Args:
            endpoint_config: Which endpoint is asked.
            payload_config: What it is asked with.
            boto_session: Session to take credentials and region from.
            boto_client_config: Settings of the client.
        """
        validate_config_keys(endpoint_config, self.SageMakerAIEndpointConfig)
        validate_config_keys(payload_config, self.SageMakerAIPayloadSchema)
        super().__init__()
        self.endpoint_config: dict[str, Any] = dict(endpoint_config)
        self.payload_config: dict[str, Any] = {
            "stream": True,
            "tool_results_as_user_messages": False,
            **payload_config,
        }
        self.config = self.endpoint_config
        region = self.endpoint_config.get("region_name") or os.getenv("AWS_REGION") or DEFAULT_REGION
        session = boto_session or boto3.Session(region_name=region)
        users_agent = getattr(boto_client_config, "user_agent_extra", None)
        named = BotocoreConfig(user_agent_extra=f"{users_agent} strands-agents" if users_agent else "strands-agents")
        config = boto_client_config.merge(named) if boto_client_config else named
        self.client: Any = session.client(service_name="sagemaker-runtime", config=config)

    @override
    def get_config(self) -> SageMakerAIEndpointConfig:  # type: ignore[override]
        return cast("SageMakerAIModel.SageMakerAIEndpointConfig", self.endpoint_config)

    @override
    def update_config(self, **endpoint_config: Any) -> None:
        super().update_config(**endpoint_config)

    @override
    def format_request(
        self,
        messages: Messages,
        tool_specs: ToolSpecs | None = None,
        system_prompt: str | None = None,
        tool_choice: ToolChoice | None = None,
        **kwargs: Any,
    ) -> dict[str, Any]:
        """Return the arguments of the operation, with the payload as JSON.

        Raises:
            TypeError: If a message holds what the endpoint does not take.
        """
        sent = [
            self._as_endpoints_take_it(message) for message in self.format_request_messages(messages, system_prompt)
        ]
        ours = ("tool_results_as_user_messages", "additional_args")
        tools = function_tools(tool_specs)
        payload = {
            "messages": sent,
            **({"tools": tools} if tools else {}),
            **{name: value for name, value in self.payload_config.items() if name not in ours},
            **(self.payload_config.get("additional_args") or {}),
            **({"tool_choice": "auto", **function_choice(tool_choice)} if tools else {}),
        }
        targets = {
            "InferenceComponentName": "inference_component_name",
            "TargetModel": "target_model",
            "TargetVariant": "target_variant",
        }
        asked = {argument: self.endpoint_config.get(name) for argument, name in targets.items()}
        return {
            "EndpointName": self.endpoint_config["endpoint_name"],
            "Body": json.dumps(payload),
            "ContentType": "application/json",
            "Accept": "application/json",
            **{argument: target for argument, target in asked.items() if target},
            **(self.endpoint_config.get("additional_args") or {}),
        }

    @override
    async def structured_output(
        self, output_model: type[T], prompt: Messages, system_prompt: str | None = None, **kwargs: Any
    ) -> AsyncGenerator[dict[str, T | Any], None]:
        schema = {"name": output_model.__name__, "schema": output_model.model_json_schema(), "strict": True}
        request = self.format_request(prompt, None, system_prompt)
        payload = {**json.loads(request["Body"]), "stream": False}
        payload["response_format"] = {"type": "json_schema", "json_schema": schema}
        completion = await self._completed({**request, "Body": json.dumps(payload)})
        content = completion["choices"][0]["message"]["content"]
        yield {"output": output_model.model_validate_json(content)}

    def _as_endpoints_take_it(self, message: dict[str, Any]) -> dict[str, Any]:
        """Return a message without what templates of common containers refuse."""
        if "tool_calls" in message:  # they take words or calls, not both
            return {name: value for name, value in message.items() if name != "content"}
        if message["role"] == "tool" and self.payload_config.get("tool_results_as_user_messages"):
            said = f"Tool call ID '{message['tool_call_id']}' returned: {message['content']}"
            return {"role": "user", "content": said}
        return message

    @override
    @asynccontextmanager
    async def _opened_response(self, request: dict[str, Any]) -> AsyncIterator[Any]:
        if not json.loads(request["Body"]).get("stream"):
            body = await call_on_own_thread(
                lambda: self.client.invoke_endpoint(**request)["Body"].read(), name="strands-sagemaker"
            )
            yield json.loads(body)
            return
        chunks = stream_on_own_thread(lambda reader: self._chunks(request, reader), name="strands-sagemaker-stream")
        async with aclosing(chunks):
            yield chunks

    def _chunks(self, request: dict[str, Any], reader: Reader) -> Iterator[Any]:
        """Yield the completion's chunks; for a thread of their own."""
        body = self.client.invoke_endpoint_with_response_stream(**request)["Body"]
        if not hasattr(body, "close"):  # users' tests put plain lists here
            yield from _completion_chunks(body)
            return
        reader.interruptible_by(lambda: interrupt(body))
        with closing(body):
            yield from _completion_chunks(body)

    @override
    def _reader(self) -> CompletionReader:
        return JsonReader(self.format_chunk)

    @override
    def _mapped_errors(self) -> AbstractContextManager[None]:
        return raised_as_ours(ClientError, _translated)


def _translated(error: ClientError) -> Exception | None:
    said: Any = error.response
    return translated_by_code(error) or exception_for(
        str(error),
        status=said.get("OriginalStatusCode"),  # the container's own, when it is the one that refuses
        codes=codes_in(said.get("OriginalMessage")),
        headers={},
    )


def _completion_chunks(events: Any) -> Iterator[Any]:
    """Yield the chunks from parts of a payload, whose borders may be anywhere: server-sent events, or JSON alone."""
    waiting = b""
    for event in events:
        *lines, waiting = (waiting + event["PayloadPart"]["Bytes"]).split(b"\n")
        for line in lines:
            yield from _chunk_in(line)
        if _is_whole(waiting):  # containers that send bare JSON end their parts with it, not with a line
            yield from _chunk_in(waiting)
            waiting = b""
    yield from _chunk_in(waiting)


def _chunk_in(line: bytes) -> Iterator[Any]:
    content = line.strip().removeprefix(b"data:").strip()
    if content.startswith(b"{"):  # neither a comment, nor the name of an event, nor the mark of the end
        yield from_json(content)


def _is_whole(content: bytes) -> bool:
    if not content.rstrip().endswith(b"}"):
        return False
    try:
        json.loads(content.strip().removeprefix(b"data:"))
    except ValueError:
        return False
    return True
