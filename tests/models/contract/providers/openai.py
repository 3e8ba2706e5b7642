"""OpenAI's chat completions."""

from __future__ import annotations

import json

from strands.testing.openai import OpenAIEndpoint
from tests.models.contract.provider import ALL, Provider

PROVIDER = Provider(
    name="openai",
    sdk="openai",
    endpoint=OpenAIEndpoint,
    model=lambda endpoint: endpoint.model(),
    abilities=ALL,
    structured_turn=lambda name, fields: json.dumps(fields),
    auth_error="openai.AuthenticationError",
)
