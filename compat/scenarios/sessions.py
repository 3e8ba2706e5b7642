"""Sessions: what is written on disk, what a new agent finds there, and which repository methods are called when."""

# mypy: disable-error-code="arg-type, typeddict-item"
# Wrong use is looked at, too.

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

from compat.answering import answers, sequential
from compat.normalise import current, observed
from compat.observing import Bench, attempt
from compat.registry import scenario, table
from compat.sample_tools import ask, noop
from compat.scripted import USAGE, call, message, start, text, text_block
from strands import Agent
from strands.agent.conversation_manager import SlidingWindowConversationManager, SummarizingConversationManager
from strands.hooks import AfterInvocationEvent, BeforeInvocationEvent
from strands.session.file_session_manager import FileSessionManager
from strands.session.repository_session_manager import RepositorySessionManager
from strands.session.session_repository import SessionRepository
from strands.types.session import (
    Session,
    SessionAgent,
    SessionMessage,
    SessionType,
    decode_bytes_values,
    encode_bytes_values,
)

_NUMBERS = itertools.count()


def new_directory() -> Path:
    """Return a directory for one scenario; its path is shown as <dir>."""
    path = Path.cwd() / f"sessions-{next(_NUMBERS)}"
    path.mkdir()
    current.get().name_path(str(path), "<dir>")
    return path


def files_of(directory: Path) -> dict[str, Any]:
    """Return the JSON documents below a directory by relative path."""
    found = sorted(path for path in directory.rglob("*") if path.is_file())
    return {path.relative_to(directory).as_posix(): observed(json.loads(path.read_text("utf-8"))) for path in found}


def stored_bench(directory: Path, *turns: Any, **arguments: Any) -> Bench:
    return Bench(*turns, session_manager=FileSessionManager("s1", storage_dir=str(directory)), **arguments)


def restored(directory: Path, **arguments: Any) -> Any:
    """Return what a new agent finds."""
    agent = stored_bench(directory, **arguments).agent
    return observed(
        {"messages": agent.messages, "state": agent.state.get(), "manager": agent.conversation_manager.get_state()}
    )


@table(
    {
        "text": [text("a")],
        "tools": [call("noop", before="wait"), text("done")],
        "error": [[ValueError("boom")]],
        "error on turn two": [call("noop"), [ValueError("boom")]],
        "max tokens": [text("cut", reason="max_tokens")],
        "redaction": [
            [
                *start(),
                *text_block("bad"),
                {"messageStop": {"stopReason": "guardrail_intervened"}},
                {"redactContent": {"redactUserContentMessage": "[hidden]"}},
            ]
        ],
    }
)
async def run_on_disk(turns: Any) -> Any:
    directory = new_directory()
    run = await stored_bench(directory, *turns, tools=[noop], state={"a": 1}).outcome()
    return {"run": run, "files": files_of(directory), "restored": restored(directory)}


@scenario
async def two_runs_and_a_restart() -> Any:
    directory = new_directory()
    await stored_bench(directory, text("one")).run("first")
    second = stored_bench(directory, text("two"))
    run = await second.outcome("again")
    return {"run": run, "files": sorted(files_of(directory)), "restored": restored(directory)}


@scenario
async def bytes_in_messages() -> Any:
    directory = new_directory()
    image = {"image": {"format": "png", "source": {"bytes": b"\x89PNG"}}}
    await stored_bench(directory, text("one")).run([{"text": "look"}, image])
    return {"files": files_of(directory), "restored": restored(directory)}


@scenario
async def state_changed_between_runs() -> Any:
    directory = new_directory()
    bench = stored_bench(directory, text("one"), text("two"))
    await bench.run("a")
    bench.agent.state.set("k", {"v": 1})
    before = files_of(directory)["session_s1/agents/agent_default/agent.json"]
    await bench.run("b")
    return [before, files_of(directory)["session_s1/agents/agent_default/agent.json"], restored(directory)]


@scenario
async def interrupted_and_restarted() -> Any:
    directory = new_directory()
    first = sequential(call("ask"), tools=[ask], session_manager=FileSessionManager("s1", storage_dir=str(directory)))
    run = await first.outcome()
    second = sequential(text("done"), tools=[ask], session_manager=FileSessionManager("s1", storage_dir=str(directory)))
    resumed = await second.outcome(answers(second, "yes"))
    return {"run": run, "resumed": resumed, "files": files_of(directory)}


@scenario
async def sliding_window_restarted() -> Any:
    directory = new_directory()
    bench = stored_bench(
        directory,
        *[text(f"a{index}") for index in range(4)],
        conversation_manager=SlidingWindowConversationManager(window_size=4),
    )
    for index in range(4):
        await bench.run(f"q{index}")
    agent_file = files_of(directory)["session_s1/agents/agent_default/agent.json"]
    return [
        sorted(files_of(directory)),
        agent_file,
        restored(directory, conversation_manager=SlidingWindowConversationManager(window_size=4)),
    ]


@scenario
async def summary_restarted() -> Any:
    directory = new_directory()

    def manager() -> SummarizingConversationManager:
        return SummarizingConversationManager(summary_ratio=0.5, preserve_recent_messages=2)

    bench = stored_bench(
        directory,
        *[text(f"a{index}") for index in range(4)],
        text("SUMMARY"),
        text("after"),
        conversation_manager=manager(),
    )
    for index in range(4):
        await bench.run(f"q{index}")
    bench.agent.conversation_manager.reduce_context(bench.agent)
    await bench.run("last")
    return [sorted(files_of(directory)), restored(directory, conversation_manager=manager())]


@scenario
async def another_conversation_manager_after_a_restart() -> Any:
    directory = new_directory()
    await stored_bench(directory, text("one"), conversation_manager=SlidingWindowConversationManager()).run("a")
    return attempt(lambda: restored(directory, conversation_manager=SummarizingConversationManager()))


@scenario
async def open_tool_use_found_at_a_restart() -> Any:
    directory = new_directory()
    await stored_bench(directory, call("noop"), text("x"), tools=[noop]).run("a")
    for number in (3, 2):
        (directory / f"session_s1/agents/agent_default/messages/message_{number}.json").unlink()
    bench = stored_bench(directory, text("next"), tools=[noop])
    return {"found": observed(bench.agent.messages), "run": await bench.outcome("b")}


@scenario
async def two_agents_in_a_session() -> Any:
    directory = new_directory()
    manager = FileSessionManager("s1", storage_dir=str(directory))
    first = Bench(text("one"), agent_id="first", session_manager=manager)
    second = attempt(lambda: Bench(text("two"), agent_id="second", session_manager=manager).agent.agent_id)
    same = attempt(lambda: Bench(text("two"), agent_id="first", session_manager=manager).agent.agent_id)
    await first.run("a")
    return [second, same, sorted(files_of(directory))]


@table({"slash": "a/b", "dots": "..", "empty": "", "backslash": "a\\b"})
async def session_id(value: str) -> Any:
    directory = new_directory()
    return [
        attempt(lambda: FileSessionManager(value, storage_dir=str(directory)).session_id),
        sorted(path.name for path in directory.iterdir()),
    ]


@scenario
async def direct_tool_calls_are_stored() -> Any:
    directory = new_directory()
    bench = stored_bench(directory, tools=[noop])
    bench.agent.tool.noop(x=1)
    return observed(restored(directory)["messages"])


@scenario
async def agent_messages_given_to_a_new_session() -> Any:
    directory = new_directory()
    history = [{"role": "user", "content": [{"text": "q"}]}, {"role": "assistant", "content": [{"text": "a"}]}]
    bench = stored_bench(directory, text("one"), messages=history)
    await bench.run("b")
    return [files_of(directory), restored(directory), attempt(lambda: restored(directory, messages=history))]


def stored_message(number: int, words: str = "m") -> SessionMessage:
    return SessionMessage(message={"role": "user", "content": [{"text": f"{words}{number}"}]}, message_id=number)


@scenario
async def file_repository_by_itself() -> Any:
    directory = new_directory()
    manager = FileSessionManager("s1", storage_dir=str(directory))
    agent = SessionAgent(agent_id="a1", state={"k": 1}, conversation_manager_state={})
    seen: dict[str, Any] = {"create agent": attempt(lambda: manager.create_agent("s1", agent))}
    for number in range(5):
        manager.create_message("s1", "a1", stored_message(number))
    changed = stored_message(2, "changed")
    return {
        **seen,
        "create session again": attempt(
            lambda: manager.create_session(Session(session_id="s1", session_type=SessionType.AGENT))
        ),
        "read session": attempt(lambda: manager.read_session("s1")),
        "read missing session": attempt(lambda: manager.read_session("zzz")),
        "read agent": attempt(lambda: manager.read_agent("s1", "a1")),
        "read missing agent": attempt(lambda: manager.read_agent("s1", "zzz")),
        "update agent": attempt(lambda: manager.update_agent("s1", agent)),
        "update missing agent": attempt(
            lambda: manager.update_agent("s1", SessionAgent(agent_id="zzz", state={}, conversation_manager_state={}))
        ),
        "read message": attempt(lambda: manager.read_message("s1", "a1", 1)),
        "read missing message": attempt(lambda: manager.read_message("s1", "a1", 99)),
        "update message": attempt(lambda: manager.update_message("s1", "a1", changed)),
        "update missing message": attempt(lambda: manager.update_message("s1", "a1", stored_message(99))),
        "list": attempt(lambda: [one.message_id for one in manager.list_messages("s1", "a1")]),
        "list with limit": attempt(lambda: [one.message_id for one in manager.list_messages("s1", "a1", limit=2)]),
        "list with offset": attempt(
            lambda: [one.message_id for one in manager.list_messages("s1", "a1", limit=2, offset=3)]
        ),
        "list of a missing agent": attempt(lambda: manager.list_messages("s1", "zzz")),
        "bad agent id": attempt(lambda: manager.read_agent("s1", "a/b")),
        "bad session id": attempt(lambda: manager.read_session("a/b")),
        "bad message id": attempt(lambda: manager.read_message("s1", "a1", "x/y")),
        "files": files_of(directory),
        "delete": attempt(lambda: manager.delete_session("s1")),
        "delete again": attempt(lambda: manager.delete_session("s1")),
        "left": sorted(path.name for path in directory.iterdir()),
    }


@scenario
async def damaged_files() -> Any:
    directory = new_directory()
    await stored_bench(directory, text("one")).run("a")
    (directory / "session_s1/agents/agent_default/messages/message_1.json").write_text("{")
    return attempt(lambda: restored(directory))


class Logging(SessionRepository):
    """A repository in memory that logs the methods called."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.sessions: dict[str, Session] = {}
        self.agents: dict[str, SessionAgent] = {}
        self.messages: dict[str, dict[int, SessionMessage]] = {}

    def create_session(self, session: Session, **kwargs: Any) -> Session:
        self.log.append(f"create_session {session.session_type.name} {sorted(kwargs)}")
        self.sessions[session.session_id] = session
        return session

    def read_session(self, session_id: str, **kwargs: Any) -> Session | None:
        self.log.append("read_session")
        return self.sessions.get(session_id)

    def create_agent(self, session_id: str, session_agent: SessionAgent, **kwargs: Any) -> None:
        self.log.append(f"create_agent {session_agent.agent_id}")
        self.agents[session_agent.agent_id] = session_agent
        self.messages[session_agent.agent_id] = {}

    def read_agent(self, session_id: str, agent_id: str, **kwargs: Any) -> SessionAgent | None:
        self.log.append(f"read_agent {agent_id}")
        return self.agents.get(agent_id)

    def update_agent(self, session_id: str, session_agent: SessionAgent, **kwargs: Any) -> None:
        self.log.append(f"update_agent {session_agent.agent_id} {session_agent.state}")

    def create_message(self, session_id: str, agent_id: str, session_message: SessionMessage, **kwargs: Any) -> None:
        self.log.append(f"create_message {session_message.message_id} {session_message.message['role']}")
        self.messages[agent_id][session_message.message_id] = session_message

    def read_message(self, session_id: str, agent_id: str, message_id: int, **kwargs: Any) -> SessionMessage | None:
        self.log.append(f"read_message {message_id}")
        return self.messages[agent_id].get(message_id)

    def update_message(self, session_id: str, agent_id: str, session_message: SessionMessage, **kwargs: Any) -> None:
        self.log.append(f"update_message {session_message.message_id} {session_message.to_message()['content']}")

    def list_messages(
        self, session_id: str, agent_id: str, limit: int | None = None, offset: int = 0, **kwargs: Any
    ) -> list[SessionMessage]:
        self.log.append(f"list_messages limit={limit} offset={offset}")
        return list(self.messages[agent_id].values())[offset:]


@table(
    {
        "text": [text("a")],
        "tools": [call("noop"), text("done")],
        "error": [[ValueError("boom")]],
        "redaction": [
            [
                *start(),
                *text_block("bad"),
                {"redactContent": {"redactUserContentMessage": "[hidden]"}},
                {"metadata": {"usage": USAGE}},
            ]
        ],
        "cache usage": [message(text_block("a"), cacheReadInputTokens=1)],
    }
)
async def repository_calls(turns: Any) -> Any:
    repository = Logging()
    bench = Bench(*turns, tools=[noop], session_manager=RepositorySessionManager("s1", repository))
    made = list(repository.log)
    await bench.run()
    ran = repository.log[len(made) :]
    Bench(session_manager=RepositorySessionManager("s1", repository))
    return {"made": made, "ran": ran, "again": repository.log[len(made) + len(ran) :]}


@scenario
async def order_of_session_and_other_hooks() -> Any:
    repository = Logging()

    def mark(event: Any) -> None:
        repository.log.append(type(event).__name__)

    def change(event: Any) -> None:
        event.agent.state.set("changed", True)
        mark(event)

    bench = Bench(text("a"), session_manager=RepositorySessionManager("s1", repository))
    bench.on(BeforeInvocationEvent, mark).on(AfterInvocationEvent, change)
    await bench.run()
    return repository.log


@scenario
async def records_by_themselves() -> Any:
    agent = Bench(agent_id="a1", state={"k": 1}).agent
    record = SessionAgent.from_agent(agent)
    kept = SessionMessage.from_message({"role": "user", "content": [{"image": {"source": {"bytes": b"x"}}}]}, 3)
    redacted = SessionMessage(
        message={"role": "user", "content": []},
        message_id=1,
        redact_message={"role": "user", "content": [{"text": "r"}]},
    )
    return {
        "agent": observed(record.to_dict()),
        "agent again": observed(SessionAgent.from_dict({**record.to_dict(), "surprise": 1}).to_dict()),
        "message": observed(kept.to_dict()),
        "message again": observed(SessionMessage.from_dict(kept.to_dict()).to_message()),
        "redacted": observed(redacted.to_message()),
        "session": observed(Session(session_id="s", session_type=SessionType.AGENT).to_dict()),
        "session again": attempt(
            lambda: Session.from_dict({"session_id": "s", "session_type": "AGENT", "surprise": 1})
        ),
        "encoded": observed(encode_bytes_values({"a": [b"x", {"b": b"y"}], "c": 1})),
        "decoded": observed(decode_bytes_values(encode_bytes_values({"a": [b"x"]}))),
    }


@scenario
async def session_manager_of_a_wrong_type() -> Any:
    return attempt(lambda: Agent(model=Bench().model, session_manager="s1").name)


@scenario
async def stateful_model_state_is_kept() -> Any:
    directory = new_directory()
    bench = stored_bench(directory, text("one"))
    bench.agent._model_state["response_id"] = "r1"  # what stateful providers do
    await bench.run("a")
    return files_of(directory)["session_s1/agents/agent_default/agent.json"]
