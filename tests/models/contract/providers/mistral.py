"""Mistral's API."""

from __future__ import annotations

from typing import Any

from strands.models.model import Model
from strands.testing import use
from strands.testing.openai import MistralEndpoint
from tests.models.contract.provider import ALL, Provider, RealService


def _model(endpoint: Any) -> Model:
    from strands.models.mistral import MistralModel

    return MistralModel(api_key="local", client_args={"server_url": endpoint.url}, model_id="local")


def _real(key: str, model_id: str) -> Model:
    from strands.models.mistral import MistralModel

    return MistralModel(key, model_id=model_id)


PROVIDER = Provider(
    name="Mistral",
    sdk="mistralai",
    endpoint=MistralEndpoint,
    model=_model,
    real=RealService(
        variable="MISTRAL_API_KEY",
        model=_real,
        model_id="mistral-medium-latest",
        lacks=frozenset({"reasoning"}),
    ),
    abilities=ALL - {"cache_usage", "documents"},
    structured_turn=lambda name, fields: use(f"extract_{name.lower()}", fields),
    auth_error="mistralai.models.SDKError",
)
