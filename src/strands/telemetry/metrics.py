"""What an agent counted and timed: usage, cycles, tool calls and the tree of traces.

`EventLoopMetrics` keeps the figures for the caller; the same figures go to OpenTelemetry instruments, which stay
without effect until the application configures a meter provider.
"""

from __future__ import annotations

import threading
import time
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from strands._random_id import random_id
from strands.telemetry._instruments import COUNTERS, HISTOGRAMS
from strands.types.content import Message
from strands.types.event_loop import Metrics, Usage
from strands.types.tools import ToolUse

if TYPE_CHECKING:
    from opentelemetry.metrics import Counter, Histogram, Meter


def _no_usage() -> Usage:
    return Usage(inputTokens=0, outputTokens=0, totalTokens=0)


def _add_usage(total: Usage, usage: Usage) -> None:
    total["inputTokens"] += usage["inputTokens"]
    total["outputTokens"] += usage["outputTokens"]
    total["totalTokens"] += usage["totalTokens"]
    # Cache figures appear only once a provider reports them: 0 and "not reported" differ.
    if (cache_read := usage.get("cacheReadInputTokens")) is not None:
        total["cacheReadInputTokens"] = total.get("cacheReadInputTokens", 0) + cache_read
    if (cache_write := usage.get("cacheWriteInputTokens")) is not None:
        total["cacheWriteInputTokens"] = total.get("cacheWriteInputTokens", 0) + cache_write


class Trace:
    """A timed step of an agent's run, with the steps it consists of."""

    def __init__(
        self,
        name: str,
        parent_id: str | None = None,
        start_time: float | None = None,
        raw_name: str | None = None,
        metadata: dict[str, Any] | None = None,
        message: Message | None = None,
    ) -> None:
        """Start a step.

        Args:
            name: Name for people to read.
            parent_id: `id` of the step this one belongs to.
            start_time: Seconds since the epoch; now when omitted.
            raw_name: Unique name of the step, e.g. a tool's name with the id of the call.
            metadata: Facts about the step.
            message: Message the step produced.
        """
        self.id = str(random_id())
        self.name = name
        self.raw_name = raw_name
        self.parent_id = parent_id
        self.start_time = time.time() if start_time is None else start_time
        self.end_time: float | None = None
        self.children: list[Trace] = []
        self.metadata = metadata or {}
        self.message = message

    def end(self, end_time: float | None = None) -> None:
        """Stop the clock, at `end_time` (seconds since the epoch) or now."""
        self.end_time = time.time() if end_time is None else end_time

    def add_child(self, child: Trace) -> None:
        """Append a step that is part of this one."""
        self.children.append(child)

    def duration(self) -> float | None:
        """Return the seconds between start and end, or None while the step runs."""
        if self.end_time is None:
            return None
        return self.end_time - self.start_time

    def add_message(self, message: Message) -> None:
        """Attach the message that the step produced."""
        self.message = message

    def to_dict(self) -> dict[str, Any]:
        """Return the step and everything below it as plain values."""
        children = [child.to_dict() for child in self.children]
        return {**vars(self), "duration": self.duration(), "children": children}


@dataclass
class ToolMetrics:
    """How often a tool was called, with what outcome, and how long it took.

    Attributes:
        tool: The latest call.
        call_count: Calls made.
        success_count: Calls that succeeded.
        error_count: Calls that failed.
        total_time: Seconds spent in all calls.
    """

    tool: ToolUse
    call_count: int = 0
    success_count: int = 0
    error_count: int = 0
    total_time: float = 0.0

    def add_call(
        self,
        tool: ToolUse,
        duration: float,
        success: bool,
        metrics_client: MetricsClient,
        attributes: dict[str, Any] | None = None,
    ) -> None:
        """Count one call.

        Args:
            tool: The call.
            duration: Seconds it took.
            success: Whether it succeeded.
            metrics_client: Instruments that record the call as well.
            attributes: Attributes of the recorded measurements.
        """
        self.tool = tool
        self.total_time += duration
        self.call_count += 1
        self.success_count += success
        self.error_count += not success
        outcome = metrics_client.tool_success_count if success else metrics_client.tool_error_count
        for counter in (metrics_client.tool_call_count, outcome):
            counter.add(1, attributes)
        metrics_client.tool_duration.record(duration, attributes)


@dataclass
class EventLoopCycleMetric:
    """Token usage of one cycle."""

    event_loop_cycle_id: str
    usage: Usage


@dataclass
class AgentInvocation:
    """Token usage of one call of the agent, in total and per cycle."""

    cycles: list[EventLoopCycleMetric] = field(default_factory=list)
    usage: Usage = field(default_factory=_no_usage)


@dataclass
class EventLoopMetrics:
    """Everything an agent counted since it was created.

    Attributes:
        cycle_count: Cycles begun.
        tool_metrics: Figures per tool name.
        cycle_durations: Seconds of each finished cycle.
        agent_invocations: Usage per call of the agent, oldest first.
        traces: One trace per cycle.
        accumulated_usage: Tokens of all calls.
        accumulated_metrics: Latency of all calls.
    """

    cycle_count: int = 0
    tool_metrics: dict[str, ToolMetrics] = field(default_factory=dict)
    cycle_durations: list[float] = field(default_factory=list)
    agent_invocations: list[AgentInvocation] = field(default_factory=list)
    traces: list[Trace] = field(default_factory=list)
    accumulated_usage: Usage = field(default_factory=_no_usage)
    accumulated_metrics: Metrics = field(default_factory=lambda: Metrics(latencyMs=0))

    @property
    def _metrics_client(self) -> MetricsClient:
        return MetricsClient()

    @property
    def latest_agent_invocation(self) -> AgentInvocation | None:
        """The current or last call of the agent, None before the first."""
        return self.agent_invocations[-1] if self.agent_invocations else None

    @property
    def _latest_cycle(self) -> EventLoopCycleMetric | None:
        invocation = self.latest_agent_invocation
        return invocation.cycles[-1] if invocation and invocation.cycles else None

    @property
    def latest_context_size(self) -> int | None:
        """Input tokens of the latest cycle: how full the context was. None when the call has no cycle yet."""
        cycle = self._latest_cycle
        return None if cycle is None else cycle.usage["inputTokens"]

    @property
    def projected_context_size(self) -> int | None:
        """Tokens the next request starts with: input and output of the latest cycle. None without a cycle."""
        cycle = self._latest_cycle
        return None if cycle is None else cycle.usage["inputTokens"] + cycle.usage["outputTokens"]

    def reset_usage_metrics(self) -> None:
        """Open the account of a new call of the agent; totals over all calls go on."""
        self.agent_invocations.append(AgentInvocation())

    def start_cycle(self, attributes: dict[str, Any]) -> tuple[float, Trace]:
        """Begin a cycle.

        Args:
            attributes: Attributes of the recorded measurements; holds `event_loop_cycle_id`.

        Returns:
            The start time in seconds since the epoch, and the cycle's trace.
        """
        cycle_id = attributes["event_loop_cycle_id"]
        self.cycle_count += 1
        client = self._metrics_client
        client.event_loop_cycle_count.add(1, attributes=attributes)
        client.event_loop_start_cycle.add(1, attributes=attributes)
        start_time = time.time()
        cycle_trace = Trace(f"Cycle {self.cycle_count}", start_time=start_time)
        self.traces.append(cycle_trace)
        self._open_invocation().cycles.append(EventLoopCycleMetric(event_loop_cycle_id=cycle_id, usage=_no_usage()))
        return start_time, cycle_trace

    def end_cycle(self, start_time: float, cycle_trace: Trace, attributes: dict[str, Any] | None = None) -> None:
        """Close a cycle.

        Args:
            start_time: What `start_cycle` returned.
            cycle_trace: What `start_cycle` returned.
            attributes: Attributes of the recorded measurements.
        """
        end_time = time.time()
        duration_s = end_time - start_time
        self.cycle_durations.append(duration_s)
        cycle_trace.end(end_time)
        client = self._metrics_client
        client.event_loop_end_cycle.add(1, attributes)
        client.event_loop_cycle_duration.record(duration_s, attributes)

    def add_tool_usage(
        self, tool: ToolUse, duration: float, tool_trace: Trace, success: bool, message: Message
    ) -> None:
        """Count a tool call and complete its trace.

        Args:
            tool: The call.
            duration: Seconds it took.
            tool_trace: Trace of the call; it is ended here.
            success: Whether the tool succeeded.
            message: Message that carries the tool's result.
        """
        name, tool_use_id = tool.get("name", "unknown_tool"), tool.get("toolUseId", "unknown")
        tool_trace.metadata.update({"toolUseId": tool_use_id, "tool_name": name})
        tool_trace.raw_name = f"{name} - {tool_use_id}"
        tool_trace.add_message(message)
        self.tool_metrics.setdefault(name, ToolMetrics(tool)).add_call(
            tool, duration, success, self._metrics_client, {"tool_name": name, "tool_use_id": tool_use_id}
        )
        tool_trace.end()

    def update_usage(self, usage: Usage) -> None:
        """Add the tokens of a model response to the totals, the current call and its current cycle."""
        invocation = self._open_invocation()
        for total in (self.accumulated_usage, invocation.usage, *(cycle.usage for cycle in invocation.cycles[-1:])):
            _add_usage(total, usage)
        client = self._metrics_client
        client.event_loop_input_tokens.record(usage["inputTokens"])
        client.event_loop_output_tokens.record(usage["outputTokens"])
        if (cache_read := usage.get("cacheReadInputTokens")) is not None:
            client.event_loop_cache_read_input_tokens.record(cache_read)
        if (cache_write := usage.get("cacheWriteInputTokens")) is not None:
            client.event_loop_cache_write_input_tokens.record(cache_write)

    def update_metrics(self, metrics: Metrics) -> None:
        """Add the latency of a model response."""
        self.accumulated_metrics["latencyMs"] += metrics["latencyMs"]
        client = self._metrics_client
        client.event_loop_latency.record(metrics["latencyMs"])
        if (first_token_ms := metrics.get("timeToFirstByteMs")) is not None:
            client.model_time_to_first_token.record(first_token_ms)

    def get_summary(self) -> dict[str, Any]:
        """Return all figures as plain values."""
        total_s = sum(self.cycle_durations)
        return {
            "total_cycles": self.cycle_count,
            "total_duration": total_s,
            "average_cycle_time": total_s / self.cycle_count if self.cycle_count else 0,
            "tool_usage": {name: _tool_summary(metrics) for name, metrics in self.tool_metrics.items()},
            "traces": [trace.to_dict() for trace in self.traces],
            "accumulated_usage": self.accumulated_usage,
            "accumulated_metrics": self.accumulated_metrics,
            "agent_invocations": [asdict(invocation) for invocation in self.agent_invocations],
        }

    def _open_invocation(self) -> AgentInvocation:
        """Return the current call's account; code that runs a cycle without an agent gets one as well."""
        if not self.agent_invocations:
            self.reset_usage_metrics()
        return self.agent_invocations[-1]


def _tool_summary(metrics: ToolMetrics) -> dict[str, Any]:
    calls = metrics.call_count
    return {
        "tool_info": {
            "tool_use_id": metrics.tool.get("toolUseId", "N/A"),
            "name": metrics.tool.get("name", "unknown"),
            "input_params": metrics.tool.get("input", {}),
        },
        "execution_stats": {
            "call_count": calls,
            "success_count": metrics.success_count,
            "error_count": metrics.error_count,
            "total_time": metrics.total_time,
            "average_time": metrics.total_time / calls if calls else 0,
            "success_rate": metrics.success_count / calls if calls else 0,
        },
    }


def metrics_to_string(event_loop_metrics: EventLoopMetrics, allowed_names: set[str] | None = None) -> str:
    """Return the figures and the trace tree as text for people.

    Args:
        event_loop_metrics: What to show.
        allowed_names: Accepted for compatibility; every trace is shown.
    """
    from strands.telemetry._metrics_text import summary_lines

    return "\n".join(summary_lines(event_loop_metrics.get_summary()))


class MetricsClient:
    """The OpenTelemetry instruments, created once per process on first use.

    They follow a meter provider that is configured later.
    """

    _instance: MetricsClient | None = None
    _creation = threading.Lock()

    meter: Meter
    event_loop_cycle_count: Counter
    event_loop_start_cycle: Counter
    event_loop_end_cycle: Counter
    tool_call_count: Counter
    tool_success_count: Counter
    tool_error_count: Counter
    event_loop_cycle_duration: Histogram
    tool_duration: Histogram
    event_loop_latency: Histogram
    model_time_to_first_token: Histogram
    event_loop_input_tokens: Histogram
    event_loop_output_tokens: Histogram
    event_loop_cache_read_input_tokens: Histogram
    event_loop_cache_write_input_tokens: Histogram

    def __new__(cls) -> MetricsClient:
        """Return the only instance."""
        if cls._instance is None:
            cls._instance = super().__new__(cls)
        return cls._instance

    def __init__(self) -> None:
        """Create the instruments unless that has happened."""
        if "meter" in vars(self):
            return  # the usual case, for each measurement: without the lock
        with self._creation:
            if "meter" not in vars(self):
                from opentelemetry import metrics as metrics_api

                meter = metrics_api.get_meter_provider().get_meter(__name__)
                self._create_instruments(meter)
                self.meter = meter

    def create_instruments(self) -> None:
        """Create every instrument anew from `meter`."""
        self._create_instruments(self.meter)

    def _create_instruments(self, meter: Meter) -> None:
        for attribute, declared in COUNTERS.items():
            setattr(self, attribute, meter.create_counter(declared.name, declared.unit, declared.description))
        for attribute, declared in HISTOGRAMS.items():
            setattr(self, attribute, meter.create_histogram(declared.name, declared.unit, declared.description))
