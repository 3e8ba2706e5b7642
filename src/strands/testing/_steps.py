"""What a scripted turn is made of, and how each step becomes chunks.

A *turn* is one response of a model: a step, a string (short for `text`), or a list of both. Playing it yields
*operations*: chunks in Bedrock's shape, and signals (wait, fail, cut the connection) between them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from strands.testing._gate import Gate


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait some seconds, or for a gate."""

    until: float | Gate


@dataclass(frozen=True, slots=True)
class Failure:
    """The model fails here: before any content it refuses the request, afterwards its stream breaks with an error."""

    code: str
    message: str
    retry_after_s: float | None = None
    overflow: bool = False
    exception: Exception | None = None


@dataclass(frozen=True, slots=True)
class Disconnect:
    """The connection is cut here."""


Signal = Pause | Failure | Disconnect
"""What happens between chunks."""

Phase = Literal["commentary", "final_answer"]
"""What some providers say of a text before it begins."""

Chunk = dict[str, Any]
Operation = Chunk | Signal
"""A chunk to send, or a signal to obey."""


INPUT_TOKENS = 10
"""What a response reports as the length of its request, unless the script says otherwise."""


@dataclass(slots=True)
class Response:
    """What a turn has decided so far about the response as a whole."""

    new_tool_use_id: Callable[[], str]
    token_gap_s: float = 0.0
    blocks: int = 0
    deltas: int = 0
    called_tool: bool = False
    stop_reason: str | None = None
    additional_fields: Any = None
    usage: dict[str, int] = field(default_factory=dict)
    latency_ms: int = 10
    redaction: Chunk | None = None
    trace: dict[str, Any] | None = None

    def block(self, deltas: Iterable[Operation], start: Chunk | None = None) -> Iterator[Operation]:
        """Number a content block and frame its deltas; a signal between them is passed on as it is."""
        index = self.blocks
        self.blocks += 1
        if start is not None:
            yield {"contentBlockStart": {"start": start, "contentBlockIndex": index}}
        for delta in deltas:
            if not isinstance(delta, dict):
                yield delta
                continue
            self.deltas += 1
            if self.token_gap_s:
                yield Pause(self.token_gap_s)
            yield {"contentBlockDelta": {"delta": delta, "contentBlockIndex": index}}
        yield {"contentBlockStop": {"contentBlockIndex": index}}

    def end(self) -> Iterator[Operation]:
        """Close the message and account for it."""
        stop: Chunk = {"stopReason": self.stop_reason or ("tool_use" if self.called_tool else "end_turn")}
        if self.additional_fields is not None:
            stop["additionalModelResponseFields"] = self.additional_fields
        yield {"messageStop": stop}
        if self.redaction is not None:
            yield {"redactContent": self.redaction}
        metadata: Chunk = {"usage": self._counts(), "metrics": {"latencyMs": self.latency_ms}}
        if self.trace is not None:
            metadata["trace"] = self.trace
        yield {"metadata": metadata}

    def _counts(self) -> dict[str, int]:
        sent = self.usage.get("inputTokens", INPUT_TOKENS)
        received = self.usage.get("outputTokens", self.deltas)
        return {"inputTokens": sent, "outputTokens": received, "totalTokens": sent + received, **self.usage}


@dataclass(frozen=True, slots=True)
class Text:
    """A text block, with the citations that support it and the phase that the provider marks it with."""

    pieces: tuple[str | Signal, ...]
    citations: tuple[Mapping[str, Any], ...] = ()
    phase: Phase | None = None

    def play(self, response: Response) -> Iterator[Operation]:
        """Yield the block's chunks."""
        return response.block(self._deltas(), start={"phase": self.phase} if self.phase else None)

    def _deltas(self) -> Iterator[Operation]:
        for piece in self.pieces:
            yield {"text": piece} if isinstance(piece, str) else piece
        for cited_source in self.citations:
            yield {"citation": dict(cited_source)}


@dataclass(frozen=True, slots=True)
class Reasoning:
    """A reasoning block: text with its signature, or content that only the provider can read."""

    pieces: tuple[str | Signal, ...]
    signature: str | None
    redacted: bytes | None

    def play(self, response: Response) -> Iterator[Operation]:
        """Yield the block's chunks."""
        return response.block(self._deltas())

    def _deltas(self) -> Iterator[Operation]:
        for piece in self.pieces:
            yield {"reasoningContent": {"text": piece}} if isinstance(piece, str) else piece
        if self.redacted is not None:
            yield {"reasoningContent": {"redactedContent": self.redacted}}
        if self.signature is not None:
            yield {"reasoningContent": {"signature": self.signature}}


@dataclass(frozen=True, slots=True)
class Use:
    """A call of a tool."""

    name: str
    pieces: tuple[str | Signal, ...]
    tool_use_id: str | None

    def play(self, response: Response) -> Iterator[Operation]:
        """Yield the block's chunks."""
        response.called_tool = True
        tool_use_id = self.tool_use_id or response.new_tool_use_id()
        deltas = ({"toolUse": {"input": piece}} if isinstance(piece, str) else piece for piece in self.pieces)
        return response.block(deltas, start={"toolUse": {"toolUseId": tool_use_id, "name": self.name}})


@dataclass(frozen=True, slots=True)
class Stop:
    """The reason that the response gives for its end."""

    reason: str
    additional_fields: Any

    def play(self, response: Response) -> Iterator[Operation]:
        """Note the reason; it is sent when the message ends."""
        response.stop_reason, response.additional_fields = self.reason, self.additional_fields
        return iter(())


@dataclass(frozen=True, slots=True)
class UsageReport:
    """The token counts and the latency that the response reports."""

    counts: Mapping[str, int]
    latency_ms: int

    def play(self, response: Response) -> Iterator[Operation]:
        """Note the counts; they are sent after the message."""
        response.usage, response.latency_ms = dict(self.counts), self.latency_ms
        return iter(())


@dataclass(frozen=True, slots=True)
class Blocked:
    """A guardrail's intervention: its trace, its stop reason, and what it puts in place of the blocked message."""

    side: Literal["input", "output"]
    replacement: str

    def play(self, response: Response) -> Iterator[Operation]:
        """Note the intervention; it shows in the end of the message and after it."""
        assessment = {
            "topicPolicy": {"topics": [{"name": "blocked", "type": "DENY", "action": "BLOCKED", "detected": True}]}
        }
        trace: Chunk = (
            {"inputAssessment": {"guardrail": assessment}}
            if self.side == "input"
            else {"outputAssessments": {"guardrail": [assessment]}}
        )
        response.stop_reason = "guardrail_intervened"
        response.trace = {"guardrail": trace}
        key = "redactUserContentMessage" if self.side == "input" else "redactAssistantContentMessage"
        response.redaction = {key: self.replacement}
        return iter(())


@dataclass(frozen=True, slots=True)
class Raw:
    """Chunks that are sent as they are."""

    chunks: tuple[Chunk, ...]

    def play(self, response: Response) -> Iterator[Operation]:
        """Yield the chunks."""
        return iter(self.chunks)


Content = Text | Reasoning | Use | Stop | UsageReport | Blocked
"""What belongs to a message."""

Step = Content | Raw | Signal
Turn = str | Step | Sequence[str | Step]
"""One response of a model."""
