"""Trace context in threads that tools start themselves."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec


@cache
def carry_context_into_threads() -> None:
    """Make every new thread inherit the current span, once per process.

    Needs `opentelemetry-instrumentation-threading`; without it such threads begin traces of their own.
    """
    if find_spec("opentelemetry.instrumentation") and find_spec("opentelemetry.instrumentation.threading"):
        from opentelemetry.instrumentation.threading import ThreadingInstrumentor

        ThreadingInstrumentor().instrument()
