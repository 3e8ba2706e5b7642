"""Ollama."""

from __future__ import annotations

import json

from strands.models.model import Model
from strands.testing.ollama import OllamaEndpoint
from tests.models.contract.provider import Provider, RealService


def _real(host: str, model_id: str) -> Model:
    from strands.models.ollama import OllamaModel

    return OllamaModel(host, model_id=model_id)


PROVIDER = Provider(
    name="Ollama",
    sdk="ollama",
    endpoint=OllamaEndpoint,
    model=lambda endpoint: endpoint.model(),
    real=RealService(
        variable="OLLAMA_HOST",
        model=_real,
        model_id="qwen3",
        has_keys=False,
        thinking={"additional_args": {"think": True}},
        lacks=frozenset({"images", "parallel_tools", "tool_images"}),
    ),
    abilities=frozenset(
        {"images", "max_tokens", "parallel_tools", "reasoning", "structured_output", "tool_images", "tools"}
    ),
    structured_turn=lambda name, fields: json.dumps(fields),
    auth_error="ollama.ResponseError",
)
