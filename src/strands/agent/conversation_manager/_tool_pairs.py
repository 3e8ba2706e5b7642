"""Where a conversation may be cut without separating a tool result from its call."""

from __future__ import annotations

from strands.types.content import Message, Messages


def has_tool_use(message: Message) -> bool:
    """Whether the message asks for a tool."""
    return any("toolUse" in block for block in message["content"])


def has_tool_result(message: Message) -> bool:
    """Whether the message brings a tool's result."""
    return any("toolResult" in block for block in message["content"])


def first_start(messages: Messages, *, at_least: int) -> int | None:
    """Return the index of the first message at or after `at_least` that a conversation may start with.

    A user's message without tool results is preferred wherever it comes; without one, a tool call whose result follows
    does. None when there is neither.
    """
    first_call: int | None = None
    for index in range(at_least, len(messages)):
        message = messages[index]
        if message["role"] == "user" and not has_tool_result(message):
            return index
        if first_call is None and has_tool_use(message) and _result_follows(messages, index):
            first_call = index
    return first_call


def first_split(messages: Messages, *, at_least: int) -> int:
    """Return the first index from `at_least` on where the rest neither starts with a tool result nor with a lone call.

    It is `len(messages)` when there is no such place. A call that ends the conversation may still get its result.
    """
    index = at_least
    while index < len(messages) and (
        has_tool_result(messages[index])
        or (has_tool_use(messages[index]) and index + 1 < len(messages) and not _result_follows(messages, index))
    ):
        index += 1
    return index


def _result_follows(messages: Messages, index: int) -> bool:
    return index + 1 < len(messages) and has_tool_result(messages[index + 1])
