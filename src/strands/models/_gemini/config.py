"""Settings of a model of Google."""

# Annotations are evaluated here: what is required of a TypedDict cannot be told from text.

from typing import Any

from typing_extensions import Required

from strands._extras import extra
from strands.models.model import BaseModelConfig

with extra("gemini"):
    from google import genai


class GeminiConfig(BaseModelConfig, total=False):
    """Settings of a model of Google.

    Attributes:
        model_id: The model, such as `gemini-2.5-flash`.
        params: Further settings of the request, such as `temperature`; they win over all others.
        gemini_tools: Tools of the service's own, such as Google Search.
        use_native_token_count: Let `count_tokens` ask the service rather than estimate.
    """

    model_id: Required[str]
    params: dict[str, Any]
    gemini_tools: list[genai.types.Tool]
    use_native_token_count: bool
