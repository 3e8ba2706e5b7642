"""The benchmark's table says what was measured, and whether it is good enough."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks._measure import Job, Samples, run_interleaved
from benchmarks._report import Result, all_goals_reached, table, write_between_marks
from benchmarks._rows import ROWS, Goal, Row

ROW = Row(
    name="turns",
    what="cost per turn",
    workload="tool_turns",
    metric="ms",
    unit="ms",
    goals=(Goal(limit="at most", value=0.4), Goal(limit="ratio at least", value=35)),
)


def samples(*figures: float) -> Samples:
    return Samples(reports=[{"ms": figure} for figure in figures])


def line_of(result: Result) -> str:
    return table([result], version="1.0").splitlines()[2]


@pytest.mark.parametrize(
    ("published", "tree", "line"),
    [
        (samples(15.0, 16.0, 90.0), samples(0.3, 0.4, 0.5), "16 ms | 0.4 ms | 40.0 | yes"),
        (samples(8.0), samples(0.4), "8 ms | 0.4 ms | 20.0 | no"),
        (samples(150.0), samples(0.5), "150 ms | 0.5 ms | 300.0 | no"),
        (Samples(failure="fails at turn 321"), samples(0.3), "fails at turn 321 | 0.3 ms | - | yes"),
        (None, samples(0.3), "not there | 0.3 ms | - | yes"),
        (samples(0.3), Samples(failure="a | b"), "0.3 ms | a \\| b | - | no"),
    ],
)
def test_a_line_holds_medians_ratio_and_verdict(published: Samples | None, tree: Samples, line: str) -> None:
    """A table that hides a missed goal or a failed run would be worse than none."""
    figures, _, verdict = line.rpartition(" | ")
    result = Result(ROW, published, tree)
    assert line_of(result) == f"| cost per turn | {figures} | at most 0.4 ms; ratio at least 35 | {verdict} |"
    assert all_goals_reached([result]) is (verdict == "yes")


def test_the_table_replaces_the_old_one_in_a_document(tmp_path: Path) -> None:
    """Figures that are copied by hand are figures of another day."""
    document = tmp_path / "document.md"
    document.write_text("above\n<!-- bench:begin -->\nold\n<!-- bench:end -->\nbelow\n")
    write_between_marks(document, "new")
    write_between_marks(document, "newer")
    assert document.read_text() == "above\n<!-- bench:begin -->\nnewer\n<!-- bench:end -->\nbelow\n"


def test_a_document_without_marks_is_left_alone(tmp_path: Path) -> None:
    document = tmp_path / "document.md"
    document.write_text("above\n")
    with pytest.raises(SystemExit, match="bench:begin"):
        write_between_marks(document, "new")
    assert document.read_text() == "above\n"


def test_rows_have_names_of_their_own() -> None:
    """`--only` has to pick one."""
    names = [row.name for row in ROWS]
    assert sorted(set(names)) == sorted(names)


def test_a_workload_that_cannot_start_is_reported_and_not_repeated() -> None:
    """The other rows are still worth measuring."""
    assert run_interleaved(Job("cold_start", ("nowhere",)), {"tree": Path(sys.executable)}, runs=3) == {
        "tree": Samples(failure="KeyError: 'nowhere'")
    }
