"""Settings of a model behind the Responses API."""

from __future__ import annotations

from typing import Any

from strands.models.model import BaseModelConfig


class OpenAIResponsesConfig(BaseModelConfig, total=False):
    """Settings of a model behind the Responses API.

    Attributes:
        model_id: The model, such as `gpt-5`.
        stateful: Have the service keep the conversation, so that each run sends only what is new.
        params: Further arguments of the request, such as `max_output_tokens` or `reasoning`. Tools in them, such as
            `{"type": "web_search"}`, come before the agent's.
        use_native_token_count: Let `count_tokens` ask the service rather than estimate.
    """

    model_id: str
    stateful: bool
    params: dict[str, Any] | None
    use_native_token_count: bool
