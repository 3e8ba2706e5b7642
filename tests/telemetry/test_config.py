"""Set-up of exporters for applications without an OpenTelemetry of their own."""

from __future__ import annotations

import io
import logging
import subprocess
import sys
from types import ModuleType
from typing import Any

import opentelemetry.metrics as metrics_api
import opentelemetry.trace as trace_api
import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from strands.telemetry import StrandsTelemetry
from strands.telemetry.config import get_otel_resource


def test_given_provider_gets_the_exporters_and_stays_private() -> None:
    """An application that configures OpenTelemetry itself must not have it replaced."""
    before, printed, provider = trace_api.get_tracer_provider(), io.StringIO(), TracerProvider()
    telemetry = StrandsTelemetry(tracer_provider=provider)
    assert telemetry.setup_console_exporter(out=printed, formatter=lambda span: f"{span.name}\n") is telemetry
    provider.get_tracer("t").start_span("one").end()
    assert printed.getvalue() == "one\n"
    assert telemetry.tracer_provider is provider
    assert trace_api.get_tracer_provider() is before


def test_unknown_exporter_argument_is_logged_and_the_application_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    """Telemetry must not keep an application from starting."""
    telemetry = StrandsTelemetry(tracer_provider=TracerProvider())
    with caplog.at_level(logging.ERROR, "strands.telemetry.config"):
        assert telemetry.setup_console_exporter(colour="red") is telemetry
    assert [record.getMessage() for record in caplog.records] == [
        "arguments=<['colour']> | could not set up the console exporter"
    ]


def test_resource_names_the_service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OTEL_SERVICE_NAME", raising=False)
    assert get_otel_resource().attributes["service.name"] == "strands-agents"
    monkeypatch.setenv("OTEL_SERVICE_NAME", "shop")
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment=prod")
    attributes = get_otel_resource().attributes
    assert (attributes["service.name"], attributes["deployment.environment"]) == ("shop", "prod")


def test_missing_otlp_exporter_names_the_extra(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for module in ("trace_exporter", "metric_exporter"):
        monkeypatch.setitem(sys.modules, f"opentelemetry.exporter.otlp.proto.http.{module}", None)
    telemetry = StrandsTelemetry(tracer_provider=TracerProvider())
    monkeypatch.setattr(metrics_api, "set_meter_provider", lambda provider: None)
    with pytest.raises(ImportError, match=r"pip install 'strands-agents\[otel\]'"):
        telemetry.setup_otlp_exporter()
    with caplog.at_level(logging.ERROR, "strands.telemetry.config"):
        assert telemetry.setup_meter(enable_otlp_exporter=True) is telemetry
    assert [record.getMessage() for record in caplog.records] == ["could not set up the OTLP metrics exporter"]
    telemetry.meter_provider.shutdown()


def test_otlp_exporter_gets_the_spans_and_its_arguments(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The real exporter is an extra; this one has its place and keeps what it gets."""
    sent: dict[str, InMemorySpanExporter] = {}

    def exporter(*, endpoint: str) -> InMemorySpanExporter:
        sent[endpoint] = InMemorySpanExporter()
        return sent[endpoint]

    module: Any = ModuleType("trace_exporter")
    module.OTLPSpanExporter = exporter
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", module)
    telemetry = StrandsTelemetry(tracer_provider=TracerProvider())
    assert telemetry.setup_otlp_exporter(endpoint="http://collector") is telemetry
    telemetry.tracer_provider.get_tracer("t").start_span("one").end()
    telemetry.tracer_provider.force_flush()
    assert [span.name for span in sent["http://collector"].get_finished_spans()] == ["one"]
    telemetry.tracer_provider.shutdown()

    with caplog.at_level(logging.ERROR, "strands.telemetry.config"):
        assert telemetry.setup_otlp_exporter(colour="red") is telemetry
    assert [record.getMessage() for record in caplog.records] == [
        "arguments=<['colour']> | could not set up the OTLP exporter"
    ]


def test_process_wide_set_up() -> None:
    """Without arguments the whole process is traced and measured. In a process of its own, as it cannot be undone."""
    code = """
import opentelemetry.metrics as metrics_api
import opentelemetry.propagate as propagate
import opentelemetry.trace as trace_api
from strands.telemetry import StrandsTelemetry
from strands.telemetry.tracer import get_tracer

telemetry = StrandsTelemetry().setup_meter(enable_console_exporter=True)
assert trace_api.get_tracer_provider() is telemetry.tracer_provider
assert metrics_api.get_meter_provider() is telemetry.meter_provider
assert propagate.get_global_textmap().fields == {"baggage", "traceparent", "tracestate"}
assert get_tracer().start_agent_span([], "a").is_recording()
telemetry.meter_provider.shutdown()
"""
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)
