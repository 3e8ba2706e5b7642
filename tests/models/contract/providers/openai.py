"""OpenAI's chat completions."""

from __future__ import annotations

import json

from strands.models.model import Model
from strands.testing.openai import OpenAIEndpoint
from tests.models.contract.provider import ALL, Provider, RealService


def _real(key: str, model_id: str) -> Model:
    from strands.models.openai import OpenAIModel

    return OpenAIModel(client_args={"api_key": key}, model_id=model_id)


PROVIDER = Provider(
    name="OpenAI",
    sdk="openai",
    endpoint=OpenAIEndpoint,
    model=lambda endpoint: endpoint.model(),
    real=RealService(variable="OPENAI_API_KEY", model=_real, model_id="gpt-4.1-mini", lacks=frozenset({"reasoning"})),
    abilities=ALL,
    structured_turn=lambda name, fields: json.dumps(fields),
    auth_error="openai.AuthenticationError",
)
