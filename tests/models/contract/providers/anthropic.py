"""Anthropic."""

from __future__ import annotations

from strands.models.model import Model
from strands.testing.anthropic import AnthropicEndpoint
from tests.models.contract.provider import Provider, RealService


def _real(key: str, model_id: str) -> Model:
    from strands.models.anthropic import AnthropicModel

    return AnthropicModel(client_args={"api_key": key}, model_id=model_id, max_tokens=1000)


PROVIDER = Provider(
    name="Anthropic",
    sdk="anthropic",
    endpoint=AnthropicEndpoint,
    model=lambda endpoint: endpoint.model(),
    real=RealService(
        variable="ANTHROPIC_API_KEY",
        model=_real,
        model_id="claude-haiku-4-5",
        thinking={"max_tokens": 4000, "params": {"thinking": {"type": "enabled", "budget_tokens": 1024}}},
    ),
    auth_error="anthropic.AuthenticationError",
)
