"""Histories that broke off, the numbering of messages, and snapshots."""

# mypy: disable-error-code="arg-type"
# Wrong use is looked at, too.

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

from compat.normalise import observed
from compat.observing import Bench, attempt
from compat.registry import scenario, table
from compat.sample_tools import noop
from compat.scenarios.sessions import new_directory, stored_bench
from compat.scripted import call, text
from strands.agent.conversation_manager import SummarizingConversationManager
from strands.session.file_session_manager import FileSessionManager
from strands.types._snapshot import Snapshot
from strands.types.session import SessionAgent, SessionMessage


def user(*blocks: Any) -> dict[str, Any]:
    return {"role": "user", "content": [{"text": one} if isinstance(one, str) else one for one in blocks]}


def model(*blocks: Any) -> dict[str, Any]:
    return {**user(*blocks), "role": "assistant"}


def use(name: str) -> dict[str, Any]:
    return {"toolUse": {"toolUseId": name, "name": "noop", "input": {}}}


def result(name: str) -> dict[str, Any]:
    return {"toolResult": {"toolUseId": name, "status": "success", "content": [{"text": "r"}]}}


def window_state(removed: int = 0) -> dict[str, Any]:
    return {"__name__": "SlidingWindowConversationManager", "removed_message_count": removed, "model_call_count": 0}


def stored(history: list[Any], removed: int = 0) -> Path:
    """Return a directory with a session that holds the history."""
    directory = new_directory()
    manager = FileSessionManager("s1", storage_dir=str(directory))
    manager.create_agent("s1", SessionAgent("default", {"k": 1}, window_state(removed)))
    for index, one in enumerate(history):
        manager.create_message("s1", "default", SessionMessage(one, index))
    return directory


@table(
    {
        "whole": [user("q"), model(use("a")), user(result("a")), model("x")],
        "result at the start": [user(result("a"), "hm"), model("x")],
        "two results at the start": [user(result("a")), user(result("b")), model("x")],
        "nothing but a result": [user(result("a"))],
        "call at the end": [user("q"), model("t", use("a"), use("b"))],
        "call before a text": [user("q"), model(use("a")), user("again"), model("x")],
        "call before an answer": [user("q"), model(use("a")), model("x")],
        "half of the results": [user("q"), model(use("a"), use("b")), user("hm", result("b")), model("x")],
        "result of another call": [user("q"), model(use("a")), user(result("z")), model("x")],
        "too many results": [user("q"), model(use("a")), user(result("a"), result("z")), model("x")],
        "results in another order": [user("q"), model(use("a"), use("b")), user(result("b"), result("a")), model("x")],
        "calls in a row": [user("q"), model(use("a")), model(use("b")), user("x")],
        "result without a call": [user("q"), model("x"), user(result("a")), model("y")],
    }
)
async def history_restored(history: Any) -> Any:
    bench = stored_bench(stored(history), text("done"), tools=[noop])
    found = observed(bench.agent.messages)
    return {"found": found, "run": (await bench.run("go on"))["messages"]}


@table({"none": 0, "one": 1, "three": 3, "all": 4})
async def numbering_after_messages_were_taken_out(removed: int) -> Any:
    directory = stored([user("0"), model("1"), user("2"), model("3")], removed)
    bench = stored_bench(directory, text("answer"))
    found = observed(bench.agent.messages)
    await bench.run("question")
    messages = FileSessionManager("s1", storage_dir=str(directory)).list_messages("s1", "default")
    return {"found": found, "stored": observed([[one.message_id, one.message["content"]] for one in messages])}


@scenario
async def redaction_of_a_restored_message() -> Any:
    directory = stored([user("q"), model("secret")])
    bench = stored_bench(directory)
    manager = bench.agent._session_manager
    assert manager is not None
    manager.redact_latest_message(model("[hidden]"), bench.agent)
    again = stored_bench(directory).agent
    return observed([again.messages, manager.read_message("s1", "default", 1).message])  # type: ignore[attr-defined]


async def snapshot_bench() -> Bench:
    bench = Bench(call("noop"), text("done"), text("more"), tools=[noop], state={"k": [1]}, system_prompt="be terse")
    await bench.run()
    return bench


@table(
    {
        "session": {"preset": "session"},
        "nothing": {},
        "only excluded": {"exclude": ["state"]},
        "session without messages": {"preset": "session", "exclude": ["messages"]},
        "fields in another order": {"include": ["system_prompt", "interrupt_state", "messages"]},
        "prompt and data": {"include": ["system_prompt"], "app_data": {"user": 1}},
        "unknown field": {"include": ["mood"]},
        "unknown preset": {"preset": "mood"},
    }
)
async def snapshot_taken(options: Any) -> Any:
    agent = (await snapshot_bench()).agent
    return attempt(lambda: _without_times(json.dumps(agent.take_snapshot(**options).to_dict()["data"])))


def _without_times(snapshot: str) -> str:
    """Return a snapshot's JSON, whose order counts, without what a busy machine adds to it."""
    return re.sub(r', "timeToFirstByteMs": \d+', "", snapshot)


@scenario
async def snapshot_loaded_and_gone_on_from() -> Any:
    bench = await snapshot_bench()
    taken = bench.agent.take_snapshot(preset="session", app_data={"x": 1})
    await bench.run("again")
    bench.agent.state.set("k", 2)
    bench.agent.load_snapshot(Snapshot.from_dict(json.loads(json.dumps(taken.to_dict()))))
    return observed([bench.agent.messages, bench.agent.state.get(), taken.app_data])


@table(
    {
        "empty": {},
        "unknown field": {"mood": 1},
        "messages": {"messages": [user("other")]},
        "state": {"state": {"other": 1}},
        "no state": {"state": None},
        "state that is no JSON": {"state": {"x": b"x"}},
        "prompt as text": {"system_prompt": "other"},
        "prompt as blocks": {"system_prompt": [{"text": "a"}, {"text": "b"}]},
        "no prompt": {"system_prompt": None},
        "window": {"conversation_manager_state": window_state(3)},
        "another manager": {"conversation_manager_state": {"__name__": "NullConversationManager"}},
        "interrupt": {
            "interrupt_state": {
                "interrupts": {"i": {"id": "i", "name": "n", "reason": 1, "response": None}},
                "context": {},
                "activated": True,
            }
        },
        "incomplete interrupt": {"interrupt_state": {}},
    }
)
async def snapshot_loaded(data: Any) -> Any:
    agent = Bench(messages=[user("q")], state={"k": 1}, system_prompt="be terse").agent
    snapshot = Snapshot(scope="agent", schema_version="1.0", data=copy.deepcopy(data), app_data={})
    loaded = attempt(lambda: agent.load_snapshot(snapshot))
    return observed(
        {
            "loaded": loaded,
            "messages": agent.messages,
            "state": agent.state.get(),
            "prompt": agent.system_prompt,
            "manager": agent.conversation_manager.get_state(),
            "interrupt": agent._interrupt_state.to_dict(),
        }
    )


@table({"version": {"schema_version": "2.0"}, "scope": {"scope": "graph"}})
async def snapshot_of_another_kind(fields: Any) -> Any:
    agent = Bench().agent
    snapshot = Snapshot(**{"scope": "agent", "schema_version": "1.0", "data": {}, "app_data": {}, **fields})
    return attempt(lambda: agent.load_snapshot(snapshot))


@scenario
async def snapshot_of_a_summary() -> Any:
    def bench() -> Bench:
        manager = SummarizingConversationManager(summary_ratio=0.5, preserve_recent_messages=2)
        return Bench(text("SUMMARY"), messages=[user("0"), model("1")] * 3, conversation_manager=manager)

    first, second = bench().agent, bench().agent
    first.conversation_manager.reduce_context(first)
    second.load_snapshot(first.take_snapshot(preset="session"))
    return observed([second.messages, second.conversation_manager.get_state()])
