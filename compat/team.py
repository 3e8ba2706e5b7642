"""Observe graphs and swarms: their events, results and hooks, without durations."""

from __future__ import annotations

from typing import Any

from compat.normalise import observed
from compat.observing import event_seen
from compat.scripted import ScriptedModel, Turn
from strands import Agent
from strands.hooks import (
    AfterMultiAgentInvocationEvent,
    AfterNodeCallEvent,
    BeforeMultiAgentInvocationEvent,
    BeforeNodeCallEvent,
    MultiAgentInitializedEvent,
)

HOOK_EVENTS: tuple[Any, ...] = (
    MultiAgentInitializedEvent,
    BeforeMultiAgentInvocationEvent,
    AfterMultiAgentInvocationEvent,
    BeforeNodeCallEvent,
    AfterNodeCallEvent,
)


def member(name: str, *turns: Turn, **arguments: Any) -> Agent:
    """Return an agent that plays turns."""
    return Agent(model=ScriptedModel(*turns), name=name, callback_handler=None, **{"agent_id": name, **arguments})


def handed(agent: Any) -> list[Any]:
    """Return the calls that an agent's scripted model recorded."""
    return list(agent.model.calls)


def asked(agent: Any) -> list[Any]:
    """Return the messages that an agent's model was handed, one list per call."""
    return [observed(call["messages"]) for call in handed(agent)]


async def run_team(team: Any, task: Any = "task", **keywords: Any) -> dict[str, Any]:
    """Stream a graph or swarm to its end; nodes run in tasks: hooks and events have an order each, none together."""
    events: list[Any] = []
    hooks: list[Any] = []
    for event_type in HOOK_EVENTS:
        team.add_hook(lambda event: hooks.append(_hook_seen(event)), event_type)
    seen: dict[str, Any] = {"events": events}
    try:
        async for event in team.stream_async(task, **keywords):
            events.append(_event_seen(event))  # noqa: PERF401  -- events before an error count
    except Exception as error:
        seen["raised"] = observed(error)
    return {**seen, "hooks": list(hooks)}  # a second run must not add to what the first has seen


def result_seen(result: Any) -> dict[str, Any]:
    """Return a result: its status, and by node status, text, count and usage."""
    shown: dict[str, Any] = {"status": observed(result.status), "usage": observed(result.accumulated_usage)}
    for name in ("execution_count", "total_nodes", "completed_nodes", "failed_nodes", "interrupted_nodes"):
        if hasattr(result, name):
            shown[name] = getattr(result, name)
    for name in ("execution_order", "entry_points", "node_history"):
        if hasattr(result, name):
            shown[name] = [node.node_id for node in getattr(result, name)]
    shown["results"] = {key: _node_result_seen(value) for key, value in result.results.items()}
    shown["interrupts"] = observed(result.interrupts)
    return shown


def _node_result_seen(node: Any) -> dict[str, Any]:
    inner = node.result
    return {
        "status": observed(node.status),
        "count": node.execution_count,
        "usage": observed(node.accumulated_usage),
        "result": result_seen(inner) if hasattr(inner, "results") else observed(inner),
        "interrupts": observed(node.interrupts),
    }


def _event_seen(event: Any) -> dict[str, Any]:
    shown = dict(event)
    if "event" in shown and "node_id" in shown:
        inner = shown["event"]
        nested = isinstance(inner, dict) and "node_id" in inner
        shown["event"] = _event_seen(inner) if nested else event_seen(inner) if isinstance(inner, dict) else inner
    if hasattr(shown.get("node_result"), "execution_count"):
        shown["node_result"] = _node_result_seen(shown["node_result"])
    if hasattr(shown.get("result"), "results"):
        shown["result"] = result_seen(shown["result"])
    seen: dict[str, Any] = observed(shown)
    return seen


def _hook_seen(event: Any) -> dict[str, Any]:
    fields = {key: value for key, value in vars(event).items() if not key.startswith("_") and key != "source"}
    if isinstance(fields.get("invocation_state"), dict):
        fields["invocation_state"] = sorted(fields["invocation_state"])
    return {"hook": type(event).__name__, **observed(fields)}
