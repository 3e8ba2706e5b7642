"""LiteLLM, on its way to a service of OpenAI's kind."""

from __future__ import annotations

import json
from typing import Any

from strands.models.model import Model
from strands.testing.openai import OpenAIEndpoint
from tests.models.contract.provider import ALL, Provider, RealService


def _model(endpoint: Any) -> Model:
    from strands.models.litellm import LiteLLMModel

    return LiteLLMModel(
        client_args={"api_key": "local", "api_base": endpoint.base_url, "num_retries": 0, "max_retries": 0},
        model_id="openai/gpt-4o",
    )


def _real(key: str, model_id: str) -> Model:
    from strands.models.litellm import LiteLLMModel

    return LiteLLMModel({"api_key": key}, model_id=model_id)


PROVIDER = Provider(
    name="LiteLLM",
    sdk="litellm",
    endpoint=OpenAIEndpoint,
    model=_model,
    real=RealService(
        variable="OPENAI_API_KEY",
        model=_real,
        model_id="openai/gpt-4.1-mini",
        lacks=frozenset({"reasoning", "video"}),
    ),
    abilities=ALL | {"video"},
    structured_turn=lambda name, fields: json.dumps(fields),
    ignored_warnings=("Accessing the 'model_", "Pydantic serializer warnings", "unclosed"),
    auth_error="litellm.exceptions.BadRequestError",
)
