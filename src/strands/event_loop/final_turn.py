"""The gate of final-turn streaming: lets through the text of the response that ends the run, and no other.

A stage of typed events. It knows nothing of providers or agents: the loop says when a model call begins and whether
tools were offered (`ModelAttemptEvent`), and, once it has accepted a response, whether that response is the answer
(`TurnVerdictEvent`). In between the gate is in one of four states:

    LIVE      everything passes            no tools offered, or the provider marked the text as the final answer
    READY     everything passes, so far    tools offered, no text yet
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

from strands.types._events import (
    CitationStreamEvent,
    EventLoopThrottleEvent,
    ForceStopEvent,
    ModelAttemptEvent,
    ModelStreamChunkEvent,
    TextRunEvent,
    TextStreamEvent,
    TurnVerdictEvent,
    TypedEvent,
)
from strands.types.streaming import ContentBlockStartEvent, MessageStopEvent, StreamEvent

_REJECTIONS = (EventLoopThrottleEvent, ForceStopEvent)
"""Events which tell that the response before them was not accepted."""


async def only_final_turn(events: AsyncGenerator[TypedEvent, None]) -> AsyncGenerator[TypedEvent, None]:
    """Yield `events` without the text of all responses but the final one; closes `events` on every way out."""
    gate = _Gate()
    async with aclosing(events):
        try:
            async for event in events:
                for passed in gate.admit(event):
                    if isinstance(passed, TextRunEvent):
                        for delta in passed.deltas():
                            yield delta
                    else:
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
    """What is held, and the rules by which it goes.

    Attributes:
        held: Events that wait for the verdict, in order.
    """

    def __init__(self) -> None:
        self.held: list[TypedEvent] = []
        self._attempt: ModelAttemptEvent | None = None
        self._replacement: str | None = None
        self._in_commentary = False
        self._enter(_State.LIVE)

    def admit(self, event: TypedEvent) -> Iterable[TypedEvent]:
        """Return what may pass now that `event` has come."""
        if isinstance(event, ModelAttemptEvent):
            passed = self.reject()
            self._attempt = event
            self._enter(_State.READY if event.tools_offered else _State.LIVE)
            return [*passed, event]
        if isinstance(event, TurnVerdictEvent):
            return [*(self._release() if event.final else self.reject()), event]
        if isinstance(event, _REJECTIONS):
            return [*self.reject(), event]
        if isinstance(event, ModelStreamChunkEvent):
            return [*self._settle(event.chunk), *self._pass_or_hold(event)]
        return self._pass_or_hold(event)

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
        held, self.held = self.held, []
        self._replacement, self._in_commentary = None, False
        self._enter(_State.LIVE)
        return held

    def _enter(self, state: _State) -> None:
        self._state = state
        if self._attempt is not None:
            # Text that waits anyway costs a tenth in runs, and far less memory.
            self._attempt.text_in_runs = self._is_undecided

    @property
    def _is_undecided(self) -> bool:
        return self._state in (_State.READY, _State.HOLDING)

    def _settle(self, chunk: StreamEvent) -> Iterable[TypedEvent]:
        """Change the state if a chunk tells more about what the response is, and return what that lets go."""
        if "contentBlockStart" in chunk:
            return self._settle_block(chunk["contentBlockStart"])
        if "contentBlockStop" in chunk:
            self._in_commentary = False
        elif "messageStop" in chunk and self._may_be_replaced(chunk["messageStop"]):
            self._enter(_State.HOLDING)  # the replacement's text has to come before this chunk
        elif "redactContent" in chunk and self._state is not _State.LIVE:
            replacement = chunk["redactContent"].get("redactAssistantContentMessage")
            if replacement is not None:
                self._replacement = replacement
                self._enter(_State.HOLDING)
        return ()

    def _may_be_replaced(self, stop: MessageStopEvent) -> bool:
        silenced = self._state is _State.SILENT and stop.get("stopReason") == "guardrail_intervened"
        return silenced or self._is_undecided

    def _settle_block(self, block: ContentBlockStartEvent) -> Iterable[TypedEvent]:
        start = block.get("start") or {}
        if start.get("toolUse"):
            passed = self.reject()
            self._enter(_State.SILENT)
            return passed
        if not self._is_undecided:
            return ()
        if start.get("phase") == "final_answer":
            return self._release()
        self._in_commentary = start.get("phase") == "commentary"
        return ()

    def _pass_or_hold(self, event: TypedEvent) -> Iterable[TypedEvent]:
        if _is_text(event):
            if self._state is _State.SILENT or self._in_commentary:
                return ()
            if self._state is _State.READY:
                self._enter(_State.HOLDING)
        if self._state is not _State.HOLDING:
            return (event,)
        self.held.append(event)
        return ()


def _is_text(event: TypedEvent) -> bool:
    """Whether an event is a piece of the answer, in any form in which it travels."""
    if isinstance(event, ModelStreamChunkEvent):
        delta = event.chunk.get("contentBlockDelta", {}).get("delta", {})
        return "toolUse" not in delta and ("text" in delta or "citation" in delta)
    return isinstance(event, (TextStreamEvent, CitationStreamEvent, TextRunEvent))
