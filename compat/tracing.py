"""Observe the spans of a run with OpenTelemetry's own exporter in memory."""

from __future__ import annotations

import json
from typing import Any

from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from compat.normalise import observed

_MEASURED = frozenset({"gen_ai.server.request.duration"})
_BY_CHANCE = frozenset({"gen_ai.server.time_to_first_token"})
"""Left out by the published package when the first token comes within the same millisecond."""


def exporting() -> InMemorySpanExporter:
    """Make a provider that keeps spans, install it for this process, and return where they are kept."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    return exporter


def spans_seen(exporter: InMemorySpanExporter) -> list[Any]:
    """Return the finished spans in the order of their ends, and forget them."""
    spans = exporter.get_finished_spans()
    names = {span.context.span_id: span.name for span in spans}
    exporter.clear()
    return [_span_seen(span, names) for span in spans]


def _span_seen(span: ReadableSpan, names: dict[int, str]) -> dict[str, Any]:
    parent = span.parent
    return {
        "name": span.name,
        "kind": span.kind.name,
        "parent": None if parent is None else names.get(parent.span_id, "not finished"),
        "status": [span.status.status_code.name, observed(span.status.description)],
        "attributes": _attributes(span.attributes),
        "events": [[event.name, _attributes(event.attributes)] for event in span.events],
    }


def _attributes(attributes: Any) -> dict[str, Any]:
    shown = {
        key: "<traceback>" if key == "exception.stacktrace" else value for key, value in (attributes or {}).items()
    }
    return {
        key: "<measured>" if key in _MEASURED else observed(_parsed(value))
        for key, value in shown.items()
        if key not in _BY_CHANCE
    }


def _parsed(value: Any) -> Any:
    """Return JSON text as its value, so that spaces and the order of keys make no difference."""
    if isinstance(value, str) and value[:1] in ("[", "{"):
        try:
            return {"<json>": json.loads(value)}
        except ValueError:
            return value
    return value
