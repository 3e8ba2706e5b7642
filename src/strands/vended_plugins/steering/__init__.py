"""Steering: guiding an agent while it runs instead of telling it everything beforehand."""

from typing import TYPE_CHECKING

from strands._lazy import lazy_exports

if TYPE_CHECKING:
    from strands.vended_plugins.steering.context_providers.ledger_provider import (
        LedgerAfterToolCall as LedgerAfterToolCall,
    )
    from strands.vended_plugins.steering.context_providers.ledger_provider import (
        LedgerBeforeToolCall as LedgerBeforeToolCall,
    )
    from strands.vended_plugins.steering.context_providers.ledger_provider import LedgerProvider as LedgerProvider
    from strands.vended_plugins.steering.core.action import Guide as Guide
    from strands.vended_plugins.steering.core.action import Interrupt as Interrupt
    from strands.vended_plugins.steering.core.action import ModelSteeringAction as ModelSteeringAction
    from strands.vended_plugins.steering.core.action import Proceed as Proceed
    from strands.vended_plugins.steering.core.action import ToolSteeringAction as ToolSteeringAction
    from strands.vended_plugins.steering.core.context import SteeringContextCallback as SteeringContextCallback
    from strands.vended_plugins.steering.core.context import SteeringContextProvider as SteeringContextProvider
    from strands.vended_plugins.steering.core.handler import SteeringHandler as SteeringHandler
    from strands.vended_plugins.steering.handlers.llm.llm_handler import LLMSteeringHandler as LLMSteeringHandler
    from strands.vended_plugins.steering.handlers.llm.mappers import LLMPromptMapper as LLMPromptMapper

__all__ = [
    "Guide",
    "Interrupt",
    "LLMPromptMapper",
    "LLMSteeringHandler",
    "LedgerAfterToolCall",
    "LedgerBeforeToolCall",
    "LedgerProvider",
    "ModelSteeringAction",
    "Proceed",
    "SteeringContextCallback",
    "SteeringContextProvider",
    "SteeringHandler",
    "ToolSteeringAction",
]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "Guide": "strands.vended_plugins.steering.core.action",
        "Interrupt": "strands.vended_plugins.steering.core.action",
        "LLMPromptMapper": "strands.vended_plugins.steering.handlers.llm.mappers",
        "LLMSteeringHandler": "strands.vended_plugins.steering.handlers.llm.llm_handler",
        "LedgerAfterToolCall": "strands.vended_plugins.steering.context_providers.ledger_provider",
        "LedgerBeforeToolCall": "strands.vended_plugins.steering.context_providers.ledger_provider",
        "LedgerProvider": "strands.vended_plugins.steering.context_providers.ledger_provider",
        "ModelSteeringAction": "strands.vended_plugins.steering.core.action",
        "Proceed": "strands.vended_plugins.steering.core.action",
        "SteeringContextCallback": "strands.vended_plugins.steering.core.context",
        "SteeringContextProvider": "strands.vended_plugins.steering.core.context",
        "SteeringHandler": "strands.vended_plugins.steering.core.handler",
        "ToolSteeringAction": "strands.vended_plugins.steering.core.action",
    },
)
