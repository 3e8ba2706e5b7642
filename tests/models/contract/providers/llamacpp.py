"""A llama.cpp server."""

from __future__ import annotations

import json
from typing import Any

from strands.models.model import Model
from strands.testing.openai import OpenAIEndpoint
from tests.models.contract.provider import ALL, Provider


def _model(endpoint: Any) -> Model:
    from strands.models.llamacpp import LlamaCppModel

    return LlamaCppModel(endpoint.url)


PROVIDER = Provider(
    name="llamacpp",
    sdk="httpx",
    endpoint=OpenAIEndpoint,
    model=_model,
    abilities=ALL,
    structured_turn=lambda name, fields: json.dumps(fields),
    auth_error="httpx.HTTPStatusError",
)
