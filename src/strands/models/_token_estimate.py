"""Rough token counts, for when nobody knows better: four characters of text, or two of JSON, make a token."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from strands.types.content import ContentBlock, Messages, SystemContentBlock
from strands.types.tools import ToolSpecs

TEXT_CHARS_PER_TOKEN = 4
JSON_CHARS_PER_TOKEN = 2
"""Punctuation makes JSON cost about twice as much per character as prose."""


def tokens_of_text(text: str) -> int:
    """Return the estimate for prose, rounded up."""
    return -(-len(text) // TEXT_CHARS_PER_TOKEN)


def tokens_of_json(value: Any) -> int:
    """Return the estimate for a value's JSON, rounded up; 0 if it has none."""
    try:
        return -(-len(json.dumps(value)) // JSON_CHARS_PER_TOKEN)
    except (TypeError, ValueError):
        return 0


def tokens_of_block(block: ContentBlock) -> int:
    """Return the estimate for a content block; media and cache points count as 0."""
    total = sum(tokens_of_text(text) for text in _texts(block))
    if "toolUse" in block:
        tool_use = block["toolUse"]
        total += tokens_of_text(tool_use.get("name", "")) + tokens_of_json(tool_use.get("input", {}))
    return total


def tokens_of_request(
    messages: Messages,
    tool_specs: ToolSpecs | None = None,
    system_prompt: str | None = None,
    system_prompt_content: list[SystemContentBlock] | None = None,
) -> int:
    """Return the estimate for a whole request; system blocks, if there are any, replace the system prompt."""
    total = sum(tokens_of_block(block) for message in messages for block in message["content"])
    if system_prompt_content:
        total += sum(tokens_of_text(block["text"]) for block in system_prompt_content if "text" in block)
    elif system_prompt:
        total += tokens_of_text(system_prompt)
    return total + sum(tokens_of_json(spec) for spec in tool_specs or ())


def _texts(block: ContentBlock) -> Iterable[str]:
    """Yield the texts of a block, other than a tool's name and input."""
    if "text" in block:
        yield block["text"]
    if "toolResult" in block:
        yield from (part["text"] for part in block["toolResult"].get("content", ()) if "text" in part)
    if "reasoningContent" in block:
        reasoning = block["reasoningContent"].get("reasoningText", {})
        if "text" in reasoning:
            yield reasoning["text"]
    if "guardContent" in block:
        guarded = block["guardContent"].get("text")
        if guarded:
            yield guarded["text"]
    if "citationsContent" in block:
        yield from (part["text"] for part in block["citationsContent"].get("content", ()) if "text" in part)
