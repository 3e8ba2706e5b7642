"""The exceptions of this package, one tree under `StrandsException`.

    StrandsException
    ├── EventLoopException               a run failed; wraps the cause
    ├── ConcurrencyException             an agent was called while it was running
    ├── model
    │   ├── ModelThrottledException          rate limit, may succeed later
    │   ├── ContextWindowOverflowException   the request is too long for the model
    │   ├── MaxTokensReachedException        the response was cut at its token limit
    │   ├── ProviderTokenCountError          the provider could not count tokens
    │   └── StructuredOutputException        no valid structured output was produced
    ├── tools
    │   ├── ToolProviderException            a provider of tools failed to load or clean up
    │   └── MCPClientInitializationError     an MCP server could not be connected
    └── state
        ├── SessionException                 a session could not be read or written
        └── SnapshotException                a snapshot is invalid or cannot be applied

The three groups are a reading aid, not classes.
"""

from __future__ import annotations

from typing import Any


class StrandsException(Exception):
    """Base of every exception that this package raises on its own account."""


class EventLoopException(StrandsException):
    """A run ended because of an unexpected exception.

    Attributes:
        original_exception: What went wrong.
        request_state: The run's request state at that moment.
    """

    def __init__(self, original_exception: Exception, request_state: Any = None) -> None:
        super().__init__(str(original_exception))
        self.original_exception = original_exception
        self.request_state = {} if request_state is None else request_state


class ConcurrencyException(StrandsException):
    """An agent was invoked while an earlier invocation of it was still running."""


class ModelThrottledException(StrandsException):
    """The provider refused a request over rate limits; the same request may succeed later.

    Attributes:
        message: What the provider said.
        retry_after_s: Seconds the provider asked to wait, or None when it gave no hint.
    """

    def __init__(self, message: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.retry_after_s = retry_after_s


class ContextWindowOverflowException(StrandsException):
    """The conversation is longer than the model's context window."""


class MaxTokensReachedException(StrandsException):
    """The model stopped at its limit of output tokens before the response was complete."""

    def __init__(self, message: str) -> None:
        super().__init__(message)


class ProviderTokenCountError(StrandsException):
    """The provider's own token counting failed; an estimate may be used instead."""


class StructuredOutputException(StrandsException):
    """The model did not produce output that fits the requested model.

    Attributes:
        message: What was wrong with the output.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class ToolProviderException(StrandsException):
    """A tool provider failed to load its tools or to release them."""


class MCPClientInitializationError(StrandsException):
    """The connection to an MCP server could not be established."""


class SessionException(StrandsException):
    """A session could not be created, read or written."""


class SnapshotException(StrandsException):
    """A snapshot is invalid, or cannot be taken or loaded as asked."""
