"""From deltas to content blocks: what one delta adds to the open block, and what the block becomes when it closes.

Two ordered tables decide. A delta or a block that carries several kinds counts as the first kind that matches.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any, cast

from typing_extensions import NotRequired, TypedDict

from strands.types._events import (
    CitationStreamEvent,
    ModelStreamEvent,
    ReasoningRedactedContentStreamEvent,
    ReasoningSignatureStreamEvent,
    ReasoningTextStreamEvent,
    TextStreamEvent,
    ToolUseStreamEvent,
)
from strands.types.citations import Citation
from strands.types.content import ContentBlock, Message, ReasoningTextBlock
from strands.types.streaming import ContentBlockDelta
from strands.types.tools import ToolUse

logger = logging.getLogger(__name__)


class ResponseState(TypedDict):
    """A response under assembly: the message so far and the open block."""

    message: Message
    content: list[ContentBlock]
    """The message's own content list, not a copy."""
    text: str
    current_tool_use: dict[str, Any]
    reasoningText: str
    citationsContent: list[Citation]
    signature: NotRequired[str]
    redactedContent: NotRequired[bytes]


def new_response() -> ResponseState:
    """Return the state of a response that has not begun."""
    content: list[ContentBlock] = []
    return {
        "message": {"role": "assistant", "content": content},
        "content": content,
        "text": "",
        "current_tool_use": {},
        "reasoningText": "",
        "citationsContent": [],
    }


def apply_delta(delta: ContentBlockDelta, state: ResponseState) -> ModelStreamEvent:
    """Add a delta to the open block and return the event that tells of it; the event is empty for an unknown kind."""
    for kind, apply in _DELTAS:
        if kind in delta:
            return apply(delta, state)
    return ModelStreamEvent({})


def close_block(state: ResponseState) -> None:
    """Move the open block, if it holds anything, into the message."""
    for kind, close in _CLOSERS:
        if state.get(kind):
            state["content"].append(close(state))
            return


def _joined(state: ResponseState, key: str, piece: Any) -> Any:
    """Append to `state[key]` in amortised constant time.

    While the state also refers to the value, `+=` would copy it, which is quadratic over a long response.
    """
    fields = cast("dict[str, Any]", state)
    value = fields.get(key)
    if not value:
        fields[key] = piece
        return piece
    fields[key] = None
    value += piece
    fields[key] = value
    return value


def _tool_use_delta(delta: ContentBlockDelta, state: ResponseState) -> ModelStreamEvent:
    tool_use = state["current_tool_use"]
    piece = delta["toolUse"]["input"]
    text = tool_use.get("input", "")
    tool_use["input"] = None  # as in _joined
    text += piece
    tool_use["input"] = text
    return ToolUseStreamEvent(delta, tool_use)


def _text_delta(delta: ContentBlockDelta, state: ResponseState) -> ModelStreamEvent:
    piece = delta["text"]
    _joined(state, "text", piece)
    return TextStreamEvent(delta, piece)


def _citation_delta(delta: ContentBlockDelta, state: ResponseState) -> ModelStreamEvent:
    citation = cast(Citation, delta["citation"])
    state["citationsContent"].append(citation)
    return CitationStreamEvent(delta, citation)


def _reasoning_delta(delta: ContentBlockDelta, state: ResponseState) -> ModelStreamEvent:
    reasoning = delta["reasoningContent"]
    if text := reasoning.get("text"):
        _joined(state, "reasoningText", text)
        return ReasoningTextStreamEvent(delta, text)
    if signature := reasoning.get("signature"):
        _joined(state, "signature", signature)
        return ReasoningSignatureStreamEvent(delta, signature)
    if redacted := reasoning.get("redactedContent"):
        _joined(state, "redactedContent", redacted)
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
    text, citations = state["text"], state["citationsContent"]
    state["text"] = ""
    if not citations:
        return {"text": text}
    state["citationsContent"] = []
    return {"citationsContent": {"citations": citations, "content": [{"text": text}]}}


def _closed_reasoning(state: ResponseState) -> ContentBlock:
    reasoning: ReasoningTextBlock = {"text": state["reasoningText"]}
    state["reasoningText"] = ""
    if signature := state.pop("signature", ""):
        reasoning["signature"] = signature
    return {"reasoningContent": {"reasoningText": reasoning}}


def _closed_redacted(state: ResponseState) -> ContentBlock:
    redacted = state["redactedContent"]
    state["redactedContent"] = b""
    return {"reasoningContent": {"redactedContent": redacted}}


_DELTAS: tuple[tuple[str, Callable[[ContentBlockDelta, ResponseState], ModelStreamEvent]], ...] = (
    ("toolUse", _tool_use_delta),
    ("text", _text_delta),
    ("citation", _citation_delta),
    ("reasoningContent", _reasoning_delta),
)

_CLOSERS: tuple[tuple[str, Callable[[ResponseState], ContentBlock]], ...] = (
    ("current_tool_use", _closed_tool_use),
    ("text", _closed_text),
    ("reasoningText", _closed_reasoning),
    ("redactedContent", _closed_redacted),
)
