"""Real OpenTelemetry SDK objects that keep what they get in memory."""

from __future__ import annotations

import pytest
from opentelemetry import metrics as metrics_api
from opentelemetry import trace as trace_api
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from strands.telemetry.metrics import MetricsClient


@pytest.fixture
def finished(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    """The spans that ended, with a tracer provider configured for the time of one test."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    # The process-wide provider can be set only once, so that tests replace the way it is looked up.
    monkeypatch.setattr(trace_api, "get_tracer_provider", lambda: provider)
    return exporter


@pytest.fixture
def measurements(monkeypatch: pytest.MonkeyPatch) -> InMemoryMetricReader:
    """The metrics recorded, with a meter provider configured for the time of one test."""
    reader = InMemoryMetricReader()
    provider = MeterProvider([reader])
    monkeypatch.setattr(metrics_api, "get_meter_provider", lambda: provider)
    monkeypatch.setattr(MetricsClient, "_instance", None)
    return reader
