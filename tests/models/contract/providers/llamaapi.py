"""Meta's Llama API."""

from __future__ import annotations

import json
from typing import Any

from strands.models.model import Model
from strands.testing.openai import LlamaAPIEndpoint
from tests.models.contract.provider import ALL, Provider


def _model(endpoint: Any) -> Model:
    from strands.models.llamaapi import LlamaAPIModel

    client_args = {"api_key": "local", "base_url": endpoint.base_url, "max_retries": 0}
    return LlamaAPIModel(client_args=client_args, model_id="local")


PROVIDER = Provider(
    name="llamaapi",
    sdk="llama_api_client",
    endpoint=LlamaAPIEndpoint,
    model=_model,
    abilities=ALL - {"cache_usage", "documents", "reasoning"},
    structured_turn=lambda name, fields: json.dumps(fields),
    auth_error="llama_api_client.AuthenticationError",
)
