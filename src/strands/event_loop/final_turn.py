"""The gate of final-turn streaming: lets through the text of the response that ends the run, and no other.

A stage of typed events. It knows nothing of providers or agents: the loop says when a model call begins and whether
tools were offered (`ModelAttemptEvent`), and, once it has accepted a response, whether that response is the answer
(`TurnVerdictEvent`, by `is_answer`). In between the gate is in one of four states:

    LIVE      everything passes            no tools offered, or the provider marked the text as the final answer
    READY     everything passes, so far    tools offered (or nothing known), no text yet
    HOLDING   everything waits             from the first text on, since a tool use may still follow it
    SILENT    everything but text passes   a tool use has begun

A guardrail may replace a response as a whole, even one that has begun a tool use, so that the end of a response waits
for the verdict wherever that can still happen.

Nothing is reordered: what follows held text waits with it. At most one response is held.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from enum import Enum, auto
from itertools import chain

from strands.types._events import (
    CitationStreamEvent,
    EventLoopStopEvent,
    EventLoopThrottleEvent,
    ForceStopEvent,
    ModelAttemptEvent,
    ModelStreamChunkEvent,
    TextStreamEvent,
    TurnVerdictEvent,
    TypedEvent,
)
from strands.types.content import Message
from strands.types.event_loop import StopReason
from strands.types.streaming import ContentBlockStartEvent, MessageStopEvent, StreamEvent

_ANSWERS = frozenset({"end_turn", "stop_sequence", "content_filtered", "guardrail_intervened", "max_tokens"})
"""Stop reasons with which a response that holds no tool use ends the run."""

_REJECTIONS = (EventLoopThrottleEvent, ForceStopEvent, EventLoopStopEvent)
"""Events which tell that a response without a verdict was not accepted."""


def is_answer(message: Message, stop_reason: StopReason, *, structured_output_wanted: bool) -> bool:
    """Tell whether an accepted response ends the run with an answer."""
    if stop_reason not in _ANSWERS or any("toolUse" in block for block in message["content"]):
        return False
    # Prose where structured output is wanted is not the answer: the loop will force the tool call, or fail.
    return not (structured_output_wanted and stop_reason == "end_turn")


class State(Enum):
    """Whether text passes; see the module."""

    LIVE = auto()
    READY = auto()
    HOLDING = auto()
    SILENT = auto()


class FinalTurnGate:
    """What is held, and the rules by which it goes.

    Attributes:
        held: Events that wait for the verdict, in order.
    """

    def __init__(self) -> None:
        """Begin with nothing held."""
        self.held: list[TypedEvent] = []
        self._state = State.READY
        self._replacement: str | None = None
        self._in_commentary = False

    async def stream(self, events: AsyncGenerator[TypedEvent, None]) -> AsyncGenerator[TypedEvent, None]:
        """Yield `events` without the text of all responses but the final one; closes `events` on every way out."""
        async with aclosing(events):
            try:
                async for event in events:
                    if self._state is State.LIVE and _is_plain(event):
                        yield event
                        continue
                    for passed in self.admit(event):
                        yield passed
            except Exception:
                for passed in self.reject():
                    yield passed
                raise

    def admit(self, event: TypedEvent) -> Iterable[TypedEvent]:
        """Return what may pass now that `event` has come."""
        if isinstance(event, ModelAttemptEvent):
            passed = self.reject()
            self._begin(event)
            return [*passed, event]
        if isinstance(event, TurnVerdictEvent):
            return chain(self._release() if event.final else self.reject(), (event,))
        if isinstance(event, _REJECTIONS):
            return [*self.reject(), event]
        if isinstance(event, ModelStreamChunkEvent):
            return chain(self._settle(event.chunk), self._pass_or_hold(event))
        return self._pass_or_hold(event)

    def reject(self) -> list[TypedEvent]:
        """Let go of what is held, without its text."""
        return [event for event in self._emptied() if not _is_text(event)]

    def _begin(self, attempt: ModelAttemptEvent) -> None:
        self._enter(State.READY if attempt.tools_offered else State.LIVE)

    def _release(self) -> Iterable[TypedEvent]:
        """Let go of what is held: the answer, or what a guardrail put in its place."""
        replacement = self._replacement
        held = self._emptied()
        if replacement is None:
            return held
        before = next((i for i, event in enumerate(held) if _is_text(event)), 0)
        answer = TextStreamEvent({"text": replacement}, replacement)
        return [*held[:before], answer, *(event for event in held[before:] if not _is_text(event))]

    def _emptied(self) -> list[TypedEvent]:
        held, self.held = self.held, []
        self._replacement, self._in_commentary = None, False
        self._enter(State.READY)
        return held

    def _enter(self, state: State) -> None:
        self._state = state

    @property
    def _is_undecided(self) -> bool:
        return self._state in (State.READY, State.HOLDING)

    def _settle(self, chunk: StreamEvent) -> Iterable[TypedEvent]:
        """Change the state if a chunk tells more about what the response is, and return what that lets go."""
        if "contentBlockStart" in chunk:
            return self._settle_block(chunk["contentBlockStart"])
        if "contentBlockStop" in chunk:
            self._in_commentary = False
        elif "messageStop" in chunk and self._may_be_replaced(chunk["messageStop"]):
            self._enter(State.HOLDING)  # the replacement's text has to come before this chunk
        elif "redactContent" in chunk and self._state is not State.LIVE:
            replacement = chunk["redactContent"].get("redactAssistantContentMessage")
            if replacement is not None:
                self._replacement = replacement
                self._enter(State.HOLDING)
        return ()

    def _may_be_replaced(self, stop: MessageStopEvent) -> bool:
        silenced = self._state is State.SILENT and stop.get("stopReason") == "guardrail_intervened"
        return silenced or self._is_undecided

    def _settle_block(self, block: ContentBlockStartEvent) -> Iterable[TypedEvent]:
        start = block.get("start") or {}
        if start.get("toolUse"):
            passed = self.reject()
            self._enter(State.SILENT)
            return passed
        if not self._is_undecided:
            return ()
        if start.get("phase") == "final_answer":
            released = self._release()
            self._enter(State.LIVE)
            return released
        self._in_commentary = start.get("phase") == "commentary"
        return ()

    def _pass_or_hold(self, event: TypedEvent) -> Iterable[TypedEvent]:
        if _is_text(event):
            if self._state is State.SILENT or self._in_commentary:
                return ()
            if self._state is State.READY:
                self._enter(State.HOLDING)
        if self._state is not State.HOLDING:
            return (event,)
        self.held.append(event)
        return ()


def _is_plain(event: TypedEvent) -> bool:
    """Whether an event is one of the two that each token comes as: neither tells what the response is."""
    kind = type(event)
    return kind is TextStreamEvent or (kind is ModelStreamChunkEvent and "contentBlockDelta" in event["event"])


def _is_text(event: TypedEvent) -> bool:
    """Whether an event is a piece of the answer, in any form in which it travels."""
    if isinstance(event, ModelStreamChunkEvent):
        delta = event.chunk.get("contentBlockDelta", {}).get("delta", {})
        return "toolUse" not in delta and ("text" in delta or "citation" in delta)
    return isinstance(event, (TextStreamEvent, CitationStreamEvent))
