"""A llama.cpp server, which speaks chat completions."""

from __future__ import annotations

from typing import Any

from compat.chat_completions import ANSWERS, STRUCTURED, TEXT
from compat.providers import Provider, register
from strands.models.llamacpp import LlamaCppModel


def model(url: str, **config: Any) -> LlamaCppModel:
    return LlamaCppModel(base_url=url, **{"model_id": "m", **config})


CONFIGS: dict[str, dict[str, Any]] = {
    "plain": {},
    "params": {
        "params": {"temperature": 0.5, "max_tokens": 9, "grammar": "g", "top_k": 3, "json_schema": {"type": "object"}}
    },
}
register("provider_llamacpp", Provider(model=model, text=TEXT, answers=ANSWERS, structured=STRUCTURED, configs=CONFIGS))
