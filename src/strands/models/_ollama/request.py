"""Conversations as Ollama takes them: pure functions."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from strands.models._content import cited_text, unsupported
from strands.models._media import media_bytes
from strands.types.content import Messages
from strands.types.tools import ToolSpec

Fields = dict[str, Any]

_OPTIONS = {"max_tokens": "num_predict", "temperature": "temperature", "top_p": "top_p", "stop_sequences": "stop"}
"""Options of the model by the settings that give them."""


def messages_of(messages: Messages, system_prompt: str | None) -> list[Fields]:
    """Return the conversation: a message for each block, as Ollama has no blocks.

    Raises:
        TypeError: If a message holds what the server does not take.
    """
    system = [{"role": "system", "content": system_prompt}] if system_prompt else []
    return system + [
        sent
        for message in messages
        for block in message["content"]
        for sent in _messages_of_block(block, message["role"])
    ]


def tool_of(spec: ToolSpec) -> Fields:
    """Return a tool's specification."""
    function = {
        "name": spec["name"],
        "description": spec["description"],
        "parameters": spec["inputSchema"]["json"],
    }
    return {"type": "function", "function": function}


def options_of(config: Mapping[str, Any]) -> Fields:
    """Return the options of the model; settings with a name of their own win."""
    named = {option: config[key] for key, option in _OPTIONS.items() if config.get(key) is not None}
    return {**(config.get("options") or {}), **named}


def _messages_of_block(block: Mapping[str, Any], role: str) -> Iterator[Fields]:
    if "toolResult" in block:
        for part in block["toolResult"]["content"]:
            yield from _messages_of_block({"text": json.dumps(part["json"])} if "json" in part else part, "tool")
        return
    for kind, fields_of in _FIELDS.items():
        if kind in block:
            yield {"role": role, **fields_of(block[kind])}
            return
    raise unsupported(block)


def _text(text: str) -> Fields:
    return {"content": text}


def _cited_text(cited: Mapping[str, Any]) -> Fields:
    return _text(cited_text(cited))


def _image(image: Mapping[str, Any]) -> Fields:
    return {"images": [media_bytes("image", image)]}


def _thinking(reasoning: Mapping[str, Any]) -> Fields:
    if "reasoningText" not in reasoning:
        raise unsupported("reasoningContent/redactedContent")
    return {"thinking": reasoning["reasoningText"]["text"]}


def _tool_call(tool_use: Mapping[str, Any]) -> Fields:
    # Ollama has no ids of calls, and takes results by their order.
    return {"tool_calls": [{"function": {"name": tool_use["name"], "arguments": tool_use["input"]}}]}


_FIELDS: Mapping[str, Callable[[Any], Fields]] = {
    "text": _text,
    "image": _image,
    "toolUse": _tool_call,
    "reasoningContent": _thinking,
    "citationsContent": _cited_text,
}
