"""The endpoint refuses the conversations that the service refuses."""

from __future__ import annotations

from typing import Any

import pytest

from strands.testing import ModelRequest
from strands.testing._wire_rules import broken_rule

SPEC: Any = {"name": "f", "description": "F", "inputSchema": {"json": {"type": "object"}}}


def user(*blocks: dict[str, Any]) -> Any:
    return {"role": "user", "content": list(blocks)}


def assistant(*blocks: dict[str, Any]) -> Any:
    return {"role": "assistant", "content": list(blocks)}


def words(text: str = "Hi") -> dict[str, Any]:
    return {"text": text}


def asked(*ids: str) -> Any:
    return assistant(*({"toolUse": {"toolUseId": each, "name": "f", "input": {}}} for each in ids))


def answered(*ids: str) -> Any:
    return user(*({"toolResult": {"toolUseId": each, "content": [], "status": "success"}} for each in ids))


@pytest.mark.parametrize(
    ("messages", "complaint"),
    [
        ([user(words())], None),
        ([user(words()), asked("a", "b"), answered("b", "a")], None),
        ([user(words()), asked("a"), answered("a"), asked("b"), answered("b"), assistant(words())], None),
        ([], "A conversation must start with a user message."),
        ([assistant(words())], "A conversation must start with a user message."),
        ([user()], "The content field in the Message object at messages.0 is empty."),
        ([user(words(" \n"))], "The text field in the ContentBlock object at messages.0.content.0 is blank."),
        ([user(words()), asked("a"), user(words())], "Expected toolResult blocks at messages.2.content for"),
        ([user(words()), asked("a")], "Expected toolResult blocks at messages.2.content for the following Ids: a"),
        ([user(words()), asked("a"), answered("a", "b")], "The number of toolResult blocks at messages.2.content"),
        ([answered("a")], "The number of toolResult blocks at messages.0.content exceeds"),
    ],
)
def test_a_conversation_is_checked_as_the_service_checks_it(messages: list[Any], complaint: str | None) -> None:
    """An agent that leaves an invalid history behind must fail in its tests, not in production."""
    found = broken_rule(ModelRequest(messages=messages, tool_specs=[SPEC]))
    assert found is None if complaint is None else found is not None and found.startswith(complaint)


def test_tool_blocks_need_tools() -> None:
    """Summaries made without tools stumble over this on the real service."""
    found = broken_rule(ModelRequest(messages=[user(words()), asked("a"), answered("a")]))
    assert found == "The toolConfig field must be defined when using toolUse and toolResult content blocks."
