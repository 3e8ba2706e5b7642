"""The table of words by which services without a code say that a conversation is too long."""

from __future__ import annotations

from typing import Any

import pytest

from strands.models._overflow import WORDS
from strands.testing import AnthropicEndpoint, BedrockEndpoint, GeminiEndpoint, error
from strands.types.exceptions import ContextWindowOverflowException

ENDPOINTS: dict[str, tuple[Any, str]] = {
    "Anthropic": (AnthropicEndpoint, "UnrecognizedClientException"),
    "Bedrock": (BedrockEndpoint, "ThrottlingException"),
    "Gemini": (GeminiEndpoint, "AccessDeniedException"),
}
CASES = [(service, part) for service, words in WORDS.items() for part in words.parts]


async def _raised(service: str, code: str, message: str) -> Exception:
    with ENDPOINTS[service][0]([error(code, message)]) as endpoint, pytest.raises(Exception) as caught:
        async for _ in endpoint.model().stream([{"role": "user", "content": [{"text": "Hi"}]}]):
            pass
    return caught.value


@pytest.mark.parametrize(("service", "part"), CASES)
async def test_words_of_a_refused_request_mean_overflow(service: str, part: str) -> None:
    """Agents shorten the conversation and try again."""
    raised = await _raised(service, "ValidationException", f"Sorry: {part} 5 of 4")
    assert isinstance(raised, ContextWindowOverflowException)


@pytest.mark.parametrize("service", ENDPOINTS)
async def test_the_same_words_with_another_error_mean_nothing(service: str) -> None:
    """Words are looked at only where a service says nothing better."""
    raised = await _raised(service, ENDPOINTS[service][1], f"Sorry: {WORDS[service].parts[0]} 5 of 4")
    assert not isinstance(raised, ContextWindowOverflowException)


def test_every_entry_says_where_the_service_documents_its_errors() -> None:
    assert all(words.source.startswith("https://") and words.error for words in WORDS.values())
