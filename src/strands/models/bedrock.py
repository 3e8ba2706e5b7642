"""Models on Amazon Bedrock, through its Converse operations."""

from __future__ import annotations

import logging
import os
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any, TypeAlias

import boto3
from botocore.config import Config as BotocoreConfig
from botocore.exceptions import ClientError
from typing_extensions import Unpack, override

from strands.models._bedrock import config as _config
from strands.models._bedrock.errors import (
    BEDROCK_CONTEXT_WINDOW_OVERFLOW_MESSAGES as BEDROCK_CONTEXT_WINDOW_OVERFLOW_MESSAGES,
)
from strands.models._bedrock.request import converse_request, count_tokens_request
from strands.models._bedrock.wire import answer, never_resend_abandoned_requests
from strands.models._defaults import resolve_config_metadata
from strands.models._own_thread import call_on_own_thread, stream_on_own_thread
from strands.models._structured_output import OutputByToolModel
from strands.models._validation import validate_config_keys
from strands.models._vendor_model import CountingModel, Question, counted
from strands.models.model import BaseModelConfig as BaseModelConfig
from strands.models.model import CacheConfig as CacheConfig
from strands.models.model import CacheToolsConfig as CacheToolsConfig
from strands.types.content import Messages, SystemContentBlock
from strands.types.streaming import StreamEvent
from strands.types.tools import ToolChoice, ToolSpecs

logger = logging.getLogger(__name__)

DEFAULT_BEDROCK_MODEL_ID = "global.anthropic.claude-sonnet-4-6"
DEFAULT_BEDROCK_REGION = "us-west-2"
DEFAULT_READ_TIMEOUT = 120
"""Seconds of silence after which a response counts as lost."""

_DEFAULT_POOL_CONNECTIONS = 256
"""Connections that are kept for reuse; botocore's own default of 10 drops, with a warning, those of further streams."""
_USER_AGENT = "strands-agents"

_SKIP_COUNT_TOKENS_MODELS: set[str] = set()
"""Models whose tokens the service will not count for this account, so that it is not asked again."""


def _clear_skip_count_tokens_cache() -> None:
    _SKIP_COUNT_TOKENS_MODELS.clear()


class BedrockModel(OutputByToolModel, CountingModel):
    """A model on Amazon Bedrock.

    A response that breaks off raises the ClientError of the service, or urllib3's HTTPError if the connection is lost.

    Attributes:
        config: The settings.
        client: The boto3 client of the `bedrock-runtime` service.
    """

    BedrockConfig: TypeAlias = _config.BedrockConfig
    SETTINGS = BedrockConfig
    config: _config.BedrockConfig
    PROVIDER = "Bedrock"

    def __init__(
        self,
        *,
        boto_session: boto3.Session | None = None,
        boto_client_config: BotocoreConfig | None = None,
        region_name: str | None = None,
        endpoint_url: str | None = None,
        **model_config: Unpack[_config.BedrockConfig],
    ) -> None:
        """Create the model and its client.

        Args:
            boto_session: Session to take credentials and region from.
            boto_client_config: Settings of the client; they win over this model's defaults.
            region_name: AWS region; by default that of the session, of the environment, or `us-west-2`.
            endpoint_url: Where to send requests instead of AWS.
            **model_config: The model's settings.

        Raises:
            ValueError: If both a session and a region are given.
        """
        if region_name and boto_session:
            raise ValueError("Cannot specify both `region_name` and `boto_session`.")
        validate_config_keys(model_config, self.BedrockConfig)
        if model_config.get("model_id") is None:
            model_config["model_id"] = DEFAULT_BEDROCK_MODEL_ID
        self.config = {"include_tool_result_status": "auto", **model_config}
        session = boto_session or boto3.Session()
        region = region_name or session.region_name or os.environ.get("AWS_REGION") or DEFAULT_BEDROCK_REGION
        self.client: Any = session.client(
            service_name="bedrock-runtime",
            config=_client_config(boto_client_config),
            endpoint_url=endpoint_url,
            region_name=region,
        )
        never_resend_abandoned_requests(self.client)
        logger.debug("region=<%s>, model_id=<%s> | bedrock model created", region, self.config["model_id"])

    @override
    def update_config(self, **model_config: Unpack[_config.BedrockConfig]) -> None:  # type: ignore[override]
        validate_config_keys(model_config, self.BedrockConfig)
        self.config.update(model_config)

    @override
    def get_config(self) -> _config.BedrockConfig:
        return resolve_config_metadata(self.config, self.config["model_id"])

    @override
    async def _answer(self, asked: Question) -> AsyncGenerator[StreamEvent, None]:
        # On a thread that ends with the response; closing the generator early closes the connection.
        system = _system_content(asked.system_prompt, asked.system_prompt_content)
        request = self._format_request(asked.messages, asked.tool_specs, system, asked.tool_choice)
        response = stream_on_own_thread(
            lambda reader: answer(self.client, self.config, request, reader), name="strands-bedrock-stream"
        )
        async with aclosing(response) as chunks:
            async for chunk in chunks:
                yield chunk

    @override
    async def _tokens_by_the_service(self, asked: Question) -> int:
        system = _system_content(asked.system_prompt, asked.system_prompt_content)
        request = count_tokens_request(self._format_request(asked.messages, asked.tool_specs, system))
        response = await call_on_own_thread(
            lambda: self.client.count_tokens(**request), name="strands-bedrock-count-tokens"
        )
        return counted(response.get("inputTokens"))

    @override
    def _asks_for_counts(self) -> bool:
        return super()._asks_for_counts() and self.config["model_id"] not in _SKIP_COUNT_TOKENS_MODELS

    @override
    def _note_failed_count(self, error: Exception) -> None:
        _note_failed_count(self.config["model_id"], error)

    def _format_request(
        self,
        messages: Messages,
        tool_specs: ToolSpecs | None = None,
        system_prompt_content: list[SystemContentBlock] | None = None,
        tool_choice: ToolChoice | None = None,
    ) -> dict[str, Any]:
        """Return the arguments of Converse or ConverseStream."""
        return converse_request(
            self.config,
            messages,
            tool_specs=tool_specs,
            system_prompt_content=system_prompt_content,
            tool_choice=tool_choice,
        )


def _client_config(users: BotocoreConfig | None) -> BotocoreConfig:
    """Return the client's settings: the user's, and ours where the user has none."""
    users_agent = getattr(users, "user_agent_extra", None)
    ours = BotocoreConfig(read_timeout=DEFAULT_READ_TIMEOUT, max_pool_connections=_DEFAULT_POOL_CONNECTIONS)
    named = BotocoreConfig(user_agent_extra=f"{users_agent} {_USER_AGENT}" if users_agent else _USER_AGENT)
    return (ours.merge(users) if users else ours).merge(named)


def _system_content(
    system_prompt: str | None, system_prompt_content: list[SystemContentBlock] | None
) -> list[SystemContentBlock] | None:
    if system_prompt_content is None and system_prompt:
        return [{"text": system_prompt}]
    return system_prompt_content


def _note_failed_count(model_id: str, error: Exception) -> None:
    """Log why tokens were not counted, and remember models that never will be."""
    code = error.response.get("Error", {}).get("Code") if isinstance(error, ClientError) else None
    if code == "AccessDeniedException":
        logger.warning(
            "model_id=<%s>, error=<%s> | bedrock:CountTokens permission denied | estimating from now on",
            model_id,
            error,
        )
    elif code == "ValidationException" and "doesn't support counting tokens" in str(error):
        logger.debug("model_id=<%s> | bedrock cannot count this model's tokens | estimating from now on", model_id)
    else:
        logger.debug("model_id=<%s>, error=<%s> | counting tokens failed | estimating", model_id, error)
        return
    _SKIP_COUNT_TOKENS_MODELS.add(model_id)
