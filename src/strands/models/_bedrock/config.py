"""Settings of a Bedrock model."""

from __future__ import annotations

from typing import Any, Literal

from strands.models.model import BaseModelConfig, CacheConfig, CacheToolsConfig

MODEL_FAMILIES_WITH_RESULT_STATUS = ["anthropic.claude"]
"""Parts of the ids of models that take the status of a tool result."""


class BedrockConfig(BaseModelConfig, total=False):
    """Settings of a Bedrock model; those that are absent or None are left to the service.

    Attributes:
        model_id: Id or ARN of a model or inference profile.
        max_tokens: Most tokens of a response.
        temperature: Randomness of the response.
        top_p: Share of the probability that tokens are drawn from.
        stop_sequences: Texts that end a response.
        streaming: Whether to use ConverseStream; on when absent.
        service_tier: Tier that serves the request, such as `default`, `flex` or `priority`.
        use_native_token_count: Let `count_tokens` ask the service rather than estimate.
        cache_config: Have cache points in messages managed automatically.
        cache_tools: Cache point after the tools: its type, or a `CacheToolsConfig`.
        cache_prompt: Type of a cache point after the system prompt; deprecated: put it into the system blocks.
        strict_tools: Hold the model to the tools' schemas.
        include_tool_result_status: Whether tool results tell success from error; `auto` decides by the model.
        guardrail_id: The guardrail to apply; needs `guardrail_version`, too.
        guardrail_version: The guardrail's version.
        guardrail_trace: How much the guardrail reports; `enabled` unless set.
        guardrail_latest_message: Have the guardrail look at the latest message of the user only.
        guardrail_stream_processing_mode: `async` streams text before it has been checked.
        guardrail_redact_input: Replace the user's message in the history when the guardrail blocks; on unless set.
        guardrail_redact_input_message: What to replace it by.
        guardrail_redact_output: Replace the model's message when the guardrail blocks; off unless set.
        guardrail_redact_output_message: What to replace it by.
        additional_request_fields: Parameters of the model that Converse has no name for.
        additional_response_field_paths: JSON pointers to further fields that the response should report.
        additional_args: Further arguments of the Converse operations; they win over all others.
    """

    model_id: str
    max_tokens: int | None
    temperature: float | None
    top_p: float | None
    stop_sequences: list[str] | None
    streaming: bool | None
    service_tier: str | None
    use_native_token_count: bool
    cache_config: CacheConfig | None
    cache_tools: str | CacheToolsConfig | None
    cache_prompt: str | None
    strict_tools: bool | None
    include_tool_result_status: Literal["auto"] | bool | None
    guardrail_id: str | None
    guardrail_version: str | None
    guardrail_trace: Literal["enabled", "disabled", "enabled_full"] | None
    guardrail_latest_message: bool | None
    guardrail_stream_processing_mode: Literal["sync", "async"] | None
    guardrail_redact_input: bool | None
    guardrail_redact_input_message: str | None
    guardrail_redact_output: bool | None
    guardrail_redact_output_message: str | None
    additional_request_fields: dict[str, Any] | None
    additional_response_field_paths: list[str] | None
    additional_args: dict[str, Any] | None


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
