"""The text form of an agent's metrics."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def summary_lines(summary: dict[str, Any]) -> Iterator[str]:
    """Yield the lines that show what `EventLoopMetrics.get_summary` returned."""
    yield "Event Loop Metrics Summary:"
    yield (
        f"├─ Cycles: total={summary['total_cycles']}, avg_time={summary['average_cycle_time']:.3f}s, "
        f"total_time={summary['total_duration']:.3f}s"
    )
    yield f"├─ Tokens: {', '.join(_token_figures(summary['accumulated_usage']))}"
    yield f"├─ Bedrock Latency: {summary['accumulated_metrics']['latencyMs']}ms"
    yield "├─ Tool Usage:"
    for name, usage in summary["tool_usage"].items():
        yield from _tool_lines(name, usage["execution_stats"], summary["traces"])
    yield "├─ Execution Trace:"
    for trace in summary["traces"]:
        yield from _trace_lines(trace, depth=1)


def _token_figures(usage: dict[str, int]) -> Iterator[str]:
    yield f"in={usage['inputTokens']}"
    yield f"out={usage['outputTokens']}"
    yield f"total={usage['totalTokens']}"
    for label, key in (
        ("cache_read_input_tokens", "cacheReadInputTokens"),
        ("cache_write_input_tokens", "cacheWriteInputTokens"),
    ):
        if tokens := usage.get(key):
            yield f"{label}={tokens}"


def _tool_lines(name: str, stats: dict[str, Any], traces: list[dict[str, Any]]) -> Iterator[str]:
    yield f"   └─ {name}:"
    yield f"      ├─ Stats: calls={stats['call_count']}, success={stats['success_count']}"
    yield f"      │         errors={stats['error_count']}, success_rate={stats['success_rate']:.1%}"
    yield f"      ├─ Timing: avg={stats['average_time']:.3f}s, total={stats['total_time']:.3f}s"
    yield "      └─ Tool Calls:"
    for step in (child for trace in traces for child in trace["children"]):
        if step["metadata"].get("tool_name") == name:
            yield f"         ├─ {step['metadata'].get('toolUseId', 'unknown')}: {name}"


def _trace_lines(trace: dict[str, Any], *, depth: int) -> Iterator[str]:
    tool_use_id = trace["metadata"].get("toolUseId")
    duration_s = trace["duration"]
    yield "{}└─ {}{} - Duration: {}".format(
        "   " * depth,
        trace["raw_name"],
        f" - {tool_use_id}" if tool_use_id else "",
        "None" if duration_s is None else f"{duration_s:.4f}s",
    )
    for child in trace["children"]:
        yield from _trace_lines(child, depth=depth + 1)
