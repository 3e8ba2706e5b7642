"""Vendors' errors as ours: by status and code, never by the words of a message."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from strands.types.exceptions import ContextWindowOverflowException, ModelThrottledException

logger = logging.getLogger(__name__)

THROTTLING_CODES = frozenset({"rate_limit_exceeded", "rate_limit_error"})
FINAL_CODES = frozenset({"insufficient_quota"})
"""Codes that come with the status of throttling, but do not pass with time."""
OVERFLOW_CODES = frozenset({"context_length_exceeded", "exceed_context_size_error"})


@contextmanager
def mapped_errors() -> Iterator[None]:
    """Raise errors of the vendor that agents know how to handle as ours; leave all others as they are.

    Raises:
        ModelThrottledException: If the service refuses the request over rate limits.
        ContextWindowOverflowException: If the conversation is longer than the model's context.
    """
    try:
        yield
    except Exception as error:
        ours = translated(error)
        if ours is None:
            raise
        raise ours from error


def translated(error: Exception) -> Exception | None:
    """Return our exception for a vendor's error, or None."""
    codes = _codes(error)
    if codes & OVERFLOW_CODES:
        logger.warning("codes=<%s> | context window overflow", sorted(codes))
        return ContextWindowOverflowException(str(error))
    status = getattr(error, "status_code", None)
    if (status == HTTPStatus.TOO_MANY_REQUESTS and not codes & FINAL_CODES) or codes & THROTTLING_CODES:
        return ModelThrottledException(str(error), retry_after_s=retry_after_s(_headers(error)))
    return None


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Return how long a service asks to wait, in seconds; None if it does not say, or says it as a date."""
    for name, unit_s in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        figure = headers.get(name, "")
        if figure.replace(".", "", 1).isdecimal():
            return float(figure) * unit_s
    return None


def _codes(error: Exception) -> set[str]:
    """Return how the error is called: its own code, and code and type in the body of the response."""
    codes = {getattr(error, name, None) for name in ("code", "type")}
    body = _object(getattr(error, "body", None))
    for described in (body, _object(body.get("error"))):
        codes |= {described.get(name) for name in ("code", "type")}
    return {code for code in codes if isinstance(code, str)}


def _object(content: Any) -> Mapping[str, Any]:
    """Return a JSON object, parsed if need be; empty if it is anything else."""
    if isinstance(content, str):
        try:
            content = json.loads(content)
        except ValueError:
            return {}
    return content if isinstance(content, Mapping) else {}


def _headers(error: Exception) -> Mapping[str, str]:
    headers = getattr(error, "headers", None) or getattr(getattr(error, "response", None), "headers", None)
    return headers if isinstance(headers, Mapping) else {}
