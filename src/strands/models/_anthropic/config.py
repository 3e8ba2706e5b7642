"""Settings of a model of Anthropic."""

# Annotations are evaluated here: what is required of a TypedDict cannot be told from text.

from typing import Any

from typing_extensions import Required

from strands.models.model import BaseModelConfig


class AnthropicConfig(BaseModelConfig, total=False):
    """Settings of a model of Anthropic.

    Attributes:
        max_tokens: Most tokens of a response.
        model_id: The model, such as `claude-sonnet-4-5`.
        params: Further arguments of the request, such as `temperature` or `thinking`; they win over all others.
        use_native_token_count: Let `count_tokens` ask the service rather than estimate.
    """

    max_tokens: Required[int]
    model_id: Required[str]
    params: dict[str, Any] | None
    use_native_token_count: bool
