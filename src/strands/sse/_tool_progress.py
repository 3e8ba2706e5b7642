"""The tools of one agent as quiet progress: which run, and how they end; neither their inputs nor their results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from strands.sse._shown_text import NOTHING, Item

State = Literal["started", "progress", "waiting", "finished", "failed"]


class ToolProgress:
    """Follows the tool calls of an agent from the message that asks for them to the one with their results."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._failed_early: set[str] = set()

    def message(self, message: Mapping[str, Any]) -> Iterable[Item]:
        """Tell of the calls and the results in a complete message."""
        for block in message.get("content", ()):
            if "toolUse" in block:
                yield self._started(block["toolUse"])
            elif "toolResult" in block:
                yield from self._ended(block["toolResult"])

    def streamed(self, streamed: Mapping[str, Any]) -> Iterable[Item]:
        """Tell what a tool says of its progress: only `{"progress": "..."}` is meant for a page."""
        value = streamed["data"]
        if isinstance(value, Mapping) and len(value) == 1 and isinstance(value.get("progress"), str):
            return (_item(streamed["tool_use"], "progress", text=value["progress"]),)
        return NOTHING

    def cancelled(self, cancelled: Mapping[str, Any]) -> Iterable[Item]:
        """Tell of a call that a hook cancelled."""
        self._failed_early.add(cancelled["tool_use"]["toolUseId"])
        return (_item(cancelled["tool_use"], "failed"),)

    def interrupted(self, interrupted: Mapping[str, Any]) -> Iterable[Item]:
        """Tell of a call that waits for a person."""
        return (_item(interrupted["tool_use"], "waiting"),)

    def _started(self, tool_use: Mapping[str, Any]) -> Item:
        self._names[tool_use["toolUseId"]] = tool_use["name"]
        return _item(tool_use, "started")

    def _ended(self, result: Mapping[str, Any]) -> Iterable[Item]:
        id_ = result["toolUseId"]
        name = self._names.pop(id_, None)
        if id_ in self._failed_early:
            self._failed_early.remove(id_)
            return
        yield _item({"toolUseId": id_, "name": name}, "failed" if result.get("status") == "error" else "finished")


def _item(tool_use: Mapping[str, Any], state: State, **more: str) -> Item:
    return ("tool", {"id": tool_use["toolUseId"], "name": tool_use["name"], "state": state, **more})
