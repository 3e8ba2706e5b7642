"""What agents count, how it is shown, and what reaches the metric instruments."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from opentelemetry.sdk.metrics.export import HistogramDataPoint, InMemoryMetricReader, NumberDataPoint

from strands.telemetry.metrics import (
    AgentInvocation,
    EventLoopCycleMetric,
    EventLoopMetrics,
    MetricsClient,
    Trace,
    metrics_to_string,
)
from strands.types.content import Message
from strands.types.event_loop import Metrics, Usage
from strands.types.tools import ToolUse

CALL: ToolUse = {"toolUseId": "t1", "name": "calc", "input": {"x": 1}}
RESULT: Message = {"role": "user", "content": [{"toolResult": {"toolUseId": "t1", "status": "success", "content": []}}]}


def usage(inputs: int, outputs: int, **cache: int) -> Usage:
    return {"inputTokens": inputs, "outputTokens": outputs, "totalTokens": inputs + outputs, **cache}  # type: ignore[typeddict-item]


def started(cycle_id: str = "c1") -> EventLoopMetrics:
    metrics = EventLoopMetrics()
    metrics.reset_usage_metrics()
    metrics.start_cycle({"event_loop_cycle_id": cycle_id})
    return metrics


def test_usage_is_counted_in_total_per_invocation_and_per_cycle() -> None:
    """Applications bill by these three figures."""
    metrics = started("c1")
    metrics.update_usage(usage(10, 2))
    metrics.start_cycle({"event_loop_cycle_id": "c2"})
    metrics.update_usage(usage(20, 3, cacheReadInputTokens=5))
    metrics.reset_usage_metrics()
    metrics.start_cycle({"event_loop_cycle_id": "c3"})
    metrics.update_usage(usage(1, 1, cacheReadInputTokens=0, cacheWriteInputTokens=4))

    assert metrics.accumulated_usage == usage(31, 6, cacheReadInputTokens=5, cacheWriteInputTokens=4)
    assert metrics.agent_invocations == [
        AgentInvocation(
            cycles=[
                EventLoopCycleMetric("c1", usage(10, 2)),
                EventLoopCycleMetric("c2", usage(20, 3, cacheReadInputTokens=5)),
            ],
            usage=usage(30, 5, cacheReadInputTokens=5),
        ),
        AgentInvocation(
            cycles=[EventLoopCycleMetric("c3", usage(1, 1, cacheReadInputTokens=0, cacheWriteInputTokens=4))],
            usage=usage(1, 1, cacheReadInputTokens=0, cacheWriteInputTokens=4),
        ),
    ]
    assert metrics.latest_agent_invocation is metrics.agent_invocations[-1]


def test_context_sizes_are_those_of_the_latest_cycle() -> None:
    """Proactive compression decides by them; an unknown size must not look like an empty context."""
    metrics = EventLoopMetrics()
    assert (metrics.latest_context_size, metrics.projected_context_size) == (None, None)
    metrics.reset_usage_metrics()
    assert (metrics.latest_context_size, metrics.projected_context_size) == (None, None)
    metrics.start_cycle({"event_loop_cycle_id": "c1"})
    metrics.update_usage(usage(10, 2))
    assert (metrics.latest_context_size, metrics.projected_context_size) == (10, 12)
    metrics.start_cycle({"event_loop_cycle_id": "c2"})
    assert (metrics.latest_context_size, metrics.projected_context_size) == (0, 0)


def test_cycles_without_an_agent_open_an_invocation() -> None:
    """`event_loop_cycle` may be called by hand, with metrics that no agent prepared."""
    metrics = EventLoopMetrics()
    metrics.update_usage(usage(1, 1))
    metrics.start_cycle({"event_loop_cycle_id": "c1"})
    assert metrics.agent_invocations == [
        AgentInvocation(cycles=[EventLoopCycleMetric("c1", usage(0, 0))], usage=usage(1, 1))
    ]


def test_usage_that_is_not_reported_counts_as_nothing() -> None:
    """Some providers send null for cache figures they do not have."""
    metrics = started()
    metrics.update_usage({**usage(1, 1), "cacheReadInputTokens": None})  # type: ignore[typeddict-item]
    assert metrics.accumulated_usage == usage(1, 1)


def test_cycle_keeps_its_duration_in_metrics_and_trace() -> None:
    metrics = EventLoopMetrics()
    start_time, trace = metrics.start_cycle({"event_loop_cycle_id": "c1"})
    metrics.end_cycle(start_time, trace)
    assert metrics.cycle_count == 1
    assert metrics.traces == [trace]
    assert metrics.cycle_durations == [trace.duration()]
    assert trace.name == "Cycle 1"


def test_tool_calls_are_counted_by_outcome_and_named_in_their_trace() -> None:
    metrics = EventLoopMetrics()
    trace = Trace("Tool: calc")
    metrics.add_tool_usage(CALL, 0.5, trace, True, RESULT)
    metrics.add_tool_usage({**CALL, "toolUseId": "t2"}, 1.5, Trace("Tool: calc"), False, RESULT)

    calc = metrics.tool_metrics["calc"]
    assert (calc.call_count, calc.success_count, calc.error_count, calc.total_time) == (2, 1, 1, 2.0)
    assert calc.tool["toolUseId"] == "t2"
    assert (trace.raw_name, trace.metadata, trace.message) == (
        "calc - t1",
        {"toolUseId": "t1", "tool_name": "calc"},
        RESULT,
    )
    assert trace.end_time is not None


def test_trace_tree_becomes_plain_values() -> None:
    root = Trace("root", start_time=5.0, metadata={"k": "v"})
    child = Trace("child", parent_id=root.id, start_time=6.0, raw_name="child - 1")
    root.add_child(child)
    child.end(6.5)
    common: dict[str, Any] = {"message": None}
    assert root.duration() is None
    assert root.to_dict() == {
        **common,
        "id": root.id,
        "name": "root",
        "raw_name": None,
        "parent_id": None,
        "start_time": 5.0,
        "end_time": None,
        "duration": None,
        "metadata": {"k": "v"},
        "children": [
            {
                **common,
                "id": child.id,
                "name": "child",
                "raw_name": "child - 1",
                "parent_id": root.id,
                "start_time": 6.0,
                "end_time": 6.5,
                "duration": 0.5,
                "metadata": {},
                "children": [],
            }
        ],
    }


def finished_run() -> EventLoopMetrics:
    """One cycle of two seconds with one tool call of half a second."""
    metrics = started()
    metrics.update_usage(usage(10, 2, cacheWriteInputTokens=4))
    metrics.update_metrics(Metrics(latencyMs=100))
    cycle = metrics.traces[0]
    call = Trace("Tool: calc", start_time=1.0)
    cycle.add_child(call)
    metrics.add_tool_usage(CALL, 0.5, call, True, RESULT)
    call.end(1.5)
    cycle.start_time = 1.0
    cycle.end(3.0)
    metrics.cycle_durations.append(2.0)
    return metrics


def test_summary_has_every_figure() -> None:
    """Dashboards read this dict; its keys are part of the API."""
    metrics = finished_run()
    used = usage(10, 2, cacheWriteInputTokens=4)
    assert metrics.get_summary() == {
        "total_cycles": 1,
        "total_duration": 2.0,
        "average_cycle_time": 2.0,
        "tool_usage": {
            "calc": {
                "tool_info": {"tool_use_id": "t1", "name": "calc", "input_params": {"x": 1}},
                "execution_stats": {
                    "call_count": 1,
                    "success_count": 1,
                    "error_count": 0,
                    "total_time": 0.5,
                    "average_time": 0.5,
                    "success_rate": 1.0,
                },
            }
        },
        "traces": [metrics.traces[0].to_dict()],
        "accumulated_usage": used,
        "accumulated_metrics": {"latencyMs": 100},
        "agent_invocations": [{"usage": used, "cycles": [{"event_loop_cycle_id": "c1", "usage": used}]}],
    }


def test_summary_of_nothing_divides_by_nothing() -> None:
    summary = EventLoopMetrics().get_summary()
    assert (summary["total_cycles"], summary["average_cycle_time"]) == (0, 0)


def test_metrics_as_text() -> None:
    """People read it, and scripts of theirs parse it: the layout stays."""
    metrics = finished_run()
    metrics.traces.append(Trace("Cycle 2"))
    assert metrics_to_string(metrics).splitlines() == [
        "Event Loop Metrics Summary:",
        "├─ Cycles: total=1, avg_time=2.000s, total_time=2.000s",
        "├─ Tokens: in=10, out=2, total=12, cache_write_input_tokens=4",
        "├─ Bedrock Latency: 100ms",
        "├─ Tool Usage:",
        "   └─ calc:",
        "      ├─ Stats: calls=1, success=1",
        "      │         errors=0, success_rate=100.0%",
        "      ├─ Timing: avg=0.500s, total=0.500s",
        "      └─ Tool Calls:",
        "         ├─ t1: calc",
        "├─ Execution Trace:",
        "   └─ None - Duration: 2.0000s",
        "      └─ calc - t1 - t1 - Duration: 0.5000s",
        "   └─ None - Duration: None",
    ]


def recorded(reader: InMemoryMetricReader) -> dict[str, Any]:
    """Return what each instrument recorded: unit, and per data point its attributes and sum (with count)."""
    data = reader.get_metrics_data()
    found: dict[str, Any] = {}
    for metric in (m for r in data.resource_metrics for s in r.scope_metrics for m in s.metrics) if data else ():
        points: list[Any] = []
        for point in metric.data.data_points:
            if isinstance(point, HistogramDataPoint):
                points.append((dict(point.attributes or {}), point.sum, point.count))
            elif isinstance(point, NumberDataPoint):
                points.append((dict(point.attributes or {}), point.value))
        found[metric.name] = (metric.unit, points)
    return found


def test_figures_reach_the_instruments(measurements: InMemoryMetricReader) -> None:
    """Metric names, units and attributes are what dashboards are built on."""
    metrics = EventLoopMetrics()
    start_time, trace = metrics.start_cycle({"event_loop_cycle_id": "c1"})
    metrics.update_usage(usage(10, 2, cacheReadInputTokens=3, cacheWriteInputTokens=4))
    metrics.update_metrics({"latencyMs": 100, "timeToFirstByteMs": 7})
    metrics.add_tool_usage(CALL, 0.5, Trace("t"), True, RESULT)
    metrics.add_tool_usage({**CALL, "toolUseId": "t2"}, 1.5, Trace("t"), False, RESULT)
    metrics.end_cycle(start_time, trace, {"k": "v"})

    cycle, end = {"event_loop_cycle_id": "c1"}, {"k": "v"}
    one, two = ({"tool_name": "calc", "tool_use_id": tool_use_id} for tool_use_id in ("t1", "t2"))
    assert recorded(measurements) == {
        "strands.event_loop.cycle_count": ("Count", [(cycle, 1)]),
        "strands.event_loop.start_cycle": ("Count", [(cycle, 1)]),
        "strands.event_loop.end_cycle": ("Count", [(end, 1)]),
        "strands.event_loop.cycle_duration": ("s", [(end, metrics.cycle_durations[0], 1)]),
        "strands.event_loop.latency": ("ms", [({}, 100, 1)]),
        "strands.event_loop.input.tokens": ("token", [({}, 10, 1)]),
        "strands.event_loop.output.tokens": ("token", [({}, 2, 1)]),
        "strands.event_loop.cache_read.input.tokens": ("token", [({}, 3, 1)]),
        "strands.event_loop.cache_write.input.tokens": ("token", [({}, 4, 1)]),
        "strands.model.time_to_first_token": ("ms", [({}, 7, 1)]),
        "strands.tool.call_count": ("Count", [(one, 1), (two, 1)]),
        "strands.tool.success_count": ("Count", [(one, 1)]),
        "strands.tool.error_count": ("Count", [(two, 1)]),
        "strands.tool.duration": ("s", [(one, 0.5, 1), (two, 1.5, 1)]),
    }


@pytest.mark.usefixtures("measurements")
def test_instruments_are_created_once() -> None:
    """Creating an instrument twice makes OpenTelemetry warn."""
    client = MetricsClient()
    counter = client.tool_call_count
    assert MetricsClient() is client
    assert client.tool_call_count is counter


def test_importing_metrics_loads_no_opentelemetry() -> None:
    """Every agent imports this module; those that measure nothing pay nothing."""
    code = (
        "import sys, strands.telemetry.metrics as m; m.EventLoopMetrics(); "
        "assert not [name for name in sys.modules if name.startswith('opentelemetry')]"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
