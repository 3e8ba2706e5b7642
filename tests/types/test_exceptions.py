"""The exception tree."""

from __future__ import annotations

import pickle

import pytest

from strands.types import exceptions
from strands.types.exceptions import (
    EventLoopException,
    MaxTokensReachedException,
    ModelThrottledException,
    StrandsException,
    StructuredOutputException,
)

EXCEPTIONS = [
    member for member in vars(exceptions).values() if isinstance(member, type) and issubclass(member, Exception)
]


@pytest.mark.parametrize("exception_type", EXCEPTIONS, ids=lambda member: member.__name__)
def test_every_exception_is_caught_by_the_base(exception_type: type[Exception]) -> None:
    """One `except` clause is enough for everything this package raises on its own account."""
    with pytest.raises(StrandsException, match="why"):
        raise exception_type("why")


def test_event_loop_exception_tells_what_its_cause_tells() -> None:
    """Callers log the wrapper, but need the cause."""
    cause = ValueError("no such thing")
    wrapped = EventLoopException(cause, {"step": 1})
    assert (str(wrapped), wrapped.original_exception, wrapped.request_state) == ("no such thing", cause, {"step": 1})


def test_event_loop_exception_without_request_state_has_an_empty_one() -> None:
    """Readers of `request_state` need no case for its absence."""
    assert EventLoopException(ValueError("x")).request_state == {}


@pytest.mark.parametrize("exception_type", [ModelThrottledException, StructuredOutputException])
def test_message_attribute_repeats_the_text(
    exception_type: type[ModelThrottledException | StructuredOutputException],
) -> None:
    """Clients read `.message`."""
    assert (exception_type("slow").message, str(exception_type("slow"))) == ("slow", "slow")


@pytest.mark.parametrize("retry_after_s", [None, 2.5])
def test_throttling_carries_the_providers_hint(retry_after_s: float | None) -> None:
    """A retry strategy can wait as long as the provider asks for, also when the exception crossed a process."""
    exception = ModelThrottledException("slow", retry_after_s=retry_after_s)
    assert pickle.loads(pickle.dumps(exception)).retry_after_s == retry_after_s


def test_max_tokens_exception_needs_a_message() -> None:
    """Raising it without saying what happened is a mistake."""
    with pytest.raises(TypeError, match="message"):
        MaxTokensReachedException()  # type: ignore[call-arg]
