"""The models of all providers, as clients of local endpoints, made in the way that both packages know."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from strands.models import Model


@dataclass(frozen=True, kw_only=True)
class Provider:
    """A provider's model, and where its code meets the vendor's."""

    module: str
    """Name of the module in `strands.models`."""
    model_class: str
    arguments: Callable[[str], dict[str, Any]]
    """From the URL of the service to the arguments of the model."""
    seam: str
    """The vendor's function that the model calls, and that returns the stream: `module:attribute`."""
    way: Literal["awaited", "called", "entered", "sent"] = "awaited"
    """How it returns the stream."""
    service: str = ""
    """Whose endpoint is asked, if its name is not the module's."""

    def model(self, url: str) -> Model:
        """Return a model of the endpoint at `url`."""
        module = importlib.import_module(f"strands.models.{self.module}")
        model: Model = getattr(module, self.model_class)(**self.arguments(url))
        return model


def _with_key(url_name: str, **further: Any) -> Callable[[str], dict[str, Any]]:
    return lambda url: {"client_args": {"api_key": "local", url_name: url}, "model_id": "local", **further}


def _bedrock(url: str) -> dict[str, Any]:
    return {"boto_session": _session(), "endpoint_url": url, "model_id": "local.benchmark"}


def _sagemaker(url: str) -> dict[str, Any]:
    session = _session()
    session.client = partial(session.client, endpoint_url=url)
    endpoint, payload = {"endpoint_name": "local"}, {"max_tokens": 100}
    return {"endpoint_config": endpoint, "payload_config": payload, "boto_session": session}


def _session() -> Any:
    import boto3

    return boto3.Session(aws_access_key_id="local", aws_secret_access_key="local", region_name="us-east-1")


PROVIDERS: Mapping[str, Provider] = {
    "anthropic": Provider(
        module="anthropic",
        model_class="AnthropicModel",
        arguments=_with_key("base_url", max_tokens=100),
        seam="anthropic.resources.messages:AsyncMessages.stream",
        way="entered",
    ),
    "bedrock": Provider(
        module="bedrock",
        model_class="BedrockModel",
        arguments=_bedrock,
        seam="botocore.client:BaseClient._make_api_call",
        way="called",
    ),
    "gemini": Provider(
        module="gemini",
        model_class="GeminiModel",
        arguments=lambda url: {
            "client_args": {"api_key": "local", "http_options": {"base_url": url}},
            "model_id": "local",
        },
        seam="google.genai.models:AsyncModels.generate_content_stream",
    ),
    "litellm": Provider(
        module="litellm",
        model_class="LiteLLMModel",
        arguments=lambda url: {
            "client_args": {"api_key": "local", "api_base": f"{url}/v1"},
            "model_id": "openai/local",
        },
        seam="litellm:acompletion",
        service="openai",
    ),
    "llamaapi": Provider(
        module="llamaapi",
        model_class="LlamaAPIModel",
        arguments=_with_key("base_url"),
        seam="llama_api_client.resources.chat.completions:AsyncCompletionsResource.create",
    ),
    "llamacpp": Provider(
        module="llamacpp",
        model_class="LlamaCppModel",
        arguments=lambda url: {"base_url": url},
        seam="httpx:AsyncClient.send",
        way="sent",
        service="openai",
    ),
    "mistral": Provider(
        module="mistral",
        model_class="MistralModel",
        arguments=_with_key("server_url"),
        seam="httpx:AsyncClient.send",  # this tree leaves the SDK's reader out
        way="sent",
    ),
    "ollama": Provider(
        module="ollama",
        model_class="OllamaModel",
        arguments=lambda url: {"host": url, "model_id": "local"},
        seam="ollama:AsyncClient.chat",
    ),
    "openai": Provider(
        module="openai",
        model_class="OpenAIModel",
        arguments=_with_key("base_url"),
        seam="openai.resources.chat.completions:AsyncCompletions.create",
    ),
    "openai_responses": Provider(
        module="openai_responses",
        model_class="OpenAIResponsesModel",
        arguments=_with_key("base_url"),
        seam="openai.resources.responses:AsyncResponses.create",
    ),
    "sagemaker": Provider(
        module="sagemaker",
        model_class="SageMakerAIModel",
        arguments=_sagemaker,
        seam="botocore.client:BaseClient._make_api_call",
        way="called",
    ),
    "writer": Provider(
        module="writer",
        model_class="WriterModel",
        arguments=_with_key("base_url"),
        seam="writerai.resources.chat:AsyncChatResource.chat",
    ),
}
