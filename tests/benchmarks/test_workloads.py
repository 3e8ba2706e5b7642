"""The benchmark's programs run on this tree."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks._endpoint import served_endpoints
from benchmarks._measure import Job, run_interleaved
from benchmarks._rows import ROWS
from benchmarks.providers import COLUMNS, QUICK
from benchmarks.workloads._providers import PROVIDERS

SMALL: dict[str, tuple[str, ...]] = {
    "tokens": ("--tokens", "10"),
    "floor": ("--tokens", "10"),
    "final_turn": ("--tokens", "10", "--rounds", "1"),
    "tool_turns": ("--turns", "2"),
    "many_agents": ("--agents", "2"),
    "team_graph": ("--nodes", "3"),
    "team_growth": ("--sizes", "2", "4"),
    "telemetry": ("--turns", "1", "--rounds", "1"),
    "construction": ("--agents", "2"),
    "cold_start": ("run",),
    "bedrock_streams": ("--streams", "2"),
}


@pytest.mark.parametrize("workload", sorted({row.workload for row in ROWS}))
def test_a_workload_reports_the_metrics_of_its_rows(workload: str) -> None:
    """A script that is only run before a release is broken before a release."""
    if workload == "bedrock_streams":
        with served_endpoints() as urls:
            report = report_of(workload, "--endpoint-url", urls["bedrock"])
    else:
        report = report_of(workload)
    assert {row.metric for row in ROWS if row.workload == workload} <= report.keys()


def report_of(workload: str, *options: str) -> dict[str, float]:
    job = Job(workload, (*SMALL[workload], *options))
    samples = run_interleaved(job, {"tree": Path(sys.executable)}, runs=1)["tree"]
    assert samples.failure is None
    return samples.reports[0]


@pytest.mark.parametrize(
    "workload, name",
    [
        ("provider_streams", "openai"),
        *(("provider_tokens", name) for name in ("anthropic", "bedrock", "llamacpp", "openai")),  # one of each way
    ],
)
def test_a_workload_of_providers_reports_the_metrics_of_its_columns(
    workload: str, name: str, endpoints: dict[str, str]
) -> None:
    """A vendor's SDK may change where it meets our code."""
    provider = PROVIDERS[name]
    pytest.importorskip(f"strands.models.{provider.module}")
    url = endpoints[provider.service or provider.module]
    job = Job(workload, ("--provider", name, "--endpoint-url", url, *QUICK[workload]))
    samples = run_interleaved(job, {"tree": Path(sys.executable)}, runs=1)["tree"]
    assert samples.failure is None
    assert {column.metric for column in COLUMNS if column.workload == workload} <= samples.reports[0].keys()


@pytest.fixture(scope="module")
def endpoints() -> Iterator[dict[str, str]]:
    with served_endpoints() as urls:
        yield urls
