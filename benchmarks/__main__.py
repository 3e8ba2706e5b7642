"""Command line: `hatch run bench [--only NAME ...] [--quick] [--write README.md] [--list]`."""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack
from pathlib import Path

from benchmarks._endpoint import served_endpoints
from benchmarks._environments import PUBLISHED_VERSION, published_environment, tree_environment
from benchmarks._measure import Job, Samples, run_interleaved
from benchmarks._report import Result, all_goals_reached, table, write_between_marks
from benchmarks._rows import ROWS, Row

PUBLISHED, TREE = "published", "tree"
QUICK_RUNS = 1


def main() -> int:
    """Measure the chosen rows, print the table, and fail when a goal is missed (never with --quick)."""
    options = _options()
    rows = [row for row in ROWS if not options.only or row.name in options.only]
    if options.list:
        print("\n".join(f"{row.name:24}{row.what}" for row in rows))
        return 0
    published = published_environment()
    pythons = {PUBLISHED: published.python, TREE: tree_environment(published).python}
    with ExitStack() as stack:
        needs_endpoint = any(row.needs_endpoint for row in rows)
        endpoint_url = stack.enter_context(served_endpoints())["bedrock"] if needs_endpoint else ""
        results = _measure(rows, pythons, endpoint_url=endpoint_url, quick=options.quick)
    measured = table(results, version=PUBLISHED_VERSION)
    print(measured)
    if options.quick:
        print("Made with --quick: fewer tokens, agents and runs than the rows say, so the figures mean little.")
    if options.write and not options.quick:
        write_between_marks(options.write, measured)
    return 0 if options.quick or all_goals_reached(results) else 1


def _measure(rows: list[Row], pythons: dict[str, Path], *, endpoint_url: str, quick: bool) -> list[Result]:
    done: dict[Job, dict[str, Samples]] = {}
    results: list[Result] = []
    for row in rows:
        print(f"measuring {row.name}", file=sys.stderr, flush=True)
        endpoint = ("--endpoint-url", endpoint_url) if row.needs_endpoint else ()
        job = Job(row.workload, (*row.arguments(quick=quick), *endpoint))
        if job not in done:
            wanted = {TREE: pythons[TREE]} if row.tree_only else pythons
            done[job] = run_interleaved(job, wanted, runs=QUICK_RUNS if quick else row.runs)
        results.append(Result(row, done[job].get(PUBLISHED), done[job][TREE]))
    return results


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="hatch run bench", description=__doc__)
    names = [row.name for row in ROWS]
    parser.add_argument("--only", action="append", choices=names, metavar="NAME", help="measure this row; repeatable")
    parser.add_argument("--quick", action="store_true", help="one small run of each: do the scripts work?")
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the table between the bench marks of this file")
    parser.add_argument("--list", action="store_true", help="print the names of the rows")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
