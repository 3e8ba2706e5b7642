"""Session managers on a store that is written as users write theirs."""

from __future__ import annotations

import asyncio
import threading
from types import SimpleNamespace
from typing import Any

import pytest

from strands import tool
from strands.agent.conversation_manager import NullConversationManager, SummarizingConversationManager
from strands.hooks import BeforeToolCallEvent, HookRegistry, MessageAddedEvent
from strands.interrupt import _InterruptState
from strands.session import RepositorySessionManager
from strands.testing import use
from strands.types.content import Message
from strands.types.exceptions import SessionException
from strands.types.json_dict import JSONSerializableDict
from tests.session.stores import MemoryRepository, agent_with, call, model, plain, result, user


@tool
def n() -> str:
    """Answer."""
    return "r"


def summarizing() -> SummarizingConversationManager:
    return SummarizingConversationManager(summary_ratio=0.5, preserve_recent_messages=2)


def test_every_message_is_stored_when_it_is_added_and_the_state_when_it_changed() -> None:
    """An agent that is killed loses nothing that it had done; unchanged state costs nothing."""
    store = MemoryRepository()
    agent = agent_with(store.opened(), use("n"), "one", "two", tools=[n], messages=[user("before")])
    agent("q")
    agent.state.set("k", 1)
    agent("q")
    assert store.log == [
        "read_session",
        "create_session",
        "create_agent",
        "create_message 0",
        "create_message 1",
        "update_agent",
        "create_message 2",
        "create_message 3",
        "create_message 4",
        "create_message 5",
        "update_agent",
        "create_message 6",
    ]
    assert [message for _, message in store.stored()] == agent.messages


@pytest.mark.parametrize(
    "change",
    [
        lambda agent: agent.state.set("k", 1),
        lambda agent: agent._model_state.update(r=[1]),
        lambda agent: agent._interrupt_state.activate(),
        lambda agent: setattr(agent.conversation_manager, "removed_message_count", 1),
        lambda agent: setattr(agent, "state", JSONSerializableDict({"k": 1})),
        lambda agent: agent.load_snapshot(agent.take_snapshot(include=["state"])),
    ],
)
def test_changed_state_is_stored_once(change: Any) -> None:
    """Also where another object took the place of the one that counts its changes."""
    store = MemoryRepository()
    manager = store.opened()
    agent = agent_with(manager)
    manager.sync_agent(agent)
    store.log.clear()
    change(agent)
    manager.sync_agent(agent)
    manager.sync_agent(agent)
    assert store.log == ["update_agent"]


def test_nested_changes_of_the_model_state_are_seen() -> None:
    """What was stored is compared, not the same object with itself."""
    store = MemoryRepository()
    manager = store.opened()
    agent = agent_with(manager)
    agent._model_state["r"] = [1]
    manager.sync_agent(agent)
    agent._model_state["r"].append(2)
    store.log.clear()
    manager.sync_agent(agent)
    assert store.log == ["update_agent"]


def test_agents_of_a_session_have_different_ids() -> None:
    """They would overwrite each other's messages."""
    manager = MemoryRepository().opened()
    agent_with(manager)
    agent_with(manager, agent_id="other")
    with pytest.raises(SessionException, match=r"^The `agent_id` of an agent must be unique in a session\.$"):
        agent_with(manager)


def test_restored_agent_forgets_what_it_was_made_with() -> None:
    """Applications pass the same opening to every agent; the session has it already."""
    store = MemoryRepository().holding([user("q"), model("x")], state={"k": 1})
    opening = [user("opening")]
    agent = agent_with(store.opened(), messages=opening, state={"other": 2})
    assert (agent.messages, agent.state.get()) == ([user("q"), model("x")], {"k": 1})
    assert opening == [user("opening")]


def test_messages_taken_out_by_the_conversation_manager_stay_out() -> None:
    """The store keeps all; the model is sent what fits."""
    state = {"__name__": "SlidingWindowConversationManager", "removed_message_count": 3, "model_call_count": 2}
    store = MemoryRepository().holding(
        [user("0"), model("1"), user("2"), model("3"), user("4")], conversation_manager_state=state
    )
    agent = agent_with(store.opened(), "5")
    assert agent.messages == [model("3"), user("4")]
    assert agent.conversation_manager.get_state() == state
    agent("go on")
    assert [message_id for message_id, _ in store.stored()] == [0, 1, 2, 3, 4, 5, 6]


def test_ids_go_on_when_no_message_is_left_to_restore() -> None:
    """Beginning anew at 0 would overwrite the history in the store."""
    state = {"__name__": "SlidingWindowConversationManager", "removed_message_count": 2, "model_call_count": 0}
    store = MemoryRepository().holding([user("0"), model("1")], conversation_manager_state=state)
    agent_with(store.opened(), "3")("2")
    assert plain(message for _, message in store.stored()) == [user("0"), model("1"), user("2"), model("3")]


def test_summary_comes_before_the_messages_that_are_left() -> None:
    """It is no message of the conversation, so the store has it with the state."""
    store = MemoryRepository()
    manager = store.opened()
    history = [user("0"), model("1"), user("2"), model("3"), user("4"), model("5")]
    agent = agent_with(manager, "summary", messages=history, conversation_manager=summarizing())
    agent.conversation_manager.reduce_context(agent)
    manager.sync_agent(agent)
    again = agent_with(store.opened(), conversation_manager=summarizing())
    assert plain(again.messages) == plain(agent.messages)
    assert len(again.messages) < 6
    assert len(store.stored()) == 6


def test_another_conversation_manager_cannot_take_over() -> None:
    """It would not know which messages were taken out."""
    store = MemoryRepository().holding([])
    with pytest.raises(ValueError, match=r"^Invalid conversation manager state\.$"):
        agent_with(store.opened(), conversation_manager=NullConversationManager())


def test_waiting_interrupt_is_answered_in_another_process() -> None:
    """A human may take days."""
    store = MemoryRepository()

    def ask(event: BeforeToolCallEvent) -> None:
        if event.interrupt("permission", reason="May I?") != "yes":
            event.cancel_tool = "no"

    asked = agent_with(store.opened(), use("n"), tools=[n], hooks=[ask])("q")
    assert (asked.stop_reason, [interrupt.reason for interrupt in asked.interrupts or []]) == ("interrupt", ["May I?"])
    agent = agent_with(store.opened(), "done", tools=[n], hooks=[ask])
    answer: Any = {"interruptResponse": {"interruptId": asked.interrupts[0].id, "response": "yes"}}  # type: ignore[index]
    assert str(agent([answer])).strip() == "done"
    assert [block["toolResult"]["content"] for block in store.stored()[2][1]["content"]] == [[{"text": "r"}]]
    assert agent_with(store.opened())._interrupt_state == _InterruptState()


def test_broken_history_is_repaired_in_memory_only() -> None:
    """The store keeps what happened."""
    messages = [user("q"), model(call("a"), call("b")), user(result("a")), model("x")]
    store = MemoryRepository().holding(messages)
    agent = agent_with(store.opened())
    assert agent.messages == [
        *messages[:2],
        user(result("a"), result("b", "Tool was interrupted.", "error")),
        model("x"),
    ]
    assert [message for _, message in store.stored()] == messages


def test_redacting_needs_a_message() -> None:
    """There is nothing to stand in for."""
    manager = MemoryRepository().opened()
    agent = agent_with(manager)
    with pytest.raises(SessionException, match=r"^No message to redact\.$"):
        manager.redact_latest_message(user("x"), agent)


@pytest.mark.parametrize(
    "use_manager",
    [
        lambda manager, agent: manager.append_message(user("x"), agent),
        lambda manager, agent: manager.redact_latest_message(user("x"), agent),
    ],
)
def test_agent_of_another_session_is_refused(use_manager: Any) -> None:
    """Its messages would be numbered from 0 in a conversation that has other ones."""
    manager = MemoryRepository().opened()
    agent_with(manager, agent_id="known")
    stranger = SimpleNamespace(agent_id="stranger")
    with pytest.raises(SessionException, match=r"^agent_id is 'stranger', expected an initialized agent .*\['known'\]"):
        use_manager(manager, stranger)


def test_failed_write_leaves_no_gap() -> None:
    """The message is in the agent's history; the next one that can be stored takes its place."""
    store = MemoryRepository()
    manager = store.opened()
    agent = agent_with(manager)
    create, store.create_message = store.create_message, _failing  # type: ignore[method-assign]
    with pytest.raises(OSError, match="full"):
        manager.append_message(user("0"), agent)
    store.create_message = create  # type: ignore[method-assign]
    manager.append_message(user("1"), agent)
    assert store.stored() == [(0, user("1"))]


def _failing(*args: Any, **kwargs: Any) -> None:
    raise OSError("disk is full")


@pytest.mark.parametrize(
    "use_store",
    [
        lambda store: store.create_multi_agent("s", SimpleNamespace()),
        lambda store: store.read_multi_agent("s", "g"),
        lambda store: store.update_multi_agent("s", SimpleNamespace()),
    ],
)
def test_stores_for_single_agents_need_nothing_for_orchestrators(use_store: Any) -> None:
    """Stores written before there were orchestrators still work."""
    with pytest.raises(NotImplementedError, match=r"^MultiAgent is not implemented for this repository$"):
        use_store(MemoryRepository())


class Bidi:
    """The part of a bidirectional agent that a session keeps."""

    def __init__(self, *messages: Message, **state: Any) -> None:
        self.agent_id = "b"
        self.messages = list(messages)
        self.state = JSONSerializableDict(state)
        self._interrupt_state = _InterruptState()


def test_bidirectional_agents_are_kept() -> None:
    """They have messages and state as others do, but no conversation manager."""
    store = MemoryRepository()
    manager = store.opened()
    agent = Bidi(user("0"), k=1)
    manager.initialize_bidi_agent(agent)
    manager.append_bidi_message(model(call("a")), agent)
    manager.append_bidi_message(user("2"), agent)
    agent.state.set("k", 2)
    manager.sync_bidi_agent(agent)
    again = Bidi(user("opening"))
    store.opened().initialize_bidi_agent(again)
    assert again.state.get() == {"k": 2}
    lost = user(result("a", "Tool was interrupted.", "error"))
    assert again.messages == [user("0"), model(call("a")), lost, user("2")]
    with pytest.raises(SessionException, match="must be unique"):
        manager.initialize_bidi_agent(agent)


class Filtering(RepositorySessionManager):
    """A manager as users derive theirs."""

    def __init__(self, store: MemoryRepository) -> None:
        super().__init__(session_id="s", session_repository=store)
        self.threads: set[threading.Thread] = set()
        self.loops: list[bool] = []

    def initialize(self, agent: Any, **kwargs: Any) -> None:
        super().initialize(agent, **kwargs)
        agent.messages.insert(0, user("You know me."))

    def append_message(self, message: Message, agent: Any, **kwargs: Any) -> None:
        self.threads.add(threading.current_thread())
        self.loops.append(asyncio.get_running_loop().is_running())
        if message["content"] != [{"text": "secret"}]:
            super().append_message(message, agent, **kwargs)


async def test_subclass_is_called_where_it_always_was() -> None:
    """A subclass may use a connection that belongs to a thread, or start a task: it must be in the loop's thread."""
    store = MemoryRepository()
    manager = Filtering(store)
    agent = agent_with(manager, "fine")
    await agent.invoke_async("secret")
    assert plain(agent.messages) == [user("You know me."), user("secret"), model("fine")]
    assert plain(message for _, message in store.stored()) == [model("fine")]
    assert (manager.threads, manager.loops) == ({threading.current_thread()}, [True, True])


async def test_message_can_be_announced_without_a_loop_or_with_one() -> None:
    """Applications that add messages on their own announce them through the registry."""
    store = MemoryRepository()
    agent = agent_with(store.opened())
    registry: HookRegistry = agent.hooks
    registry.invoke_callbacks(MessageAddedEvent(agent=agent, message=user("0")))
    await registry.invoke_callbacks_async(MessageAddedEvent(agent=agent, message=user("1")))
    assert [message for _, message in store.stored()] == [user("0"), user("1")]
