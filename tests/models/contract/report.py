"""The contract's table, provider by behaviour, from a run of its tests."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.models.contract.provider import all_providers

TESTS = Path(__file__).parent
DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "models.md"
BEGIN, END = "<!-- contract: written by `python -m tests.models.contract --write-docs` -->", "<!-- end of contract -->"

LACKS = "no"
FAILS = "fails"


def _behaviour(report: pytest.TestReport) -> str:
    """Return the name of a test's row: what the test recorded, or the test's own name in words."""
    named = dict(report.user_properties).get("row")
    test = report.nodeid.rpartition("::")[2].partition("[")[0]
    return str(named or test.removeprefix("test_").replace("_", " "))


@dataclass
class Outcomes:
    """A plugin of pytest that notes what each provider does."""

    seen: dict[str, dict[str, set[str]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(set)))
    """By behaviour and provider."""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note the outcome of a test; set-up and tear-down count if they fail or skip."""
        provider = dict(report.user_properties).get("provider")
        if provider is None or (report.when != "call" and report.passed):
            return
        shown = str(dict(report.user_properties).get("shows", "yes"))
        cell = {"failed": FAILS, "skipped": LACKS}.get(report.outcome, shown)
        self.seen[_behaviour(report)][str(provider)].add(cell)

    def table(self) -> str:
        """Return the table in Markdown."""
        names = [provider.name for provider in all_providers()]
        rows = [
            f"| {behaviour} | {' | '.join(_cell(by_provider[name]) for name in names)} |"
            for behaviour, by_provider in self.seen.items()
        ]
        return "\n".join([f"| | {' | '.join(names)} |", "| --- |" + " --- |" * len(names), *rows])


def _cell(outcomes: set[str]) -> str:
    """Return what several tests of a behaviour come to: a failure counts most, a gap only if there is nothing else."""
    if FAILS in outcomes:
        return FAILS
    return ", ".join(sorted(outcomes - {LACKS})) or LACKS


def run() -> tuple[int, Outcomes]:
    """Run the contract and return pytest's exit code and the outcomes."""
    outcomes = Outcomes()
    tests = [str(TESTS / f"test_{part}.py") for part in ("text", "tools", "media", "faults")]
    arguments = [*tests, "-q", "--no-header", "-p", "no:cacheprovider", "--no-summary"]
    return int(pytest.main(arguments, plugins=[outcomes])), outcomes


def documented() -> str:
    """Return the table that stands in the documentation."""
    return DOCUMENT.read_text("utf-8").partition(BEGIN)[2].partition(END)[0].strip()


def document(table: str) -> None:
    """Put a table into the documentation."""
    before, _, rest = DOCUMENT.read_text("utf-8").partition(BEGIN)
    after: Any = rest.partition(END)[2]
    DOCUMENT.write_text(f"{before}{BEGIN}\n\n{table}\n\n{END}{after}", "utf-8")
