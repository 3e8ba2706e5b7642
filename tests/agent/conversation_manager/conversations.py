"""Short ways to write conversations, shared by the tests of this package."""

from __future__ import annotations

from typing import Any

from strands.types.content import Message, Messages


def user(text: str) -> Message:
    """A user's message."""
    return {"role": "user", "content": [{"text": text}]}


def model(text: str) -> Message:
    """A model's message."""
    return {"role": "assistant", "content": [{"text": text}]}


def calls(*ids: str) -> Message:
    """A model's message that calls tools."""
    return {"role": "assistant", "content": [{"toolUse": {"toolUseId": i, "name": "n", "input": {}}} for i in ids]}


def results(**content_by_id: Any) -> Message:
    """The results of tool calls: content blocks, or a text, by the call's id."""
    return {
        "role": "user",
        "content": [
            {
                "toolResult": {
                    "toolUseId": tool_use_id,
                    "status": "success",
                    "content": [{"text": content}] if isinstance(content, str) else content,
                }
            }
            for tool_use_id, content in content_by_id.items()
        ],
    }


def chat(turns: int) -> Messages:
    """So many questions with their answers."""
    return [message for n in range(turns) for message in (user(f"u{n}"), model(f"a{n}"))]


class Conversation:
    """What a manager needs of an agent."""

    def __init__(self, messages: Messages, model: Any = None) -> None:
        """Hold a copy of the messages."""
        self.messages = list(messages)
        self.model = model


def unanswered(messages: Messages) -> list[str]:
    """Return what is wrong: ids of results without a call before them, and of calls without a result after them."""
    open_calls: list[str] = []
    wrong: list[str] = []
    for message in messages:
        answered = [block["toolResult"]["toolUseId"] for block in message["content"] if "toolResult" in block]
        wrong += [i for i in open_calls if i not in answered] + [i for i in answered if i not in open_calls]
        open_calls = [block["toolUse"]["toolUseId"] for block in message["content"] if "toolUse" in block]
    return wrong
