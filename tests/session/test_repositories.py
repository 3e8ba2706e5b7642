"""What every store of ours does, in a folder and in a bucket."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from strands.types.exceptions import SessionException
from strands.types.session import Session, SessionAgent, SessionMessage, SessionType
from tests.session.stores import OpenSession, Orchestrator, agent_with, model, plain, result, user


def ids(messages: list[SessionMessage]) -> list[int]:
    return [message.message_id for message in messages]


@pytest.fixture
def store(open_session: OpenSession) -> Any:
    """A session with an agent that has no messages."""
    manager = open_session("s")
    manager.create_agent("s", SessionAgent("a", {"k": "ü"}, {"c": 1}))
    return manager


def test_session_is_created_once(open_session: OpenSession) -> None:
    """Opening a session again finds what was there."""
    assert open_session("s").session.to_dict() == open_session("s").session.to_dict()


def test_session_that_exists_is_not_created_again(open_session: OpenSession) -> None:
    """Its agents would lose their session."""
    with pytest.raises(SessionException, match=r"^Session s already exists$"):
        open_session("s").create_session(Session("s", SessionType.AGENT))


def test_unknown_things_are_none(store: Any) -> None:
    """Looking is no error."""
    assert [
        store.read_session("other"),
        store.read_agent("s", "other"),
        store.read_agent("other", "a"),
        store.read_message("s", "a", 0),
        store.read_multi_agent("s", "other"),
    ] == [None] * 5


@pytest.mark.parametrize(
    ("update", "error"),
    [
        (lambda store: store.update_agent("s", SessionAgent("b", {}, {})), "Agent b in session s does not exist"),
        (lambda store: store.update_message("s", "a", SessionMessage(user("x"), 7)), "Message 7 does not exist"),
        (
            lambda store: store.update_multi_agent("s", Orchestrator("g", {})),
            "MultiAgent state g in session s does not exist",
        ),
        (lambda store: store.delete_session("other"), "Session other does not exist"),
    ],
)
def test_updating_what_is_not_there_is_an_error(store: Any, update: Any, error: str) -> None:
    """It would hide that something was deleted in the meantime."""
    with pytest.raises(SessionException, match=f"^{error}$"):
        update(store)


def test_update_of_an_agent_keeps_the_time_of_its_creation(store: Any) -> None:
    """Managers describe the agent as it is now, without its past."""
    created = store.read_agent("s", "a").created_at
    update = SessionAgent("a", {"k": 2}, {}, {"x": [1]}, created_at="now", updated_at="now")
    store.update_agent("s", update)
    assert store.read_agent("s", "a") == SessionAgent("a", {"k": 2}, {}, {"x": [1]}, created, "now")
    assert update.created_at == created


def test_update_of_a_message_keeps_the_time_of_its_creation(store: Any) -> None:
    """It is what a redaction uses."""
    message = SessionMessage(user("secret"), 3)
    store.create_message("s", "a", message)
    store.update_message("s", "a", SessionMessage(user("secret"), 3, user("[redacted]"), "now", "now"))
    expected = SessionMessage(user("secret"), 3, user("[redacted]"), message.created_at, "now")
    assert store.read_message("s", "a", 3) == expected


@pytest.mark.parametrize(
    ("limit", "offset", "expected"),
    [
        (None, 0, [0, 1, 2, 9, 10, 11, 100]),
        (2, 0, [0, 1]),
        (2, 2, [2, 9]),
        (None, 5, [11, 100]),
        (100, 6, [100]),
        (0, 0, []),
        (2, 100, []),
    ],
)
def test_messages_come_in_the_order_of_their_ids(store: Any, limit: int | None, offset: int, expected: Any) -> None:
    """The order of their names is another one, and so is that of their creation."""
    for message_id in (10, 2, 100, 0, 11, 9, 1):
        store.create_message("s", "a", SessionMessage(user(str(message_id)), message_id))
    assert ids(store.list_messages("s", "a", limit=limit, offset=offset)) == expected


@pytest.mark.parametrize(
    "block",
    [
        {"image": {"format": "png", "source": {"bytes": b"\x89PNG\x00\xff"}}},
        {"toolResult": {"toolUseId": "t", "status": "success", "content": [{"json": {"a": [1, None, 0.5, True]}}]}},
        "ü ☃ 🌌 \x00 \u2028 </script>",
        "half of a pair: \ud83c",
        {"reasoningContent": {"redactedContent": b""}},
    ],
)
def test_content_comes_back_as_it_was(store: Any, block: Any) -> None:
    """Providers refuse histories whose bytes or signatures changed."""
    store.create_message("s", "a", SessionMessage(user(block), 0))
    assert store.read_message("s", "a", 0).message == user(block)
    assert [message.message for message in store.list_messages("s", "a")] == [user(block)]


def test_bytes_in_the_state_of_an_interrupt_come_back(store: Any) -> None:
    """Results of tools that ran before the interrupt wait in its context, and may be images."""
    internal = {"interrupt_state": {"interrupts": {}, "context": {"tool_results": [b"\xff"]}, "activated": True}}
    store.update_agent("s", SessionAgent("a", {}, {}, internal))
    assert store.read_agent("s", "a")._internal_state == internal


def test_what_json_cannot_hold_is_an_error_and_leaves_what_was_there(store: Any) -> None:
    """The session stays readable."""
    message = SessionMessage(user("x"), 0)
    store.create_message("s", "a", message)
    with pytest.raises(TypeError, match="Object of type object is not JSON serializable: <object"):
        store.create_message("s", "a", SessionMessage(user({"text": object()}), 0))
    assert store.list_messages("s", "a") == [message]


def test_orchestrators_are_kept(store: Any) -> None:
    """Graphs and swarms go on where they were."""
    store.create_multi_agent("s", Orchestrator("g", {"n": 1}))
    store.update_multi_agent("s", Orchestrator("g", {"n": 2, "ü": b"x"}))
    assert store.read_multi_agent("s", "g") == {"n": 2, "ü": b"x"}


def test_manager_restores_an_orchestrator(open_session: OpenSession) -> None:
    """The first manager stores it, later ones give the state back."""
    source: Any = Orchestrator("g", {"n": 1})
    manager = open_session("s")
    manager.initialize_multi_agent(source)
    source.state = {"n": 2}
    manager.sync_multi_agent(source)
    again: Any = Orchestrator("g", {})
    open_session("s").initialize_multi_agent(again)
    assert again.state == {"n": 2}


def test_deleted_session_is_gone_with_all_it_held(open_session: OpenSession, store: Any) -> None:
    """There are more objects than fit on a page; the next session of that id begins anew, and others stay."""
    other = open_session("s2")
    for index in range(25):
        store.create_message("s", "a", SessionMessage(user("x"), index))
    store.delete_session("s")
    assert (store.read_session("s"), store.read_agent("s", "a"), store.read_message("s", "a", 0)) == (None, None, None)
    assert other.read_session("s2") is not None


SESSION_CALLS: list[Any] = [
    lambda store, id_: store.create_session(Session(id_, SessionType.AGENT)),
    lambda store, id_: store.read_session(id_),
    lambda store, id_: store.delete_session(id_),
    lambda store, id_: store.list_messages(id_, "a"),
]
AGENT_CALLS: list[Any] = [
    lambda store, id_: store.create_agent("s", SessionAgent(id_, {}, {})),
    lambda store, id_: store.read_agent("s", id_),
    lambda store, id_: store.update_agent("s", SessionAgent(id_, {}, {})),
    lambda store, id_: store.create_message("s", id_, SessionMessage(user("x"), 0)),
    lambda store, id_: store.read_message("s", id_, 0),
    lambda store, id_: store.update_message("s", id_, SessionMessage(user("x"), 0)),
    lambda store, id_: store.list_messages("s", id_),
]
MULTI_AGENT_CALLS: list[Any] = [
    lambda store, id_: store.create_multi_agent("s", Orchestrator(id_, {})),
    lambda store, id_: store.read_multi_agent("s", id_),
    lambda store, id_: store.update_multi_agent("s", Orchestrator(id_, {})),
]


@pytest.mark.parametrize("id_", ["../s2", "/etc", "a/b", "a/", "..//x", "a\0b"])
@pytest.mark.parametrize(
    ("field", "calls"),
    [("session_id", SESSION_CALLS), ("agent_id", AGENT_CALLS), ("multi_agent_id", MULTI_AGENT_CALLS)],
)
def test_ids_that_lead_elsewhere_are_refused(store: Any, field: str, calls: list[Any], id_: str) -> None:
    """An id often comes from a request: it must not reach what belongs to another user."""
    for use in calls:
        with pytest.raises(ValueError, match=rf"^{field}=.* \| id cannot contain") as refused:
            use(store, id_)
        assert id_ in str(refused.value) or repr(id_) in str(refused.value)


@pytest.mark.parametrize("id_", ["..", ".", "", "a b", "ü", "a\\b", "a:b", "%2e%2e%2f"])
def test_other_ids_are_parts_of_a_path(store: Any, id_: str) -> None:
    """With its prefix none of them leads out of the folder; sessions may have such ids already."""
    store.create_agent("s", SessionAgent(id_, {"id": id_}, {}))
    store.create_message("s", id_, SessionMessage(user("x"), 0))
    assert store.read_agent("s", id_).state == {"id": id_}
    assert ids(store.list_messages("s", id_)) == [0]
    assert ids(store.list_messages("s", "a")) == []


@pytest.mark.parametrize("message_id", ["0", "../0", None, 1.0])
def test_message_ids_are_numbers(store: Any, message_id: Any) -> None:
    """They are parts of names, too."""
    with pytest.raises(ValueError, match=r"^message_id=<.*> \| message id must be an integer$"):
        store.read_message("s", "a", message_id)


def test_conversation_goes_on_in_another_process(open_session: OpenSession) -> None:
    """What sessions are for."""
    first = agent_with(open_session("s"), "Hello, Ada.", state={"name": "Ada"})
    first("I am Ada.")
    again = agent_with(open_session("s"), "Ada.")
    assert (again.messages, again.state.get()) == (first.messages, {"name": "Ada"})
    again("Who am I?")
    assert plain(agent_with(open_session("s")).messages) == [
        user("I am Ada."),
        model("Hello, Ada."),
        user("Who am I?"),
        model("Ada."),
    ]


def test_redacted_message_is_restored_as_it_was_shown(open_session: OpenSession) -> None:
    """What a guardrail took out stays in the store only."""
    manager = open_session("s")
    agent = agent_with(manager, "The password is x.")
    agent("Tell me.")
    manager.redact_latest_message(model("[blocked]"), agent)
    assert plain(agent_with(open_session("s")).messages) == [user("Tell me."), model("[blocked]")]
    assert plain([manager.read_message("s", "default", 1).message]) == [model("The password is x.")]


def test_agents_write_at_the_same_time(open_session: OpenSession) -> None:
    """The nodes of a graph share a session."""
    manager = open_session("s")
    agents = [agent_with(manager, *[f"{name} {turn}" for turn in range(4)], agent_id=name) for name in "abcd"]

    def converse(agent: Any) -> None:
        for turn in range(4):
            agent(f"turn {turn}")

    threads = [threading.Thread(target=converse, args=(agent,)) for agent in agents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    again = open_session("s")
    assert [agent_with(again, agent_id=name).messages for name in "abcd"] == [agent.messages for agent in agents]


def test_answers_to_abandoned_calls_are_stored(open_session: OpenSession) -> None:
    """A process that died while a tool ran leaves a call without an answer, which no provider takes."""
    manager = open_session("s")
    agent = agent_with(manager)
    manager.append_message(user("q"), agent)
    manager.append_message(model({"toolUse": {"toolUseId": "t", "name": "n", "input": {}}}), agent)
    again = agent_with(open_session("s"), "Sorry.")
    again("Are you there?")
    assert plain(agent_with(open_session("s")).messages)[2:] == [
        user(result("t", "Tool was interrupted.", "error")),
        user("Are you there?"),
        model("Sorry."),
    ]
