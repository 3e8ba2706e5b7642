"""Callback handlers: what an agent calls with every event of a run."""

from typing import TYPE_CHECKING

from strands._lazy import lazy_exports

if TYPE_CHECKING:
    from strands.handlers.callback_handler import CompositeCallbackHandler as CompositeCallbackHandler
    from strands.handlers.callback_handler import PrintingCallbackHandler as PrintingCallbackHandler
    from strands.handlers.callback_handler import null_callback_handler as null_callback_handler

__all__ = ["CompositeCallbackHandler", "PrintingCallbackHandler", "null_callback_handler"]

__getattr__, __dir__ = lazy_exports(__name__, {name: "strands.handlers.callback_handler" for name in __all__})
