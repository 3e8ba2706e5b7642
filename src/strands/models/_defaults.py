"""What is known about models, for users who do not say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

_C = TypeVar("_C", bound=Mapping[str, Any])

_MODEL_IDS_BY_LIMIT: dict[int, str] = {
    128_000: """
        amazon.nova-micro-v1:0
        gpt-4-turbo gpt-4o gpt-4o-mini gpt-5-pro
    """,
    131_072: "mistral-medium-2505 mistral-medium-latest mistral-small-3-2-2506 mistral-small-latest",
    200_000: """
        anthropic.claude-3-haiku-20240307-v1:0 anthropic.claude-3-opus-20240229-v1:0
        anthropic.claude-3-sonnet-20240229-v1:0 anthropic.claude-3-5-haiku-20241022-v1:0
        anthropic.claude-3-5-sonnet-20240620-v1:0 anthropic.claude-3-5-sonnet-20241022-v2:0
        anthropic.claude-3-7-sonnet-20240620-v1:0 anthropic.claude-3-7-sonnet-20250219-v1:0
        anthropic.claude-haiku-4-5-20251001-v1:0 anthropic.claude-haiku-4-5@20251001
        anthropic.claude-opus-4-20250514-v1:0 anthropic.claude-opus-4-1-20250805-v1:0
        anthropic.claude-opus-4-5-20251101-v1:0 anthropic.claude-sonnet-4-5-20250929-v1:0
        claude-3-haiku-20240307 claude-3-opus-20240229
        claude-3-5-haiku-20241022 claude-3-5-sonnet-20240620 claude-3-5-sonnet-20241022 claude-3-7-sonnet-20250219
        claude-haiku-4-5 claude-haiku-4-5-20251001
        claude-opus-4-20250514 claude-opus-4-1 claude-opus-4-1-20250805 claude-opus-4-5 claude-opus-4-5-20251101
        claude-sonnet-4-5 claude-sonnet-4-5-20250929
        o1 o3 o3-mini o3-pro o4-mini
    """,
    262_144: "mistral-large-2512 mistral-large-3 mistral-large-latest",
    272_000: "gpt-5 gpt-5-mini gpt-5-nano gpt-5.1 gpt-5.2 gpt-5.2-pro gpt-5.4-mini gpt-5.4-nano",
    300_000: "amazon.nova-lite-v1:0 amazon.nova-pro-v1:0",
    1_000_000: """
        amazon.nova-premier-v1:0 amazon.nova-2-lite-v1:0 amazon.nova-2-pro-preview-20251202-v1:0
        anthropic.claude-mythos-preview anthropic.claude-opus-4-6-v1 anthropic.claude-opus-4-7
        anthropic.claude-sonnet-4-20250514-v1:0 anthropic.claude-sonnet-4-6
        claude-opus-4-6 claude-opus-4-6-20260205 claude-opus-4-7 claude-opus-4-7-20260416
        claude-sonnet-4-20250514 claude-sonnet-4-6
    """,
    1_047_576: "gpt-4.1 gpt-4.1-mini gpt-4.1-nano",
    1_048_576: """
        gemini-2.0-flash gemini-2.0-flash-lite
        gemini-2.5-flash gemini-2.5-flash-lite gemini-2.5-pro
        gemini-3-flash-preview gemini-3-pro-preview gemini-3.1-flash-lite-preview gemini-3.1-pro-preview
    """,
    1_050_000: "gpt-5.4 gpt-5.4-pro gpt-5.5 gpt-5.5-pro",
}

_LIMITS = {model_id: limit for limit, model_ids in _MODEL_IDS_BY_LIMIT.items() for model_id in model_ids.split()}


def get_context_window_limit(model_id: str) -> int | None:
    """Return how many tokens fit into a model's context, or None when unknown.

    One prefix that ends in a dot, such as the region of a Bedrock inference profile, is looked past.
    """
    if model_id in _LIMITS:
        return _LIMITS[model_id]
    return _LIMITS.get(model_id.partition(".")[2])


def resolve_config_metadata(config: _C, model_id: str) -> _C:
    """Return the settings, completed by what is known about the model; the settings passed in are left as they are.

    Args:
        config: A provider's settings; what they hold wins, including None.
        model_id: The model that the settings are for.
    """
    if "context_window_limit" in config:
        return config
    limit = get_context_window_limit(model_id)
    if limit is None:
        return config
    return cast("_C", {**config, "context_window_limit": limit})
