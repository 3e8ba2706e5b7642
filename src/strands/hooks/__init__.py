"""Hooks: typed events of an agent's life that callbacks can watch, and in part change."""

from typing import TYPE_CHECKING

from strands._lazy import lazy_exports

if TYPE_CHECKING:
    from strands.hooks._contract import BaseHookEvent as BaseHookEvent
    from strands.hooks._contract import HookCallback as HookCallback
    from strands.hooks._contract import HookEvent as HookEvent
    from strands.hooks._contract import HookProvider as HookProvider
    from strands.hooks.events import AfterInvocationEvent as AfterInvocationEvent
    from strands.hooks.events import AfterModelCallEvent as AfterModelCallEvent
    from strands.hooks.events import AfterMultiAgentInvocationEvent as AfterMultiAgentInvocationEvent
    from strands.hooks.events import AfterNodeCallEvent as AfterNodeCallEvent
    from strands.hooks.events import AfterToolCallEvent as AfterToolCallEvent
    from strands.hooks.events import AgentInitializedEvent as AgentInitializedEvent
    from strands.hooks.events import BeforeInvocationEvent as BeforeInvocationEvent
    from strands.hooks.events import BeforeModelCallEvent as BeforeModelCallEvent
    from strands.hooks.events import BeforeMultiAgentInvocationEvent as BeforeMultiAgentInvocationEvent
    from strands.hooks.events import BeforeNodeCallEvent as BeforeNodeCallEvent
    from strands.hooks.events import BeforeToolCallEvent as BeforeToolCallEvent
    from strands.hooks.events import MessageAddedEvent as MessageAddedEvent
    from strands.hooks.events import MultiAgentInitializedEvent as MultiAgentInitializedEvent
    from strands.hooks.registry import HookRegistry as HookRegistry

__all__ = [
    "AfterInvocationEvent",
    "AfterModelCallEvent",
    "AfterMultiAgentInvocationEvent",
    "AfterNodeCallEvent",
    "AfterToolCallEvent",
    "AgentInitializedEvent",
    "BaseHookEvent",
    "BeforeInvocationEvent",
    "BeforeModelCallEvent",
    "BeforeMultiAgentInvocationEvent",
    "BeforeNodeCallEvent",
    "BeforeToolCallEvent",
    "HookCallback",
    "HookEvent",
    "HookProvider",
    "HookRegistry",
    "MessageAddedEvent",
    "MultiAgentInitializedEvent",
]

_IN_REGISTRY = ("BaseHookEvent", "HookCallback", "HookEvent", "HookProvider", "HookRegistry")

__getattr__, __dir__ = lazy_exports(
    __name__,
    {name: f"strands.hooks.{'registry' if name in _IN_REGISTRY else 'events'}" for name in __all__},
)
