"""Moved to `strands.hooks`."""

import warnings

from strands.hooks.events import (
    AfterMultiAgentInvocationEvent,
    AfterNodeCallEvent,
    BeforeMultiAgentInvocationEvent,
    BeforeNodeCallEvent,
    MultiAgentInitializedEvent,
)

__all__ = [
    "AfterMultiAgentInvocationEvent",
    "AfterNodeCallEvent",
    "BeforeMultiAgentInvocationEvent",
    "BeforeNodeCallEvent",
    "MultiAgentInitializedEvent",
]

warnings.warn(
    "strands.experimental.hooks.multiagent is deprecated. Use strands.hooks instead.",
    DeprecationWarning,
    stacklevel=2,
)
