"""Gemini."""

from __future__ import annotations

import json

from strands.models.model import Model
from strands.testing.gemini import GeminiEndpoint
from tests.models.contract.provider import Provider, RealService


def _real(key: str, model_id: str) -> Model:
    from strands.models.gemini import GeminiModel

    return GeminiModel(client_args={"api_key": key}, model_id=model_id)


PROVIDER = Provider(
    name="Gemini",
    sdk="google.genai",
    endpoint=GeminiEndpoint,
    model=lambda endpoint: endpoint.model(),
    real=RealService(
        variable="GEMINI_API_KEY",
        model=_real,
        model_id="gemini-2.5-flash",
        thinking={"params": {"thinking_config": {"include_thoughts": True}}},
    ),
    structured_turn=lambda name, fields: json.dumps(fields),
    ignored_warnings=("Inheritance class AiohttpClientSession",),
    auth_error="google.genai.errors.ClientError",
)
