"""Sessions in a bucket of a local S3, over HTTP."""

from __future__ import annotations

import threading
from typing import Any

import boto3
import pytest
from botocore.config import Config

from strands.session import S3SessionManager
from strands.types.exceptions import SessionException
from strands.types.session import SessionAgent, SessionMessage
from tests.session.conftest import KEYS_PER_PAGE
from tests.session.stores import agent_with, user


@pytest.fixture
def opened(bucket: str, boto_session: boto3.Session) -> Any:
    def open_(session_id: str = "s", **arguments: Any) -> S3SessionManager:
        return S3SessionManager(session_id, **{"bucket": bucket, "boto_session": boto_session, **arguments})

    return open_


def keys(store: S3SessionManager) -> list[str]:
    pages = store.client.get_paginator("list_objects_v2").paginate(Bucket=store.bucket)
    return [found["Key"] for page in pages for found in page.get("Contents", ())]


@pytest.mark.parametrize(
    ("prefix", "folder"), [("", ""), ("app", "app/"), ("app/", "app/"), ("/app//", "app/"), ("a/b", "a/b/")]
)
def test_keys(opened: Any, prefix: str, folder: str) -> None:
    """Applications and other versions look for these names."""
    store = opened(prefix=prefix)
    agent_with(store, "x", agent_id="a")("q")
    assert keys(store) == [
        f"{folder}session_s/agents/agent_a/agent.json",
        f"{folder}session_s/agents/agent_a/messages/message_0.json",
        f"{folder}session_s/agents/agent_a/messages/message_1.json",
        f"{folder}session_s/session.json",
    ]


def test_objects_are_json(opened: Any) -> None:
    """The console and other programs show them."""
    store = opened()
    store.create_agent("s", SessionAgent("a", {"k": "ü"}, {}, {}, "then", "now"))
    found = store.client.get_object(Bucket=store.bucket, Key="session_s/agents/agent_a/agent.json")
    assert found["ContentType"] == "application/json"
    assert found["Body"].read().decode() == (
        '{\n  "agent_id": "a",\n  "state": {\n    "k": "ü"\n  },\n  "conversation_manager_state": {},\n'
        '  "_internal_state": {},\n  "created_at": "then",\n  "updated_at": "now"\n}'
    )


def test_all_pages_are_listed_and_their_messages_fetched_at_once(opened: Any) -> None:
    """One after the other, thousands of messages would take minutes."""
    store = opened()
    count = 3 * KEYS_PER_PAGE + 5
    for index in range(count):
        store.create_message("s", "a", SessionMessage(user(str(index)), index))
    at_once = threading.Barrier(8)
    waiting = iter(range(8))

    def wait_for_others(**kwargs: Any) -> None:
        if next(waiting, None) is not None:
            at_once.wait(10)  # raises if the others do not come

    store.client.meta.events.register("before-send.s3.GetObject", wait_for_others)
    messages = store.list_messages("s", "a")
    assert [message.message for message in messages] == [user(str(index)) for index in range(count)]


def test_only_the_wanted_messages_are_fetched(opened: Any) -> None:
    """A conversation manager may have taken out thousands."""
    store, fetched = opened(), list[str]()
    for index in range(12):
        store.create_message("s", "a", SessionMessage(user(str(index)), index))
    store.client.meta.events.register(
        "before-call.s3.GetObject", lambda params, **kwargs: fetched.append(params["url_path"].rsplit("_", 1)[1])
    )
    store.list_messages("s", "a", offset=9, limit=2)
    assert sorted(fetched) == ["10.json", "9.json"]


def test_other_objects_are_passed_over(opened: Any) -> None:
    """Among them those of an agent whose id begins alike."""
    store = opened()
    store.create_message("s", "a", SessionMessage(user("x"), 1))
    store.create_message("s", "a2", SessionMessage(user("x"), 2))
    for name in ("", "notes.txt", "message_x.json", "old/message_3.json"):
        store.client.put_object(Bucket=store.bucket, Key=f"session_s/agents/agent_a/messages/{name}", Body=b"{")
    assert [message.message_id for message in store.list_messages("s", "a")] == [1]


def test_unknown_agent_has_no_messages(opened: Any) -> None:
    """A bucket has no folders that could be missing."""
    assert opened().list_messages("s", "a") == []


def test_damaged_object_is_named(opened: Any) -> None:
    """Somebody has to look at it."""
    store = opened()
    store.client.put_object(Bucket=store.bucket, Key="session_s/session.json", Body=b"{")
    with pytest.raises(SessionException, match=r"^Invalid JSON in S3 object session_s/session\.json: Expecting"):
        opened()


@pytest.mark.parametrize(
    ("use", "error"),
    [
        (lambda store: store.read_session("s"), "S3 error reading session_s/session.json: .*NoSuchBucket"),
        (lambda store: store.list_messages("s", "a"), "S3 error reading messages: .*NoSuchBucket"),
        (lambda store: store.delete_session("s"), "S3 error deleting session s: .*NoSuchBucket"),
        (
            lambda store: store.create_agent("s", SessionAgent("a", {}, {})),
            "Failed to write S3 object session_s/agents/agent_a/agent.json: .*NoSuchBucket",
        ),
    ],
)
def test_errors_of_s3_say_what_was_tried(opened: Any, use: Any, error: str) -> None:
    """Whatever the cause, there is one kind of exception to catch."""
    store = opened()
    store.bucket = "elsewhere"
    with pytest.raises(SessionException, match=f"^{error}"):
        use(store)


def test_objects_that_cannot_be_deleted_are_an_error(opened: Any) -> None:
    """S3 reports them in a response that is otherwise a success."""
    store = opened()
    store.client.meta.events.register(
        "after-call.s3.DeleteObjects",
        lambda parsed, **kwargs: parsed.update(Errors=[{"Key": "session_s/session.json", "Code": "AccessDenied"}]),
    )
    with pytest.raises(SessionException, match=r"^S3 error deleting session s: 1 objects left, .*AccessDenied"):
        store.delete_session("s")


@pytest.mark.parametrize(
    ("given", "user_agent", "connections"),
    [
        (None, "strands-agents", 32),
        (Config(user_agent_extra="app", max_pool_connections=3), "app strands-agents", 3),
        (Config(read_timeout=5), "strands-agents", 10),
    ],
)
def test_client_configuration(opened: Any, given: Config | None, user_agent: str, connections: int) -> None:
    """The caller's configuration is extended, not replaced."""
    config = opened(boto_client_config=given).client.meta.config
    assert (config.user_agent_extra, config.max_pool_connections) == (user_agent, connections)


def test_region_is_for_a_session_of_its_own(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A boto session that is passed has its region already."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "x")
    manager = S3SessionManager("s", bucket, region_name="eu-west-1")
    assert manager.client.meta.region_name == "eu-west-1"
    passed = boto3.Session(region_name="eu-central-1")
    assert S3SessionManager("s", bucket, boto_session=passed, region_name="x").client.meta.region_name == "eu-central-1"
