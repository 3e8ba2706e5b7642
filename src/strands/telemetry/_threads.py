"""Trace context in threads that tools start themselves."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.util import find_spec

_INSTRUMENTATION = "opentelemetry.instrumentation"


@cache
def carry_context_into_threads() -> None:
    """Make every new thread inherit the current span, once per process.

    Needs `opentelemetry-instrumentation-threading`; without it such threads begin traces of their own.
    """
    if find_spec(_INSTRUMENTATION) and find_spec(f"{_INSTRUMENTATION}.threading"):
        import_module(f"{_INSTRUMENTATION}.threading").ThreadingInstrumentor().instrument()
