"""Conversations as they are kept: an agent of a session, what the page shows of it, and how it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from examples.chat.turns import STOPPED, Turn, calls_a_tool, turns_of
from strands import Agent
from strands.models import Model
from strands.session import FileSessionManager
from strands.types.content import Message, Messages

AGENT_ID = "assistant"

Standing = Literal["idle", "waiting", "unfinished"]
"""Idle: ready for a question. Waiting: for the person's answer. Unfinished: the last answer was cut off."""


@dataclass(frozen=True)
class Conversation:
    """One session and its agent."""

    agent: Agent
    store: FileSessionManager

    @property
    def messages(self) -> Messages:
        """All messages of the session, also those that the agent's window has left behind."""
        return _messages_in(self.store)

    @cached_property
    def questions(self) -> list[dict[str, Any]]:
        """What the agent waits to be told, each with `id`, `name` and `reason`."""
        state = self.agent.take_snapshot(include=["interrupt_state"]).data["interrupt_state"]
        asked = state["interrupts"].values() if state["activated"] else ()
        return [{key: each[key] for key in ("id", "name", "reason")} for each in asked if each["response"] is None]

    @property
    def standing(self) -> Standing:
        if self.questions:
            return "waiting"
        last = self.messages[-1:]
        return "unfinished" if last and (last[0]["role"] == "user" or calls_a_tool(last[0])) else "idle"

    def turns(self) -> list[Turn]:
        return turns_of(self.messages, open_tools="waiting" if self.questions else "failed")

    def settle(self) -> None:
        """End an answer that was cut off, since questions and answers must alternate."""
        if self.standing == "unfinished":
            note: Message = {"role": "assistant", "content": [{"text": STOPPED}]}
            self.store.append_message(note, self.agent)
            self.agent.messages.append(note)


@dataclass(frozen=True)
class Conversations:
    """The folder of all sessions, and what their agents are made of. Every method reads files: call it in a thread."""

    folder: Path
    model: Model
    instructions: str | None
    tools: Sequence[Any]

    def has(self, session_id: str) -> bool:
        return (self.folder / f"session_{session_id}").is_dir()

    def turns(self, session_id: str) -> list[Turn]:
        """Return the turns so far, also while somebody else has the conversation open."""
        if not self.has(session_id):
            return []
        store = FileSessionManager(session_id, storage_dir=str(self.folder))
        known = store.read_agent(session_id, AGENT_ID) is not None
        return turns_of(_messages_in(store), open_tools="started") if known else []

    def open(self, session_id: str) -> Conversation:
        """Restore a conversation, or begin it."""
        store = FileSessionManager(session_id, storage_dir=str(self.folder))
        agent = Agent(
            agent_id=AGENT_ID,
            model=self.model,
            tools=list(self.tools),
            system_prompt=self.instructions,
            session_manager=store,
            callback_handler=None,
        )
        return Conversation(agent, store)


def _messages_in(store: FileSessionManager) -> Messages:
    return [kept.to_message() for kept in store.list_messages(store.session_id, AGENT_ID)]
