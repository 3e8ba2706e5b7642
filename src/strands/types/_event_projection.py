"""Events as JSON: which kind an event is, and what of it a consumer elsewhere may see."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from strands.types._json_projection import json_projection

Projection = Callable[[Any], Any]


def jsonable(event: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return an event as `json.dumps` accepts it, or None if it is not of a kind that consumers receive.

    The keys are those of the event, without the invocation state: no agent, no spans, no traces. Content is kept, with
    bytes as base64. The size depends on the event alone, not on the history: of a result there remain its message,
    the questions to a person, the structured output and the usage.

    What a tool yields may be anything: events of an agent that serves as a tool are projected as events, and of other
    values there remains what JSON can express.

    Args:
        event: An event of an agent or of an orchestrator.
    """
    kind = next((kind for kind in _KINDS if kind.fits(event)), None)
    if kind is None:
        return None
    projected = {key: project(event[key]) for key, project in kind.keys.items() if key in event}
    return None if any(value is _UNKNOWN for value in projected.values()) else projected


_UNKNOWN = object()
"""What a projection returns for a value that does not belong into events of its kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """The keys of one kind of events, and how the values are projected."""

    mark: str
    """A key that few other kinds have."""
    keys: Mapping[str, Projection]
    optional: frozenset[str] = field(default_factory=frozenset)
    type: str | None = None
    with_invocation_state: bool = False
    """Whether such events have further keys."""

    def fits(self, event: Mapping[str, Any]) -> bool:
        """Tell whether an event is of this kind."""
        if self.mark not in event or (self.type is not None and event.get("type") != self.type):
            return False
        if not all(key in event or key in self.optional for key in self.keys):
            return False
        return self.with_invocation_state or all(key in self.keys for key in event)


@runtime_checkable
class _Result(Protocol):
    """The result of an agent, as far as it is projected."""

    stop_reason: str
    message: Mapping[str, Any]
    interrupts: Any
    structured_output: Any
    metrics: Any


@runtime_checkable
class _Describable(Protocol):
    """The result of an orchestrator or of a node, or an interrupt."""

    def to_dict(self) -> dict[str, Any]:
        """Return its content."""
        ...


def _agent_result(result: object) -> Any:
    if not isinstance(result, _Result):
        return _UNKNOWN
    return {
        "stop_reason": result.stop_reason,
        "message": json_projection(result.message),
        "interrupts": _each_described(result.interrupts or ()),
        "structured_output": json_projection(result.structured_output),
        "usage": json_projection(result.metrics.accumulated_usage),
    }


def _described(value: object) -> Any:
    return json_projection(value.to_dict()) if isinstance(value, _Describable) else _UNKNOWN


def _each_described(values: Any) -> Any:
    return [_described(value) for value in values]


def _event(event: Any) -> Any:
    projected = jsonable(event) if isinstance(event, Mapping) else None
    return _UNKNOWN if projected is None else projected


def _value_of_tool(streamed: Mapping[str, Any]) -> Any:
    event = _event(streamed["data"])
    return {
        "tool_use": json_projection(streamed["tool_use"]),
        "data": json_projection(streamed["data"]) if event is _UNKNOWN else event,
    }


def _interrupted_tool(interrupted: Mapping[str, Any]) -> Any:
    return {
        "tool_use": json_projection(interrupted["tool_use"]),
        "interrupts": _each_described(interrupted["interrupts"]),
    }


def _of_remote_agent(response: Any) -> Any:
    """Project a message, or what is new of a task, without the conversation so far."""
    if isinstance(response, tuple):
        task, update = response
        response = task if update is None else update
    projected = json_projection(response)
    return (
        {key: value for key, value in projected.items() if key != "history"}
        if isinstance(projected, dict)
        else projected
    )


def _plain(*keys: str) -> _Kind:
    return _Kind(mark=keys[0], keys=dict.fromkeys(keys, json_projection))


def _stateful(*keys: str) -> _Kind:
    return _Kind(mark=keys[0], keys=dict.fromkeys(keys, json_projection), with_invocation_state=True)


def _typed(type_: str, *keys: str, optional: str | None = None, special: Projection | None = None) -> _Kind:
    """Return a kind with a type; `special` projects its last key."""
    projections: dict[str, Projection] = dict.fromkeys(("type", *keys), json_projection)
    if special is not None:
        projections[keys[-1]] = special
    if optional is None:
        return _Kind(mark=keys[0], keys=projections, type=type_)
    return _Kind(
        mark=keys[0], keys={**projections, optional: json_projection}, type=type_, optional=frozenset({optional})
    )


_KINDS: tuple[_Kind, ...] = (
    # Those that come with each token are looked at first.
    _plain("event"),
    _stateful("data", "delta"),
    _stateful("current_tool_use", "type", "delta"),
    _stateful("reasoningText", "delta", "reasoning"),
    _stateful("reasoning_signature", "delta", "reasoning"),
    _stateful("reasoningRedactedContent", "delta", "reasoning"),
    _stateful("citation", "delta"),
    _typed("tool_stream", "tool_stream_event", special=_value_of_tool),
    _typed("multiagent_node_stream", "node_id", "event", special=_event),
    _plain("start"),
    _plain("start_event_loop"),
    _plain("message"),
    _plain("structured_output"),
    _plain("tool_cancel_event"),
    _Kind(mark="tool_interrupt_event", keys={"tool_interrupt_event": _interrupted_tool}),
    _plain("force_stop", "force_stop_reason"),
    _stateful("init_event_loop"),
    _stateful("event_loop_throttled_delay"),
    _Kind(mark="result", keys={"result": _agent_result}),
    _typed("a2a_stream", "event", special=_of_remote_agent),
    _typed("multiagent_node_start", "node_id", "node_type"),
    _typed("multiagent_node_stop", "node_id", "node_result", special=_described),
    _typed("multiagent_handoff", "from_node_ids", "to_node_ids", optional="message"),
    _typed("multiagent_node_cancel", "node_id", "message"),
    _typed("multiagent_node_interrupt", "node_id", "interrupts", special=_each_described),
    _typed("multiagent_result", "result", special=_described),
)
