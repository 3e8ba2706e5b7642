"""Taking an agent's state at one moment and putting it back."""

from __future__ import annotations

import json
from typing import Any

import pytest

from strands import Agent
from strands.agent.conversation_manager import NullConversationManager, SummarizingConversationManager
from strands.interrupt import _InterruptState
from strands.testing import ScriptedModel
from strands.types._snapshot import ALL_SNAPSHOT_FIELDS, Snapshot
from strands.types.exceptions import SnapshotException

WINDOW = {"__name__": "SlidingWindowConversationManager", "removed_message_count": 0, "model_call_count": 0}
NO_INTERRUPT = {"interrupts": {}, "context": {}, "activated": False}
INTERRUPT = {
    "interrupts": {"i": {"id": "i", "name": "n", "reason": "r", "response": None}},
    "context": {"tool_results": [b"x"]},
    "activated": True,
}


def agent_with(*turns: Any, **arguments: Any) -> Agent:
    return Agent(model=ScriptedModel(list(turns)), callback_handler=None, **arguments)


def said(text: str, role: Any = "user") -> Any:
    return {"role": role, "content": [{"text": text}]}


def snapshot(**data: Any) -> Snapshot:
    return Snapshot(scope="agent", schema_version="1.0", data=data, app_data={})


def described(agent: Agent) -> dict[str, Any]:
    return agent.take_snapshot(include=list(ALL_SNAPSHOT_FIELDS)).data


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"preset": "session"}, ["messages", "state", "conversation_manager_state", "interrupt_state"]),
        ({"preset": "session", "exclude": ["messages"]}, ["state", "conversation_manager_state", "interrupt_state"]),
        ({"include": ["system_prompt", "state", "messages"]}, ["messages", "state", "system_prompt"]),
    ],
)
def test_snapshot_holds_the_chosen_fields(options: Any, expected: list[str]) -> None:
    """Always in the same order, so that snapshots can be compared as text."""
    assert list(agent_with().take_snapshot(**options).data) == expected


def test_snapshot_of_everything() -> None:
    """Plain values, which the application stores as it likes."""
    agent = agent_with("x", system_prompt="be kind", state={"k": {"n": 1}})
    agent("q")
    taken = agent.take_snapshot(include=list(ALL_SNAPSHOT_FIELDS), app_data={"user": 1}).to_dict()
    assert json.loads(json.dumps(taken)) == {
        "scope": "agent",
        "schema_version": "1.0",
        "created_at": taken["created_at"],
        "data": {
            "messages": agent.messages,
            "state": {"k": {"n": 1}},
            "conversation_manager_state": WINDOW,
            "interrupt_state": NO_INTERRUPT,
            "system_prompt": [{"text": "be kind"}],
        },
        "app_data": {"user": 1},
    }


@pytest.mark.parametrize("options", [{}, {"exclude": ["state"]}, {"preset": "session", "include": ["mood"]}])
def test_choice_of_nothing_or_of_unknown_fields_is_refused(options: Any) -> None:
    """Such a snapshot would restore nothing when it is needed."""
    with pytest.raises(SnapshotException):
        agent_with().take_snapshot(**options)


def test_snapshot_and_agent_do_not_share_values() -> None:
    """The agent goes on after it was taken, and after it was loaded."""
    app_data = {"tags": ["a"]}
    agent = agent_with(messages=[said("q")], state={"k": [1]})
    agent._interrupt_state.context["c"] = [1]
    taken = agent.take_snapshot(preset="session", app_data=app_data)
    before = json.dumps(taken.to_dict())
    other = agent_with()
    other.load_snapshot(taken)
    for one in (agent, other):
        one.messages[0]["content"][0]["text"] = "changed"
        one._interrupt_state.context["c"].append(2)
        one.state.set("k", 2)
    app_data["tags"].append("b")
    assert json.dumps(taken.to_dict()) == before


def test_loaded_snapshot_brings_the_agent_back() -> None:
    """The conversation goes on from there, any number of times."""
    agent = agent_with("one", "two", "three", system_prompt="be kind")
    agent("q")
    agent.state.set("k", 1)
    taken = Snapshot.from_dict(json.loads(json.dumps(agent.take_snapshot(preset="session").to_dict())))
    at_that_time = described(agent)
    agent("q")
    agent.state.set("k", 2)
    agent.load_snapshot(taken)
    assert described(agent) == at_that_time
    assert str(agent("q")).strip() == "three"
    assert [message["content"] for message in agent.messages][1::2] == [[{"text": "one"}], [{"text": "three"}]]


@pytest.mark.parametrize(
    ("data", "changed"),
    [
        ({}, {}),
        ({"mood": "fine"}, {}),
        ({"messages": []}, {}),
        ({"state": {"other": 1}}, {}),
        ({"state": None}, {"state": {}}),
        ({"interrupt_state": INTERRUPT}, {}),
        ({"conversation_manager_state": {**WINDOW, "removed_message_count": 4}}, {}),
        ({"system_prompt": None}, {}),
        ({"system_prompt": "other"}, {"system_prompt": [{"text": "other"}]}),
        ({"system_prompt": [{"text": "a"}, {"cachePoint": {"type": "default"}}]}, {}),
    ],
)
def test_only_what_the_snapshot_holds_is_put_back(data: dict[str, Any], changed: dict[str, Any]) -> None:
    """Fields of a later version are passed over."""
    agent = agent_with(messages=[said("q")], state={"k": 1}, system_prompt="be kind")
    before = described(agent)
    agent.load_snapshot(snapshot(**data))
    known: dict[str, Any] = {name: value for name, value in data.items() if name in ALL_SNAPSHOT_FIELDS}
    before.update(known, **changed)
    assert described(agent) == before


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({"conversation_manager_state": {"__name__": "Other"}}, ValueError),
        ({"state": {"k": object()}}, ValueError),
        ({"interrupt_state": {}}, KeyError),
    ],
)
def test_snapshot_that_does_not_fit_changes_nothing(data: dict[str, Any], error: type[Exception]) -> None:
    """Half of a snapshot is worse than none."""
    agent = agent_with(messages=[said("q")], state={"k": 1}, system_prompt="be kind")
    before = described(agent)
    with pytest.raises(error):
        agent.load_snapshot(snapshot(**{"messages": [], "state": {}, "system_prompt": None, **data}))
    assert described(agent) == before


def test_dict_in_place_of_a_snapshot_is_refused() -> None:
    """What was stored as JSON comes back as a dict; the error names the way from one to the other."""
    agent = agent_with(messages=[said("q")])
    with pytest.raises(TypeError, match=r"^snapshot must be a Snapshot, got \{.*Snapshot\.from_dict makes one"):
        agent.load_snapshot(agent.take_snapshot(preset="session").to_dict())  # type: ignore[arg-type]


@pytest.mark.parametrize(("field", "value"), [("schema_version", "2.0"), ("scope", "graph")])
def test_snapshot_of_another_kind_is_refused(field: str, value: str) -> None:
    """Its fields may mean something else."""
    taken = snapshot(messages=[])
    setattr(taken, field, value)
    agent = agent_with(messages=[said("q")])
    with pytest.raises(SnapshotException, match=value):
        agent.load_snapshot(taken)
    assert agent.messages == [said("q")]


def test_summary_is_not_put_in_twice() -> None:
    """It is among the snapshot's messages; a session, which keeps all messages, has to add it."""

    def summarizing() -> SummarizingConversationManager:
        return SummarizingConversationManager(summary_ratio=0.5, preserve_recent_messages=2)

    history = [said(str(index), "assistant" if index % 2 else "user") for index in range(8)]
    agent = agent_with("summary", messages=history, conversation_manager=summarizing())
    agent.conversation_manager.reduce_context(agent)
    other = agent_with(conversation_manager=summarizing())
    other.load_snapshot(agent.take_snapshot(preset="session"))
    assert described(other) == described(agent)
    assert len(other.messages) < len(history) + 1


def test_interrupt_waits_in_the_agent_that_it_was_loaded_into() -> None:
    """The answer may come after the process that asked is gone."""
    agent = agent_with(conversation_manager=NullConversationManager())
    agent.load_snapshot(snapshot(interrupt_state=INTERRUPT))
    assert agent._interrupt_state == _InterruptState.from_dict(INTERRUPT)
    with pytest.raises(TypeError, match="must resume from interrupt"):
        agent("Hello?")
