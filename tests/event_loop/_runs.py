"""What the tests of the loop share: agents on scripts, and what a consumer saw."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from strands import Agent, tool
from strands.agent.agent_result import AgentResult
from strands.testing import ScriptedModel
from strands.types.content import Message


@tool
def lookup(query: str = "") -> str:
    """Look something up.

    Args:
        query: What to look up.
    """
    return f"found {query}"


@dataclass
class Seen:
    """What a consumer got out of one run."""

    events: list[Any] = field(default_factory=list)
    error: Exception | None = None

    @property
    def text(self) -> str:
        return "".join(event["data"] for event in self.events if "data" in event)

    @property
    def raw_text(self) -> str:
        deltas = [event["event"]["contentBlockDelta"]["delta"] for event in self.events if is_delta(event)]
        return "".join(delta["text"] for delta in deltas if "text" in delta)

    @property
    def result(self) -> AgentResult:
        result: AgentResult = self.events[-1]["result"]
        return result

    @property
    def shape(self) -> list[str]:
        """The events' kinds, with the kinds of raw chunks."""
        return [kind_of(event) for event in self.events]


def is_delta(event: Any) -> bool:
    return "contentBlockDelta" in event.get("event", {})


def kind_of(event: Any) -> str:
    kind: str = next(iter(event))
    return f"event.{next(iter(event['event']))}" if kind == "event" else kind


def is_text(event: Any) -> bool:
    """Whether an event is a piece of the answer: the notion of the documentation, written down once more."""
    if is_delta(event):
        delta = event["event"]["contentBlockDelta"]["delta"]
        return "text" in delta or "citation" in delta
    return "data" in event or "citation" in event


def text_of(message: Message) -> str:
    """Return the text of a message, cited text included."""
    pieces = []
    for block in message["content"]:
        pieces.append(block.get("text", ""))
        pieces.extend(piece["text"] for piece in block.get("citationsContent", {}).get("content", []))
    return "".join(pieces)


def agent_on(*turns: Any, tools: tuple[Any, ...] = (lookup,), **arguments: Any) -> Agent:
    return Agent(model=ScriptedModel(list(turns)), tools=list(tools), **{"callback_handler": None, **arguments})


async def watch(agent: Agent, prompt: Any = "question", **keywords: Any) -> Seen:
    """Run an agent to its end and keep what it yields and what it raises."""
    seen = Seen()
    try:
        async with aclosing(agent.stream_async(prompt, **keywords)) as events:
            async for event in events:
                seen.events.append(event)
    except Exception as error:
        seen.error = error
    return seen
