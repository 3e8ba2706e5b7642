"""Chunks and errors of the Gemini API as ours."""

from __future__ import annotations

import base64
import json
import logging
import secrets
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from strands.models._chat.errors import retry_after_s
from strands.models._chat.stream import (
    BlockStream,
    FunctionPiece,
    StreamEndedEarlyError,
    ToolCallPiece,
    chunk_formatter,
    usage_chunk,
)
from strands.models._overflow import WORDS
from strands.types.exceptions import ContextWindowOverflowException, ModelThrottledException
from strands.types.streaming import StreamEvent

logger = logging.getLogger(__name__)

_STOP_REASONS: Mapping[Any, str] = {
    "MAX_TOKENS": "max_tokens",
    **dict.fromkeys(("SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII"), "content_filtered"),
}
_UNREPRESENTED = ("inline_data", "file_data", "executable_code", "code_execution_result")
"""Parts that chunks have no room for."""

_THROTTLING = frozenset({"RESOURCE_EXHAUSTED", "UNAVAILABLE"})


class ResponseChunks:
    """Turns what the service streams into chunks."""

    def __init__(self) -> None:
        self._blocks = BlockStream(chunk_formatter(_usage_chunk))
        self._started = False
        self._calls = 0
        self._stop_reason: str | None = None
        self._usage: Any = None

    def plain_delta(self, event: Any) -> StreamEvent | None:
        """Return the chunk for a piece that is but text of the open block, as nearly all are; else None."""
        # To ask pydantic's objects for attributes is slow: look at their fields instead.
        try:
            fields = event.__dict__
            candidate = fields["candidates"][0].__dict__
            (part,) = candidate["content"].__dict__["parts"]
            said = part.__dict__
            text = said["text"]
        except (AttributeError, LookupError, TypeError, ValueError):
            return None
        if not text or not self._blocks.passes_text or said["thought"] or candidate["finish_reason"]:
            return None
        if said["function_call"] or fields["usage_metadata"] is not None or fields["prompt_feedback"] is not None:
            return None
        return {"contentBlockDelta": {"delta": {"text": text}}}

    def read(self, event: Any) -> Sequence[StreamEvent]:
        """Return the chunks for a piece of the response."""
        chunks: list[StreamEvent] = []
        if not self._started:
            self._started = True
            chunks.append(self._blocks.start())
        if event.usage_metadata is not None:
            self._usage = event.usage_metadata
        if event.prompt_feedback is not None and event.prompt_feedback.block_reason:
            self._stop_reason = "content_filtered"
        if not event.candidates:
            return chunks
        candidate = event.candidates[0]
        if candidate.content is not None:
            for part in candidate.content.parts or ():
                chunks += self._part(part)
        if candidate.finish_reason:
            self._stop_reason = _STOP_REASONS.get(candidate.finish_reason, "end_turn")
        return chunks

    def end(self) -> Iterator[StreamEvent]:
        """Yield what closes the message.

        Raises:
            StreamEndedEarlyError: If the service has not said why it stopped.
        """
        if self._stop_reason is None:
            raise StreamEndedEarlyError("Gemini's stream ended before the response did")
        yield from self._blocks.stop("tool_use" if self._calls else self._stop_reason)
        if self._usage is not None:
            yield self._blocks.metadata(self._usage)

    def _part(self, part: Any) -> Sequence[StreamEvent]:
        if part.function_call:
            return self._call(part)
        if part.text and part.thought:
            return [*self._blocks.reasoning(part.text), *self._signature(part)]
        if part.text:
            return self._blocks.text(part.text)
        for kind in _UNREPRESENTED:
            if getattr(part, kind, None):
                logger.warning("part=<%s> | chunks have no room for such a part | leaving it out", kind)
        return ()

    def _signature(self, part: Any) -> Sequence[StreamEvent]:
        signature = _signature_of(part)
        return self._blocks.reasoning_part({"signature": signature}) if signature else ()

    def _call(self, part: Any) -> Sequence[StreamEvent]:
        call = part.function_call
        self._calls += 1
        function = FunctionPiece(call.name, json.dumps(call.args or {}))
        piece = ToolCallPiece(call.id or f"tooluse_{secrets.token_urlsafe(16)}", function, _signature_of(part))
        return self._blocks.tool_call(self._calls, piece)


def translated(error: Any) -> Exception | None:
    """Return our exception for an error of the SDK that agents know how to handle, or None."""
    status, message = _status_and_message(error)
    if error.code == 429 or status in _THROTTLING:
        return ModelThrottledException(str(error), retry_after_s=_retry_after_s(error))
    if status == WORDS["Gemini"].error and WORDS["Gemini"].are_in(message):
        return ContextWindowOverflowException(str(error))
    return None


def _status_and_message(error: Any) -> tuple[Any, str]:
    """Return both as the service gives them, or as they stand in a JSON document within the message."""
    message = str(error.message or "")
    try:
        described = json.loads(message)["error"]
        return described.get("status"), str(described.get("message", ""))
    except (ValueError, LookupError, TypeError, AttributeError):
        return error.status, message


def _retry_after_s(error: Any) -> float | None:
    """Return the wait that the service asks for, in a detail of the error or a header."""
    details = error.details.get("error", {}).get("details", ()) if isinstance(error.details, dict) else ()
    for detail in details:
        if detail.get("retryDelay"):
            return float(detail["retryDelay"].rstrip("s"))
    headers = getattr(error.response, "headers", None)
    return None if headers is None else retry_after_s(headers)


def _usage_chunk(usage: Any) -> StreamEvent:
    sent, total = usage.prompt_token_count or 0, usage.total_token_count or 0
    return usage_chunk(
        input_tokens=sent,
        output_tokens=max(0, total - sent),  # thoughts are counted apart from the rest of the answer
        total_tokens=total,
        cache_read_tokens=usage.cached_content_token_count or None,
    )


def _signature_of(part: Any) -> str | None:
    return base64.b64encode(part.thought_signature).decode() if part.thought_signature else None
