"""The gate of final-turn streaming: lets through the text of the response that ends the run, and no other.

A stage of typed events. It knows nothing of providers or agents: the loop says when a model call begins and whether
tools were offered (`ModelAttemptEvent`), and, once it has accepted a response, whether that response is the answer
(`TurnVerdictEvent`). In between the gate is in one of four states:

    LIVE      everything passes            no tools offered, or the provider marked the text as the final answer
    READY     everything passes, so far    tools offered, no text yet
    HOLDING   everything waits             from the first text on, since a tool use may still follow it
    SILENT    everything but text passes   a tool use has begun

Nothing is reordered: what follows held text waits with it. At most one response is held.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from enum import Enum, auto

from strands.types._events import (
    CitationStreamEvent,
    EventLoopThrottleEvent,
    ForceStopEvent,
    ModelAttemptEvent,
    ModelStreamChunkEvent,
    TextStreamEvent,
    TurnVerdictEvent,
    TypedEvent,
)
from strands.types.streaming import ContentBlockStartEvent, StreamEvent

_REJECTIONS = (EventLoopThrottleEvent, ForceStopEvent)
"""Events which tell that the response before them was not accepted."""


async def only_final_turn(events: AsyncGenerator[TypedEvent, None]) -> AsyncGenerator[TypedEvent, None]:
    """Yield `events` without the text of all responses but the final one; closes `events` on every way out."""
    gate = _Gate()
    async with aclosing(events):
        try:
            async for event in events:
                if gate.holds(event):
                    continue
                for passed in gate.admit(event):
                    yield passed
        except Exception:
            for passed in gate.reject():
                yield passed
            raise


class _State(Enum):
    LIVE = auto()
    READY = auto()
    HOLDING = auto()
    SILENT = auto()


class _Gate:
    def __init__(self) -> None:
        self._state = _State.LIVE
        self._held: list[TypedEvent] = []
        self._replacement: str | None = None
        self._in_commentary = False

    def holds(self, event: TypedEvent) -> bool:
        """Keep `event` back if that is all there is to do; the quick way for the deltas of a held response."""
        if self._state is not _State.HOLDING:
            return False
        is_delta = isinstance(event, TextStreamEvent) or (
            isinstance(event, ModelStreamChunkEvent) and "contentBlockDelta" in event["event"]
        )
        if is_delta and not self._in_commentary:
            self._held.append(event)
            return True
        return False

    def admit(self, event: TypedEvent) -> Iterator[TypedEvent]:
        """Yield what may pass now that `event` has come."""
        if isinstance(event, ModelAttemptEvent):
            yield from self.reject()
            self._state = _State.READY if event.tools_offered else _State.LIVE
            yield event
        elif isinstance(event, TurnVerdictEvent):
            yield from self._release() if event.final else self.reject()
            yield event
        elif isinstance(event, _REJECTIONS):
            yield from self.reject()
            yield event
        else:
            if isinstance(event, ModelStreamChunkEvent):
                yield from self._settle(event.chunk)
            yield from self._pass_or_hold(event)

    def reject(self) -> list[TypedEvent]:
        """Let go of what is held, without its text."""
        return [event for event in self._emptied() if not _is_text(event)]

    def _release(self) -> list[TypedEvent]:
        """Let go of what is held: the answer, or what a guardrail put in its place."""
        replacement = self._replacement
        held = self._emptied()
        if replacement is None:
            return held
        before = next((i for i, event in enumerate(held) if _is_text(event)), 0)
        answer = TextStreamEvent({"text": replacement}, replacement)
        return [*held[:before], answer, *(event for event in held[before:] if not _is_text(event))]

    def _emptied(self) -> list[TypedEvent]:
        held, self._held = self._held, []
        self._state, self._replacement, self._in_commentary = _State.LIVE, None, False
        return held

    def _settle(self, chunk: StreamEvent) -> Iterator[TypedEvent]:
        """Change the state if a chunk tells more about what the response is, and yield what that lets go."""
        if "contentBlockStart" in chunk:
            yield from self._settle_block(chunk["contentBlockStart"])
        elif "contentBlockStop" in chunk:
            self._in_commentary = False
        elif self._state in (_State.READY, _State.HOLDING):
            if "messageStop" in chunk:
                # A guardrail may still replace the message, and its text has to come before this chunk.
                self._state = _State.HOLDING
            elif (replacement := chunk.get("redactContent", {}).get("redactAssistantContentMessage")) is not None:
                self._state = _State.HOLDING
                self._replacement = replacement

    def _settle_block(self, block: ContentBlockStartEvent) -> Iterator[TypedEvent]:
        start = block.get("start") or {}
        if start.get("toolUse"):
            yield from self.reject()
            self._state = _State.SILENT
        elif self._state in (_State.READY, _State.HOLDING):
            self._in_commentary = start.get("phase") == "commentary"
            if start.get("phase") == "final_answer":
                yield from self._release()

    def _pass_or_hold(self, event: TypedEvent) -> Iterator[TypedEvent]:
        text = _is_text(event)
        if text and (self._state is _State.SILENT or self._in_commentary):
            return
        if text and self._state is _State.READY:
            self._state = _State.HOLDING
        if self._state is _State.HOLDING:
            self._held.append(event)
        else:
            yield event


def _is_text(event: TypedEvent) -> bool:
    """Whether an event is a piece of the answer, in any form in which it travels."""
    if isinstance(event, ModelStreamChunkEvent):
        delta = event.chunk.get("contentBlockDelta", {}).get("delta", {})
        return "toolUse" not in delta and ("text" in delta or "citation" in delta)
    return isinstance(event, (TextStreamEvent, CitationStreamEvent))
