"""What a session survives: `python -m benchmarks.session_kills [--kills 300] [--seed 1]`.

A process runs an agent with a `FileSessionManager` and tells through a pipe which messages its session has stored.
It is killed (SIGKILL) at a random moment, again and again, while this process reads the session all the time. After
each kill the session must be readable, and must hold every message that was told, in order and unchanged, and at most
one more.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from strands import Agent, tool
from strands.hooks import MessageAddedEvent
from strands.session import FileSessionManager
from strands.testing import ScriptedModel, text, use
from strands.types.session import SessionMessage

LIFE_S = 0.2
"""The longest time from the start of a process to its end."""
LIVES_PER_SESSION = 25
AGENT_ID = "default"


@dataclass
class Figures:
    """What happened."""

    kills: int = 0
    messages_written: int = 0
    messages_lost: int = 0
    messages_changed: int = 0
    messages_in_flight_kept: int = 0
    sessions: int = 0
    sessions_unreadable: int = 0
    reads_while_writing: int = 0
    reads_failed: int = 0

    @property
    def is_fine(self) -> bool:
        return not (self.messages_lost or self.messages_changed or self.sessions_unreadable or self.reads_failed)


def kill_again_and_again(folder: Path, *, kills: int, seed: int) -> Figures:
    """Kill `kills` processes that write to sessions in `folder` and return what was found afterwards."""
    figures, chance = Figures(), random.Random(seed)
    reader = FileSessionManager("reader", storage_dir=str(folder))
    for kill in range(kills):
        if kill % LIVES_PER_SESSION == 0:
            figures.sessions += 1
        session_id = f"s{figures.sessions}"
        before = _stored(reader, session_id)
        told = _told_until_killed(reader, session_id, chance, figures)
        figures.kills += 1
        figures.messages_written += len(told)
        try:
            Agent(
                model=ScriptedModel([]),
                session_manager=FileSessionManager(session_id, storage_dir=str(folder)),
                callback_handler=None,
            )
            after = _stored(reader, session_id)
        except Exception as error:
            print(f"session_id=<{session_id}>, error=<{error!r}> | cannot be read", file=sys.stderr)
            figures.sessions_unreadable += 1
            continue
        _compare([_digest(message.message) for message in before] + told, after, figures)
    return figures


def _compare(expected: list[str], after: list[SessionMessage], figures: Figures) -> None:
    found = [_digest(message.message) for message in after]
    figures.messages_lost += max(0, len(expected) - len(found))
    figures.messages_changed += sum(one != other for one, other in zip(expected, found, strict=False))
    figures.messages_changed += sum(message.message_id != place for place, message in enumerate(after))
    figures.messages_in_flight_kept += max(0, len(found) - len(expected))
    if len(found) > len(expected) + 1:
        raise AssertionError(f"{len(found)} messages stored, expected {len(expected)} and at most one in flight")


def _told_until_killed(
    reader: FileSessionManager, session_id: str, chance: random.Random, figures: Figures
) -> list[str]:
    ends_at = time.monotonic() + chance.uniform(0, LIFE_S)
    seed = chance.randrange(2**32)
    incoming, outgoing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(incoming)
        _write_for_ever(reader.storage_dir, session_id, outgoing, random.Random(seed))
    os.close(outgoing)
    while time.monotonic() < ends_at:
        figures.reads_while_writing += 1
        try:
            _stored(reader, session_id)
        except Exception as error:
            print(f"session_id=<{session_id}>, error=<{error!r}> | cannot be read while written", file=sys.stderr)
            figures.reads_failed += 1
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    with os.fdopen(incoming) as told:
        return told.read().split()


def _stored(reader: FileSessionManager, session_id: str) -> list[SessionMessage]:
    if reader.read_session(session_id) is None or reader.read_agent(session_id, AGENT_ID) is None:
        return []
    return reader.list_messages(session_id, AGENT_ID)


def _digest(message: Any) -> str:
    return hashlib.sha256(json.dumps(message, sort_keys=True).encode()).hexdigest()


# --- the process that is killed -----------------------------------------------------------------------------------


@tool
def lookup(number: int) -> str:
    """Look a number up."""
    return str(number) * 50


def _write_for_ever(folder: str, session_id: str, outgoing: int, chance: random.Random) -> None:
    try:
        asyncio.run(_converse(folder, session_id, outgoing, chance))
    finally:
        os._exit(1)  # nothing of the parent's may run here


async def _converse(folder: str, session_id: str, outgoing: int, chance: random.Random) -> None:
    def turns() -> Iterator[Any]:
        while True:
            yield [text("Let me look. " * chance.randrange(2000)), use("lookup", number=chance.randrange(1000))]
            yield "It is so. " * chance.randrange(5000)

    answers = turns()
    agent = Agent(
        model=ScriptedModel(lambda request: next(answers)),
        tools=[lookup],
        session_manager=FileSessionManager(session_id, storage_dir=folder),
        callback_handler=None,
    )

    def tell(event: MessageAddedEvent) -> None:
        # Registered after the session's: it is stored now.
        os.write(outgoing, f"{_digest(event.message)}\n".encode())

    agent.add_hook(tell)
    for run in range(10_000):
        agent.state.set("run", run)
        await agent.invoke_async("ü" * chance.randrange(10_000))


def main() -> int:
    """Print the figures, and fail if anything but the message in flight was lost."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.session_kills", description=__doc__)
    options.add_argument("--kills", type=int, default=300)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = kill_again_and_again(Path(folder), kills=given.kills, seed=given.seed)
    print(json.dumps(asdict(figures), indent=2))
    return 0 if figures.is_fine else 1


if __name__ == "__main__":
    raise SystemExit(main())
