"""Events as consumers see them: their JSON, whatever they hold, and what must not be in it."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from decimal import Decimal
from enum import Enum
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

import pytest
from pydantic import BaseModel, ConfigDict

from strands import Agent, ModelRetryStrategy, tool
from strands.agent.agent_result import AgentResult
from strands.hooks import BeforeToolCallEvent, HookCallback
from strands.interrupt import Interrupt
from strands.multiagent import GraphBuilder, Swarm
from strands.telemetry.metrics import EventLoopMetrics
from strands.testing import ScriptedModel, cited, reasoning, text, throttled, use
from strands.types import _events
from strands.types._events import TypedEvent
from strands.types.a2a import A2AStreamEvent
from strands.types.events import jsonable


class City(BaseModel):
    """A city."""

    name: str
    founded: datetime


OSLO = City(name="Oslo", founded=datetime(1048, 1, 1, tzinfo=timezone.utc))
TOOL_USE: Any = {"toolUseId": "t1", "name": "weather", "input": {"city": "Oslo"}}
MESSAGE: Any = {"role": "assistant", "content": [{"image": {"format": "png", "source": {"bytes": b"\x89PNG"}}}]}
MESSAGE_AS_JSON = {"role": "assistant", "content": [{"image": {"format": "png", "source": {"bytes": "iVBORw=="}}}]}
INTERRUPT = Interrupt(id="i1", name="approve", reason=b"why")
INTERRUPT_AS_JSON = {"id": "i1", "name": "approve", "reason": "d2h5", "response": None}
RESULT = AgentResult("interrupt", MESSAGE, EventLoopMetrics(), {"secret": object()}, [INTERRUPT], OSLO)
RESULT_AS_JSON = {
    "stop_reason": "interrupt",
    "message": MESSAGE_AS_JSON,
    "interrupts": [INTERRUPT_AS_JSON],
    "structured_output": {"name": "Oslo", "founded": "1048-01-01T00:00:00Z"},
    "usage": {"inputTokens": 0, "outputTokens": 0, "totalTokens": 0},
}
STATE = {"agent": object(), "event_loop_cycle_span": object(), "request_state": {"a": 1}, "tenant": threading.Lock()}


class Orchestrated:
    """What an orchestrator or a node returns."""

    def to_dict(self) -> dict[str, Any]:
        return {"status": "completed", "bytes": b"\x00"}


ORCHESTRATED: Any = Orchestrated()
ORCHESTRATED_AS_JSON = {"status": "completed", "bytes": "AA=="}

KINDS: dict[str, tuple[TypedEvent, dict[str, Any]]] = {
    "init": (_events.InitEventLoopEvent(), {"init_event_loop": True}),
    "start": (_events.StartEvent(), {"start": True}),
    "cycle": (_events.StartEventLoopEvent(), {"start_event_loop": True}),
    "throttle": (_events.EventLoopThrottleEvent(4), {"event_loop_throttled_delay": 4}),
    "force stop": (
        _events.ForceStopEvent(RuntimeError("broken")),
        {"force_stop": True, "force_stop_reason": "broken"},
    ),
    "chunk": (
        _events.ModelStreamChunkEvent(
            {"contentBlockDelta": {"delta": {"reasoningContent": {"redactedContent": b"x"}}}}
        ),
        {"event": {"contentBlockDelta": {"delta": {"reasoningContent": {"redactedContent": "eA=="}}}}},
    ),
    "text": (_events.TextStreamEvent({"text": "Hi"}, "Hi"), {"data": "Hi", "delta": {"text": "Hi"}}),
    "tool input": (
        _events.ToolUseStreamEvent({"toolUse": {"input": "{"}}, {"toolUseId": "t1", "name": "weather", "input": "{"}),
        {
            "type": "tool_use_stream",
            "delta": {"toolUse": {"input": "{"}},
            "current_tool_use": {"toolUseId": "t1", "name": "weather", "input": "{"},
        },
    ),
    "reasoning": (
        _events.ReasoningTextStreamEvent({"reasoningContent": {"text": "Hm"}}, "Hm"),
        {"reasoningText": "Hm", "delta": {"reasoningContent": {"text": "Hm"}}, "reasoning": True},
    ),
    "signature": (
        _events.ReasoningSignatureStreamEvent({"reasoningContent": {"signature": "s"}}, "s"),
        {"reasoning_signature": "s", "delta": {"reasoningContent": {"signature": "s"}}, "reasoning": True},
    ),
    "redacted": (
        _events.ReasoningRedactedContentStreamEvent({"reasoningContent": {"redactedContent": b"x"}}, b"x"),
        {
            "reasoningRedactedContent": "eA==",
            "delta": {"reasoningContent": {"redactedContent": "eA=="}},
            "reasoning": True,
        },
    ),
    "citation": (
        _events.CitationStreamEvent({"citation": {"title": "Report"}}, {"title": "Report"}),
        {"citation": {"title": "Report"}, "delta": {"citation": {"title": "Report"}}},
    ),
    "message": (_events.ModelMessageEvent(MESSAGE), {"message": MESSAGE_AS_JSON}),
    "tool results": (_events.ToolResultMessageEvent(MESSAGE), {"message": MESSAGE_AS_JSON}),
    "structured output": (
        _events.StructuredOutputEvent(OSLO),
        {"structured_output": {"name": "Oslo", "founded": "1048-01-01T00:00:00Z"}},
    ),
    "tool stream": (
        _events.ToolStreamEvent(TOOL_USE, {"progress": 0.5, "raw": b"x"}),
        {"type": "tool_stream", "tool_stream_event": {"tool_use": TOOL_USE, "data": {"progress": 0.5, "raw": "eA=="}}},
    ),
    "agent as a tool": (
        _events.ToolStreamEvent(TOOL_USE, {"data": "Hi", "delta": {"text": "Hi"}, **STATE}),
        {
            "type": "tool_stream",
            "tool_stream_event": {"tool_use": TOOL_USE, "data": {"data": "Hi", "delta": {"text": "Hi"}}},
        },
    ),
    "result of an agent as a tool": (
        _events.ToolStreamEvent(TOOL_USE, {"result": RESULT}),
        {"type": "tool_stream", "tool_stream_event": {"tool_use": TOOL_USE, "data": {"result": RESULT_AS_JSON}}},
    ),
    "tool that yields a key of ours": (
        _events.ToolStreamEvent(TOOL_USE, {"result": 5}),
        {"type": "tool_stream", "tool_stream_event": {"tool_use": TOOL_USE, "data": {"result": 5}}},
    ),
    "tool that yields text": (
        _events.ToolStreamEvent(TOOL_USE, "half way"),
        {"type": "tool_stream", "tool_stream_event": {"tool_use": TOOL_USE, "data": "half way"}},
    ),
    "tool cancelled": (
        _events.ToolCancelEvent(TOOL_USE, "no"),
        {"tool_cancel_event": {"tool_use": TOOL_USE, "message": "no"}},
    ),
    "tool interrupted": (
        _events.ToolInterruptEvent(TOOL_USE, [INTERRUPT]),
        {"tool_interrupt_event": {"tool_use": TOOL_USE, "interrupts": [INTERRUPT_AS_JSON]}},
    ),
    "result": (_events.AgentResultEvent(RESULT), {"result": RESULT_AS_JSON}),
    "node start": (
        _events.MultiAgentNodeStartEvent("n1", "agent"),
        {"type": "multiagent_node_start", "node_id": "n1", "node_type": "agent"},
    ),
    "node stream": (
        _events.MultiAgentNodeStreamEvent("n1", {"data": "Hi", "delta": {"text": "Hi"}, **STATE}),
        {"type": "multiagent_node_stream", "node_id": "n1", "event": {"data": "Hi", "delta": {"text": "Hi"}}},
    ),
    "node within a node": (
        _events.MultiAgentNodeStreamEvent("n1", {**_events.MultiAgentNodeStreamEvent("n2", {"start": True})}),
        {
            "type": "multiagent_node_stream",
            "node_id": "n1",
            "event": {"type": "multiagent_node_stream", "node_id": "n2", "event": {"start": True}},
        },
    ),
    "node stop": (
        _events.MultiAgentNodeStopEvent("n1", ORCHESTRATED),
        {"type": "multiagent_node_stop", "node_id": "n1", "node_result": ORCHESTRATED_AS_JSON},
    ),
    "handoff": (
        _events.MultiAgentHandoffEvent(["n1"], ["n2"]),
        {"type": "multiagent_handoff", "from_node_ids": ["n1"], "to_node_ids": ["n2"]},
    ),
    "handoff with a message": (
        _events.MultiAgentHandoffEvent(["n1"], ["n2"], "yours"),
        {"type": "multiagent_handoff", "from_node_ids": ["n1"], "to_node_ids": ["n2"], "message": "yours"},
    ),
    "node cancelled": (
        _events.MultiAgentNodeCancelEvent("n1", "no"),
        {"type": "multiagent_node_cancel", "node_id": "n1", "message": "no"},
    ),
    "node interrupted": (
        _events.MultiAgentNodeInterruptEvent("n1", [INTERRUPT]),
        {"type": "multiagent_node_interrupt", "node_id": "n1", "interrupts": [INTERRUPT_AS_JSON]},
    ),
    "orchestrator's result": (
        _events.MultiAgentResultEvent(ORCHESTRATED),
        {"type": "multiagent_result", "result": ORCHESTRATED_AS_JSON},
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_json(kind: str) -> None:
    """Servers hand events on to browsers: the content must arrive, and nothing of the server with it."""
    event, expected = KINDS[kind]
    received = event.for_consumer({**STATE})
    assert received is not None
    projected = jsonable(received)
    assert json.loads(json.dumps(projected, allow_nan=False)) == projected == expected


class Task(BaseModel):
    """A task of a remote agent."""

    id: str = "task"
    history: list[str] = ["long", "ago"]


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        ((Task(), Task(id="update")), {"id": "update"}),
        ((Task(), None), {"id": "task"}),
        (Task(id="message"), {"id": "message"}),
        ("text", "text"),
    ],
)
def test_events_of_remote_agents_come_without_their_history(response: Any, expected: Any) -> None:
    """A task repeats all its messages with each update."""
    remote = {**A2AStreamEvent(response)}
    assert jsonable(remote) == {"type": "a2a_stream", "event": expected}
    of_node = {**_events.MultiAgentNodeStreamEvent("n1", remote)}
    assert jsonable(of_node) == {"type": "multiagent_node_stream", "node_id": "n1", "event": jsonable(remote)}


async def test_all_events_of_orchestrators_have_json() -> None:
    """The table above is of classes; these are the events that a graph and a swarm really send."""

    def member(name: str, *turns: Any) -> Agent:
        return Agent(model=ScriptedModel([*turns]), name=name, callback_handler=None)

    builder = GraphBuilder()
    builder.add_node(member("a", "One."), "a")
    builder.add_node(member("b", "Two."), "b")
    builder.add_edge("a", "b")
    swarm = Swarm(
        [member("c", use("handoff_to_agent", agent_name="d", message="Yours."), "Bye."), member("d", "Done.")]
    )
    for orchestrator in (builder.build(), swarm):
        projected = [jsonable(event) async for event in orchestrator.stream_async("Hi", {"tenant": threading.Lock()})]
        assert None not in projected
        sent = json.dumps(projected, allow_nan=False)
        assert "tenant" not in sent
        assert "<" not in sent
        kinds = [event["type"] for event in projected if event]
        assert (kinds[0], kinds[-1]) == ("multiagent_node_start", "multiagent_result")


def test_no_kind_is_forgotten() -> None:
    """A new event class needs a projection, or a reason why consumers never see it."""
    internal = {
        "ModelAttemptEvent",
        "TurnVerdictEvent",
        "EventLoopStopEvent",
        "ModelStopReason",
        "TextRunEvent",
        "ToolResultEvent",
        "TypedEvent",
        "ModelStreamEvent",
    }
    classes = {
        name
        for name, value in vars(_events).items()
        if isinstance(value, type) and issubclass(value, TypedEvent) and not name.startswith("_")
    }
    covered = {type(event).__name__ for event, _ in KINDS.values()}
    assert classes - covered - internal == {"AgentAsToolStreamEvent"}  # differs from its base in a property only


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"stop": ("end_turn", MESSAGE, object(), {})},
        {"type": "tool_result", "tool_result": {"toolUseId": "t1", "status": "success", "content": []}},
        {"tenant": "x"},
        {"message": MESSAGE, "tenant": "x"},
        {"result": 5},
        {"type": "multiagent_node_stream", "node_id": "n1", "event": {"tenant": "x"}},
        {"type": "multiagent_unheard_of", "node_id": "n1"},
    ],
    ids=lambda event: ", ".join(event) or "empty",
)
def test_what_is_no_event_of_ours_is_none(event: dict[str, Any]) -> None:
    """Nothing is known about it, so nothing of it may go out."""
    assert jsonable(event) is None


class Color(Enum):
    RED = "red"


class Custom:
    """An object of a tool's."""


@dataclass
class Holder:
    agent: Any


class Measured(BaseModel):
    value: float


class Unserialisable(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True)
    inner: Custom
    number: int = 1


def nested(depth: int) -> Any:
    value: Any = "bottom"
    for _ in range(depth):
        value = [value]
    return value


def circle() -> Any:
    value: dict[str, Any] = {"a": 1}
    value["self"] = value
    return value


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (float("nan"), None),
        (float("inf"), None),
        (b"\xff", "/w=="),
        (bytearray(b"x"), "eA=="),
        (memoryview(b"x"), "eA=="),
        ((1, 2), [1, 2]),
        ({1}, [1]),
        ({1: "a", None: "b"}, {"1": "a", "None": "b"}),
        (Color.RED, "red"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (PurePosixPath("/a"), "/a"),
        (Decimal("1.10"), "1.10"),
        (datetime(2025, 1, 2, tzinfo=timezone.utc), "2025-01-02T00:00:00+00:00"),
        (ValueError("bad"), "bad"),
        (OSLO, {"name": "Oslo", "founded": "1048-01-01T00:00:00Z"}),
        (Measured(value=float("nan")), {"value": None}),
        (Unserialisable(inner=Custom()), {"inner": "<Custom>", "number": 1}),
        (Custom(), "<Custom>"),
        (Holder(agent="x"), "<Holder>"),
        (City, "<ModelMetaclass>"),
        (circle(), {"a": 1, "self": "<dict>"}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_whatever_a_tool_yields_becomes_json(value: Any, expected: Any) -> None:
    """Tools yield what they like; one odd value must not break the stream of a server."""
    projected = jsonable(_events.ToolStreamEvent(TOOL_USE, value))
    assert projected is not None
    assert projected["tool_stream_event"]["data"] == expected
    json.dumps(projected, allow_nan=False)


def test_values_nested_without_end_are_cut_off() -> None:
    """A value that a tool built by mistake must not exhaust the stack."""
    projected = jsonable(_events.ToolStreamEvent(TOOL_USE, nested(10_000)))
    assert json.dumps(projected).count("[") < 100


@tool
def weather(city: str) -> str:
    """Tell the weather."""
    return f"{city}: rain"


async def events_of(agent: Agent, prompt: Any = "Hi", **options: Any) -> list[Mapping[str, Any]]:
    return [event async for event in agent.stream_async(prompt, **options)]


async def test_all_events_of_a_run_have_json() -> None:
    """The table above is of classes; these are the events that an agent really sends."""
    script: Any = [
        throttled(),
        [reasoning("Hm.", signature="s"), text("Let me look."), use("weather", city="Oslo")],
        [reasoning(redacted=b"\xff"), cited("It rains.", {"title": "Report"})],
        use("City", {"name": "Oslo", "founded": "1048-01-01T00:00:00Z"}),
    ]
    agent = Agent(
        model=ScriptedModel(script),
        tools=[weather],
        callback_handler=None,
        retry_strategy=ModelRetryStrategy(initial_delay=0),
    )
    events = await events_of(agent, structured_output_model=City, invocation_state={"tenant": threading.Lock()})
    projected = [jsonable(event) for event in events]
    assert None not in projected
    sent = json.dumps(projected, allow_nan=False)
    assert "tenant" not in sent
    assert not any(key in each for each in projected if each for key in ("agent", "request_state"))
    assert [[*each] for each in projected if each][-1] == ["result"]


async def test_size_does_not_depend_on_the_history() -> None:
    """Event by event the whole conversation would be sent again and again."""

    async def size(messages: list[Any]) -> int:
        agent = Agent(model=ScriptedModel(["Hello there."]), messages=messages, callback_handler=None)
        return sum(len(json.dumps(jsonable(event))) for event in await events_of(agent))

    long: list[Any] = [
        {"role": role, "content": [{"text": "x" * 1000}]} for _ in range(500) for role in ("user", "assistant")
    ]
    digits_of_the_latency = 10
    assert abs(await size(long) - await size([])) < digits_of_the_latency


async def test_interrupts_and_cancelled_tools_have_json() -> None:
    """Questions to a person are what a browser must show."""

    def run_of(decide: HookCallback[BeforeToolCallEvent]) -> Agent:
        agent = Agent(
            model=ScriptedModel([use("weather", city="Oslo"), "Done."]), tools=[weather], callback_handler=None
        )
        agent.add_hook(decide, BeforeToolCallEvent)
        return agent

    def ask(event: BeforeToolCallEvent) -> None:
        event.interrupt("approve", reason={"city": "Oslo"})

    def cancel(event: BeforeToolCallEvent) -> None:
        event.cancel_tool = "not now"

    asked = [jsonable(event) for event in await events_of(run_of(ask))]
    cancelled = [jsonable(event) for event in await events_of(run_of(cancel))]
    json.dumps([asked, cancelled])
    assert asked[-1] is not None
    assert asked[-1]["result"]["interrupts"][0]["reason"] == {"city": "Oslo"}
    assert any(event and "tool_interrupt_event" in event for event in asked)
    assert any(event and "tool_cancel_event" in event for event in cancelled)


async def test_events_of_an_agent_that_serves_as_a_tool_are_projected_as_events() -> None:
    """They carry an agent and spans of their own."""
    helper = Agent(model=ScriptedModel(["It rains."]), name="helper", callback_handler=None)
    agent = Agent(
        model=ScriptedModel([use("helper", input="?"), "Done."]), tools=[helper.as_tool()], callback_handler=None
    )
    streamed = [jsonable(event) for event in await events_of(agent) if event.get("type") == "tool_stream"]
    nested_events = [event["tool_stream_event"]["data"] for event in streamed if event]
    assert [event["data"] for event in nested_events if "data" in event] == ["It", " rains."]
    assert "Agent" not in json.dumps(streamed)
