"""How an agent keeps its conversation within the model's context window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from strands._lazy import lazy_exports

if TYPE_CHECKING:
    from strands.agent.conversation_manager.conversation_manager import ConversationManager as ConversationManager
    from strands.agent.conversation_manager.conversation_manager import (
        ProactiveCompressionConfig as ProactiveCompressionConfig,
    )
    from strands.agent.conversation_manager.null_conversation_manager import (
        NullConversationManager as NullConversationManager,
    )
    from strands.agent.conversation_manager.sliding_window_conversation_manager import (
        SlidingWindowConversationManager as SlidingWindowConversationManager,
    )
    from strands.agent.conversation_manager.summarizing_conversation_manager import (
        SummarizingConversationManager as SummarizingConversationManager,
    )

__all__ = [
    "ConversationManager",
    "NullConversationManager",
    "ProactiveCompressionConfig",
    "SlidingWindowConversationManager",
    "SummarizingConversationManager",
]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "ConversationManager": f"{__name__}.conversation_manager",
        "NullConversationManager": f"{__name__}.null_conversation_manager",
        "ProactiveCompressionConfig": f"{__name__}.conversation_manager",
        "SlidingWindowConversationManager": f"{__name__}.sliding_window_conversation_manager",
        "SummarizingConversationManager": f"{__name__}.summarizing_conversation_manager",
    },
)
