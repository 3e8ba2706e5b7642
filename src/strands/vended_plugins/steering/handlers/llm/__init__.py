"""Steering by a model."""

from typing import TYPE_CHECKING

from strands._lazy import lazy_exports

if TYPE_CHECKING:
    from strands.types.tools import ToolUse as ToolUse
    from strands.vended_plugins.steering.handlers.llm.llm_handler import LLMSteeringHandler as LLMSteeringHandler
    from strands.vended_plugins.steering.handlers.llm.mappers import DefaultPromptMapper as DefaultPromptMapper
    from strands.vended_plugins.steering.handlers.llm.mappers import LLMPromptMapper as LLMPromptMapper

__all__ = ["DefaultPromptMapper", "LLMPromptMapper", "LLMSteeringHandler", "ToolUse"]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "DefaultPromptMapper": "strands.vended_plugins.steering.handlers.llm.mappers",
        "LLMPromptMapper": "strands.vended_plugins.steering.handlers.llm.mappers",
        "LLMSteeringHandler": "strands.vended_plugins.steering.handlers.llm.llm_handler",
        "ToolUse": "strands.types.tools",
    },
)
