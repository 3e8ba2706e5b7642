"""Moved to `strands.vended_plugins.steering`."""

from strands.experimental._moved import moved

_NAMES = frozenset(
    {
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
    }
)

__getattr__, __dir__ = moved(__name__, "strands.vended_plugins.steering", _NAMES)
