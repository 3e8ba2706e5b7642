"""OpenAI's Responses API."""

from __future__ import annotations

import json

from strands.testing.openai_responses import OpenAIResponsesEndpoint
from tests.models.contract.provider import Provider

PROVIDER = Provider(
    name="OpenAI Responses",
    sdk="openai",
    endpoint=OpenAIResponsesEndpoint,
    model=lambda endpoint: endpoint.model(),
    structured_turn=lambda name, fields: json.dumps(fields),
    auth_error="openai.AuthenticationError",
)
