"""Conversations as the Responses API takes them: pure functions."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, cast

from strands.models._content import cited_text, unsupported
from strands.models._media import base64_text, media_bytes, mime_type
from strands.types.content import Message, Messages, Role
from strands.types.tools import ToolChoice, ToolResult, ToolSpec, ToolUse

logger = logging.getLogger(__name__)

Item = dict[str, Any]

MAX_MEDIA_BYTES = 20 * 1024 * 1024
"""The service takes no larger images and documents."""


def input_of(messages: Messages) -> list[Item]:
    """Return the conversation as the list of items that the service takes.

    Raises:
        TypeError: If a message holds what the service does not take.
        ValueError: If media are too large.
    """
    return [item for message in messages for item in _items(message)]


def tool_of(spec: ToolSpec) -> Item:
    """Return a tool's specification."""
    return {
        "type": "function",
        "name": spec["name"],
        "description": spec["description"],
        "parameters": spec["inputSchema"]["json"],
    }


def tool_choice_of(tool_choice: ToolChoice | None) -> Any:
    """Return the argument for a tool choice, or None without one."""
    if not tool_choice:
        return None
    chosen = cast("Mapping[str, Any]", tool_choice)
    if "tool" in chosen:
        return {"type": "function", "name": chosen["tool"]["name"]}
    return "required" if "any" in chosen else "auto"


def data_url(content: bytes, media_format: str, kind: str) -> str:
    """Return media as a URL that holds them.

    Args:
        content: The bytes.
        media_format: Format of the image or document.
        kind: What it is, for the error.

    Raises:
        ValueError: If they are too large.
    """
    if len(content) > MAX_MEDIA_BYTES:
        limit = f"{MAX_MEDIA_BYTES} bytes ({MAX_MEDIA_BYTES // 1024**2}MB)"
        raise ValueError(f"{kind} size {len(content)} bytes exceeds maximum of {limit}")
    return f"data:{mime_type(media_format)};base64,{base64_text(content)}"


def _items(message: Message) -> Iterator[Item]:
    """Yield the items of a message: first what was said, then calls, then results."""
    said, calls, results = [], [], []
    for block in message["content"]:
        if "toolUse" in block:
            calls.append(_function_call(block["toolUse"]))
        elif "toolResult" in block:
            results.append(_function_call_output(block["toolResult"]))
        elif "reasoningContent" in block:
            logger.warning("reasoningContent is not yet supported in multi-turn conversations with the Responses API")
        else:
            said.append(_part(block, message["role"]))
    if said:
        yield {"role": message["role"], "content": said}
    yield from calls
    yield from results


def _function_call(tool_use: ToolUse) -> Item:
    arguments = json.dumps(tool_use["input"])
    return {"type": "function_call", "call_id": tool_use["toolUseId"], "name": tool_use["name"], "arguments": arguments}


def _function_call_output(result: ToolResult) -> Item:
    """Return a tool's result: text as one string, as most models know it, or parts if there are media."""
    content = result["content"]
    output: Any
    if any("image" in part or "document" in part for part in content):
        output = [_part(part, "user") for part in content]
    else:
        output = "\n".join(_result_texts(content))
    return {"type": "function_call_output", "call_id": result["toolUseId"], "output": output}


def _result_texts(content: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for part in content:
        if "json" in part:
            yield json.dumps(part["json"])
        elif "text" in part:
            yield part["text"]
        else:
            raise unsupported(part)


def _part(block: Mapping[str, Any], role: Role) -> Item:
    for kind, formatted in _PARTS.items():
        if kind in block:
            return formatted(block[kind], role)
    raise unsupported(block)


def _text(text: str, role: Role) -> Item:
    return {"type": "output_text" if role == "assistant" else "input_text", "text": text}


def _json(value: Any, role: Role) -> Item:
    return _text(json.dumps(value), role)


def _cited_text(cited: Mapping[str, Any], role: Role) -> Item:
    return _text(cited_text(cited), role)


def _image(image: Mapping[str, Any], _: Role) -> Item:
    return {"type": "input_image", "image_url": data_url(media_bytes("image", image), image["format"], "Image")}


def _document(document: Mapping[str, Any], _: Role) -> Item:
    content = media_bytes("document", document)
    return {"type": "input_file", "file_url": data_url(content, document["format"], "Document")}


_PARTS: Mapping[str, Callable[[Any, Role], Item]] = {
    "text": _text,
    "json": _json,
    "image": _image,
    "document": _document,
    "citationsContent": _cited_text,
}
