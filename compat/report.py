"""Say what the check found: a table on the terminal, and docs/compatibility.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from compat import providers_table
from compat.comparing import Outcome, Verdict
from compat.decisions import LATER_AREAS, LATER_MODULES, Decision
from compat.environments import ROOT

VERDICTS: tuple[Verdict, ...] = ("same", "on purpose", "not there yet", "not installed", "differs")
_OF_PROVIDERS = (
    "What each sends over HTTP through its vendor's SDK, and what it makes of answers: scenarios with the same payloads"
    " and events in both packages, and after a plus those that differ on purpose."
)
DOCUMENT = ROOT / "docs" / "compatibility.md"


def counts_by_area(outcomes: Iterable[Outcome]) -> dict[str, Counter[Verdict]]:
    """Return how many scenarios of each area have each verdict; the last entry is the total."""
    counts: dict[str, Counter[Verdict]] = {}
    for outcome in outcomes:
        counts.setdefault(outcome.area, Counter())[outcome.verdict] += 1
    counts["total"] = sum(counts.values(), Counter())
    return counts


def printed_table(outcomes: list[Outcome]) -> str:
    """Return the table for a terminal."""
    counts = counts_by_area(outcomes)
    width = max(map(len, counts))
    lines = [f"{'area':<{width}}" + "".join(f"{verdict:>15}" for verdict in VERDICTS)]
    for area, count in counts.items():
        lines.append(f"{area:<{width}}" + "".join(f"{count[verdict] or '':>15}" for verdict in VERDICTS))
    return "\n".join(lines)


def printed_differences(outcomes: list[Outcome], limit: int = 4) -> str:
    """Return the unexplained differences, a few lines for each scenario."""
    lines = []
    for outcome in outcomes:
        if outcome.verdict == "differs":
            lines.append(f"{outcome.area} / {outcome.scenario}")
            lines += [f"    {difference}" for difference in outcome.unexplained[:limit]]
            if len(outcome.unexplained) > limit:
                lines.append(f"    ... and {len(outcome.unexplained) - limit} more")
    return "\n".join(lines)


def document(version: str, outcomes: list[Outcome]) -> str:
    """Return the text of docs/compatibility.md."""
    found = Counter(outcome.verdict for outcome in outcomes)
    lines = [
        *("---", "search:", "  boost: 0.2  # its many words would come before the pages that explain them", "---", ""),
        "# Compatibility",
        "",
        f"Measured against `strands-agents` {version} by `hatch run compat:check`; this page is generated"
        " (`python -m compat check --write-docs`).",
        "",
        "Each scenario uses the published API only. It ran on the published package, and what it observed (events,"
        " hooks, requests, results, errors) is stored in `compat/recorded/`; here it runs again and must observe the"
        " same. For the public API every module is one scenario: names, signatures, defaults, keys, fields, members and"
        " bases that were published must be there; more may be.",
        "",
        f"{len(outcomes):,} scenarios: {', '.join(f'{count:,} {verdict}' for verdict, count in found.items())}.",
        "",
        "## Different on purpose",
        "",
        "In parentheses, the areas and the number of scenarios; `compat/decisions.py` names each.",
        "",
    ]
    lines += _decision_lines(outcomes) or ["Nothing."]
    if missing := {outcome.scenario: outcome.area for outcome in outcomes if outcome.verdict == "not there yet"}:
        lines += ["", "## Not there yet", ""]
        for prefix, what in LATER_MODULES.items():
            if any(module == prefix or module.startswith(f"{prefix}.") for module in missing):
                lines.append(f"- `{prefix}`: {what}")
        later = dict.fromkeys(LATER_AREAS[area] for area in missing.values() if area in LATER_AREAS)
        lines += [f"- Scenarios on {what}" for what in later]
    if of_providers := providers_table.table(outcomes):
        lines += ["", "## Model providers", "", _OF_PROVIDERS, "", *of_providers]
    return "\n".join([*lines, "", *_table_of_areas(outcomes)]) + "\n"


def _table_of_areas(outcomes: list[Outcome]) -> list[str]:
    found = {outcome.verdict for outcome in outcomes}
    verdicts = [verdict for verdict in VERDICTS if verdict in found]
    lines = ["## Scenarios by area", "", f"| area | {' | '.join(verdicts)} |", "| --- |" + " ---: |" * len(verdicts)]
    for area, count in counts_by_area(outcomes).items():
        lines.append(f"| {area} | " + " | ".join(str(count[verdict] or "") for verdict in verdicts) + " |")
    return lines


def _decision_lines(outcomes: list[Outcome]) -> list[str]:
    where: dict[Decision, Counter[str]] = {}
    for outcome in outcomes:
        for decision in outcome.decisions:
            where.setdefault(decision, Counter())[outcome.area] += 1
    return [
        f"- {decision.reason} ({', '.join(f'*{area}* {count}' for area, count in areas.items())})"
        for decision, areas in where.items()
    ]
