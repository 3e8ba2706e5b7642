"""Context that steering decisions can be based on."""

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

__all__ = ["LedgerAfterToolCall", "LedgerBeforeToolCall", "LedgerProvider"]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "LedgerAfterToolCall": "strands.vended_plugins.steering.context_providers.ledger_provider",
        "LedgerBeforeToolCall": "strands.vended_plugins.steering.context_providers.ledger_provider",
        "LedgerProvider": "strands.vended_plugins.steering.context_providers.ledger_provider",
    },
)
