"""The scenarios of model providers by what was asked: which payloads are the same, and which differ on purpose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from compat.comparing import Outcome, Verdict

AREAS = "provider_"
GROUPS = {"answer": "answers", "config": "settings", "structured_output": "structured output"}
"""Columns by the groups that scenarios name before their colon; all others are requests."""
REQUESTS = {
    "media": ("image", "document", "text document", "video"),
    "text": ("text", "two texts"),
    "system prompt": ("system",),
    "tool choice": ("tool choice",),
    "tool results": ("tool result", "tool use"),
    "tools": ("tools", "no tools"),
    "reasoning": ("reasoning", "encrypted reasoning"),
}
"""Columns of requests by how their names begin; the first that fits counts."""
OTHERS = "other content"
COLUMNS = (
    *("text", "system prompt", "tools", "tool choice", "tool results", "media", "reasoning", OTHERS),
    *GROUPS.values(),
)


def table(outcomes: Iterable[Outcome]) -> list[str]:
    """Return the lines of the table; none if no provider was looked at."""
    counts: dict[str, dict[str, Counter[Verdict]]] = {}
    for outcome in outcomes:
        if outcome.area.startswith(AREAS):
            by_column = counts.setdefault(outcome.area.removeprefix(AREAS), {})
            by_column.setdefault(_column(outcome.scenario), Counter())[outcome.verdict] += 1
    rows = [
        f"| {provider} | {' | '.join(_tally(by_column.get(column, Counter())) for column in COLUMNS)} |"
        for provider, by_column in counts.items()
    ]
    return [f"| | {' | '.join(COLUMNS)} |", "| --- |" + " --- |" * len(COLUMNS), *rows] if rows else []


def _column(scenario: str) -> str:
    group, _, case = scenario.partition(": ")
    if group in GROUPS:
        return GROUPS[group]
    return next((column for column, starts in REQUESTS.items() if case.startswith(starts)), OTHERS)


def _tally(verdicts: Counter[Verdict]) -> str:
    """Return how many are the same, and after a plus how many are not, which the page explains."""
    others = verdicts.total() - verdicts["same"]
    return f"{verdicts['same']} + {others}" if others else str(verdicts["same"] or "")
