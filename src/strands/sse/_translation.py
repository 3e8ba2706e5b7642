"""What of an agent's or a team's events goes out to a page, and in which form.

Events that carry the invocation state may hold any keys of the caller's: they are told by what only they have. The
others are told by having no key beside their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from strands.sse._outcome import AgentOutcome, outcome
from strands.sse._shown_text import NOTHING, Item, ShownText
from strands.sse._tool_progress import ToolProgress
from strands.types._remote_words import holds_words

_STREAMED_BY_NODE = {"type", "node_id", "event"}
_STOPPED_NODE = {"type", "node_id", "node_result"}
_RESULT_OF_TEAM = {"type", "result"}
_RESULT = {"result"}
_STREAMED_BY_TOOL = {"type", "tool_stream_event"}
_SENT_BY_REMOTE_AGENT = {"type", "event"}


class Translation:
    """The events of one stream, those of a team's nodes included.

    Args:
        takes_back: Whether the page takes text back.
    """

    def __init__(self, *, takes_back: bool) -> None:
        self._takes_back = takes_back
        self._agents: dict[str, _Agent] = {}
        self._result: object = None

    def items(self, event: Mapping[str, Any], node: str = "") -> Iterable[Item]:
        """Return what goes out for an event.

        Args:
            event: The event.
            node: The node that it comes from, as a path.
        """
        keys = event.keys()
        if keys == _STREAMED_BY_NODE and event["type"] == "multiagent_node_stream":
            return self.items(event["event"], _path(node, event["node_id"]))
        if keys == _STOPPED_NODE and event["type"] == "multiagent_node_stop":
            self._agents.pop(_path(node, event["node_id"]), None)
            return NOTHING
        if not node and (keys == _RESULT or (keys == _RESULT_OF_TEAM and event["type"] == "multiagent_result")):
            self._result = event["result"]
        agent = self._agents.get(node)
        if agent is None:
            agent = self._agents[node] = _Agent(takes_back=self._takes_back)
        items = agent.items(event)
        return [(kind, {**data, "node": node}) for kind, data in items] if node else items

    def outcome(self) -> Iterable[Item]:
        """Return what goes out once the stream has ended.

        Raises:
            Exception: Why the run failed, or that it ended without a result.
        """
        if self._result is None:
            raise RuntimeError("the agent's stream ended without a result")
        return list(outcome(self._result))


def _path(node: str, node_id: str) -> str:
    return f"{node}/{node_id}" if node else node_id


class _Agent:
    """The events of one agent."""

    def __init__(self, *, takes_back: bool) -> None:
        self._text = ShownText(takes_back=takes_back)
        self._tools = ToolProgress()
        self._has_heard_words = False
        self._alone: dict[str, Callable[[Any], Iterable[Item]]] = {
            "event": self._chunk,
            "start_event_loop": lambda _: self._text.begin(),
            "message": self._message,
            "tool_cancel_event": self._tools.cancelled,
            "tool_interrupt_event": self._tools.interrupted,
            "result": self._remote_answer,
        }

    def items(self, event: Mapping[str, Any]) -> Iterable[Item]:
        if "delta" in event:
            return self._of_delta(event)
        if len(event) == 1:
            ((key, value),) = event.items()
            told = self._alone.get(key)
            return NOTHING if told is None else told(value)
        if "event_loop_throttled_delay" in event:
            return self._text.begin()
        keys = event.keys()
        if keys == _STREAMED_BY_TOOL:
            return self._tools.streamed(event["tool_stream_event"])
        if keys == _SENT_BY_REMOTE_AGENT and event["type"] == "a2a_stream":
            self._has_heard_words = self._has_heard_words or holds_words(event["event"])
        return NOTHING

    def _of_delta(self, event: Mapping[str, Any]) -> Iterable[Item]:
        if "data" in event:
            return self._text.text(event["data"], event.get("event_loop_cycle_id"))
        if text := event.get("reasoningText"):
            return (("reasoning", {"text": text, "cycle": self._text.cycle(event.get("event_loop_cycle_id"))}),)
        return NOTHING

    def _chunk(self, chunk: Any) -> Iterable[Item]:
        return self._text.chunk(chunk) if isinstance(chunk, Mapping) else NOTHING

    def _message(self, message: Mapping[str, Any]) -> Iterable[Item]:
        calls_tool = any("toolUse" in block for block in message.get("content", ()))
        taken_back = tuple(self._text.call_tool()) if calls_tool else NOTHING
        self._text.accept()
        return (*taken_back, *self._tools.message(message))

    def _remote_answer(self, result: Any) -> Iterable[Item]:
        """Tell the answer of a remote agent as a whole: each server has its own way of sending the pieces."""
        if not self._has_heard_words or not isinstance(result, AgentOutcome) or result.interrupts:
            return NOTHING
        return self._text.text("".join(block.get("text", "") for block in result.message["content"]), None)
