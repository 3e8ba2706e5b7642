"""Events of a remote agent that is reached over the A2A protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from strands.types._events import TypedEvent

if TYPE_CHECKING:
    from a2a.types import Message, Task, TaskArtifactUpdateEvent, TaskStatusUpdateEvent

    A2AResponse: TypeAlias = tuple[Task, TaskStatusUpdateEvent | TaskArtifactUpdateEvent | None] | Message | Any


def __getattr__(name: str) -> Any:
    # Only annotations need the vendor's classes, so importing this module must not load the vendor's package.
    if name != "A2AResponse":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from a2a.types import Message, Task, TaskArtifactUpdateEvent, TaskStatusUpdateEvent

    return tuple[Task, TaskStatusUpdateEvent | TaskArtifactUpdateEvent | None] | Message | Any


def __dir__() -> list[str]:
    return sorted([*globals(), "A2AResponse"])


class A2AStreamEvent(TypedEvent):
    """What the remote agent sent, unchanged."""

    def __init__(self, a2a_event: A2AResponse) -> None:
        super().__init__({"type": "a2a_stream", "event": a2a_event})
