"""Agents, their results, and the managers of their conversations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from strands._lazy import lazy_exports

if TYPE_CHECKING:
    from strands.agent.agent import Agent as Agent
    from strands.agent.agent_result import AgentResult as AgentResult
    from strands.agent.base import AgentBase as AgentBase
    from strands.agent.conversation_manager.conversation_manager import ConversationManager as ConversationManager
    from strands.agent.conversation_manager.null_conversation_manager import (
        NullConversationManager as NullConversationManager,
    )
    from strands.agent.conversation_manager.sliding_window_conversation_manager import (
        SlidingWindowConversationManager as SlidingWindowConversationManager,
    )
    from strands.agent.conversation_manager.summarizing_conversation_manager import (
        SummarizingConversationManager as SummarizingConversationManager,
    )
    from strands.event_loop._retry import ModelRetryStrategy as ModelRetryStrategy

__all__ = [
    "Agent",
    "AgentBase",
    "AgentResult",
    "ConversationManager",
    "ModelRetryStrategy",
    "NullConversationManager",
    "SlidingWindowConversationManager",
    "SummarizingConversationManager",
]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "Agent": "strands.agent.agent",
        "AgentBase": "strands.agent.base",
        "AgentResult": "strands.agent.agent_result",
        "ConversationManager": "strands.agent.conversation_manager",
        "ModelRetryStrategy": "strands.event_loop._retry",
        "NullConversationManager": "strands.agent.conversation_manager",
        "SlidingWindowConversationManager": "strands.agent.conversation_manager",
        "SummarizingConversationManager": "strands.agent.conversation_manager",
    },
)
