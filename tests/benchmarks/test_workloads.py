"""The benchmark's programs run on this tree."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks._endpoint import served_endpoint
from benchmarks._measure import Job, run_interleaved
from benchmarks._rows import ROWS

SMALL: dict[str, tuple[str, ...]] = {
    "tokens": ("--tokens", "10"),
    "floor": ("--tokens", "10"),
    "final_turn": ("--tokens", "10", "--rounds", "1"),
    "tool_turns": ("--turns", "2"),
    "many_agents": ("--agents", "2"),
    "team_graph": ("--nodes", "3"),
    "telemetry": ("--turns", "1", "--rounds", "1"),
    "construction": ("--agents", "2"),
    "cold_start": ("run",),
    "bedrock_streams": ("--streams", "2"),
}


@pytest.mark.parametrize("workload", sorted({row.workload for row in ROWS}))
def test_a_workload_reports_the_metrics_of_its_rows(workload: str) -> None:
    """A script that is only run before a release is broken before a release."""
    if workload == "bedrock_streams":
        with served_endpoint() as url:
            report = report_of(workload, "--endpoint-url", url)
    else:
        report = report_of(workload)
    assert {row.metric for row in ROWS if row.workload == workload} <= report.keys()


def report_of(workload: str, *options: str) -> dict[str, float]:
    job = Job(workload, (*SMALL[workload], *options))
    samples = run_interleaved(job, {"tree": Path(sys.executable)}, runs=1)["tree"]
    assert samples.failure is None
    return samples.reports[0]
