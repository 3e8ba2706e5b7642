"""OpenTelemetry spans of graphs and swarms by the newest semantic conventions, which a user opts into."""

from __future__ import annotations

import os

from compat.traced_teams import register

os.environ["OTEL_SEMCONV_STABILITY_OPT_IN"] = "gen_ai_latest_experimental,gen_ai_tool_definitions"
register("team_spans_latest")
