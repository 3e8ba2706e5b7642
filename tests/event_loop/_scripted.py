"""A model that plays a script, and what a consumer saw of it, on what every Strands Agents package offers.

`python -m upstream` adds this file and `test_final_turn.py` to the published package, so neither may use more.

A turn is a list of steps; a string is short for `text(...)`. A step is a list of chunks, of exceptions, which are
raised in their place, and of `asyncio.Event`s, which the model waits for.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import re
from collections.abc import AsyncGenerator, AsyncIterable, Iterable, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from strands import Agent, tool
from strands.agent.agent_result import AgentResult
from strands.models.model import Model
from strands.types.content import Message
from strands.types.exceptions import ModelThrottledException

Step = list[Any]
_ids = itertools.count(1)


def _block(deltas: Iterable[Any], start: dict[str, Any] | None = None) -> Step:
    opening = [{"contentBlockStart": {"start": start}}] if start else []
    chunks = [{"contentBlockDelta": {"delta": delta}} if isinstance(delta, dict) else delta for delta in deltas]
    return [*opening, *chunks, {"contentBlockStop": {}}]


def _pieces(content: str | Iterable[Any]) -> list[Any]:
    return re.findall(r"\s*\S+(?:\s+$)?|\s+", content) if isinstance(content, str) else list(content)


def text(content: str | Iterable[Any]) -> Step:
    """Say something, word by word, or in the given pieces."""
    return _block({"text": piece} if isinstance(piece, str) else piece for piece in _pieces(content))


def cited(content: str | Iterable[Any], citation: dict[str, Any]) -> Step:
    """Say something and name its source."""
    return _block([*({"text": piece} for piece in _pieces(content)), {"citation": citation}])


def reasoning(content: str | Iterable[Any]) -> Step:
    """Think."""
    return _block({"reasoningContent": {"text": piece}} for piece in _pieces(content))


def use(name: str, pieces: Iterable[Any] | None = None, **fields: Any) -> Step:
    """Call a tool, with the input given as fields or as pieces of JSON."""
    deltas = [json.dumps(fields)] if pieces is None else pieces
    start = {"toolUse": {"name": name, "toolUseId": f"tooluse_{next(_ids)}"}}
    return _block(({"toolUse": {"input": piece}} if isinstance(piece, str) else piece for piece in deltas), start)


def stop(reason: str) -> Step:
    """End the response for this reason instead of `tool_use` or `end_turn`."""
    return [{"messageStop": {"stopReason": reason}}]


def blocked(replacement: str) -> Step:
    """Let a guardrail put something in place of the response."""
    return [*stop("guardrail_intervened"), {"redactContent": {"redactAssistantContentMessage": replacement}}]


def raw(*chunks: Any) -> Step:
    """Send chunks as they are."""
    return list(chunks)


def error(failure: Exception) -> Step:
    """Fail."""
    return [failure]


def throttled() -> Step:
    """Be refused over the rate of requests."""
    return [ModelThrottledException("too many requests")]


class ScriptedModel(Model):
    """A model that answers each request with the next turn of its script.

    Attributes:
        open_streams: Streams that were begun and neither ended nor closed.
    """

    def __init__(self, turns: Iterable[Any]) -> None:
        self.open_streams = 0
        self._turns = iter(turns)

    def update_config(self, **model_config: Any) -> None:
        """Do nothing: there is nothing to configure."""

    def get_config(self) -> Any:
        """Return the model's id."""
        return {"model_id": "scripted"}

    def structured_output(self, *arguments: Any, **keywords: Any) -> Any:
        """Refuse: structured output is a tool call of `stream` here."""
        raise NotImplementedError

    async def stream(self, *arguments: Any, **keywords: Any) -> AsyncGenerator[Any, None]:
        """Play the next turn."""
        self.open_streams += 1
        try:
            for operation in _framed(next(self._turns)):
                if isinstance(operation, Exception):
                    raise operation
                if isinstance(operation, asyncio.Event):
                    await operation.wait()
                else:
                    yield operation
        finally:
            self.open_streams -= 1


def _framed(turn: Any) -> Iterator[Any]:
    """Put the steps of a turn into the frame of a message."""
    steps = [turn] if isinstance(turn, str) else turn
    operations = [operation for step in steps for operation in (text(step) if isinstance(step, str) else step)]
    yield {"messageStart": {"role": "assistant"}}
    yield from operations
    if not any("messageStop" in each for each in operations if isinstance(each, dict)):
        called = any("toolUse" in each.get("contentBlockStart", {}).get("start", {}) for each in _chunks(operations))
        yield from stop("tool_use" if called else "end_turn")
    usage = {"inputTokens": 1, "outputTokens": 1, "totalTokens": 2}
    yield {"metadata": {"usage": usage, "metrics": {"latencyMs": 1}}}


def _chunks(operations: Iterable[Any]) -> list[dict[str, Any]]:
    return [each for each in operations if isinstance(each, dict)]


async def chunks_of(turn: Any) -> AsyncGenerator[Any, None]:
    """Yield the chunks of a turn, as a provider does."""
    for chunk in _chunks(_framed(turn)):
        yield chunk


@tool
def lookup(query: str = "") -> str:
    """Look something up.

    Args:
        query: What to look up.
    """
    return f"found {query}"


def agent_on(*turns: Any, tools: tuple[Any, ...] = (lookup,), **arguments: Any) -> Agent:
    """Return an agent with a tool, on a model that plays these turns."""
    return Agent(model=ScriptedModel(turns), tools=list(tools), **{"callback_handler": None, **arguments})


@dataclass
class Seen:
    """What a consumer got out of one run."""

    events: list[Any] = field(default_factory=list)
    error: Exception | None = None

    @property
    def text(self) -> str:
        """The text of all `data` events."""
        return "".join(event["data"] for event in self.events if "data" in event)

    @property
    def raw_text(self) -> str:
        """The text of all raw chunks."""
        deltas = [event["event"]["contentBlockDelta"]["delta"] for event in self.events if is_delta(event)]
        return "".join(delta["text"] for delta in deltas if "text" in delta)

    @property
    def result(self) -> AgentResult:
        """The result, which is the last event."""
        result: AgentResult = self.events[-1]["result"]
        return result

    @property
    def shape(self) -> list[str]:
        """The events' kinds, with the kinds of raw chunks."""
        return [kind_of(event) for event in self.events]


def is_delta(event: Any) -> bool:
    """Whether an event is the raw chunk of a delta."""
    return "contentBlockDelta" in event.get("event", {})


def kind_of(event: Any) -> str:
    """Return an event's first key, and for a raw chunk the chunk's kind."""
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


async def watch(agent: Agent, prompt: Any = "question", **keywords: Any) -> Seen:
    """Run an agent to its end and keep what it yields and what it raises."""
    seen = Seen()
    try:
        events: Any = agent.stream_async(prompt, **keywords)
        async with aclosing(events):
            async for event in events:
                seen.events.append(event)
    except Exception as failure:
        seen.error = failure
    return seen


async def collected(events: AsyncIterable[Any]) -> list[Any]:
    """Return all that an iterator yields."""
    return [event async for event in events]
