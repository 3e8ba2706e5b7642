"""Asking a human from a hook or a tool."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from strands.hooks.events import BeforeNodeCallEvent, BeforeToolCallEvent
from strands.interrupt import Interrupt, InterruptException, _InterruptState
from strands.types.interrupt import _Interruptible
from strands.types.tools import ToolContext, ToolUse

TOOL_USE: ToolUse = {"toolUseId": "tid", "name": "tool", "input": {}}
NAME_UUID = "bca95adb-b5f1-564f-96a7-6355c52d1fa7"  # of "foo"
NODE_UUID = "b675293d-9c78-5574-b663-08d047fc621c"  # of "nid"


def owner() -> Any:
    return SimpleNamespace(_interrupt_state=_InterruptState())


def tool_context(agent: Any) -> ToolContext:
    return ToolContext(tool_use=TOOL_USE, agent=agent, invocation_state={})


@pytest.mark.parametrize(
    ("interruptible", "interrupt_id"),
    [
        (tool_context, f"v1:tool_call:tid:{NAME_UUID}"),
        (
            lambda agent: BeforeToolCallEvent(agent=agent, selected_tool=None, tool_use=TOOL_USE, invocation_state={}),
            f"v1:before_tool_call:tid:{NAME_UUID}",
        ),
        (
            lambda agent: BeforeNodeCallEvent(source=agent, node_id="nid"),
            f"v1:before_node_call:{NODE_UUID}:{NAME_UUID}",
        ),
    ],
)
def test_first_ask_stops_the_run_under_a_stable_id(interruptible: Any, interrupt_id: str) -> None:
    """Ids are stored in sessions and sent to clients: they must be the same in every process and version."""
    agent = owner()
    with pytest.raises(InterruptException) as raised:
        interruptible(agent).interrupt("foo", "because")
    interrupt = Interrupt(interrupt_id, "foo", "because")
    assert raised.value.interrupt == interrupt
    assert agent._interrupt_state.interrupts == {interrupt_id: interrupt}


@pytest.mark.parametrize("response", ["yes", False, 0, "", []])
def test_ask_with_an_answer_returns_it(response: Any) -> None:
    """Every answer but None counts, also one that is falsy."""
    context = tool_context(owner())
    with pytest.raises(InterruptException) as raised:
        context.interrupt("foo", "because")
    raised.value.interrupt.response = response
    assert context.interrupt("foo", "asked again") == response


def test_answer_known_beforehand_does_not_stop_the_run() -> None:
    """Clients skip the question when the human said so earlier; the first answer stays."""
    context = tool_context(owner())
    assert context.interrupt("foo", response="trusted") == "trusted"
    assert context.interrupt("foo", response="other") == "trusted"


def test_answer_given_after_the_question_was_asked_does_not_count() -> None:
    """Once a human was asked, only a human answers."""
    context = tool_context(owner())
    with pytest.raises(InterruptException):
        context.interrupt("foo")
    with pytest.raises(InterruptException):
        context.interrupt("foo", response="sneaked in")


def test_asking_without_an_agent_is_an_error() -> None:
    """There would be nowhere to keep the question."""

    class Ownerless(_Interruptible):
        def _interrupt_id(self, name: str) -> str:
            return name

    with pytest.raises(RuntimeError, match="agent instance attribute not set"):
        Ownerless().interrupt("foo")
