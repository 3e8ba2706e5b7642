"""Settings of a Bedrock model."""

from __future__ import annotations

from typing import Any, Literal

from strands.models.model import BaseModelConfig, CacheConfig, CacheToolsConfig

MODEL_FAMILIES_WITH_RESULT_STATUS = ["anthropic.claude"]
"""Parts of the ids of models that take the status of a tool result."""


class BedrockConfig(BaseModelConfig, total=False):
    """Settings of a Bedrock model; those that are absent or None are left to the service.

    Attributes:
        additional_args: Further arguments of the Converse operations; they win over all others.
        additional_request_fields: Parameters of the model that Converse has no name for.
        additional_response_field_paths: JSON pointers to further fields that the response should report.
        cache_prompt: Type of a cache point after the system prompt; deprecated: put it into the system blocks.
        cache_config: Have cache points in messages managed automatically.
        cache_tools: Cache point after the tools: its type, or a `CacheToolsConfig`.
        guardrail_id: The guardrail to apply; needs `guardrail_version`, too.
        guardrail_trace: How much the guardrail reports; `enabled` unless set.
        guardrail_stream_processing_mode: `async` streams text before it has been checked.
        guardrail_version: The guardrail's version.
        guardrail_redact_input: Replace the user's message in the history when the guardrail blocks; on unless set.
        guardrail_redact_input_message: What to replace it by.
        guardrail_redact_output: Replace the model's message when the guardrail blocks; off unless set.
        guardrail_redact_output_message: What to replace it by.
        guardrail_latest_message: Have the guardrail look at the latest message of the user only.
        max_tokens: Most tokens of a response.
        model_id: Id or ARN of a model or inference profile.
        include_tool_result_status: Whether tool results tell success from error; `auto` decides by the model.
        service_tier: Tier that serves the request, such as `default`, `flex` or `priority`.
        stop_sequences: Texts that end a response.
        streaming: Whether to use ConverseStream; on when absent.
        strict_tools: Hold the model to the tools' schemas.
        temperature: Randomness of the response.
        top_p: Share of the probability that tokens are drawn from.
        use_native_token_count: Let `count_tokens` ask the service rather than estimate.
    """

    additional_args: dict[str, Any] | None
    additional_request_fields: dict[str, Any] | None
    additional_response_field_paths: list[str] | None
    cache_prompt: str | None
    cache_config: CacheConfig | None
    cache_tools: str | CacheToolsConfig | None
    guardrail_id: str | None
    guardrail_trace: Literal["enabled", "disabled", "enabled_full"] | None
    guardrail_stream_processing_mode: Literal["sync", "async"] | None
    guardrail_version: str | None
    guardrail_redact_input: bool | None
    guardrail_redact_input_message: str | None
    guardrail_redact_output: bool | None
    guardrail_redact_output_message: str | None
    guardrail_latest_message: bool | None
    max_tokens: int | None
    model_id: str
    include_tool_result_status: Literal["auto"] | bool | None
    service_tier: str | None
    stop_sequences: list[str] | None
    streaming: bool | None
    strict_tools: bool | None
    temperature: float | None
    top_p: float | None
    use_native_token_count: bool


def includes_result_status(config: BedrockConfig) -> bool:
    """Tell whether tool results carry their status: many models refuse it, and some do worse without."""
    wanted = config.get("include_tool_result_status")
    if isinstance(wanted, bool):
        return wanted
    return any(family in config["model_id"] for family in MODEL_FAMILIES_WITH_RESULT_STATUS)


def cache_strategy(config: BedrockConfig) -> str | None:
    """Return the strategy for automatic cache points, or None to place none."""
    cache = config.get("cache_config")
    if not cache:
        return None
    if cache.strategy != "auto":
        return cache.strategy
    model_id = config["model_id"].lower()
    return "anthropic" if "claude" in model_id or "anthropic" in model_id else None
