"""LiteLLM, on its way to a service of OpenAI's kind."""

from __future__ import annotations

import json
from typing import Any

from strands.models.model import Model
from strands.testing.openai import OpenAIEndpoint
from tests.models.contract.provider import ALL, Provider


def _model(endpoint: Any) -> Model:
    from strands.models.litellm import LiteLLMModel

    return LiteLLMModel(
        client_args={"api_key": "local", "api_base": endpoint.base_url, "num_retries": 0, "max_retries": 0},
        model_id="openai/gpt-4o",
    )


PROVIDER = Provider(
    name="litellm",
    sdk="litellm",
    endpoint=OpenAIEndpoint,
    model=_model,
    abilities=ALL | {"video"},
    structured_turn=lambda name, fields: json.dumps(fields),
    ignored_warnings=("Accessing the 'model_", "Pydantic serializer warnings", "unclosed"),
    auth_error="litellm.exceptions.BadRequestError",
)
