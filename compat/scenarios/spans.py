"""OpenTelemetry spans by the semantic conventions that are the default."""

from __future__ import annotations

from compat.traced_runs import register

register("spans")
