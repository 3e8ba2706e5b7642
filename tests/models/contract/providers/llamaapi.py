"""Meta's Llama API."""

from __future__ import annotations

import json
from typing import Any

from strands.models.model import Model
from strands.testing.openai import LlamaAPIEndpoint
from tests.models.contract.provider import ALL, Provider, RealService


def _model(endpoint: Any) -> Model:
    from strands.models.llamaapi import LlamaAPIModel

    client_args = {"api_key": "local", "base_url": endpoint.base_url, "max_retries": 0}
    return LlamaAPIModel(client_args=client_args, model_id="local")


def _real(key: str, model_id: str) -> Model:
    from strands.models.llamaapi import LlamaAPIModel

    return LlamaAPIModel(client_args={"api_key": key}, model_id=model_id)


PROVIDER = Provider(
    name="Llama API",
    sdk="llama_api_client",
    endpoint=LlamaAPIEndpoint,
    model=_model,
    real=RealService(
        variable="LLAMA_API_KEY",
        model=_real,
        model_id="Llama-4-Maverick-17B-128E-Instruct-FP8",
        lacks=frozenset({"tool_images"}),
    ),
    abilities=ALL - {"cache_usage", "documents", "reasoning"},
    structured_turn=lambda name, fields: json.dumps(fields),
    auth_error="llama_api_client.AuthenticationError",
)
