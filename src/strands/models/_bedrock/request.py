"""What to ask of Converse: pure functions from settings and a conversation to the arguments of a request."""

from __future__ import annotations

import logging
import warnings
from typing import TYPE_CHECKING, Any

from strands.models._bedrock.config import BedrockConfig, cache_strategy, includes_result_status
from strands.models._bedrock.content import Block, converse_block
from strands.models._strict_schema import ensure_strict_json_schema
from strands.models.model import CacheToolsConfig
from strands.types.content import ContentBlock, Message, Messages, SystemContentBlock
from strands.types.tools import ToolChoice, ToolSpec, ToolSpecs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

logger = logging.getLogger(__name__)

_INFERENCE_SETTINGS = {
    "max_tokens": "maxTokens",
    "temperature": "temperature",
    "top_p": "topP",
    "stop_sequences": "stopSequences",
}
_TOOL_SPEC_KEYS = ("name", "description", "inputSchema")


def converse_request(
    config: BedrockConfig,
    messages: Messages,
    *,
    tool_specs: ToolSpecs | None,
    system_prompt_content: list[SystemContentBlock] | None,
    tool_choice: ToolChoice | None,
) -> dict[str, Any]:
    """Return the arguments of Converse or ConverseStream.

    Args:
        config: The model's settings.
        messages: The conversation; it is left as it is.
        tool_specs: Tools that the model may call.
        system_prompt_content: Instructions for the model.
        tool_choice: Whether the model may, or must, call a tool.

    Raises:
        TypeError: If a message holds a block that Bedrock does not know.
        ValueError: If a block lacks a key that Bedrock requires.
    """
    request: dict[str, Any] = {
        "modelId": config["model_id"],
        "messages": converse_messages(config, messages),
        "system": _system(config, system_prompt_content),
        "toolConfig": _tool_config(config, messages, tool_specs, tool_choice),
        "guardrailConfig": _guardrail(config),
        "inferenceConfig": {
            name: config[key]  # type: ignore[literal-required]
            for key, name in _INFERENCE_SETTINGS.items()
            if config.get(key) is not None
        },
        "additionalModelRequestFields": _additional_fields(config, tool_choice),
        "additionalModelResponseFieldPaths": config.get("additional_response_field_paths"),
        "serviceTier": {"type": config["service_tier"]} if config.get("service_tier") else None,
    }
    always = {"modelId", "messages", "system", "inferenceConfig"}
    sent = {key: value for key, value in request.items() if value or key in always}
    return {**sent, **(config.get("additional_args") or {})}


def count_tokens_request(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of CountTokens for a request made by `converse_request`."""
    counted = ("messages", "system", "toolConfig")
    return {
        "modelId": request["modelId"],
        "input": {"converse": {key: request[key] for key in counted if key in request}},
    }


def converse_messages(config: BedrockConfig, messages: Messages) -> list[dict[str, Any]]:
    """Return the messages as Converse takes them, without those that come out empty."""
    guarded_index = _latest_user_input(messages) if config.get("guardrail_latest_message") else None
    strategy = cache_strategy(config)
    if strategy is None and config.get("cache_config"):
        logger.warning(
            "model_id=<%s> | cache_config is enabled but this model does not support automatic caching",
            config["model_id"],
        )
    blocks_of = _BlockCopier(config, keep_cache_points=strategy != "anthropic")
    copies = []
    for index, message in enumerate(messages):
        content = blocks_of(message, index)
        if index == guarded_index:
            content = [_guarded(block) for block in content]
        if content:
            copies.append({"role": message["role"], "content": content})
    if strategy == "anthropic":
        _add_cache_point(copies, config)
    return copies


class _BlockCopier:
    """Copies the blocks of messages, as far as the model takes them."""

    def __init__(self, config: BedrockConfig, *, keep_cache_points: bool) -> None:
        self._result_status = includes_result_status(config)
        self._keep_cache_points = keep_cache_points
        # DeepSeek refuses a conversation that holds its own earlier reasoning.
        self._model_id = config["model_id"]
        self._keep_reasoning = "deepseek" not in self._model_id.lower()

    def __call__(self, message: Message, message_index: int) -> list[Block]:
        return [
            converse_block(block, result_status=self._result_status)
            for block_index, block in enumerate(message["content"])
            if self._keeps(block, message_index, block_index)
        ]

    def _keeps(self, block: ContentBlock, message_index: int, block_index: int) -> bool:
        if "reasoningContent" in block and not self._keep_reasoning:
            logger.warning(
                "model_id=<%s>, content_type=<reasoningContent> | not sent back to the model", self._model_id
            )
            return False
        if "cachePoint" in block and not self._keep_cache_points:
            logger.warning(
                "message_index=<%d>, block_index=<%d> | cache points are managed automatically | dropping this one",
                message_index,
                block_index,
            )
            return False
        return True


def _latest_user_input(messages: Messages) -> int | None:
    """Return the index of the last message that the user wrote, as opposed to one that only holds tool results."""
    for index in range(len(messages) - 1, -1, -1):
        message = messages[index]
        if message["role"] == "user" and any("text" in block or "image" in block for block in message["content"]):
            return index
    return None


def _guarded(block: Block) -> Block:
    """Mark what the guardrail should look at; it ignores all else as soon as something is marked."""
    if "text" in block:
        return {"guardContent": {"text": {"text": block["text"]}}}
    return {"guardContent": block} if "image" in block else block


def _add_cache_point(messages: list[dict[str, Any]], config: BedrockConfig) -> None:
    """Place the one managed cache point: after the last user message, so that each turn reuses all before it."""
    cache = config.get("cache_config")
    for message in reversed(messages):
        if message["role"] == "user":
            ttl = {"ttl": cache.ttl} if cache and cache.ttl else {}
            message["content"].append({"cachePoint": {"type": "default", **ttl}})
            return


def _system(config: BedrockConfig, content: list[SystemContentBlock] | None) -> list[Any]:
    blocks: list[Any] = list(content or ())
    cache_prompt = config.get("cache_prompt")
    if cache_prompt:
        message = "cache_prompt is deprecated. Use SystemContentBlock with cachePoint instead."
        warnings.warn(message, UserWarning, stacklevel=2)
        blocks.append({"cachePoint": {"type": cache_prompt}})
    return blocks


def _tool_config(
    config: BedrockConfig, messages: Messages, tool_specs: ToolSpecs | None, tool_choice: ToolChoice | None
) -> dict[str, Any] | None:
    specs = tool_specs or _stand_in_specs(messages)
    if not specs:
        return None
    strict = bool(config.get("strict_tools"))
    return {
        "tools": [*({"toolSpec": _tool_spec(spec, strict=strict)} for spec in specs), *_tools_cache_point(config)],
        "toolChoice": tool_choice or {"auto": {}},
    }


def _stand_in_specs(messages: Messages) -> Sequence[ToolSpec]:
    """Return the specification of a tool without effect if the history needs one.

    Bedrock refuses tool uses in the history of a request without tools.
    """
    if not any("toolUse" in block or "toolResult" in block for message in messages for block in message["content"]):
        return ()
    from strands.tools._tool_helpers import noop_tool

    return (noop_tool.tool_spec,)


def _tool_spec(spec: ToolSpec, *, strict: bool) -> dict[str, Any]:
    copy: dict[str, Any] = {key: spec[key] for key in _TOOL_SPEC_KEYS if key in spec}  # type: ignore[literal-required]
    if strict:
        copy["inputSchema"] = {"json": ensure_strict_json_schema(spec["inputSchema"]["json"])}
        copy["strict"] = True
    return copy


def _tools_cache_point(config: BedrockConfig) -> list[dict[str, Any]]:
    wanted = config.get("cache_tools")
    if not wanted:
        return []
    point = wanted if isinstance(wanted, CacheToolsConfig) else CacheToolsConfig(type=wanted)
    return [{"cachePoint": {"type": point.type, **({"ttl": point.ttl} if point.ttl else {})}}]


def _guardrail(config: BedrockConfig) -> dict[str, Any] | None:
    if not (config.get("guardrail_id") and config.get("guardrail_version")):
        return None
    guardrail: dict[str, Any] = {
        "guardrailIdentifier": config["guardrail_id"],
        "guardrailVersion": config["guardrail_version"],
        "trace": config.get("guardrail_trace") or "enabled",
    }
    if config.get("guardrail_stream_processing_mode"):
        guardrail["streamProcessingMode"] = config["guardrail_stream_processing_mode"]
    return guardrail


def _additional_fields(config: BedrockConfig, tool_choice: ToolChoice | None) -> dict[str, Any] | None:
    fields = config.get("additional_request_fields")
    if not fields or not tool_choice or "auto" in tool_choice:
        return fields
    # Claude refuses to think when it is forced to call a tool.
    return {key: value for key, value in fields.items() if key != "thinking"}
