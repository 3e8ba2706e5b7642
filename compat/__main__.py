"""Command line: `python -m compat record --version X`, `python -m compat check` and `python -m compat interop`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from compat import recordings, report
from compat.comparing import Outcome, compare_scenario, failed_scenario, unified_diff
from compat.decisions import DECISIONS, LATER_AREAS
from compat.environments import Environment, existing, published, this_tree
from compat.interop import all_calls, printed_calls
from compat.registry import area_modules
from compat.running import AreaFailed, observe_area, observe_areas
from compat.surface import only_published


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return the exit code."""
    options = _parser().parse_args(arguments)
    return int(options.command(options))


def record(options: argparse.Namespace) -> int:
    """Store what the published package does; an area runs twice, and what is not stable is named and left out."""
    environment = existing(options.python) if options.python else published(options.version)
    unstable = 0
    if not options.area:
        recordings.forget_all_but(options.version, area_modules())
    for area in options.area or sorted(area_modules()):
        first, second = observe_area(environment, area), observe_area(environment, area)
        stable = {name: seen for name, seen in first.items() if second.get(name) == seen}
        for name in first.keys() - stable.keys():
            unstable += 1
            print(f"not stable, left out: {area} / {name}\n{unified_diff(first[name], second.get(name))}")
        if area == "api":
            stable = only_published(stable)
        recordings.store(options.version, area, stable)
        print(f"{area}: {len(stable)} scenarios")
    recordings.store_origin(options.version, environment.versions())
    return 1 if unstable else 0


def check(options: argparse.Namespace) -> int:
    """Compare this tree with a recording."""
    version = options.version or recordings.latest_version()
    environment = existing(options.python) if options.python else this_tree()
    if options.show:
        return _show(environment, version, options.area or recordings.recorded_areas(version), options.show)
    areas = options.area or recordings.recorded_areas(version)
    outcomes = outcomes_of(environment, version, areas, later_is_due=options.later)
    print(report.printed_table(outcomes))
    if differences := report.printed_differences(outcomes):
        print(f"\n{differences}")
    unused = [] if options.area else unused_decisions(outcomes)
    for decision in unused:
        print(f"\nexplains nothing any more, remove it: {decision}")
    if options.write_docs:
        report.DOCUMENT.write_text(report.document(version, outcomes), "utf-8")
    return 1 if differences or unused else 0


def interop(options: argparse.Namespace) -> int:
    """Let clients and servers of both packages talk to one another over A2A."""
    version = options.version or recordings.latest_version()
    environment = existing(options.python) if options.python else published(version)
    calls = all_calls({"published": environment, "this tree": this_tree()})
    print(printed_calls(calls))
    return 0 if all(call.answered for call in calls) else 1


def outcomes_of(environment: Environment, version: str, areas: list[str], *, later_is_due: bool) -> list[Outcome]:
    """Return the verdict on every recorded scenario of the areas."""
    observed = observe_areas(environment, areas)
    return [
        outcome for area in areas for outcome in area_outcomes(version, area, observed[area], later_is_due=later_is_due)
    ]


def area_outcomes(
    version: str, area: str, observed: dict[str, Any] | AreaFailed, *, later_is_due: bool
) -> list[Outcome]:
    """Return the verdict on every recorded scenario of one area."""
    recorded = recordings.load(version, area)
    if isinstance(observed, AreaFailed):
        if later_is_due or area not in LATER_AREAS:
            print(f"{observed}\n", file=sys.stderr)
        return [failed_scenario(area, name, later_is_due=later_is_due) for name in recorded]
    return [compare_scenario(area, name, recorded, observed, later_is_due=later_is_due) for name in recorded]


def unused_decisions(outcomes: list[Outcome]) -> list[Any]:
    """Return decisions that explain no difference of a complete check."""
    used = {decision for outcome in outcomes for decision in outcome.decisions}
    return [decision for decision in DECISIONS if decision not in used]


def _show(environment: Environment, version: str, areas: list[str], scenario: str) -> int:
    for area in areas:
        recorded = recordings.load(version, area)
        if scenario in recorded:
            ours = observe_area(environment, area, scenario).get(scenario)
            print(unified_diff(recorded[scenario], ours) or recordings.readable(ours))
            return 0
    print(f"scenario must be the name of a recorded scenario, got {scenario!r}", file=sys.stderr)
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m compat", description=__doc__)
    commands = parser.add_subparsers(required=True)
    recorder = commands.add_parser("record", help="store what a published release does")
    recorder.add_argument("--version", required=True)
    recorder.set_defaults(command=record)
    checker = commands.add_parser("check", help="compare this tree with a recording")
    checker.add_argument("--version", help="the recording to compare with; the newest by default")
    checker.add_argument("--show", metavar="SCENARIO", help="print the whole difference of one scenario")
    checker.add_argument("--write-docs", action="store_true", help=f"write {report.DOCUMENT.name}")
    checker.add_argument("--later", action="store_true", help="hold areas of later work, too")
    checker.set_defaults(command=check)
    talker = commands.add_parser("interop", help="agents over A2A: each package's clients call each one's servers")
    talker.add_argument("--version", help="the published release; that of the newest recording by default")
    talker.set_defaults(command=interop)
    for command in (recorder, checker):
        command.add_argument("--area", action="append", help="only this area; may be given several times")
    for command in (recorder, checker, talker):
        command.add_argument("--python", type=Path, help="use this interpreter's installed package")
    return parser


if __name__ == "__main__":
    sys.exit(main())
