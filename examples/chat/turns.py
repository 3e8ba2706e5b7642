"""Messages as the page shows them: questions, and answers made of text and tool calls."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from typing_extensions import NotRequired, TypedDict

from strands.types.content import Message

STOPPED = "Cancelled by user"
"""The message in place of an answer that a person stopped; the agent's own words for it."""


ToolState = Literal["started", "waiting", "finished", "failed"]


class Part(TypedDict):
    """A piece of an answer."""

    kind: Literal["text", "tool", "stopped"]
    text: NotRequired[str]
    aside: NotRequired[bool]
    """Whether the text accompanied a tool call, so that it is no answer."""
    id: NotRequired[str]
    name: NotRequired[str]
    state: NotRequired[ToolState]


class Turn(TypedDict):
    """What one side said."""

    role: Literal["user", "assistant"]
    parts: list[Part]


def turns_of(messages: Sequence[Message], *, open_tools: ToolState) -> list[Turn]:
    """Return the turns of a conversation: all that follows a question, up to the next one, is its answer.

    Args:
        messages: The conversation.
        open_tools: How it stands with tool calls in the last message. Earlier ones without a result were cut off.
    """
    turns: list[Turn] = []
    tools: dict[str, Part] = {}
    for message in messages:
        if message["role"] == "user" and (text := _text(message)):
            turns.append({"role": "user", "parts": [{"kind": "text", "text": text}]})
            continue
        if not turns or turns[-1]["role"] == "user":
            turns.append({"role": "assistant", "parts": []})
        _finish_tools(message, tools)
        turns[-1]["parts"] += _parts(message, tools, open_tools if message is messages[-1] else "failed")
    return turns


def calls_a_tool(message: Message) -> bool:
    return any("toolUse" in block for block in message["content"])


def _text(message: Message) -> str:
    return "".join(block["text"] for block in message["content"] if "text" in block)


def _finish_tools(message: Message, tools: dict[str, Part]) -> None:
    for block in message["content"]:
        if "toolResult" in block and (part := tools.get(block["toolResult"]["toolUseId"])):
            part["state"] = "failed" if block["toolResult"]["status"] == "error" else "finished"


def _parts(message: Message, tools: dict[str, Part], state: ToolState) -> Iterable[Part]:
    text = _text(message)
    if text == STOPPED:
        yield {"kind": "stopped"}
    elif text:
        yield {"kind": "text", "text": text, "aside": calls_a_tool(message)}
    for block in message["content"]:
        if "toolUse" in block:
            use = block["toolUse"]
            tools[use["toolUseId"]] = {"kind": "tool", "id": use["toolUseId"], "name": use["name"], "state": state}
            yield tools[use["toolUseId"]]
