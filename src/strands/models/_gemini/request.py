"""Conversations as the Gemini API takes them: pure functions."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import Any, cast

from strands.models._content import cited_text, unsupported
from strands.models._media import media_bytes, mime_type
from strands.types.content import Messages
from strands.types.tools import ToolChoice, ToolSpec

Part = dict[str, Any]


def contents_of(messages: Messages) -> list[dict[str, Any]]:
    """Return the conversation.

    Raises:
        TypeError: If a message holds what the service does not take.
        ValueError: If a signature is not the service's own.
    """
    part_of = _Parts(messages)
    return [
        {
            "parts": [part_of(block) for block in message["content"]],
            "role": "user" if message["role"] == "user" else "model",
        }
        for message in messages
    ]


def functions_of(specs: list[ToolSpec] | None) -> dict[str, Any]:
    """Return the tools that the model may call, as one tool of the service."""
    return {
        "function_declarations": [
            {
                "description": spec["description"],
                "name": spec["name"],
                "parameters_json_schema": spec["inputSchema"]["json"],
            }
            for spec in specs or ()
        ]
    }


def tool_config_of(tool_choice: ToolChoice | None) -> dict[str, Any]:
    """Return the setting for a tool choice; empty without one."""
    chosen = cast("Mapping[str, Any]", tool_choice or {})
    if "tool" in chosen:
        calling = {"mode": "ANY", "allowed_function_names": [chosen["tool"]["name"]]}
    elif chosen:
        calling = {"mode": "ANY" if "any" in chosen else "AUTO"}
    else:
        return {}
    return {"tool_config": {"function_calling_config": calling}}


class _Parts:
    """Makes the parts of one conversation."""

    def __init__(self, messages: Messages) -> None:
        self._tool_names = {
            block["toolUse"]["toolUseId"]: block["toolUse"]["name"]
            for message in messages
            for block in message["content"]
            if "toolUse" in block
        }

    def __call__(self, block: Mapping[str, Any]) -> Part:
        for kind, part_of in _PARTS.items():
            if kind in block:
                return part_of(block[kind])
        if "toolResult" in block:
            return self._function_response(block["toolResult"])
        raise unsupported(block)

    def _function_response(self, result: Mapping[str, Any]) -> Part:
        """Return a tool's result; the service wants the name of the tool again."""
        tool_use_id = result["toolUseId"]
        output = [part if "json" in part else self(part) for part in result["content"]]
        name = self._tool_names.get(tool_use_id, tool_use_id)
        return {"function_response": {"id": tool_use_id, "name": name, "response": {"output": output}}}


def _text(text: str) -> Part:
    return {"text": text}


def _cited_text(cited: Mapping[str, Any]) -> Part:
    return _text(cited_text(cited))


def _reasoning(reasoning: Mapping[str, Any]) -> Part:
    if "reasoningText" not in reasoning:
        raise unsupported("reasoningContent/redactedContent")
    text = reasoning["reasoningText"]
    return {"text": text["text"], "thought": True, **_thought_signature(text.get("signature"))}


def _function_call(tool_use: Mapping[str, Any]) -> Part:
    call = {"args": tool_use["input"], "id": tool_use["toolUseId"], "name": tool_use["name"]}
    return {"function_call": call, **_thought_signature(tool_use.get("reasoningSignature"))}


def _thought_signature(signature: str | None) -> Part:
    if not signature:
        return {}
    try:
        decoded = base64.b64decode(signature)
    except binascii.Error:
        raise ValueError(f"signature must be what Gemini gave, which is base64, got {signature!r}") from None
    return {"thought_signature": base64.urlsafe_b64encode(decoded).decode()}


def _inline(kind: str) -> Callable[[Mapping[str, Any]], Part]:
    def part_of(media: Mapping[str, Any]) -> Part:
        content = base64.urlsafe_b64encode(media_bytes(kind, media)).decode()
        return {"inline_data": {"data": content, "mime_type": mime_type(media["format"])}}

    return part_of


_PARTS: Mapping[str, Callable[[Any], Part]] = {
    "text": _text,
    "image": _inline("image"),
    "document": _inline("document"),
    "reasoningContent": _reasoning,
    "toolUse": _function_call,
    "citationsContent": _cited_text,
}
