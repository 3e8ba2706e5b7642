"""The result of a run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from strands.telemetry.metrics import EventLoopMetrics
from strands.types.content import ContentBlock, Message
from strands.types.event_loop import StopReason

if TYPE_CHECKING:
    from pydantic import BaseModel

    from strands.interrupt import Interrupt

_TYPE = "agent_result"


@dataclass
class AgentResult:
    """How a run ended.

    Attributes:
        stop_reason: Why it ended.
        message: The last message of the model.
        metrics: Usage, durations and traces of the agent so far.
        state: The request state that tools and hooks left behind.
        interrupts: Questions to a person, if the run was interrupted.
        structured_output: The structured output, if one was asked for.
    """

    stop_reason: StopReason
    message: Message
    metrics: EventLoopMetrics
    state: Any
    interrupts: Sequence[Interrupt] | None = None
    structured_output: BaseModel | None = None

    def __str__(self) -> str:
        """Return what the run produced: the questions, the structured output, or the text with its citations' text."""
        if self.interrupts:
            return str([interrupt.to_dict() for interrupt in self.interrupts])
        if self.structured_output is not None:
            return self.structured_output.model_dump_json()
        return "".join(f"{text}\n" for text in _texts(self.message.get("content", [])))

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> AgentResult:
        """Rebuild a result from what `to_dict` returned; its metrics and state are empty.

        Raises:
            TypeError: If `data` describes something else.
        """
        if data.get("type") != _TYPE:
            raise TypeError(f"AgentResult.from_dict: unexpected type {data.get('type')!r}")
        missing = [key for key in ("message", "stop_reason") if key not in data]
        if missing:
            raise TypeError(f"AgentResult.from_dict: {', '.join(missing)} missing in {data!r}")
        return cls(
            message=cast(Message, data["message"]),
            stop_reason=cast("StopReason", data["stop_reason"]),
            metrics=EventLoopMetrics(),
            state={},
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the message and the stop reason as a JSON-serialisable dict."""
        return {"type": _TYPE, "message": self.message, "stop_reason": self.stop_reason}

    @property
    def context_size(self) -> int | None:
        """Tokens of the last request, or None if no model was called."""
        return self.metrics.latest_context_size

    @property
    def projected_context_size(self) -> int | None:
        """Tokens of the last request and its response, or None if no model was called."""
        return self.metrics.projected_context_size


def _texts(content: list[ContentBlock]) -> Iterable[str]:
    for block in content:
        if "text" in block:
            yield block["text"]
        elif "citationsContent" in block:
            yield from (piece["text"] for piece in block["citationsContent"].get("content", []) if "text" in piece)
