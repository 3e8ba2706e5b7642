"""Why a model stopped, and what the response cost."""

from typing import Literal

from typing_extensions import Required, TypedDict

StopReason = Literal[
    "cancelled",
    "checkpoint",
    "content_filtered",
    "end_turn",
    "guardrail_intervened",
    "interrupt",
    "max_tokens",
    "stop_sequence",
    "tool_use",
]
"""Why a response ended; `cancelled`, `checkpoint` and `interrupt` come from this package, the others from the model."""


class Usage(TypedDict, total=False):
    """Tokens of one model call, or summed over several."""

    inputTokens: Required[int]
    outputTokens: Required[int]
    totalTokens: Required[int]
    cacheReadInputTokens: int
    cacheWriteInputTokens: int


class Metrics(TypedDict, total=False):
    """Durations of one model call, in milliseconds."""

    latencyMs: Required[int]
    timeToFirstByteMs: int
