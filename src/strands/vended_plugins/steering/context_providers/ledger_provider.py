"""A ledger of the tool calls that an agent has made."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from typing_extensions import override

from strands.hooks.events import AfterToolCallEvent, BeforeToolCallEvent
from strands.types._json_projection import json_projection
from strands.vended_plugins.steering.core.context import (
    SteeringContext,
    SteeringContextCallback,
    SteeringContextProvider,
)

_KEY = "ledger"


class LedgerBeforeToolCall(SteeringContextCallback[BeforeToolCallEvent]):
    """Enters a call as pending."""

    def __init__(self) -> None:
        self.session_start = _now()

    @override
    def __call__(self, event: BeforeToolCallEvent, steering_context: SteeringContext, **kwargs: Any) -> None:
        ledger = steering_context.data.get(_KEY) or {
            "session_start": self.session_start,
            "tool_calls": [],
            "conversation_history": [],
            "session_metadata": {},
        }
        calls = ledger.setdefault("tool_calls", [])
        tool_use_id = event.tool_use.get("toolUseId")
        if _pending(calls, tool_use_id) is not None:
            return  # the call was interrupted and is resumed
        calls.append(
            {
                "timestamp": _now(),
                "tool_use_id": tool_use_id,
                "tool_name": event.tool_use.get("name"),
                "tool_args": _without_bytes(event.tool_use.get("input", {})),
                "status": "pending",
            }
        )
        steering_context.data.set(_KEY, ledger)


class LedgerAfterToolCall(SteeringContextCallback[AfterToolCallEvent]):
    """Enters how a call ended."""

    @override
    def __call__(self, event: AfterToolCallEvent, steering_context: SteeringContext, **kwargs: Any) -> None:
        ledger = steering_context.data.get(_KEY) or {}
        call = _pending(ledger.get("tool_calls", []), event.tool_use.get("toolUseId"))
        if call is None:
            return
        call["status"] = event.result["status"]
        call["completion_timestamp"] = _now()
        call["result"] = _without_bytes(event.result["content"])
        call["error"] = None if event.exception is None else str(event.exception)
        steering_context.data.set(_KEY, ledger)


class LedgerProvider(SteeringContextProvider):
    """Provides the ledger, under the key `ledger` of the context."""

    @override
    def context_providers(self, **kwargs: Any) -> list[SteeringContextCallback[Any]]:
        return [LedgerBeforeToolCall(), LedgerAfterToolCall()]


def _pending(calls: list[dict[str, Any]], tool_use_id: str | None) -> dict[str, Any] | None:
    """Return the latest pending entry for a request."""
    entries = (
        call for call in reversed(calls) if call.get("tool_use_id") == tool_use_id and call.get("status") == "pending"
    )
    return next(entries, None)


def _without_bytes(value: Any) -> Any:
    """Return a value as JSON; an image would fill the prompt of the model that steers, and tell it nothing."""
    return json_projection(value, bytes_as=lambda data: f"<{len(data)} bytes>")


def _now() -> str:
    return datetime.now().isoformat()
