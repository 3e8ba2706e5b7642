"""A bench to run an agent on: a scripted model, and a record of everything a user of the public API can see."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from compat.normalise import observed
from compat.scripted import ScriptedModel, Turn
from strands import Agent
from strands.hooks import (
    AfterInvocationEvent,
    AfterModelCallEvent,
    AfterToolCallEvent,
    AgentInitializedEvent,
    BeforeInvocationEvent,
    BeforeModelCallEvent,
    BeforeToolCallEvent,
    MessageAddedEvent,
)

HOOK_EVENTS = (
    AgentInitializedEvent,
    BeforeInvocationEvent,
    AfterInvocationEvent,
    MessageAddedEvent,
    BeforeModelCallEvent,
    AfterModelCallEvent,
    BeforeToolCallEvent,
    AfterToolCallEvent,
)

_PAYLOAD = frozenset(
    (
        "init_event_loop",
        "start",
        "start_event_loop",
        "event",
        "type",
        "data",
        "delta",
        "current_tool_use",
        "reasoningText",
        "reasoning",
        "reasoning_signature",
        "reasoningRedactedContent",
        "citation",
        "event_loop_throttled_delay",
        "message",
        "tool_stream_event",
        "tool_cancel_event",
        "tool_interrupt_event",
        "structured_output",
        "force_stop",
        "force_stop_reason",
        "result",
    )
)
_SHOWN_IDS = ("event_loop_cycle_id", "event_loop_parent_cycle_id")


class Bench:
    """An agent, its scripted model, and a log of hook events."""

    def __init__(
        self,
        *turns: Turn,
        log_hooks: bool | Iterable[type] = False,
        outputs: Iterable[dict[str, Any]] = (),
        model_config: dict[str, Any] | None = None,
        **agent_arguments: Any,
    ) -> None:
        self.model = ScriptedModel(*turns, outputs=outputs, config=model_config)
        self.timeline: list[Any] = []
        self.from_callback: list[Any] = []
        agent_arguments.setdefault("callback_handler", self._callback)
        self._compares_callback = agent_arguments["callback_handler"] == self._callback
        self.agent = Agent(model=self.model, **agent_arguments)
        for event_type in HOOK_EVENTS if log_hooks is True else log_hooks or ():
            self.on(event_type, self._log_hook)

    def _callback(self, **event: Any) -> None:
        self.from_callback.append(event_seen(event))

    def _log_hook(self, event: Any) -> None:
        self.timeline.append(hook_seen(event))

    def on(self, event_type: Any, callback: Callable[[Any], Any]) -> Bench:
        """Add a hook and return the bench."""
        self.agent.hooks.add_callback(event_type, callback)
        return self

    async def run(self, prompt: Any = "hi", *, metrics: bool = False, **keywords: Any) -> dict[str, Any]:
        """Stream one run to its end and return what was seen of it."""
        self.timeline, self.from_callback = [], []
        events: list[Any] = []
        calls_before = len(self.model.calls)
        seen: dict[str, Any] = {"timeline": self.timeline}
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                async for event in self.agent.stream_async(prompt, **keywords):
                    events.append(event_seen(event))
                    self.timeline.append(events[-1])
            except Exception as error:
                seen["raised"] = observed(error)
        if self._compares_callback:
            seen["callback"] = "same as the events" if self.from_callback == events else self.from_callback
        if caught:
            seen["warnings"] = sorted({warning.category.__name__ for warning in caught})
        seen["messages"] = observed(self.agent.messages)
        seen["calls"] = calls_seen(self.model.calls[calls_before:])
        if metrics:
            seen["metrics"] = observed(self.agent.event_loop_metrics.get_summary())
        return seen

    async def outcome(self, prompt: Any = "hi", **keywords: Any) -> dict[str, Any]:
        """Run to the end and return only how it ended, the history and what the model was handed."""
        seen = await self.run(prompt, **keywords)
        shown = {key: value for key, value in seen.items() if key not in ("timeline", "callback")}
        for entry in reversed(seen["timeline"]):
            if "result" in entry:
                shown["result"] = entry["result"]
                break
        return shown


async def until_end(events: Any) -> list[Any]:
    """Return every event of a stream that a published function made."""
    return [event_seen(event) async for event in events]


def event_seen(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return an event with its own keys, and the merged invocation state as one line of key names."""
    own = {key: value for key, value in event.items() if key in _PAYLOAD}
    merged = sorted(key for key in event if key not in _PAYLOAD)
    seen: dict[str, Any] = observed(own)
    if merged:
        seen["+"] = " ".join(f"{key}={observed(event[key])}" if key in _SHOWN_IDS else key for key in merged)
        if event.get("request_state"):
            seen["request_state"] = observed(event["request_state"])
    return seen


def hook_seen(event: Any) -> dict[str, Any]:
    """Return the public fields of a hook event; invocation state as key names only."""
    fields = {key: value for key, value in vars(event).items() if not key.startswith("_") and key != "agent"}
    if isinstance(fields.get("invocation_state"), dict):
        fields["invocation_state"] = " ".join(sorted(fields["invocation_state"]))
    if "selected_tool" in fields:
        fields["selected_tool"] = getattr(fields["selected_tool"], "tool_name", None)
    return {"hook": type(event).__name__, **observed(fields)}


def calls_seen(calls: list[dict[str, Any]]) -> list[Any]:
    """Return what a model was handed, naming tool specs that repeat instead of repeating them."""
    seen: list[Any] = []
    previous: Any = None
    for call in calls:
        shown = observed(call)
        specs = shown["tool_specs"]
        if seen and specs and specs == previous:
            shown["tool_specs"] = "as before"
        previous = specs
        if isinstance(shown["keywords"].get("invocation_state"), list):
            shown["keywords"]["invocation_state"] = " ".join(shown["keywords"]["invocation_state"])
        seen.append(shown)
    return seen


def attempt(action: Callable[[], Any]) -> Any:
    """Return what a call returns or raises."""
    try:
        return observed(action())
    except Exception as error:
        return {"raised": observed(error)}


async def attempt_async(awaitable: Any) -> Any:
    """Return what an awaitable returns or raises."""
    try:
        return observed(await awaitable)
    except Exception as error:
        return {"raised": observed(error)}
