"""The rules of a conversation that Bedrock enforces beyond the shapes that boto3 checks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from strands.testing._script import ModelRequest


def broken_rule(request: ModelRequest) -> str | None:
    """Return the service's complaint about the conversation, or None if it is valid."""
    messages: list[Any] = list(request.messages)
    if not messages or messages[0]["role"] != "user":
        return (
            "A conversation must start with a user message. "
            "Try again with a conversation that starts with a user message."
        )
    complaints = [
        *_empty_contents(messages),
        *_unpaired_tool_uses(messages),
        *_missing_tools(messages, request.tool_specs),
    ]
    return complaints[0] if complaints else None


def _empty_contents(messages: list[Any]) -> Iterable[str]:
    for at, message in enumerate(messages):
        if not message["content"]:
            yield (
                f"The content field in the Message object at messages.{at} is empty. "
                "Add a ContentBlock object to the content field and try again."
            )
        for block_at, block in enumerate(message["content"]):
            if "text" in block and not block["text"].strip():
                yield (
                    f"The text field in the ContentBlock object at messages.{at}.content.{block_at} is blank. "
                    "Add text to the text field, and try again."
                )


def _unpaired_tool_uses(messages: list[Any]) -> Iterable[str]:
    """Every tool use must be answered in the next message, and nothing else."""
    asked: list[str] = []
    for at, message in enumerate([*messages, {"content": []}]):
        answered = _ids(message, "toolResult")
        unanswered = [tool_use_id for tool_use_id in asked if tool_use_id not in answered]
        if unanswered:
            yield f"Expected toolResult blocks at messages.{at}.content for the following Ids: {', '.join(unanswered)}"
        elif len(answered) > len(asked):
            yield (
                f"The number of toolResult blocks at messages.{at}.content exceeds "
                "the number of toolUse blocks of previous turn."
            )
        asked = _ids(message, "toolUse")


def _missing_tools(messages: list[Any], tool_specs: list[Any]) -> Iterable[str]:
    if not tool_specs and any(_ids(message, "toolUse") or _ids(message, "toolResult") for message in messages):
        yield "The toolConfig field must be defined when using toolUse and toolResult content blocks."


def _ids(message: Any, kind: str) -> list[str]:
    return [block[kind]["toolUseId"] for block in message["content"] if kind in block]
