"""Anthropic."""

from strands.testing.anthropic import AnthropicEndpoint
from tests.models.contract.provider import Provider

PROVIDER = Provider(
    name="Anthropic",
    sdk="anthropic",
    endpoint=AnthropicEndpoint,
    model=lambda endpoint: endpoint.model(),
    auth_error="anthropic.AuthenticationError",
)
