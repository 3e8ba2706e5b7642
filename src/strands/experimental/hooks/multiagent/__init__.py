"""Moved to `strands.hooks`."""

from strands.experimental.hooks.multiagent.events import (
    AfterMultiAgentInvocationEvent as AfterMultiAgentInvocationEvent,
)
from strands.experimental.hooks.multiagent.events import AfterNodeCallEvent as AfterNodeCallEvent
from strands.experimental.hooks.multiagent.events import (
    BeforeMultiAgentInvocationEvent as BeforeMultiAgentInvocationEvent,
)
from strands.experimental.hooks.multiagent.events import BeforeNodeCallEvent as BeforeNodeCallEvent
from strands.experimental.hooks.multiagent.events import MultiAgentInitializedEvent as MultiAgentInitializedEvent
from strands.experimental.hooks.multiagent.events import __all__ as __all__
