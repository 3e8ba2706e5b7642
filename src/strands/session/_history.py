"""Histories that a provider would refuse, because a process ended in their midst, made acceptable again."""

from __future__ import annotations

import logging

from strands.tools._tool_helpers import generate_missing_tool_result_content
from strands.types.content import ContentBlock, Message, Messages

logger = logging.getLogger(__name__)


def repaired(messages: Messages) -> Messages:
    """Return a conversation in which each tool call but the last is answered, and none is answered before it is made.

    Calls in the last message stay unanswered: the agent answers them when it is called again.
    """
    messages = _without_orphans(messages)
    fixed: Messages = []
    open_calls: list[str] = []
    for message in messages:
        missing = _without_answers(open_calls, message)
        if missing:
            message = _with_answers(missing, message, fixed)
        fixed.append(message)
        open_calls = [block["toolUse"]["toolUseId"] for block in message["content"] if "toolUse" in block]
    return fixed


def _without_orphans(messages: Messages) -> Messages:
    """Return the conversation without the results at its beginning, whose calls were cut off."""
    start = next((index for index, message in enumerate(messages) if not _has_results(message)), len(messages))
    if start:
        logger.warning("messages=<%d> | left out tool results at the start of the history: their calls are gone", start)
    return messages[start:]


def _has_results(message: Message) -> bool:
    return any("toolResult" in block for block in message["content"])


def _without_answers(calls: list[str], message: Message) -> list[str]:
    if not calls:
        return []
    answered = {block["toolResult"]["toolUseId"] for block in message["content"] if "toolResult" in block}
    return [call for call in calls if call not in answered]


def _with_answers(missing: list[str], message: Message, fixed: Messages) -> Message:
    """Answer calls: in the message that answers others, or in a message of their own before it."""
    logger.warning("tool_use_ids=<%s> | answered tool calls of the history that had no result", missing)
    answers: list[ContentBlock] = generate_missing_tool_result_content(missing)
    if _has_results(message):
        return {**message, "content": [*message["content"], *answers]}
    fixed.append({"role": "user", "content": answers})
    return message
