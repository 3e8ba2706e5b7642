"""The markdown table."""

from __future__ import annotations

import datetime
import os
import platform
from dataclasses import dataclass
from pathlib import Path

from benchmarks._measure import Samples
from benchmarks._rows import Goal, Row

BEGIN_MARK, END_MARK = "<!-- bench:begin -->", "<!-- bench:end -->"
HEADER = "| what | published {version} | this tree | ratio | goal | reached |\n| --- | ---: | ---: | ---: | --- | --- |"


@dataclass(frozen=True)
class Result:
    """A row with the samples of its job in both environments; a row of this tree alone has no published ones."""

    row: Row
    published: Samples | None
    tree: Samples


def table(results: list[Result], *, version: str) -> str:
    """Return the results as a markdown table that ends with where and when they were measured."""
    lines = [HEADER.format(version=version), *map(_line, results), "", _provenance()]
    return "\n".join(lines)


def write_between_marks(file: Path, text: str) -> None:
    """Replace what stands between the bench marks of a document."""
    before, begin, rest = file.read_text("utf-8").partition(BEGIN_MARK)
    _, end, after = rest.partition(END_MARK)
    if not end:
        raise SystemExit(f"{file} has no {BEGIN_MARK} ... {END_MARK}")
    file.write_text(f"{before}{begin}\n{text}\n{end}{after}", "utf-8")


def all_goals_reached(results: list[Result]) -> bool:
    """Tell whether every row that has goals reaches them."""
    return all(_reached(result) != "no" for result in results)


def _line(result: Result) -> str:
    row = result.row
    before = _median(result.published, row)
    after = _median(result.tree, row)
    ratio = f"{before / after:.1f}" if before is not None and after else "-"
    cells = (
        row.what,
        _figure(result.published, row),
        _figure(result.tree, row),
        ratio,
        "; ".join(_goal(goal, row) for goal in row.goals),
        _reached(result),
    )
    return f"| {' | '.join(cells)} |"


def _median(samples: Samples | None, row: Row) -> float | None:
    return samples.median(row.metric) if samples is not None else None


def _figure(samples: Samples | None, row: Row) -> str:
    if samples is None:
        return "not there"
    if samples.failure is not None:
        return samples.failure.replace("|", "\\|")
    median = samples.median(row.metric)
    return "-" if median is None else f"{median:.3g} {row.unit}" if median < 100 else f"{median:.0f} {row.unit}"


def _goal(goal: Goal, row: Row) -> str:
    unit = "" if goal.limit == "ratio at least" else f" {row.unit}"
    return f"{goal.limit} {goal.value:g}{unit}"


def _reached(result: Result) -> str:
    if not result.row.goals:
        return ""
    after = _median(result.tree, result.row)
    if after is None:
        return "no"
    before = _median(result.published, result.row)
    return "yes" if all(goal.met(published=before, tree=after) for goal in result.row.goals) else "no"


def _provenance() -> str:
    today = datetime.datetime.now(tz=datetime.timezone.utc).date()
    python = f"{platform.python_implementation()} {platform.python_version()}"
    machine = f"{os.cpu_count()} cores, {platform.system()}, {python}"
    return f"Medians of interleaved runs in fresh processes; {machine}, {today}."
