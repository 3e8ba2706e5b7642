"""Vendors' errors as ours: by status and code, never by the words of a message."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from strands.models._overflow import CODES
from strands.types.exceptions import ContextWindowOverflowException, ModelThrottledException

logger = logging.getLogger(__name__)

THROTTLING_CODES = frozenset({"rate_limit_exceeded", "rate_limit_error"})
FINAL_CODES = frozenset({"insufficient_quota"})
"""Codes that come with the status of throttling, but do not pass with time."""

_KINDS = {
    ModelThrottledException: "throttled by the service",
    ContextWindowOverflowException: "context window overflow",
}


@contextmanager
def mapped_errors(
    *,
    overflow: type[Exception] | tuple[type[Exception], ...] = (),
    overflow_messages: Sequence[str] = (),
    by_origin: bool = False,
) -> Iterator[None]:
    """Raise errors of the vendor that agents know how to handle as ours; leave all others as they are.

    Args:
        overflow: The vendor's own classes for conversations that are too long.
        overflow_messages: Parts of messages that say so, for services that have no code for it.
        by_origin: Whether to go by the error that the service's own SDK raised first: some SDKs around others
            look for words in messages to choose what to raise.

    Raises:
        ModelThrottledException: If the service refuses the request over rate limits.
        ContextWindowOverflowException: If the conversation is longer than the model's context.
    """
    try:
        yield
    except Exception as error:
        too_long = isinstance(error, overflow) or any(part in str(error) for part in overflow_messages)
        ours = (
            ContextWindowOverflowException(str(error))
            if too_long
            else translated(_origin(error) if by_origin else error)
        )
        if ours is None:
            raise
        logger.warning("error=<%s> | %s", type(error).__name__, _KINDS[type(ours)])
        raise ours from error


@contextmanager
def raised_as_ours(
    vendors: type[Exception] | tuple[type[Exception], ...], translate: Callable[[Any], Exception | None]
) -> Iterator[None]:
    """Raise errors of the vendor's classes as what they translate to; those that translate to None as they are.

    Args:
        vendors: The classes.
        translate: Returns our exception for an error, or None.
    """
    try:
        yield
    except vendors as error:
        ours = translate(error)
        if ours is None:
            raise
        raise ours from error


Known = ModelThrottledException | ContextWindowOverflowException


def translated(error: BaseException) -> Known | None:
    """Return our exception for a vendor's error, or None."""
    status = getattr(error, "status_code", None) or getattr(getattr(error, "response", None), "status_code", None)
    return exception_for(str(error), status=status, codes=_codes(error), headers=_headers(error))


def exception_for(message: str, *, status: Any, codes: Set[str], headers: Mapping[str, str]) -> Known | None:
    """Return our exception for a refusal, or None if agents could do nothing about it.

    Args:
        message: What the service said.
        status: The HTTP status, if there was a response.
        codes: The service's codes and types for the error.
        headers: The response's headers.
    """
    if codes & CODES:
        return ContextWindowOverflowException(message)
    if (status == HTTPStatus.TOO_MANY_REQUESTS and not codes & FINAL_CODES) or codes & THROTTLING_CODES:
        return ModelThrottledException(message, retry_after_s=retry_after_s(headers))
    return None


def _origin(error: BaseException) -> BaseException:
    """Return the first error of the chain that a service described."""
    origin, link = error, error.__cause__ or error.__context__
    while link is not None:
        if hasattr(link, "status_code") or hasattr(link, "code"):
            origin = link
        link = link.__cause__ or link.__context__
    return origin


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Return how long a service asks to wait, in seconds; None if it does not say, or says it as a date."""
    for name, unit_s in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        figure = headers.get(name, "")
        if figure.replace(".", "", 1).isdecimal():
            return float(figure) * unit_s
    return None


def _codes(error: BaseException) -> set[str]:
    """Return how the error is called: its own code, and code and type in the body of the response."""
    own = {getattr(error, name, None) for name in ("code", "type")}
    body = getattr(error, "body", None) or getattr(getattr(error, "response", None), "text", None)
    return {code for code in own if isinstance(code, str)} | codes_in(body)


def codes_in(body: Any) -> set[str]:
    """Return code and type of the error that a body describes, as JSON or as an object."""
    described = _object(body)
    described = _object(described.get("error")) or described
    return {code for code in (described.get("code"), described.get("type")) if isinstance(code, str)}


def _object(content: Any) -> Mapping[str, Any]:
    """Return a JSON object, parsed if need be; empty if it is anything else."""
    if isinstance(content, str):
        try:
            content = json.loads(content)
        except ValueError:
            return {}
    return content if isinstance(content, Mapping) else {}


def _headers(error: BaseException) -> Mapping[str, str]:
    headers = getattr(error, "headers", None) or getattr(getattr(error, "response", None), "headers", None)
    return headers if isinstance(headers, Mapping) else {}
