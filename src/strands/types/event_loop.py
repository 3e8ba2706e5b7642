"""Why a model stopped, and what the response cost."""

from typing import Literal

from typing_extensions import Required, TypedDict

StopReason = Literal[
    "end_turn",
    "tool_use",
    "max_tokens",
    "stop_sequence",
    "content_filtered",
    "guardrail_intervened",
    "cancelled",
    "interrupt",
    "checkpoint",
]
"""Why a response ended: up to `guardrail_intervened` as the model says, the others as this package says."""


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
