"""What nodes cost: empty accounts, sums, and accounts read from stored data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, TypeAlias

from strands.types.event_loop import Metrics, Usage

Seconds: TypeAlias = float
Milliseconds: TypeAlias = int


class HasFigures(Protocol):
    """A result, or the state of a run, that knows what it cost."""

    accumulated_usage: Usage
    accumulated_metrics: Metrics


def no_usage() -> Usage:
    """Return an empty account of tokens."""
    return Usage(inputTokens=0, outputTokens=0, totalTokens=0)


def no_metrics() -> Metrics:
    """Return an empty account of time."""
    return Metrics(latencyMs=0)


def add_figures(total: HasFigures, part: HasFigures) -> None:
    """Add what a part cost to the total."""
    usage, more = total.accumulated_usage, part.accumulated_usage
    usage["inputTokens"] += more["inputTokens"]
    usage["outputTokens"] += more["outputTokens"]
    usage["totalTokens"] += more["totalTokens"]
    if "cacheReadInputTokens" in more:
        usage["cacheReadInputTokens"] = usage.get("cacheReadInputTokens", 0) + more["cacheReadInputTokens"]
    if "cacheWriteInputTokens" in more:
        usage["cacheWriteInputTokens"] = usage.get("cacheWriteInputTokens", 0) + more["cacheWriteInputTokens"]
    total.accumulated_metrics["latencyMs"] += part.accumulated_metrics["latencyMs"]


def usage_from(data: Mapping[str, Any]) -> Usage:
    """Return the stored usage; counts that are missing are 0."""
    usage = no_usage()
    for key in Usage.__annotations__:
        if key in data:
            usage[key] = data[key]  # type: ignore[literal-required]  # a key of the very TypedDict
    return usage


def metrics_from(data: Mapping[str, Any]) -> Metrics:
    """Return the stored latency, 0 if it is missing; of several calls there is no single time to the first byte."""
    return Metrics(latencyMs=data.get("latencyMs", 0))
