"""Conversations as the Messages API takes them: pure functions."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from strands.models._content import cited_text, unsupported
from strands.models._media import base64_text, media_bytes, mime_type
from strands.types.content import Messages, SystemContentBlock
from strands.types.tools import ToolChoice, ToolSpec

Block = dict[str, Any]


def messages_of(messages: Messages) -> list[dict[str, Any]]:
    """Return the messages, without those that hold nothing for the service.

    Raises:
        TypeError: If a message holds a block that the service does not know.
        ValueError: If a block lacks what the service requires.
    """
    sent = ((message["role"], _blocks(message["content"])) for message in messages)
    return [{"role": role, "content": content} for role, content in sent if content]


def tool_of(spec: ToolSpec) -> dict[str, Any]:
    """Return a tool's specification."""
    return {
        "name": spec["name"],
        "description": spec["description"],
        "input_schema": spec["inputSchema"]["json"],
    }


def tool_choice_of(tool_choice: ToolChoice | None) -> dict[str, Any]:
    """Return the argument for a tool choice; empty if the service's own default will do."""
    chosen = cast("Mapping[str, Any]", tool_choice or {})
    if "tool" in chosen:
        return {"tool_choice": {"type": "tool", "name": chosen["tool"]["name"]}}
    return next(({"tool_choice": {"type": kind}} for kind in ("any", "auto") if kind in chosen), {})


def cached_system(blocks: Iterable[SystemContentBlock] | None) -> list[Block] | None:
    """Return a system prompt with its cache points, or None if it has none: then its text will do."""
    system = list(blocks or ())
    return _blocks(system) if any("cachePoint" in block for block in system) else None


def _blocks(content: Iterable[Mapping[str, Any]]) -> list[Block]:
    blocks: list[Block] = []
    for block in content:
        if "cachePoint" in block:
            _mark_cached(blocks, block["cachePoint"])
        else:
            blocks.append(_block(block))
    return blocks


def _mark_cached(blocks: list[Block], point: Mapping[str, Any]) -> None:
    """Have the service cache all up to the last of the blocks."""
    if not blocks:
        raise ValueError(f"cachePoint must follow the block that it caches, got {point!r} first")
    blocks[-1]["cache_control"] = {"type": "ephemeral", **({"ttl": point["ttl"]} if point.get("ttl") else {})}


def _block(block: Mapping[str, Any]) -> Block:
    for kind, formatted in _BLOCKS.items():
        if kind in block:
            return formatted(block[kind])
    raise unsupported(block)


def _text(text: str) -> Block:
    return {"type": "text", "text": text}


def _cited_text(cited: Mapping[str, Any]) -> Block:
    return _text(cited_text(cited))


def _json(value: Any) -> Block:
    return _text(json.dumps(value))


def _image(image: Mapping[str, Any]) -> Block:
    return {"type": "image", "source": _base64_source("image", image)}


def _document(document: Mapping[str, Any]) -> Block:
    block: Block = {"type": "document", "title": document["name"]}
    if mime_type(document["format"]) == "text/plain":
        text = media_bytes("document", document).decode("utf-8")
        block["source"] = {"type": "text", "media_type": "text/plain", "data": text}
    else:
        block["source"] = _base64_source("document", document)
    if document.get("context"):
        block["context"] = document["context"]
    if document.get("citations"):
        block["citations"] = {"enabled": document["citations"]["enabled"]}
    return block


def _base64_source(kind: str, media: Mapping[str, Any]) -> Block:
    return {"type": "base64", "media_type": mime_type(media["format"]), "data": base64_text(media_bytes(kind, media))}


def _reasoning(reasoning: Mapping[str, Any]) -> Block:
    if "redactedContent" in reasoning:
        return {"type": "redacted_thinking", "data": reasoning["redactedContent"].decode()}
    text = reasoning["reasoningText"]
    if not text.get("signature"):
        raise ValueError(f"reasoningContent must have the signature that the service gave it, got {reasoning!r}")
    return {"type": "thinking", "thinking": text["text"], "signature": text["signature"]}


def _tool_use(tool_use: Mapping[str, Any]) -> Block:
    return {"type": "tool_use", "id": tool_use["toolUseId"], "name": tool_use["name"], "input": tool_use["input"]}


def _tool_result(result: Mapping[str, Any]) -> Block:
    return {
        "type": "tool_result",
        "tool_use_id": result["toolUseId"],
        "is_error": result.get("status") == "error",
        "content": [_block(part) for part in result["content"]],
    }


_BLOCKS: Mapping[str, Callable[[Any], Block]] = {
    "text": _text,
    "toolUse": _tool_use,
    "toolResult": _tool_result,
    "reasoningContent": _reasoning,
    "json": _json,
    "image": _image,
    "document": _document,
    "citationsContent": _cited_text,
}
