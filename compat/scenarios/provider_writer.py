"""Writer's chat."""

from __future__ import annotations

from typing import Any

from compat.chat_completions import ANSWERS, STRUCTURED, TEXT
from compat.providers import Provider, register
from strands.models.writer import WriterModel


def model(url: str, **config: Any) -> WriterModel:
    arguments = {"base_url": url, "api_key": "k", "max_retries": 0}
    return WriterModel(client_args=arguments, **{"model_id": "m", **config})


CONFIGS: dict[str, dict[str, Any]] = {
    "plain": {},
    "inference": {
        "temperature": 0.5,
        "max_tokens": 9,
        "top_p": 0.9,
        "stop": ["END"],
        "stream_options": {"include_usage": True},
    },
}
register("provider_writer", Provider(model=model, text=TEXT, answers=ANSWERS, structured=STRUCTURED, configs=CONFIGS))
