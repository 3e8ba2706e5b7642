"""Gemini."""

from __future__ import annotations

import json

from strands.testing.gemini import GeminiEndpoint
from tests.models.contract.provider import Provider

PROVIDER = Provider(
    name="Gemini",
    sdk="google.genai",
    endpoint=GeminiEndpoint,
    model=lambda endpoint: endpoint.model(),
    structured_turn=lambda name, fields: json.dumps(fields),
    ignored_warnings=("Inheritance class AiohttpClientSession",),
    auth_error="google.genai.errors.ClientError",
)
