"""How services say that a conversation is too long: by a code, or else in words.

Words decide only where a service has no code for it: then its documentation names one error for all that is wrong with
a request, and that error has to be there, too. They are kept here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

CODES = frozenset({"context_length_exceeded", "exceed_context_size_error"})
"""OpenAI's code, which services with its interface have taken over; and llama.cpp's type."""


@dataclass(frozen=True, slots=True)
class Words:
    """By what words a service refuses a conversation that is too long."""

    error: str
    """The error that they come with: all that the service says for programs."""
    source: str
    """Where the service documents its errors."""
    parts: tuple[str, ...]
    """Parts of the message."""

    def are_in(self, message: str) -> bool:
        """Tell whether a message holds one of the parts, in capitals or not."""
        folded = message.lower()
        return any(part.lower() in folded for part in self.parts)


WORDS: Mapping[str, Words] = {
    "Anthropic": Words(
        "invalid_request_error",
        "https://docs.claude.com/en/api/errors",
        (
            "prompt is too long:",
            "input is too long",
            "input length exceeds context window",
            "input length and `max_tokens` exceed context limit",
            "input and output tokens exceed your context limit",
        ),
    ),
    "Bedrock": Words(  # also for the OpenAI-compatible endpoint
        "ValidationException",
        "https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html",
        (
            "Input is too long for requested model",
            "input length and `max_tokens` exceed context limit",
            "too many total text bytes",
            "prompt is too long",
        ),
    ),
    "Gemini": Words(
        "INVALID_ARGUMENT",
        "https://ai.google.dev/gemini-api/docs/troubleshooting",
        ("exceeds the maximum number of tokens",),
    ),
}
