"""What is known about models."""

from __future__ import annotations

from typing import Any

import pytest

from strands.models._defaults import get_context_window_limit, resolve_config_metadata


@pytest.mark.parametrize(
    ("model_id", "limit"),
    [
        ("amazon.nova-lite-v1:0", 300_000),
        ("us.amazon.nova-lite-v1:0", 300_000),
        ("apac.amazon.nova-micro-v1:0", 128_000),
        ("global.anthropic.claude-sonnet-4-6", 1_000_000),
        ("us.anthropic.claude-haiku-4-5-20251001-v1:0", 200_000),
        ("gpt-4.1", 1_047_576),
        ("openai.gpt-4o", 128_000),
        ("gpt-5.4-mini", 272_000),
        ("gpt-5.4", 1_050_000),
        ("gemini-2.5-pro", 1_048_576),
        ("mistral-large-latest", 262_144),
        ("mistral-small-latest", 131_072),
        ("us.us.amazon.nova-lite-v1:0", None),
        ("openai/gpt-4o", None),
        ("amazon.nova-lite-v1:0:300k", None),
        ("no-such-model", None),
        ("", None),
    ],
)
def test_context_window_limits(model_id: str, limit: int | None) -> None:
    """Proactive compression starts from these limits; an unknown model must stay unknown rather than be guessed."""
    assert get_context_window_limit(model_id) == limit


@pytest.mark.parametrize(
    ("config", "resolved"),
    [
        ({}, {"context_window_limit": 128_000}),
        ({"model_id": "other"}, {"model_id": "other", "context_window_limit": 128_000}),
        ({"context_window_limit": 3}, {"context_window_limit": 3}),
        ({"context_window_limit": None}, {"context_window_limit": None}),
    ],
)
def test_settings_are_completed_but_not_overruled(config: dict[str, Any], resolved: dict[str, Any]) -> None:
    before = dict(config)
    assert resolve_config_metadata(config, "gpt-4o") == resolved
    assert config == before


def test_settings_of_unknown_models_stay_as_they_are() -> None:
    assert resolve_config_metadata({"a": 1}, "no-such-model") == {"a": 1}
