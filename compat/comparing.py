"""Compare what was recorded with what this tree does, and sort differences into decided and unexplained ones."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Literal

from compat.decisions import DECISIONS, LATER_AREAS, LATER_MODULES, Decision
from compat.recordings import readable
from compat.surface import NOT_INSTALLED

Verdict = Literal["same", "on purpose", "not there yet", "not installed", "differs"]

ADDITIONS_ALLOWED = frozenset({"api"})
"""Areas in which this tree may have more than was recorded."""

_MISSING = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One place in which the observations of a scenario differ."""

    path: str
    recorded: Any
    ours: Any

    def __str__(self) -> str:
        return f"{self.path}: recorded {_short(self.recorded)}, ours {_short(self.ours)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one scenario."""

    area: str
    scenario: str
    verdict: Verdict
    unexplained: tuple[Difference, ...] = ()
    decisions: tuple[Decision, ...] = ()


def compare_scenario(
    area: str, scenario: str, recorded: dict[str, Any], observed: dict[str, Any], *, later_is_due: bool = False
) -> Outcome:
    """Judge one scenario of an area's observations; `later_is_due` holds what belongs to later work like all else."""
    ours = observed if NOT_INSTALLED in observed else observed.get(scenario)
    return compare(area, scenario, recorded[scenario], ours, later_is_due=later_is_due)


def compare(area: str, scenario: str, recorded: Any, ours: Any, *, later_is_due: bool = False) -> Outcome:
    """Judge one observation."""
    if isinstance(ours, dict) and NOT_INSTALLED in ours:
        return Outcome(area=area, scenario=scenario, verdict="not installed")
    decided: list[Decision] = []
    unexplained: list[Difference] = []
    for difference in _differences("", recorded, ours, additions=area in ADDITIONS_ALLOWED):
        decision = decision_for(area, scenario, difference.path)
        if decision is None:
            unexplained.append(difference)
        elif decision not in decided:
            decided.append(decision)
    return Outcome(
        area=area,
        scenario=scenario,
        verdict=_verdict(unexplained, decided, excused=is_later(area, scenario) and not later_is_due),
        unexplained=tuple(unexplained),
        decisions=tuple(decided),
    )


def failed_scenario(area: str, scenario: str, *, later_is_due: bool = False) -> Outcome:
    """Return the outcome of a scenario whose area did not run; no decision can excuse that."""
    difference = Difference(path="", recorded="an observation", ours=_MISSING)
    verdict = _verdict([difference], [], excused=is_later(area, scenario) and not later_is_due)
    return Outcome(area=area, scenario=scenario, verdict=verdict, unexplained=(difference,))


def _verdict(unexplained: list[Difference], decided: list[Decision], *, excused: bool) -> Verdict:
    if unexplained:
        return "not there yet" if excused else "differs"
    return "on purpose" if decided else "same"


def decision_for(area: str, scenario: str, path: str) -> Decision | None:
    """Return the reviewed decision that explains a difference, if there is one."""
    for decision in DECISIONS:
        if all(map(_matches, (area, scenario, path), (decision.areas, decision.scenarios, decision.paths))):
            return decision
    return None


def is_later(area: str, scenario: str) -> bool:
    """Tell whether a scenario, or a module of the public API, belongs to a later piece of work."""
    if area == "api":
        return any(scenario == prefix or scenario.startswith(f"{prefix}.") for prefix in LATER_MODULES)
    return area in LATER_AREAS


def unified_diff(recorded: Any, ours: Any) -> str:
    """Return a readable diff of two observations; the order of keys makes no difference."""
    before, after = readable(_ordered(recorded)).splitlines(), readable(_ordered(ours)).splitlines()
    return "\n".join(difflib.unified_diff(before, after, "recorded", "ours", lineterm="", n=2))


def _ordered(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _ordered(entry) for key, entry in sorted(value.items())}
    return [_ordered(entry) for entry in value] if isinstance(value, list) else value


def _matches(text: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(text, pattern) for pattern in patterns)


def _differences(path: str, recorded: Any, ours: Any, *, additions: bool) -> Any:
    if isinstance(recorded, dict) and isinstance(ours, dict):
        for key in [*recorded, *(key for key in ours if key not in recorded and not additions)]:
            inner = f"{path}/{key}"
            yield from _differences(inner, recorded.get(key, _MISSING), ours.get(key, _MISSING), additions=additions)
    elif isinstance(recorded, list) and isinstance(ours, list) and len(recorded) == len(ours):
        for index, (left, right) in enumerate(zip(recorded, ours, strict=True)):
            yield from _differences(f"{path}/{index}", left, right, additions=additions)
    elif recorded != ours or type(recorded) is not type(ours):
        yield Difference(path=path, recorded=recorded, ours=ours)


def _short(value: Any) -> str:
    if value is _MISSING:
        return "nothing"
    text = repr(value)
    return text if len(text) <= 200 else f"{text[:200]}..."
