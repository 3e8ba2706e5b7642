"""Callback handlers that print, combine or ignore events."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class PrintingCallbackHandler:
    """Prints the model's text, its reasoning and the names of the tools it calls, as they arrive.

    Attributes:
        tool_count: Tool calls announced so far.
    """

    def __init__(self, verbose_tool_use: bool = True) -> None:
        """Make a handler; without `verbose_tool_use` tool calls are counted, but not announced."""
        self.tool_count = 0
        self._verbose_tool_use = verbose_tool_use

    def __call__(self, **kwargs: Any) -> None:
        """Print what is new in one event.

        Args:
            **kwargs: The event; of interest are `data`, `complete`, `reasoningText` and a raw `event` that starts a
                tool request.
        """
        text, complete = kwargs.get("data", ""), kwargs.get("complete", False)
        # Flushed because standard output holds back a line until it is complete, which would hide the streaming.
        if reasoning := kwargs.get("reasoningText", False):
            print(reasoning, end="", flush=True)
        if text:
            print(text, end="\n" if complete else "", flush=True)
        if tool_use := _started_tool_use(kwargs.get("event")):
            self.tool_count += 1
            if self._verbose_tool_use:
                print(f"\nTool #{self.tool_count}: {tool_use['name']}")
        if complete and text:
            print("\n")


class CompositeCallbackHandler:
    """Passes every event on to several handlers, in order.

    Attributes:
        handlers: The handlers.
    """

    def __init__(self, *handlers: Callable[..., Any]) -> None:
        self.handlers = handlers

    def __call__(self, **kwargs: Any) -> None:
        """Pass the event on; a handler that raises keeps it from those after it."""
        for handler in self.handlers:
            handler(**kwargs)


def null_callback_handler(**_kwargs: Any) -> None:
    """Ignore the event."""


def _started_tool_use(chunk: dict[str, Any] | None) -> dict[str, Any] | None:
    if not chunk or not (block := chunk.get("contentBlockStart")):
        return None
    return (block.get("start") or {}).get("toolUse")
