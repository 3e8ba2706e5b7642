"""LiteLLM, speaking chat completions to the endpoint."""

from __future__ import annotations

from typing import Any

from compat.chat_completions import ANSWERS, STRUCTURED, TEXT
from compat.providers import Provider, register
from strands.models.litellm import LiteLLMModel


def model(url: str, **config: Any) -> LiteLLMModel:
    arguments = {"api_base": f"{url}/v1", "api_key": "k", "max_retries": 0}
    return LiteLLMModel(client_args=arguments, **{"model_id": "openai/m", **config})


CONFIGS: dict[str, dict[str, Any]] = {"plain": {}, "params": {"params": {"temperature": 0.5, "max_tokens": 9}}}
register("provider_litellm", Provider(model=model, text=TEXT, answers=ANSWERS, structured=STRUCTURED, configs=CONFIGS))
