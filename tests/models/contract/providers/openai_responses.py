"""OpenAI's Responses API."""

from __future__ import annotations

import json

from strands.models.model import Model
from strands.testing.openai_responses import OpenAIResponsesEndpoint
from tests.models.contract.provider import Provider, RealService


def _real(key: str, model_id: str) -> Model:
    from strands.models.openai_responses import OpenAIResponsesModel

    return OpenAIResponsesModel(client_args={"api_key": key}, model_id=model_id)


PROVIDER = Provider(
    name="OpenAI Responses",
    sdk="openai",
    endpoint=OpenAIResponsesEndpoint,
    model=lambda endpoint: endpoint.model(),
    real=RealService(
        variable="OPENAI_API_KEY",
        model=_real,
        model_id="gpt-5-mini",
        thinking={"params": {"reasoning": {"effort": "medium", "summary": "detailed"}}},
    ),
    structured_turn=lambda name, fields: json.dumps(fields),
    auth_error="openai.AuthenticationError",
)
