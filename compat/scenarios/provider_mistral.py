"""Mistral's chat."""

from __future__ import annotations

from typing import Any

from compat.chat_completions import ANSWERS, STRUCTURED_BY_TOOL, TEXT, completed
from compat.providers import Provider, register
from strands.models.mistral import MistralModel


def model(url: str, **config: Any) -> MistralModel:
    return MistralModel(api_key="k", client_args={"server_url": url}, **{"model_id": "m", **config})


CONFIGS: dict[str, dict[str, Any]] = {"plain": {}, "inference": {"temperature": 0.5, "max_tokens": 9, "top_p": 0.9}}
ALL = {**ANSWERS, "in one piece": completed("a")}
register(
    "provider_mistral", Provider(model=model, text=TEXT, answers=ALL, structured=STRUCTURED_BY_TOOL, configs=CONFIGS)
)
