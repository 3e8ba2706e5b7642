"""Vendors' errors as ours, by status and code."""

from __future__ import annotations

from typing import Any

import pytest

from strands.models._chat.errors import mapped_errors, retry_after_s, translated
from strands.types.exceptions import ContextWindowOverflowException, ModelThrottledException


class VendorError(Exception):
    """An error in the shape that most SDKs have."""

    def __init__(self, message: str = "No.", **attributes: Any) -> None:
        super().__init__(message)
        self.__dict__.update(attributes)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (VendorError(status_code=429), ModelThrottledException),
        (VendorError(status_code=429, code="insufficient_quota"), type(None)),
        (VendorError(code="rate_limit_exceeded"), ModelThrottledException),
        (VendorError(body={"error": {"type": "rate_limit_error"}}), ModelThrottledException),
        (VendorError(status_code=400, code="context_length_exceeded"), ContextWindowOverflowException),
        (
            VendorError(body='{"error": {"code": 400, "type": "exceed_context_size_error"}}'),
            ContextWindowOverflowException,
        ),
        (VendorError("429 rate limit: context_length_exceeded", status_code=400), type(None)),
        (VendorError(status_code=500, body="<html>"), type(None)),
        (ValueError("rate limit"), type(None)),
    ],
)
def test_errors_are_told_apart_by_status_and_code(error: Exception, expected: type) -> None:
    """Words in a message mean nothing: users write them, too."""
    assert type(translated(error)) is expected


def test_other_errors_pass_as_they_are() -> None:
    """What the vendor says is what helps."""
    error = VendorError(status_code=401)
    with pytest.raises(VendorError) as caught, mapped_errors():
        raise error
    assert caught.value is error


def test_the_vendors_class_for_overflow_counts() -> None:
    """Some SDKs have a class where others have a code."""
    with pytest.raises(ContextWindowOverflowException) as caught, mapped_errors(overflow=VendorError):
        raise VendorError
    assert isinstance(caught.value.__cause__, VendorError)


def test_messages_count_where_the_service_has_no_code() -> None:
    """Bedrock has none."""
    with pytest.raises(ContextWindowOverflowException), mapped_errors(overflow_messages=["too long"]):
        raise VendorError("Input is too long for requested model")


def test_the_first_error_of_a_chain_decides_if_asked_to() -> None:
    """LiteLLM looks for words in messages to choose what to raise."""
    with pytest.raises(VendorError), mapped_errors(by_origin=True):
        try:
            raise VendorError(status_code=400)
        except VendorError as first:
            raise VendorError(status_code=429) from first


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"retry-after": "2"}, 2.0),
        ({"retry-after-ms": "1500", "retry-after": "2"}, 1.5),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, None),
        ({}, None),
    ],
)
def test_the_wait_that_a_service_asks_for(headers: dict[str, str], expected: float | None) -> None:
    """Agents wait for it rather than for a guess."""
    assert retry_after_s(headers) == expected
