"""Metrics and traces of agents, in memory and for OpenTelemetry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from strands._lazy import lazy_exports

if TYPE_CHECKING:
    from strands.telemetry.config import StrandsTelemetry as StrandsTelemetry
    from strands.telemetry.metrics import EventLoopMetrics as EventLoopMetrics
    from strands.telemetry.metrics import MetricsClient as MetricsClient
    from strands.telemetry.metrics import Trace as Trace
    from strands.telemetry.metrics import metrics_to_string as metrics_to_string
    from strands.telemetry.tracer import Tracer as Tracer
    from strands.telemetry.tracer import get_tracer as get_tracer

__all__ = [
    "EventLoopMetrics",
    "MetricsClient",
    "StrandsTelemetry",
    "Trace",
    "Tracer",
    "get_tracer",
    "metrics_to_string",
]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "EventLoopMetrics": "strands.telemetry.metrics",
        "MetricsClient": "strands.telemetry.metrics",
        "StrandsTelemetry": "strands.telemetry.config",
        "Trace": "strands.telemetry.metrics",
        "Tracer": "strands.telemetry.tracer",
        "get_tracer": "strands.telemetry.tracer",
        "metrics_to_string": "strands.telemetry.metrics",
    },
)
