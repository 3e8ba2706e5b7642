"""The patch, tried on published releases: applied, tested, compared with before, reverted."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from compat.comparing import compare
from compat.environments import existing
from compat.registry import area_modules
from compat.running import AreaFailed, observe_areas
from upstream import patch
from upstream.changes import changes_for
from upstream.contract import run_contract
from upstream.releases import DISTRIBUTION, Release, digests, installed
from upstream.target import Target, target_at

_OWN_PACKAGES = ("provider_", "mcp_", "a2a")
"""Areas that need packages of the extras."""


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What became of one release."""

    version: str
    added: dict[str, int] = field(default_factory=dict)
    contract: int = 0
    same: int = 0
    different: list[str] = field(default_factory=list)
    not_played: list[str] = field(default_factory=list)
    reverted: bool = False

    @property
    def is_good(self) -> bool:
        """Whether everything held."""
        return bool(self.contract and self.same and self.reverted) and not self.different


def smoke_areas() -> list[str]:
    """Return the areas of the compatibility check that a plain install can observe."""
    return [area for area in area_modules() if not area.startswith(_OWN_PACKAGES)]


def tried(release: Release, areas: Sequence[str]) -> Outcome:
    """Patch an installed release, run everything, and take the patch out again."""
    outcome = Outcome(version=release.version)
    target = target_at(release.package)
    untouched = digests(release.package)
    with applied(target) as outcome.added:
        outcome.contract = run_contract(release.python, with_law=True)
    first = _compared(release, target, areas)
    outcome.same, outcome.not_played, outcome.different = len(first.same), first.not_played, first.different
    if first.different:
        # Scenarios that race against the clock can fail on a busy machine, patched or not: those are looked at again.
        again = _compared(release, target, sorted({name.split("/")[0] for name in first.different}))
        outcome.different = [name for name in first.different if name in again.different]
        outcome.same += len(first.different) - len(outcome.different)
    outcome.reverted = digests(release.package) == untouched
    return outcome


@dataclass(slots=True)
class _Comparison:
    """Names of scenarios, and of areas whose process fails without the patch already."""

    same: list[str] = field(default_factory=list)
    different: list[str] = field(default_factory=list)
    not_played: list[str] = field(default_factory=list)


@contextmanager
def applied(target: Target) -> Iterator[dict[str, int]]:
    """Apply the patch for the time of a `with` block, and tell the lines added to each file."""
    changes = changes_for(target)
    patch.apply(target, changes)
    try:
        yield {target.name_of(change.path): change.added_lines() for change in changes}
    finally:
        patch.revert(target)


def tried_as_checkout(release: Release) -> dict[str, int]:
    """Patch the release's source tree, compare after the revert, and return the lines added to each file."""
    with tempfile.TemporaryDirectory() as directory:
        tree = release.checkout(Path(directory))
        untouched, target = digests(tree), target_at(tree)
        with applied(target) as added:
            pass
        if digests(tree) != untouched:
            raise AssertionError(f"checkout of {release.version} differs after the revert")
        return added


def comparable(value: Any) -> Any:
    """Return what was observed without the two events that only a direct caller of `event_loop_cycle` can see.

    Latencies of a team's nodes are left out, too: later releases measure them, so that they are 0 or 1 by chance.
    """
    if isinstance(value, dict):
        return {key: comparable(each) for key, each in value.items() if key != "accumulated_metrics"}
    if isinstance(value, list):
        return [comparable(each) for each in value if not (each and _is_internal(each))]
    return value


def _is_internal(value: Any) -> bool:
    return isinstance(value, list) and value[0] in ("ModelAttemptEvent", "TurnVerdictEvent")


def _compared(release: Release, target: Target, areas: Sequence[str]) -> _Comparison:
    """Observe areas without and with the patch."""
    environment = existing(release.python)
    before = observe_areas(environment, list(areas))
    with applied(target):
        after = observe_areas(environment, list(areas))
    comparison = _Comparison()
    for area, seen in before.items():
        now = after[area]
        if isinstance(seen, AreaFailed):  # says nothing of the patch
            comparison.not_played.append(area)
            continue
        for scenario, value in seen.items():
            ours = None if isinstance(now, AreaFailed) else now.get(scenario)
            grown = area == "api" and compare(area, scenario, value, ours).verdict == "same"
            is_same = grown or comparable(ours) == comparable(value)
            (comparison.same if is_same else comparison.different).append(f"{area}/{scenario}")
    return comparison


def run_matrix(versions: Sequence[str], areas: Sequence[str], say: Callable[[str], None] = print) -> bool:
    """Try releases one after the other, print a table, and return whether everything held."""
    outcomes: list[Outcome] = []
    trees: dict[str, dict[str, int]] = {}
    for version in versions:
        say(f"{DISTRIBUTION} {version} ...")
        with tempfile.TemporaryDirectory() as directory:
            release = installed(version, Path(directory) / "environment")
            outcomes.append(tried(release, areas))
            trees[version] = tried_as_checkout(release)
    for line in (*result_table(outcomes), "", *lines_table(trees)):
        say(line)
    return all(outcome.is_good for outcome in outcomes)


def result_table(outcomes: Sequence[Outcome]) -> list[str]:
    """Return a Markdown table: release x result."""
    rows = [
        "| release | contract tests | scenarios as before | different | areas not playable | after the revert |",
        "| --- | ---: | ---: | --- | --- | --- |",
    ]
    for each in outcomes:
        different, not_played = (", ".join(names) or "none" for names in (each.different, each.not_played))
        reverted = "byte for byte" if each.reverted else "NO"
        rows.append(
            f"| {each.version} | {each.contract} passed | {each.same} | {different} | {not_played} | {reverted} |"
        )
    return rows


def lines_table(trees: dict[str, dict[str, int]]) -> list[str]:
    """Return a Markdown table: file x lines added to it, by release."""
    versions = list(trees)
    rows = [f"| lines added to | {' | '.join(versions)} |", f"| --- |{' ---: |' * len(versions)}"]
    names = list(dict.fromkeys(name for added in trees.values() for name in added))
    rows += [f"| {name} | {' | '.join(str(trees[version].get(name, '')) for version in versions)} |" for name in names]
    return rows
