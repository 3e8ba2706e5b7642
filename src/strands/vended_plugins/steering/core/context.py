"""What steering decisions are based on: values that callbacks gather while the agent runs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, cast, get_args, get_origin

from strands.hooks.registry import HookEvent
from strands.types.json_dict import JSONSerializableDict

EventType = TypeVar("EventType", bound=HookEvent, contravariant=True)


@dataclass
class SteeringContext:
    """What is known about the run so far."""

    data: JSONSerializableDict = field(default_factory=JSONSerializableDict)


class SteeringContextCallback(ABC, Generic[EventType]):
    """Adds what an event tells to the context; the type argument of its base says which events it wants."""

    @property
    def event_type(self) -> type[HookEvent]:
        """The events that it wants.

        Raises:
            ValueError: If no base class has a type argument.
        """
        for base in (base for cls in type(self).__mro__ for base in cls.__dict__.get("__orig_bases__", ())):
            if get_origin(base) is SteeringContextCallback and not isinstance(get_args(base)[0], TypeVar):
                return cast("type[HookEvent]", get_args(base)[0])
        raise ValueError("Could not determine event type from generic parameter")

    def __call__(self, event: EventType, steering_context: SteeringContext, **kwargs: Any) -> None:
        """Take note of an event.

        Args:
            event: The event.
            steering_context: Where to write.
            **kwargs: Reserved for future use.
        """
        raise NotImplementedError(f"{type(self).__name__} must define __call__")


class SteeringContextProvider(ABC):
    """Provides callbacks that gather one kind of context."""

    @abstractmethod
    def context_providers(self, **kwargs: Any) -> list[SteeringContextCallback[Any]]:
        """Return the callbacks.

        Args:
            **kwargs: Reserved for future use.
        """
