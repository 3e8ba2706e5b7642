"""Sessions in a folder: their bytes, and what is left of them when something stops in between."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

import pytest

from strands import tool
from strands.agent.conversation_manager import SummarizingConversationManager
from strands.hooks import BeforeToolCallEvent
from strands.session import FileSessionManager, _files
from strands.session.file_session_manager import AGENT_PREFIX, MESSAGE_PREFIX, MULTI_AGENT_PREFIX, SESSION_PREFIX
from strands.types.exceptions import SessionException
from strands.types.session import Session, SessionAgent, SessionMessage, SessionType
from tests.session.stores import Orchestrator, agent_with, model, plain, result, user

FIXTURES = Path(__file__).parent / "fixtures"
"""A session that strands-agents 1.41.0 wrote."""
ROOT = Path(__file__).parents[2]
TIMES: dict[str, Any] = {"created_at": "2026-01-02T03:04:05+00:00", "updated_at": "2026-01-02T03:04:06+00:00"}


def opened(folder: Path, session_id: str = "s") -> FileSessionManager:
    return FileSessionManager(session_id, storage_dir=str(folder))


def tree(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


# --- layout -------------------------------------------------------------------------------------------------------


def test_layout(tmp_path: Path) -> None:
    """Applications and other versions look for these names."""
    agent = agent_with(opened(tmp_path), "x", agent_id="a")
    agent("q")
    graph: Any = Orchestrator("g", {})
    opened(tmp_path).create_multi_agent("s", graph)
    assert tree(tmp_path) == [
        "session_s",
        "session_s/agents",
        "session_s/agents/agent_a",
        "session_s/agents/agent_a/agent.json",
        "session_s/agents/agent_a/messages",
        "session_s/agents/agent_a/messages/message_0.json",
        "session_s/agents/agent_a/messages/message_1.json",
        "session_s/multi_agents",
        "session_s/multi_agents/multi_agent_g",
        "session_s/multi_agents/multi_agent_g/multi_agent.json",
        "session_s/session.json",
    ]
    prefixes = (SESSION_PREFIX, AGENT_PREFIX, MESSAGE_PREFIX, MULTI_AGENT_PREFIX)
    assert prefixes == ("session_", "agent_", "message_", "multi_agent_")


def test_default_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where sessions have always been if nobody said otherwise."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert FileSessionManager("s").storage_dir == str(tmp_path / "strands" / "sessions")
    assert (tmp_path / "strands" / "sessions" / "session_s" / "session.json").exists()


def test_files_are_as_readable_as_the_process_makes_them(tmp_path: Path) -> None:
    """A backup or a second service may run as another user."""
    before = os.umask(0o027)
    try:
        opened(tmp_path)
    finally:
        os.umask(before)
    assert oct((tmp_path / "session_s" / "session.json").stat().st_mode & 0o777) == "0o640"


# --- what 1.41 wrote ----------------------------------------------------------------------------------------------


@pytest.fixture
def published(tmp_path: Path) -> Path:
    shutil.copytree(FIXTURES, tmp_path, dirs_exist_ok=True)
    return tmp_path


def test_records_are_written_byte_by_byte_as_they_were_read(published: Path) -> None:
    """A session may go back and forth between versions, and be compared or backed up by content."""
    before = {path: path.read_bytes() for path in published.rglob("*.json")}
    store = opened(published, "trip")
    shutil.copy(published / "session_trip" / "session.json", published / "session.json")
    (published / "session_trip" / "session.json").unlink()
    store.create_session(store.session)
    for agent_id in ("guide", "asker", "scribe"):
        agent = store.read_agent("trip", agent_id)
        assert agent is not None
        store.update_agent("trip", agent)
        for message in store.list_messages("trip", agent_id):
            store.update_message("trip", agent_id, message)
    state = store.read_multi_agent("trip", "planner")
    assert state is not None
    planner: Any = Orchestrator("planner", state)
    store.update_multi_agent("trip", planner)
    (published / "session.json").unlink()
    assert {path: path.read_bytes() for path in published.rglob("*.json")} == before
    assert len(before) == 17


def test_published_session_is_restored(published: Path) -> None:
    """With bytes, a redacted message, and the agent's state."""
    agent = agent_with(opened(published, "trip"), agent_id="guide")
    assert agent.state.get() == {"visits": 2}
    picture: Any = {
        "toolUseId": "t1",
        "status": "success",
        "content": [
            {"image": {"format": "png", "source": {"bytes": b"\x89PNG\x00\xff"}}},
            {"json": {"of": "Tromsø"}},
        ],
    }
    assert plain(agent.messages) == [
        user("Where to?", {"document": {"format": "txt", "name": "wishes", "source": {"bytes": b"snow\xff"}}}),
        model({"toolUse": {"toolUseId": "t1", "name": "picture", "input": {"of": "Tromsø"}}}),
        user({"toolResult": picture}),
        model("[redacted]"),
    ]


def test_interrupt_of_a_published_session_is_answered(published: Path) -> None:
    """The question was asked before the upgrade."""

    @tool
    def picture(of: str) -> str:
        """Show a picture."""
        return f"picture of {of}"

    def ask(event: BeforeToolCallEvent) -> None:
        if event.interrupt("permission", reason="May I?") != "yes":
            event.cancel_tool = "no"

    manager = opened(published, "trip")
    agent = agent_with(manager, "Here it is.", agent_id="asker", tools=[picture], hooks=[ask])
    (interrupt_id,) = agent._interrupt_state.interrupts
    answer: Any = {"interruptResponse": {"interruptId": interrupt_id, "response": "yes"}}
    agent([answer])
    assert plain(message.to_message() for message in manager.list_messages("trip", "asker"))[2:] == [
        user(result("t1", "picture of a boat")),
        model("Here it is."),
    ]


def test_summary_of_a_published_session_is_restored(published: Path) -> None:
    """The messages it stands for are in the session, but not in the conversation."""
    manager = SummarizingConversationManager(summary_ratio=0.5, preserve_recent_messages=2)
    agent = agent_with(opened(published, "trip"), agent_id="scribe", conversation_manager=manager)
    assert plain(agent.messages) == [user("A quiet trip."), model("line 3"), user("line 4"), model("line 5")]


def test_unknown_keys_are_passed_over(tmp_path: Path) -> None:
    """A newer version may write more."""
    opened(tmp_path)
    file = tmp_path / "session_s" / "session.json"
    file.write_text(json.dumps({"session_id": "s", "session_type": "GRAPH", **TIMES, "mood": "fine"}))
    assert opened(tmp_path).session.session_type == "GRAPH"


def test_new_record(tmp_path: Path) -> None:
    """Indented by two, not escaped, keys in this order, no newline at the end."""
    message = SessionMessage(user("ü ☃", {"image": {"format": "png", "source": {"bytes": b"\x00"}}}), 0, **TIMES)
    opened(tmp_path).create_message("s", "a", message)
    assert (tmp_path / "session_s/agents/agent_a/messages/message_0.json").read_text("utf-8") == (
        '{\n  "message": {\n    "role": "user",\n    "content": [\n      {\n        "text": "ü ☃"\n      },\n      {\n'
        '        "image": {\n          "format": "png",\n          "source": {\n            "bytes": {\n'
        '              "__bytes_encoded__": true,\n              "data": "AA=="\n            }\n          }\n'
        '        }\n      }\n    ]\n  },\n  "message_id": 0,\n  "redact_message": null,\n'
        '  "created_at": "2026-01-02T03:04:05+00:00",\n  "updated_at": "2026-01-02T03:04:06+00:00"\n}'
    )


# --- damage -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ("", "Invalid JSON in file {}: Expecting value"),
        ('{"session_id', "Invalid JSON in file {}: Unterminated string"),
        ("[1]", r"Invalid JSON in file {}: expected an object, got \[1\]"),
        ("{}", "Invalid record in file {}: .*session_id"),
        (b"\xff", "Invalid JSON in file {}: "),
    ],
)
def test_damaged_file_is_named(tmp_path: Path, content: str | bytes, error: str) -> None:
    """Somebody has to look at it."""
    opened(tmp_path)
    file = tmp_path / "session_s" / "session.json"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(SessionException, match=error.format(file)):
        opened(tmp_path)


def test_agent_without_a_folder_for_messages_is_named(tmp_path: Path) -> None:
    """It is no agent that this package stored."""
    with pytest.raises(SessionException, match=r"^Messages directory missing from agent: a in session s$"):
        opened(tmp_path).list_messages("s", "a")


def test_other_files_are_passed_over(tmp_path: Path) -> None:
    """People and programs leave files behind."""
    store = opened(tmp_path)
    store.create_message("s", "a", SessionMessage(user("x"), 1))
    folder = tmp_path / "session_s/agents/agent_a/messages"
    for name in ("message_2.json.tmp", "message_3.json~", ".DS_Store", "message_x.json", "message_01.json", "README"):
        (folder / name).write_text("{")
    assert [message.message_id for message in store.list_messages("s", "a")] == [1]


# --- stopping in between ------------------------------------------------------------------------------------------


class Stop(BaseException):
    """The process ends here."""


class Steps:
    """Stops at the n-th change of the file system, like a process that is killed before it."""

    CHANGES = ("mkdir", "replace", "rename", "fsync")

    def __init__(self, patch: pytest.MonkeyPatch, last: int) -> None:
        self.left = last
        for name in self.CHANGES:
            patch.setattr(os, name, self._counted(getattr(os, name)))

    def _counted(self, change: Any) -> Any:
        def counted(*args: Any, **kwargs: Any) -> Any:
            if self.left == 0:
                raise Stop
            self.left -= 1
            return change(*args, **kwargs)

        return counted


def test_every_prefix_of_the_writes_is_a_session(tmp_path: Path) -> None:
    """Stops before each change of the file system in turn: what was stored is there, and the session goes on."""
    steps, stops = 0, 0
    while True:
        folder = tmp_path / str(steps)
        told: list[int] = []
        try:
            with pytest.MonkeyPatch.context() as patch:
                Steps(patch, steps)
                store = opened(folder)
                store.create_agent("s", SessionAgent("a", {}, {}))
                for index in range(2):
                    store.create_message("s", "a", SessionMessage(user(str(index)), index))
                    told.append(index)
                    store.update_agent("s", SessionAgent("a", {"n": index}, {}))
        except Stop:
            stops += 1
        again = opened(folder)
        found = again.list_messages("s", "a") if again.read_agent("s", "a") else []
        assert [message.message_id for message in found][: len(told)] == told
        assert len(found) <= len(told) + 1
        again.create_agent("s", SessionAgent("a", {}, {}))
        again.create_message("s", "a", SessionMessage(user("next"), 2))
        steps += 1
        if len(told) == 2 and steps > stops:
            break
    assert stops > 20


@pytest.mark.skipif(sys.platform != "linux", reason="looks up open files in /proc")
def test_content_is_on_the_disk_before_its_name_and_the_name_before_the_return(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In any other order a loss of power leaves an empty file, or none."""
    log: list[str] = []
    fsync, replace = os.fsync, os.replace

    def logged_fsync(descriptor: int) -> None:
        log.append(f"sync {os.path.basename(os.readlink(f'/proc/self/fd/{descriptor}')).split('.')[0]}")
        fsync(descriptor)

    def logged_replace(source: str, target: str) -> None:
        log.append(f"replace {os.path.basename(target)}")
        replace(source, target)

    monkeypatch.setattr(os, "fsync", logged_fsync)
    monkeypatch.setattr(os, "replace", logged_replace)
    _files.write_atomically(str(tmp_path / "a" / "file.json"), b"x")
    assert log == [f"sync {tmp_path.name}", "sync file", "replace file.json", "sync a"]


def test_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk is no reason to lose what was there, or to fill it up more."""

    def failing(*args: Any) -> None:
        raise OSError("disk is full")

    file = tmp_path / "file.json"
    _files.write_atomically(str(file), b"old")
    for name in ("fsync", "replace"):
        with monkeypatch.context() as patch, pytest.raises(OSError, match="disk is full"):
            patch.setattr(os, name, failing)
            _files.write_atomically(str(file), b"new")
    assert (tree(tmp_path), file.read_bytes()) == (["file.json"], b"old")


def test_readers_never_see_half_a_file(tmp_path: Path) -> None:
    """Another process may show the conversation while it goes on."""
    store, stop, errors = opened(tmp_path), threading.Event(), list[BaseException]()
    sizes = (10, 300_000)
    store.create_message("s", "a", SessionMessage(user("x" * sizes[0]), 0))

    def read() -> None:
        reader = opened(tmp_path)
        while not stop.is_set():
            try:
                (message,) = reader.list_messages("s", "a")
                assert len(message.message["content"][0]["text"]) in sizes
            except BaseException as error:  # noqa: PERF203  # fails in the test's thread
                errors.append(error)
                return

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for turn in range(60):
        store.create_message("s", "a", SessionMessage(user("x" * sizes[turn % 2]), 0))
    stop.set()
    for reader in readers:
        reader.join()
    assert errors == []


def test_deleted_session_is_gone_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that stops while it deletes must not leave half a session that looks like a whole one."""
    store = opened(tmp_path)
    monkeypatch.setattr(shutil, "rmtree", _stopping)
    with pytest.raises(Stop):
        store.delete_session("s")
    assert store.read_session("s") is None
    assert store.create_session(Session("s", SessionType.AGENT)).session_id == "s"


def _stopping(path: str) -> None:
    raise Stop


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are started by forking")
def test_killed_processes_lose_at_most_the_message_in_flight() -> None:
    """The same program kills hundreds in `python -m benchmarks.session_kills`."""
    command = [sys.executable, "-m", "benchmarks.session_kills", "--kills", "15"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=55)
    assert (done.returncode, done.stderr) == (0, "")
    figures = json.loads(done.stdout)
    assert {name: figures[name] for name in figures if name not in ("messages_written", "reads_while_writing")} == {
        "kills": 15,
        "messages_lost": 0,
        "messages_changed": 0,
        "messages_in_flight_kept": figures["messages_in_flight_kept"],
        "sessions": 1,
        "sessions_unreadable": 0,
        "reads_failed": 0,
    }
