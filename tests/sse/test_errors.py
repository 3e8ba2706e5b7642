"""Failures reach the page as one kind event, and bad arguments their caller at once."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from strands import Agent
from strands.sse import sse_stream
from strands.testing import ScriptedModel, error, overflow, stop, text, throttled, use
from strands.types.exceptions import ConcurrencyException, EventLoopException, StructuredOutputException
from tests.sse._client import frames_of, items, of_kind, text_in

SECRET = "arn:aws:iam::123456789012:role/secret"


async def failing(failure: Exception) -> AsyncGenerator[dict[str, Any], None]:
    yield {"data": "It is", "delta": {"text": "It is"}}
    raise failure


@pytest.mark.parametrize(
    ("turn", "code", "retryable"),
    [
        (throttled(), "throttled", True),
        (overflow(), "context_overflow", False),
        ([text("It is so lo"), stop("max_tokens")], "max_tokens", False),
        (error(ValueError(SECRET)), "internal", False),
        (error("AccessDeniedException", SECRET), "internal", False),
    ],
)
@pytest.mark.parametrize("turns_before", [[], [use("unknown")]])
async def test_what_fails_has_a_code_and_a_sentence(turns_before: Any, turn: Any, code: str, retryable: bool) -> None:
    """Pages decide by the code, people read the sentence; what went wrong inside is for the log."""
    agent = Agent(model=ScriptedModel([*turns_before, turn]), callback_handler=None, retry_strategy=None)
    frames = await frames_of(agent.stream_async("question"))
    (failure,) = of_kind("error", frames)
    assert (failure["type"], failure["retryable"]) == (code, retryable)
    assert set(failure) == {"message", "type", "retryable"}
    assert items(frames)[-1][0] == "error"
    assert SECRET not in "".join(frames)


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (ConcurrencyException(SECRET), "busy"),
        (StructuredOutputException(SECRET), "structured_output"),
        (TimeoutError(SECRET), "timeout"),
        (ConnectionResetError(SECRET), "unavailable"),
        (EventLoopException(EventLoopException(TimeoutError(SECRET))), "timeout"),
        (KeyError(SECRET), "internal"),
    ],
)
async def test_codes_of_other_failures(failure: Exception, code: str, caplog: pytest.LogCaptureFixture) -> None:
    """The table of docs/web.md; the log has what the page is not told."""
    frames = await frames_of(failing(failure))
    assert text_in(frames) == "It is"
    assert of_kind("error", frames)[0]["type"] == code
    assert SECRET not in "".join(frames)
    assert SECRET in caplog.text


async def test_a_message_of_ones_own() -> None:
    """It gets the failure itself, not what the event loop puts around it."""
    frames = await frames_of(failing(EventLoopException(KeyError("x"))), error_message=lambda error: repr(error))
    assert of_kind("error", frames)[0]["message"] == "KeyError('x')"


@pytest.mark.parametrize("message", [lambda error: 1 / 0, lambda error: None])
async def test_a_message_that_fails_is_replaced(message: Any, caplog: pytest.LogCaptureFixture) -> None:
    """The page gets its terminal event whatever happens."""
    frames = await frames_of(failing(KeyError("x")), error_message=message)
    assert of_kind("error", frames)[0]["message"] == "Something went wrong on our side. Please try again later."
    assert "error_message=" in caplog.text


async def no_result() -> AsyncGenerator[dict[str, Any], None]:
    yield {"start": True}


async def odd_result() -> AsyncGenerator[dict[str, Any], None]:
    yield {"result": "done"}


async def not_even_an_event() -> AsyncGenerator[Any, None]:
    yield "Hello"


@pytest.mark.parametrize("stream", [no_result, odd_result, not_even_an_event])
async def test_a_stream_that_is_none_of_an_agent(stream: Any, caplog: pytest.LogCaptureFixture) -> None:
    """The page hears that something is wrong, and the log what."""
    with caplog.at_level(logging.ERROR):
        assert [kind for kind, _ in items(await frames_of(stream()))] == ["error"]
    assert caplog.records


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"kinds": "text"}, TypeError, "kinds is 'text', expected a collection of error, interrupt, reasoning, "),
        ({"kinds": 3}, TypeError, "kinds is 3, expected a collection of"),
        ({"kinds": ["text", "txt"]}, ValueError, "kinds contains 'txt', expected some of error, interrupt, "),
        ({"kinds": [[]]}, ValueError, r"kinds contains \[\], expected some of error, interrupt, "),
        ({"keep_alive_s": 0}, ValueError, "keep_alive_s is 0, expected a positive number of seconds or None"),
        ({"keep_alive_s": float("nan")}, ValueError, "keep_alive_s is nan, expected a positive number"),
        ({"keep_alive_s": "15"}, TypeError, "keep_alive_s is '15', expected a number of seconds or None"),
        ({"keep_alive_s": True}, TypeError, "keep_alive_s is True, expected a number of seconds or None"),
        ({"first_id": "1"}, TypeError, "first_id is '1', expected an int"),
        ({"first_id": -1}, ValueError, "first_id is -1, expected zero or more"),
        ({"error_message": "Oops"}, TypeError, "error_message is 'Oops', expected a function"),
        ({"agent_stream": "Hello"}, TypeError, "agent_stream is 'Hello', expected what stream_async returns"),
    ],
)
async def test_wrong_arguments(arguments: dict[str, Any], error: type[Exception], message: str) -> None:
    """They raise at the call: at the first frame the response would have begun."""
    with pytest.raises(error, match=message):
        sse_stream(**{"agent_stream": failing(KeyError()), **arguments})
