"""Which parts of an event callbacks may change, and in which order they run."""

from __future__ import annotations

import copy
import dataclasses
from typing import Any

import pytest

from strands import hooks
from strands.hooks import (
    AfterInvocationEvent,
    AfterModelCallEvent,
    AfterMultiAgentInvocationEvent,
    AfterNodeCallEvent,
    AfterToolCallEvent,
    AgentInitializedEvent,
    BaseHookEvent,
    BeforeInvocationEvent,
    BeforeModelCallEvent,
    BeforeMultiAgentInvocationEvent,
    BeforeNodeCallEvent,
    BeforeToolCallEvent,
    HookEvent,
    MessageAddedEvent,
    MultiAgentInitializedEvent,
)

WRITABLE: dict[type[BaseHookEvent], set[str]] = {
    AgentInitializedEvent: set(),
    BeforeInvocationEvent: {"messages"},
    AfterInvocationEvent: {"resume"},
    MessageAddedEvent: set(),
    BeforeModelCallEvent: set(),
    AfterModelCallEvent: {"retry"},
    BeforeToolCallEvent: {"selected_tool", "tool_use", "cancel_tool"},
    AfterToolCallEvent: {"result", "retry"},
    MultiAgentInitializedEvent: set(),
    BeforeMultiAgentInvocationEvent: set(),
    AfterMultiAgentInvocationEvent: set(),
    BeforeNodeCallEvent: {"cancel_node"},
    AfterNodeCallEvent: set(),
}
REVERSED = {
    AfterInvocationEvent,
    AfterModelCallEvent,
    AfterToolCallEvent,
    AfterMultiAgentInvocationEvent,
    AfterNodeCallEvent,
}

for_each_event = pytest.mark.parametrize("event_type", WRITABLE, ids=lambda event_type: event_type.__name__)


def make(event_type: type[Any]) -> Any:
    required = [
        field.name
        for field in dataclasses.fields(event_type)
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    ]
    return event_type(**dict.fromkeys(required, "old"))


def accepts_writes(event: object, name: str) -> bool:
    try:
        setattr(event, name, "new")
    except AttributeError as error:
        assert str(error) == f"Property {name} is not writable"
        return False
    return bool(getattr(event, name) == "new")


def test_every_event_is_listed_here() -> None:
    """A new event needs a decision on what callbacks may change."""
    exported = {getattr(hooks, name) for name in hooks.__all__ if name.endswith("Event")}
    assert exported == {*WRITABLE, BaseHookEvent, HookEvent}


@for_each_event
def test_callbacks_change_only_what_has_an_effect(event_type: type[BaseHookEvent]) -> None:
    """An assignment that nobody would read is a mistake, so it fails."""
    names = {field.name for field in dataclasses.fields(event_type)} | {"unknown", "should_reverse_callbacks"}
    assert {name for name in names if accepts_writes(make(event_type), name)} == WRITABLE[event_type]


@for_each_event
def test_events_that_end_something_reverse_their_callbacks(event_type: type[BaseHookEvent]) -> None:
    """Clean-up runs in the opposite order of set-up."""
    assert make(event_type).should_reverse_callbacks == (event_type in REVERSED)


@for_each_event
def test_copies_are_as_read_only_as_the_original(event_type: type[BaseHookEvent]) -> None:
    """Copying must not be a way around the guard."""
    event = make(event_type)
    assert copy.copy(event) == event
    assert not accepts_writes(copy.copy(event), "unknown")


def test_applications_events_choose_what_is_writable() -> None:
    """Events of an application's own follow the same rules through `_can_write`."""

    @dataclasses.dataclass
    class Custom(HookEvent):
        note: str = ""

        def _can_write(self, name: str) -> bool:
            return name == "note"

    agent: Any = "agent"
    event: Any = Custom(agent=agent)
    event.note = "changed"
    with pytest.raises(AttributeError, match="Property agent is not writable"):
        event.agent = "other"
    assert event == Custom(agent, "changed")
