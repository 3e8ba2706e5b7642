"""What events, callbacks and providers of callbacks have to look like."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar, runtime_checkable

if TYPE_CHECKING:
    from strands.agent.agent import Agent
    from strands.hooks.registry import HookRegistry


@dataclass
class BaseHookEvent:
    """Base of all hook events.

    Once made, an event is read-only but for the attributes that callbacks may change.
    """

    _writable: ClassVar[frozenset[str]] = frozenset()
    _reverses_callbacks: ClassVar[bool] = False

    @property
    def should_reverse_callbacks(self) -> bool:
        """Whether the callback registered last runs first, so that clean-up mirrors set-up."""
        return self._reverses_callbacks

    def _can_write(self, name: str) -> bool:
        """Return whether callbacks may change this attribute."""
        return name in self._writable

    def __post_init__(self) -> None:
        self.__dict__["_is_sealed"] = True

    def __setattr__(self, name: str, value: Any) -> None:
        if "_is_sealed" in self.__dict__ and not self._can_write(name):
            raise AttributeError(f"Property {name} is not writable")
        object.__setattr__(self, name, value)


@dataclass
class HookEvent(BaseHookEvent):
    """Base of the events of a single agent.

    Attributes:
        agent: The agent it happened to.
    """

    agent: Agent


TEvent = TypeVar("TEvent", bound=BaseHookEvent, contravariant=True)
TInvokeEvent = TypeVar("TInvokeEvent", bound=BaseHookEvent)


class HookCallback(Protocol[TEvent]):
    """Reacts to an event; may be async, except for `AgentInitializedEvent`."""

    def __call__(self, event: TEvent) -> Awaitable[None] | None:
        """React to the event."""
        ...


@runtime_checkable
class HookProvider(Protocol):
    """Registers callbacks that belong together."""

    def register_hooks(self, registry: HookRegistry, **kwargs: Any) -> None:
        """Add the callbacks to the registry.

        Args:
            registry: Where to add them.
            **kwargs: Reserved for future use.
        """
        ...
