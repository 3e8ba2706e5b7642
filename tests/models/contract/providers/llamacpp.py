"""A llama.cpp server."""

from __future__ import annotations

import json
from typing import Any

from strands.models.model import Model
from strands.testing.openai import OpenAIEndpoint
from tests.models.contract.provider import ALL, Provider, RealService


def _model(endpoint: Any) -> Model:
    from strands.models.llamacpp import LlamaCppModel

    return LlamaCppModel(endpoint.url)


def _real(url: str, model_id: str) -> Model:
    from strands.models.llamacpp import LlamaCppModel

    return LlamaCppModel(url, timeout=120, model_id=model_id)


PROVIDER = Provider(
    name="llama.cpp",
    sdk="httpx",
    endpoint=OpenAIEndpoint,
    model=_model,
    real=RealService(
        variable="LLAMACPP_URL",
        model=_real,
        model_id="default",
        has_keys=False,
        lacks=frozenset({"documents", "images", "parallel_tools", "reasoning", "tool_images"}),
    ),
    abilities=ALL,
    structured_turn=lambda name, fields: json.dumps(fields),
    auth_error="httpx.HTTPStatusError",
)
