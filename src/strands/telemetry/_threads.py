"""Trace context in threads that tools start themselves."""

from __future__ import annotations

import logging
from functools import cache
from importlib import import_module
from importlib.util import find_spec

logger = logging.getLogger(__name__)

_INSTRUMENTATION = "opentelemetry.instrumentation"


@cache
def carry_context_into_threads() -> None:
    """Make every new thread inherit the current span, once per process.

    Needs `opentelemetry-instrumentation-threading`; without it such threads begin traces of their own.
    """
    if find_spec(_INSTRUMENTATION) and find_spec(f"{_INSTRUMENTATION}.threading"):
        try:
            instrumentation = import_module(f"{_INSTRUMENTATION}.threading")
        except ImportError as error:  # installed, but older than this Python: no reason to fail a run
            logger.warning("error=<%s> | threads that tools start will begin traces of their own", error)
        else:
            instrumentation.ThreadingInstrumentor().instrument()
