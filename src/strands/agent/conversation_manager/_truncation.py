"""Shorter tool results: the first thing to go when a conversation is too long."""

from __future__ import annotations

from typing import Any

from strands.agent.conversation_manager._tool_pairs import has_tool_result
from strands.types.content import ContentBlock, Message, Messages
from strands.types.tools import ToolResultContent

_KEPT_CHARS = 200
_MARK = "...\n\n... [truncated: {} chars removed] ...\n\n..."
_MARK_START = _MARK.partition("{}")[0]


def truncate_oldest_tool_results(messages: Messages) -> bool:
    """Shorten the results in the oldest message that has any.

    Returns:
        Whether that made the message smaller.
    """
    message = next((message for message in messages if has_tool_result(message)), None)
    return message is not None and _truncate_results_of(message)


def _truncate_results_of(message: Message) -> bool:
    content = [_with_short_result(block) for block in message["content"]]
    if all(new is old for new, old in zip(content, message["content"], strict=True)):
        return False
    message["content"] = content
    return True


def _with_short_result(block: ContentBlock) -> ContentBlock:
    if "toolResult" not in block:
        return block
    result = block["toolResult"]
    content = [_shortened(part) for part in result["content"]]
    if all(new is old for new, old in zip(content, result["content"], strict=True)):
        return block
    return {**block, "toolResult": {**result, "content": content}}


def _shortened(part: ToolResultContent) -> ToolResultContent:
    if "image" in part:
        image: Any = part["image"]
        size_bytes = len(image.get("source", {}).get("bytes", b""))
        return {"text": f"[image: {image.get('format', 'unknown')}, {size_bytes} bytes]"}
    if "text" not in part or part["text"].startswith(_MARK_START, _KEPT_CHARS):
        return part
    text = part["text"]
    short = text[:_KEPT_CHARS] + _MARK.format(len(text) - 2 * _KEPT_CHARS) + text[-_KEPT_CHARS:]
    return {**part, "text": short} if len(short) < len(text) else part
