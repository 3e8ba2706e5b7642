"""Writer's API."""

from __future__ import annotations

import json
from typing import Any

from strands.models.model import Model
from strands.testing.openai import WriterEndpoint
from tests.models.contract.provider import ALL, Provider, RealService


def _model(endpoint: Any) -> Model:
    from strands.models.writer import WriterModel

    client_args = {"api_key": "local", "base_url": endpoint.url, "max_retries": 0}
    return WriterModel(client_args, model_id="palmyra-x5", stream_options={"include_usage": True})


def _real(key: str, model_id: str) -> Model:
    from strands.models.writer import WriterModel

    return WriterModel({"api_key": key}, model_id=model_id)


PROVIDER = Provider(
    name="Writer",
    sdk="writerai",
    endpoint=WriterEndpoint,
    model=_model,
    real=RealService(
        variable="WRITER_API_KEY",
        model=_real,
        model_id="palmyra-x5",
        lacks=frozenset({"reasoning", "tool_images"}),
    ),
    abilities=ALL - {"cache_usage", "documents"},
    structured_turn=lambda name, fields: json.dumps(fields),
    auth_error="writerai.AuthenticationError",
)
