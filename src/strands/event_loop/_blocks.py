"""From deltas to content blocks: what one delta adds to the open block, and what the block becomes when it closes.

Two ordered tables decide. A delta or a block that carries several kinds counts as the first kind that matches.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable
from typing import Any, Literal, cast

from typing_extensions import NotRequired, TypedDict

from strands.types._events import (
    CitationStreamEvent,
    ModelStreamEvent,
    ReasoningRedactedContentStreamEvent,
    ReasoningSignatureStreamEvent,
    ReasoningTextStreamEvent,
    TextRunEvent,
    TextStreamEvent,
    ToolUseStreamEvent,
)
from strands.types.citations import Citation
from strands.types.content import ContentBlock, Message, ReasoningTextBlock
from strands.types.streaming import ContentBlockDelta, ContentBlockDeltaEvent, StreamEvent
from strands.types.tools import ToolUse

logger = logging.getLogger(__name__)


class ResponseState(TypedDict):
    """A response under assembly: the message so far and the fields of the open block.

    Fields that grow are lists of pieces here, since adding to a long text copies it; in a state that a caller made
    they may as well be text.
    """

    message: Message
    content: list[ContentBlock]
    """The message's own content list, not a copy."""
    text: list[str] | str
    current_tool_use: dict[str, Any]
    reasoningText: list[str] | str
    citationsContent: list[Citation]
    signature: NotRequired[list[str] | str]
    redactedContent: NotRequired[list[bytes] | bytes]


_INDEX = "contentBlockIndex"
_PLAIN = frozenset({"delta", _INDEX})

_Field = Literal["text", "reasoningText", "signature", "redactedContent"]


def new_response() -> ResponseState:
    """Return the state of a response that has not begun."""
    content: list[ContentBlock] = []
    return {
        "message": {"role": "assistant", "content": content},
        "content": content,
        "text": [],
        "current_tool_use": {},
        "reasoningText": [],
        "citationsContent": [],
        "signature": [],
        "redactedContent": [],
    }


class TextRun:
    """Consecutive deltas that are nothing but text, collected for a consumer that holds text back.

    Attributes:
        pieces: The texts so far; empty between runs.
    """

    def __init__(self, state: ResponseState) -> None:
        self.pieces: list[str] = []
        self._first: ContentBlockDeltaEvent = {}
        self._text = cast("list[str]", state["text"])

    def takes(self, chunk: StreamEvent) -> bool:
        """Add a chunk to the response and to the run, if it is plain text and like the run's first chunk."""
        if "contentBlockDelta" not in chunk or len(chunk) != 1:
            return False
        event = chunk["contentBlockDelta"]
        delta = event.get("delta", {})
        if len(delta) != 1 or "text" not in delta:
            return False
        if not self.pieces:
            if event.keys() - _PLAIN:
                return False
            self._first = event
        elif len(event) != len(self._first) or event.get(_INDEX) != self._first.get(_INDEX):
            return False
        self.pieces.append(delta["text"])
        self._text.append(delta["text"])
        return True

    def ended(self) -> TextRunEvent:
        """Return the run and begin anew."""
        pieces, self.pieces = self.pieces, []
        return TextRunEvent(self._first, pieces)


def apply_delta(delta: ContentBlockDelta, state: ResponseState) -> ModelStreamEvent:
    """Add a delta to the open block and return the event that tells of it; the event is empty for an unknown kind."""
    for kind, apply in _DELTAS:
        if kind in delta:
            return apply(delta, state)
    return ModelStreamEvent({})


def close_block(state: ResponseState) -> None:
    """Move the open block, if it holds anything, into the message."""
    for kind, close in _CLOSERS:
        if any(cast("Iterable[object]", state.get(kind, ()))):
            state["content"].append(close(state))
            return


def _add(state: ResponseState, key: _Field, piece: str | bytes) -> None:
    """Add a piece to a field: to the list that it is, or to the text that a caller's own state holds."""
    value: Any = state.get(key)
    if isinstance(value, list):
        value.append(piece)
    else:
        state[key] = value + piece if value else piece


def _take(state: ResponseState, key: _Field) -> Any:
    """Return a field's pieces as one, and empty the field."""
    value: Any = state[key]
    if isinstance(value, list):
        joined = value[0][:0].join(value)
        value.clear()  # the list stays the same: a run of text adds to it
        return joined
    state[key] = value[:0]
    return value


def _tool_use_delta(delta: ContentBlockDelta, state: ResponseState) -> ModelStreamEvent:
    tool_use = state["current_tool_use"]
    piece = delta["toolUse"]["input"]
    text = tool_use.get("input", "")
    tool_use["input"] = None  # while the dict refers to it as well, `+=` would copy the text
    text += piece
    tool_use["input"] = text
    return ToolUseStreamEvent(delta, tool_use)


def apply_text(delta: ContentBlockDelta, state: ResponseState) -> ModelStreamEvent:
    """Do what `apply_delta` does, for a delta that is nothing but text."""
    piece, text = delta["text"], state["text"]
    if text.__class__ is list:
        text.append(piece)
    else:
        _add(state, "text", piece)
    return TextStreamEvent(delta, piece)


def _citation_delta(delta: ContentBlockDelta, state: ResponseState) -> ModelStreamEvent:
    citation = delta["citation"]
    state["citationsContent"].append(citation)
    return CitationStreamEvent(delta, citation)


def _reasoning_delta(delta: ContentBlockDelta, state: ResponseState) -> ModelStreamEvent:
    reasoning = delta["reasoningContent"]
    if text := reasoning.get("text"):
        _add(state, "reasoningText", text)
        return ReasoningTextStreamEvent(delta, text)
    if signature := reasoning.get("signature"):
        _add(state, "signature", signature)
        return ReasoningSignatureStreamEvent(delta, signature)
    if redacted := reasoning.get("redactedContent"):
        _add(state, "redactedContent", redacted)
        return ReasoningRedactedContentStreamEvent(delta, redacted)
    return ModelStreamEvent({})


def _closed_tool_use(state: ResponseState) -> ContentBlock:
    current = state["current_tool_use"]
    current["input"] = _parsed_input(current)
    tool_use: ToolUse = {"toolUseId": current["toolUseId"], "name": current["name"], "input": current["input"]}
    if "reasoningSignature" in current:
        tool_use["reasoningSignature"] = current["reasoningSignature"]
    state["current_tool_use"] = {}
    return {"toolUse": tool_use}


def _parsed_input(tool_use: dict[str, Any]) -> Any:
    """Return a tool's input as the value that its text describes, or `{}` when the text is no JSON."""
    try:
        return json.loads(tool_use.get("input") or "{}")
    except ValueError:
        logger.debug("tool_name=<%s> | tool input is not valid json | using an empty input", tool_use.get("name"))
        return {}


def _closed_text(state: ResponseState) -> ContentBlock:
    text, citations = _take(state, "text"), state["citationsContent"]
    if not citations:
        return {"text": text}
    state["citationsContent"] = []
    return {"citationsContent": {"citations": citations, "content": [{"text": text}]}}


def _closed_reasoning(state: ResponseState) -> ContentBlock:
    reasoning: ReasoningTextBlock = {"text": _take(state, "reasoningText")}
    if state.get("signature"):
        reasoning["signature"] = _take(state, "signature")
    return {"reasoningContent": {"reasoningText": reasoning}}


def _closed_redacted(state: ResponseState) -> ContentBlock:
    return {"reasoningContent": {"redactedContent": _take(state, "redactedContent")}}


_DELTAS: tuple[tuple[str, Callable[[ContentBlockDelta, ResponseState], ModelStreamEvent]], ...] = (
    ("toolUse", _tool_use_delta),
    ("text", apply_text),
    ("citation", _citation_delta),
    ("reasoningContent", _reasoning_delta),
)

_CLOSERS: tuple[tuple[str, Callable[[ResponseState], ContentBlock]], ...] = (
    ("current_tool_use", _closed_tool_use),
    ("text", _closed_text),
    ("reasoningText", _closed_reasoning),
    ("redactedContent", _closed_redacted),
)
