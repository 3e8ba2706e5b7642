"""The text of one agent on a page, and when it has to be taken back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from strands.sse._frames import Kind

Item = tuple[Kind, dict[str, Any]]
"""A kind of event and its data."""

NOTHING: tuple[Item, ...] = ()


class ShownText:
    """Follows the responses of an agent: text counts as shown until its response is accepted or taken back.

    Args:
        takes_back: Whether the page takes text back. If not, all text passes.
    """

    def __init__(self, *, takes_back: bool) -> None:
        self._takes_back = takes_back
        self._calls_tool = False
        self._cycle_id: object = None
        self._cycle = ""
        self._is_shown = False

    def text(self, text: str, cycle_id: object) -> Iterable[Item]:
        """Show a piece of text, unless it stands beside a tool call and would only be taken back again."""
        if not text or (self._calls_tool and self._takes_back):
            return NOTHING
        self._is_shown = True
        return (("text", {"text": text, "cycle": self.cycle(cycle_id)}),)

    def cycle(self, cycle_id: object) -> str:
        """Return a cycle's id as text; it is the same object for each piece of a cycle."""
        if cycle_id is not self._cycle_id:
            self._cycle_id, self._cycle = cycle_id, "" if cycle_id is None else str(cycle_id)
        return self._cycle

    def chunk(self, chunk: Mapping[str, Any]) -> Iterable[Item]:
        """Take note of a raw chunk, which tells first what a response is."""
        if "contentBlockDelta" in chunk:
            return NOTHING
        if "messageStart" in chunk:
            return self.begin()
        if "contentBlockStart" in chunk and (chunk["contentBlockStart"].get("start") or {}).get("toolUse"):
            return self.call_tool()
        if "redactContent" in chunk:
            return self._redact(chunk["redactContent"].get("redactAssistantContentMessage"))
        return NOTHING

    def begin(self) -> Iterable[Item]:
        """A response begins: one before it that was not accepted is void."""
        self._calls_tool = False
        return self._take_back()

    def call_tool(self) -> Iterable[Item]:
        """The response calls a tool: its text is no answer."""
        self._calls_tool = True
        return self._take_back()

    def accept(self) -> None:
        """The response is part of the conversation: what is shown of it stays."""
        self._is_shown = self._calls_tool = False

    def _redact(self, replacement: str | None) -> Iterable[Item]:
        if replacement is None or not self._is_shown or not self._takes_back:
            return NOTHING
        withdrawn = self._take_back()
        return (*withdrawn, *self.text(replacement, self._cycle_id))

    def _take_back(self) -> Iterable[Item]:
        if not self._is_shown:
            return NOTHING
        self._is_shown = False
        return (("take_back", {"cycle": self._cycle}),)
