"""How a run of an agent or of a team ended, as a page may know it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from typing import Any, Protocol, runtime_checkable

from strands.sse._shown_text import Item
from strands.types._json_projection import json_projection


@runtime_checkable
class AgentOutcome(Protocol):
    """The result of an agent, as far as a page may know it."""

    stop_reason: str
    message: Mapping[str, Any]
    metrics: Any
    interrupts: Any
    structured_output: Any


@runtime_checkable
class TeamOutcome(Protocol):
    """The result of a team, likewise."""

    status: Enum
    results: Mapping[str, Any]
    accumulated_usage: Mapping[str, Any]
    interrupts: Any


_STOP_REASONS = {"completed": "end_turn", "interrupted": "interrupt"}
"""A team's status in the words of an agent."""


def outcome(result: object) -> Iterator[Item]:
    """Yield the questions to a person, if the run ended with any, and the summary.

    Raises:
        Exception: Why the run failed, if it is that of a team that failed.
        TypeError: If `result` is of another kind.
    """
    if isinstance(result, AgentOutcome):
        summary = {"stop_reason": result.stop_reason, "usage": json_projection(result.metrics.accumulated_usage)}
        if result.structured_output is not None:
            summary["structured_output"] = json_projection(result.structured_output)
    elif isinstance(result, TeamOutcome):
        status = result.status.value
        if status == "failed":
            raise next(_failures(result), RuntimeError("the run of a team failed for a reason that it does not tell"))
        summary = {
            "stop_reason": _STOP_REASONS.get(status, status),
            "usage": json_projection(result.accumulated_usage),
        }
    else:
        raise TypeError(f"result is {result!r}, expected that of an agent or of a team")
    yield from _interrupts(result.interrupts or ())
    yield "result", summary


def _interrupts(interrupts: Iterable[Any]) -> Iterator[Item]:
    for interrupt in interrupts:
        yield (
            "interrupt",
            {"id": interrupt.id, "name": interrupt.name, "reason": json_projection(interrupt.reason)},
        )


def _failures(team: TeamOutcome) -> Iterator[Exception]:
    for node in team.results.values():
        if isinstance(node.result, Exception):
            yield node.result
        elif isinstance(node.result, TeamOutcome):
            yield from _failures(node.result)
