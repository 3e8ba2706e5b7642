"""Mending a message that the token limit cut off."""

from __future__ import annotations

import logging

from strands.types.content import ContentBlock, Message

logger = logging.getLogger(__name__)


def recover_message_on_max_tokens_reached(message: Message) -> Message:
    """Return the message with text in place of its tool uses, which may be incomplete and must not be run."""
    recovered: Message = {
        "content": [_without_tool_use(block) for block in message["content"]],
        "role": message["role"],
    }
    if "metadata" in message:
        recovered["metadata"] = message["metadata"]
    return recovered


def _without_tool_use(block: ContentBlock) -> ContentBlock:
    if "toolUse" not in block:
        return block
    name = block["toolUse"].get("name") or "<unknown>"
    logger.warning("tool_name=<%s> | tool use was cut off by the token limit | replacing it with text", name)
    text = f"The selected tool {name}'s tool use was incomplete due to maximum token limits being reached."
    return {"text": text}
