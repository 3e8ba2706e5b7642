"""The types of events: type checkers understand which keys an event has. Mypy checks this file; pytest runs it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from typing_extensions import assert_type

from strands import Agent
from strands.agent.agent_result import AgentResult
from strands.interrupt import Interrupt
from strands.testing import ScriptedModel
from strands.types.content import Message
from strands.types.events import AgentStreamEvent, AnyStreamEvent, CurrentToolUse, jsonable
from strands.types.streaming import ContentBlockDelta, StreamEvent
from strands.types.tools import ToolUse


def described(event: AgentStreamEvent) -> str:
    """Tell what an event is; each branch asserts what the checker concluded from the key."""
    if "data" in event:
        assert_type(event["data"], str)
        assert_type(event["delta"], ContentBlockDelta)
        return "text"
    if "event" in event:
        assert_type(event["event"], StreamEvent)
        return "chunk"
    if "current_tool_use" in event:
        assert_type(event["current_tool_use"], CurrentToolUse)
        return "tool input"
    if "message" in event:
        assert_type(event["message"], Message)
        return "message"
    if "tool_stream_event" in event:
        assert_type(event["tool_stream_event"]["tool_use"], ToolUse)
        return "tool stream"
    if "tool_interrupt_event" in event:
        assert_type(event["tool_interrupt_event"]["interrupts"], list[Interrupt])
        return "question"
    if "force_stop" in event:
        assert_type(event["force_stop_reason"], str)
        return "failure"
    if "result" in event:
        assert_type(event["result"], AgentResult)
        return "result"
    return "other"


def of_any_source(event: AnyStreamEvent) -> str:
    """Tell what an event is, also that of a node within a node."""
    if "node_id" not in event:
        return described(event) if "delta" in event else ""
    assert_type(event["node_id"], str)
    return of_any_source(event["event"]) if event["type"] == "multiagent_node_stream" else ""


async def test_checkers_and_run_time_agree() -> None:
    """A type that promises a key which is not there is worse than none."""
    agent = Agent(model=ScriptedModel(["Hello."]), callback_handler=None)
    events = agent.stream_async("Hi")
    typed: AsyncIterator[AgentStreamEvent] = events
    seen = [described(event) async for event in typed]
    assert [kind for kind in seen if kind not in ("other", "chunk")] == ["text", "message", "result"]


async def test_events_go_into_the_projection_without_a_cast() -> None:
    """The two belong together."""
    agent = Agent(model=ScriptedModel(["Hello."]), callback_handler=None)
    projected: list[dict[str, Any] | None] = [jsonable(event) async for event in agent.stream_async("Hi")]
    assert None not in projected


def test_events_of_orchestrators_are_told_apart() -> None:
    """Their kinds share keys."""
    said: AnyStreamEvent = {"data": "Hi", "delta": {"text": "Hi"}}
    for node_id in ("inner", "outer"):
        said = {"type": "multiagent_node_stream", "node_id": node_id, "event": said}
    assert of_any_source(said) == "text"
    assert of_any_source({"type": "multiagent_node_cancel", "node_id": "n1", "message": "no"}) == ""
