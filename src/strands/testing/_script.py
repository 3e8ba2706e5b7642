"""Scripts: which turn answers which request, and the order of its chunks and signals."""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from strands.testing._gate import Gate
from strands.testing._steps import Content, Operation, Pause, Raw, Response, Signal, Step, Turn
from strands.testing._vocabulary import text
from strands.types.content import Message, SystemContentBlock
from strands.types.exceptions import StrandsException
from strands.types.tools import ToolSpecs


class ScriptExhausted(StrandsException):
    """The model was asked for more turns than its script has."""


@dataclass(frozen=True, kw_only=True)
class ModelRequest:
    """What a model was asked, as its script sees it."""

    messages: list[Message]
    """The conversation at the time of the request. The list is a copy, its messages are the agent's own."""
    system: list[SystemContentBlock] = field(default_factory=list)
    tool_specs: ToolSpecs = field(default_factory=list)
    tool_choice: dict[str, Any] | None = None
    options: dict[str, Any] = field(default_factory=dict)
    """Whatever else came along: `invocation_state` and such for a model, the other fields of a Bedrock request."""

    @property
    def prompt(self) -> str:
        """The text of the last user message that has one."""
        for message in reversed(self.messages):
            words = [block["text"] for block in message["content"] if "text" in block]
            if message["role"] == "user" and words:
                return " ".join(words)
        return ""

    @property
    def tool_results(self) -> list[str]:
        """The results in the last message, as text: empty unless the model is to go on from its tool calls."""
        blocks = self.messages[-1]["content"] if self.messages else []
        results = (block["toolResult"]["content"] for block in blocks if "toolResult" in block)
        return [" ".join(str(part.get("text", part.get("json", ""))) for part in content) for content in results]

    @property
    def tool_names(self) -> list[str]:
        """The names of the tools that the model may call."""
        return [spec["name"] for spec in self.tool_specs]


Turns = Iterable[Turn] | Callable[[Any], Turn]
"""A list of turns, one for each request in the order of their arrival; or a function that chooses by the request.

The function gets a `ModelRequest` from a model, its subclass `EndpointRequest` from an endpoint.
"""


def per_conversation(turns: Sequence[Turn]) -> Callable[[ModelRequest], Turn]:
    """Let every conversation play the script from its start, however many talk to the model at once.

    The turn is chosen by the number of assistant messages in the request, so a refused request (`throttled()`)
    would be refused for ever: leave those to plain lists.
    """

    def choose(request: ModelRequest) -> Turn:
        played = sum(message["role"] == "assistant" for message in request.messages)
        if played >= len(turns):
            raise ScriptExhausted(_exhausted(len(turns), request))
        return turns[played]

    return choose


class Script:
    """Hands out turns to requests; safe to be used by several threads."""

    def __init__(self, turns: Turns) -> None:
        if isinstance(turns, str | Step):
            raise TypeError(f"turns must be a list of turns, or a function of the request, got {turns!r}")
        self._lock = threading.Lock()
        self._choose = turns if callable(turns) else None
        self._waiting: deque[Turn] = deque(() if callable(turns) else turns)
        self._ids = itertools.count(1)
        self.played = 0

    def append(self, *turns: Turn) -> None:
        """Add turns to the end of the list."""
        if self._choose is not None:
            raise ValueError(f"turns={self._choose!r} chooses every turn, expected a list of turns to add to")
        self._waiting.extend(turns)

    def operations(self, request: ModelRequest, *, token_gap_s: float = 0.0) -> Iterator[Operation]:
        """Return the chunks and signals that answer this request.

        Raises:
            ScriptExhausted: If no turn is left.
        """
        response = Response(self._new_tool_use_id, token_gap_s)
        return _played(_steps(self._next(request)), response)

    def _next(self, request: ModelRequest) -> Turn:
        with self._lock:
            if self._choose is None and not self._waiting:
                raise ScriptExhausted(_exhausted(self.played, request))
            self.played += 1
            if self._choose is None:
                return self._waiting.popleft()
        return self._choose(request)

    def _new_tool_use_id(self) -> str:
        return f"tooluse_{next(self._ids)}"


class Pacer:
    """Waits out pauses by the clock, so that late wake-ups do not add up over a long stream."""

    CATCH_UP_S = 0.25
    """A stream that fell further behind (its reader was slow) does not hurry after the clock."""

    def __init__(self) -> None:
        self._due_s: float | None = None

    async def wait(self, pause: Pause) -> None:
        """Return when the pause is over."""
        if isinstance(pause.until, Gate):
            await pause.until.passed()
            self._due_s = None
            return
        now_s = asyncio.get_running_loop().time()
        due_s = now_s if self._due_s is None else max(self._due_s, now_s - self.CATCH_UP_S)
        self._due_s = due_s + pause.until
        await asyncio.sleep(max(0.0, self._due_s - now_s))


def _played(steps: list[Step], response: Response) -> Iterator[Operation]:
    """Frame the steps as a message, unless they are raw; what comes before the first content precedes the frame."""
    framed = any(isinstance(step, Content) for step in steps) or not any(isinstance(step, Raw) for step in steps)
    started = False
    for step in steps:
        if isinstance(step, Signal):
            yield step
            continue
        if framed and not started:
            started = True
            yield {"messageStart": {"role": "assistant"}}
        yield from step.play(response)
    if framed and not started:
        yield {"messageStart": {"role": "assistant"}}
    if framed:
        yield from response.end()


def _steps(turn: Turn) -> list[Step]:
    """Return the turn as a list in which bare strings are texts.

    Raises:
        TypeError: If the turn holds anything but strings and steps.
    """
    parts = [turn] if isinstance(turn, str | Step) else turn
    if not isinstance(parts, Sequence):
        raise TypeError(f"turn is {turn!r}, expected a string, a step or a list of them")
    for part in parts:
        if not isinstance(part, str | Step):
            raise TypeError(f"turn has the step {part!r}, expected a string or a step such as text() or use()")
    return [text(part) if isinstance(part, str) else part for part in parts]


def _exhausted(played: int, request: ModelRequest) -> str:
    return f"script is played out after {played} turns, but the model got another request: {request.prompt[:80]!r}"
