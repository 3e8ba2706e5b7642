"""From the forms that a prompt can have to the messages that it adds to the history."""

from __future__ import annotations

from typing import Any, cast

from strands.tools._tool_helpers import generate_missing_tool_result_content
from strands.types.agent import AgentInput
from strands.types.content import ContentBlock, Message, Messages

_BLOCK_KEYS = frozenset(ContentBlock.__annotations__)
_MESSAGE_KEYS = frozenset({"role", "content"})


def messages_from_prompt(prompt: AgentInput) -> Messages:
    """Return the messages that a prompt adds to the history.

    Raises:
        ValueError: If the prompt has none of the accepted forms.
    """
    if prompt is None:
        return []
    if isinstance(prompt, str):
        return [{"role": "user", "content": [{"text": prompt}]}]
    given: Any = prompt
    if isinstance(given, list) and all(isinstance(item, dict) for item in given):
        items: list[dict[str, Any]] = given
        if all(item.keys() >= _MESSAGE_KEYS for item in items):
            return cast(Messages, items)
        if all(item.keys() & _BLOCK_KEYS for item in items):
            return [{"role": "user", "content": cast("list[ContentBlock]", items)}]
        if all("interruptResponse" in item for item in items):
            raise ValueError(f"prompt={_shortened(prompt)} | no interrupt waits for an answer")
    raise ValueError(
        "Input prompt must be of type: `str | list[Contentblock] | Messages | None`. "
        f"prompt={_shortened(prompt)} | expected a text, a list of content blocks, a list of messages, or None"
    )


def results_for_abandoned_tool_uses(messages: Messages) -> Message | None:
    """Return the error results that a history needs when it ends in tool uses nobody will answer any more."""
    if not messages or messages[-1]["role"] != "assistant":
        return None
    ids = [block["toolUse"]["toolUseId"] for block in messages[-1]["content"] if "toolUse" in block]
    if not ids:
        return None
    return {"role": "user", "content": generate_missing_tool_result_content(ids)}


def redacted_content(content: list[ContentBlock], replacement: str) -> list[ContentBlock]:
    """Return a user message's content with a guardrail's text in place of it; tool results stay tool results."""
    redacted: list[ContentBlock] = [
        {"toolResult": {**block["toolResult"], "content": [{"text": replacement}]}}
        for block in content
        if "toolResult" in block
    ]
    return redacted or [{"text": replacement}]


def _shortened(prompt: object, limit: int = 200) -> str:
    text = repr(prompt)
    return text if len(text) <= limit else f"{text[:limit]}..."
