"""Set-up of OpenTelemetry for applications that have none of their own. Loads the OpenTelemetry SDK."""

from __future__ import annotations

import logging
import os
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from opentelemetry import metrics as metrics_api
from opentelemetry import propagate
from opentelemetry import trace as trace_api
from opentelemetry.baggage.propagation import W3CBaggagePropagator
from opentelemetry.propagators.composite import CompositePropagator
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import ConsoleMetricExporter, MetricReader, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider as SDKTracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter, SimpleSpanProcessor
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

logger = logging.getLogger(__name__)

_DISTRIBUTION = "strands-agents"


def get_otel_resource() -> Resource:
    """Return the description of this process; `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` add to it."""
    attributes = {"service.name": os.getenv("OTEL_SERVICE_NAME", _DISTRIBUTION)}
    try:
        attributes["service.version"] = version(_DISTRIBUTION)
    except PackageNotFoundError:
        logger.debug("distribution=<%s> | not installed, leaving service.version out", _DISTRIBUTION)
    return Resource.create(attributes)


class StrandsTelemetry:
    """Exports the spans and metrics of agents.

    Methods return the object, so that calls can be chained:
    `StrandsTelemetry().setup_console_exporter().setup_meter(enable_console_exporter=True)`.

    Attributes:
        resource: Description of this process.
        tracer_provider: Where exporters of spans are added.
        meter_provider: Where metrics are recorded; there after `setup_meter`.
    """

    meter_provider: MeterProvider

    def __init__(self, tracer_provider: SDKTracerProvider | None = None) -> None:
        """Take over a tracer provider, or create one and make it that of the process.

        Args:
            tracer_provider: Provider to add exporters to. The application makes it that of the process itself.
        """
        self.resource = get_otel_resource()
        if tracer_provider is None:
            self._initialize_tracer()
        else:
            self.tracer_provider = tracer_provider

    def _initialize_tracer(self) -> None:
        self.tracer_provider = SDKTracerProvider(resource=self.resource)
        trace_api.set_tracer_provider(self.tracer_provider)
        propagate.set_global_textmap(CompositePropagator([W3CBaggagePropagator(), TraceContextTextMapPropagator()]))

    def setup_console_exporter(self, **kwargs: Any) -> StrandsTelemetry:
        """Print every span when it ends.

        Args:
            **kwargs: Arguments of `ConsoleSpanExporter`. If they do not fit, that is logged and nothing is printed.
        """
        try:
            self.tracer_provider.add_span_processor(SimpleSpanProcessor(ConsoleSpanExporter(**kwargs)))
        except Exception:
            logger.exception("arguments=<%s> | could not set up the console exporter", sorted(kwargs))
        return self

    def setup_otlp_exporter(self, **kwargs: Any) -> StrandsTelemetry:
        """Send spans in batches to a collector over HTTP.

        Args:
            **kwargs: Arguments of `OTLPSpanExporter`; `OTEL_EXPORTER_OTLP_*` variables apply otherwise. If they do
                not fit, that is logged and nothing is sent.

        Raises:
            ImportError: If the exporter is not installed.
        """
        exporter = _otlp("trace_exporter").OTLPSpanExporter
        try:
            self.tracer_provider.add_span_processor(BatchSpanProcessor(exporter(**kwargs)))
        except Exception:
            logger.exception("arguments=<%s> | could not set up the OTLP exporter", sorted(kwargs))
        return self

    def setup_meter(
        self, enable_console_exporter: bool = False, enable_otlp_exporter: bool = False
    ) -> StrandsTelemetry:
        """Create a meter provider and make it that of the process.

        Args:
            enable_console_exporter: Whether to print metrics once a minute.
            enable_otlp_exporter: Whether to send metrics to a collector over HTTP.
        """
        readers: list[MetricReader] = []
        if enable_console_exporter:
            readers.append(PeriodicExportingMetricReader(ConsoleMetricExporter()))
        if enable_otlp_exporter:
            readers.extend(_otlp_metric_readers())
        self.meter_provider = MeterProvider(resource=self.resource, metric_readers=readers)
        metrics_api.set_meter_provider(self.meter_provider)
        return self


def _otlp_metric_readers() -> list[MetricReader]:
    """Return the reader that sends metrics; none, with a log record, if the exporter cannot be set up."""
    try:
        return [PeriodicExportingMetricReader(_otlp("metric_exporter").OTLPMetricExporter())]
    except Exception:
        logger.exception("could not set up the OTLP metrics exporter")
        return []


def _otlp(module: str) -> Any:
    try:
        return import_module(f"opentelemetry.exporter.otlp.proto.http.{module}")
    except ImportError as error:
        raise ImportError("the OTLP exporter is missing: pip install 'strands-agents[otel]'") from error
