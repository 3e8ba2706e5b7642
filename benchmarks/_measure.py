"""Running workloads: interleaved between the environments, so that a change of the machine's mood hits both."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks._environments import ROOT

WORKLOAD_TIMEOUT_S = 300


@dataclass(frozen=True)
class Job:
    """One program with its options; rows with the same job share its runs."""

    workload: str
    arguments: tuple[str, ...]


@dataclass
class Samples:
    """What the runs of one job in one environment reported."""

    reports: list[dict[str, float]] = field(default_factory=list)
    failure: str | None = None

    def median(self, metric: str) -> float | None:
        """Return the median of a metric, or None when the workload failed."""
        if self.failure is not None or not self.reports:
            return None
        return statistics.median(report[metric] for report in self.reports)


def run_interleaved(job: Job, pythons: dict[str, Path], *, runs: int) -> dict[str, Samples]:
    """Run a job in turns in each environment and return the samples by environment; a failure is not repeated."""
    samples = {name: Samples() for name in pythons}
    for _ in range(runs):
        for name, python in pythons.items():
            if samples[name].failure is None:
                _add(samples[name], _run(job, python))
    return samples


def _add(samples: Samples, report: dict[str, float] | str) -> None:
    if isinstance(report, str):
        samples.failure = report
    else:
        samples.reports.append(report)


def _run(job: Job, python: Path) -> dict[str, float] | str:
    """Return the workload's report, or one line about how it failed."""
    command = [str(python), "-m", f"benchmarks.workloads.{job.workload}", *job.arguments]
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=_plain_environment(), capture_output=True, text=True, timeout=WORKLOAD_TIMEOUT_S
        )
    except subprocess.TimeoutExpired:
        return f"no end within {WORKLOAD_TIMEOUT_S} s"
    if done.returncode:
        return (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
    report: dict[str, float | str] = json.loads(done.stdout.splitlines()[-1])
    failure = report.get("failure")
    return str(failure) if failure is not None else {name: float(value) for name, value in report.items()}


def _plain_environment() -> dict[str, str]:
    """Return our environment variables without those that would change what the workload imports."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "OTEL_"))}
