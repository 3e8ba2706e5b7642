"""Settings of a model that Ollama runs."""

from __future__ import annotations

from typing import Any

from strands.models.model import BaseModelConfig


class OllamaConfig(BaseModelConfig, total=False):
    """Settings of a model that Ollama runs.

    Attributes:
        model_id: The model, such as `llama3.2`.
        max_tokens: Most tokens of a response.
        temperature: Randomness of the response.
        top_p: Share of the probability that tokens are drawn from.
        stop_sequences: Texts that end a response.
        options: Further options of the model, such as `num_ctx`.
        keep_alive: How long the model stays in memory after a request, such as `5m`.
        additional_args: Further arguments of the request, such as `think`; they win over all others.
    """

    model_id: str
    max_tokens: int | None
    temperature: float | None
    top_p: float | None
    stop_sequences: list[str] | None
    options: dict[str, Any] | None
    keep_alive: str | None
    additional_args: dict[str, Any] | None
