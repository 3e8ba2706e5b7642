"""OpenTelemetry spans of graphs and swarms by the semantic conventions that are the default."""

from __future__ import annotations

from compat.traced_teams import register

register("team_spans")
