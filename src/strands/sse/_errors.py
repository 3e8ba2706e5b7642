"""What a page is told when a run fails: a stable code and a kind sentence, and never the exception's own text."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from strands.types.exceptions import (
    ConcurrencyException,
    ContextWindowOverflowException,
    EventLoopException,
    MaxTokensReachedException,
    ModelThrottledException,
    StructuredOutputException,
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PublicError:
    """A kind of failure, as a page may know it."""

    code: str
    sentence: str
    retryable: bool = False
    """Whether the same request may succeed later."""


INTERNAL = PublicError("internal", "Something went wrong on our side. Please try again later.")

_PUBLIC: tuple[tuple[type[Exception], PublicError], ...] = (
    (
        ModelThrottledException,
        PublicError("throttled", "There are many requests right now. Please try again in a moment.", True),
    ),
    (
        ContextWindowOverflowException,
        PublicError("context_overflow", "This conversation has become too long. Please start a new one."),
    ),
    (MaxTokensReachedException, PublicError("max_tokens", "The answer became too long and was cut off.")),
    (
        StructuredOutputException,
        PublicError("structured_output", "The answer did not take the form that was asked for.", True),
    ),
    (ConcurrencyException, PublicError("busy", "An earlier question is still being answered. Please wait.", True)),
    (TimeoutError, PublicError("timeout", "The answer took too long. Please try again.", True)),
    (ConnectionError, PublicError("unavailable", "The connection was lost. Please try again.", True)),
)


def root_of(error: Exception) -> Exception:
    """Return what went wrong, out of the event loop's exceptions around it."""
    while isinstance(error, EventLoopException):
        error = error.original_exception
    return error


def public_error(error: Exception) -> PublicError:
    """Return what a page may know of an exception."""
    return next((public for type_, public in _PUBLIC if isinstance(error, type_)), INTERNAL)


def kind_sentence(error: Exception) -> str:
    """Return a sentence for the person at the page, which depends on nothing but the exception's type."""
    return public_error(root_of(error)).sentence


def error_data(error: Exception, error_message: Callable[[Exception], str]) -> dict[str, Any]:
    """Return the data of an `error` event, and log the exception, which goes nowhere else."""
    cause = root_of(error)
    public = public_error(cause)
    logger.error("error_type=<%s> | the run failed, telling the client", public.code, exc_info=error)
    return {"message": _message(cause, error_message), "type": public.code, "retryable": public.retryable}


def _message(cause: Exception, error_message: Callable[[Exception], str]) -> str:
    try:
        message = error_message(cause)
    except Exception:
        logger.exception("error_message=<%r> | raised, using the default message", error_message)
        return kind_sentence(cause)
    if not isinstance(message, str):
        logger.error("error_message=<%r>, returned=<%r> | expected a str", error_message, message)
        return kind_sentence(cause)
    return message
