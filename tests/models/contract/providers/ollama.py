"""Ollama."""

from __future__ import annotations

import json

from strands.testing.ollama import OllamaEndpoint
from tests.models.contract.provider import Provider

PROVIDER = Provider(
    name="Ollama",
    sdk="ollama",
    endpoint=OllamaEndpoint,
    model=lambda endpoint: endpoint.model(),
    abilities=frozenset({"images", "max_tokens", "reasoning", "structured_output", "tool_images", "tools"}),
    structured_turn=lambda name, fields: json.dumps(fields),
    auth_error="ollama.ResponseError",
)
