"""What an agent can be called with, and what happens when it is called twice."""

from enum import Enum
from typing import TypeAlias

from strands.types.content import ContentBlock, Messages
from strands.types.interrupt import InterruptResponseContent

AgentInput: TypeAlias = str | list[ContentBlock] | list[InterruptResponseContent] | Messages | None
"""A prompt; None goes on with the history as it is."""


class ConcurrentInvocationMode(str, Enum):
    """What a second call does while the first is running."""

    THROW = "throw"
    """Raise `ConcurrencyException`."""

    UNSAFE_REENTRANT = "unsafe_reentrant"
    """Go ahead; the caller sees to it that the shared history stays valid."""
