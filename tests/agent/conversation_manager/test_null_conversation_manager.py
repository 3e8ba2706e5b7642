"""The manager that leaves conversations alone."""

from __future__ import annotations

from typing import Any

import pytest

from strands.agent.conversation_manager import NullConversationManager
from strands.types.exceptions import ContextWindowOverflowException
from tests.agent.conversation_manager.conversations import Conversation, chat


def test_messages_stay() -> None:
    agent: Any = Conversation(chat(100))
    NullConversationManager().apply_management(agent)
    NullConversationManager().reduce_context(agent)
    assert agent.messages == chat(100)


def test_refusal_is_passed_on() -> None:
    """Nothing shrinks, so a retry would never end."""
    agent: Any = Conversation(chat(1))
    refusal = ContextWindowOverflowException("too long")
    with pytest.raises(ContextWindowOverflowException) as raised:
        NullConversationManager().reduce_context(agent, refusal)
    assert raised.value is refusal
