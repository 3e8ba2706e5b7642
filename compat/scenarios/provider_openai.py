"""OpenAI's chat completions."""

from __future__ import annotations

from typing import Any

from compat.chat_completions import ANSWERS, STRUCTURED, TEXT
from compat.providers import Provider, register
from strands.models.openai import OpenAIModel


def model(url: str, **config: Any) -> OpenAIModel:
    arguments = {"base_url": f"{url}/v1", "api_key": "k", "max_retries": 0}
    return OpenAIModel(client_args=arguments, **{"model_id": "m", **config})


CONFIGS: dict[str, dict[str, Any]] = {
    "plain": {},
    "params": {"params": {"temperature": 0.5, "max_tokens": 9}},
    "no model": {"model_id": ""},
}
register("provider_openai", Provider(model=model, text=TEXT, answers=ANSWERS, structured=STRUCTURED, configs=CONFIGS))
