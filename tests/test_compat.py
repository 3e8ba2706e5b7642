"""The drop-in promise: every recorded scenario of the published package observes the same here, or is a named decision.

`python -m compat check --show SCENARIO` prints the whole difference of a failing test.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import pytest

from compat import comparing, providers_table, recordings
from compat.comparing import Difference, compare, compare_scenario, decision_for, unified_diff
from compat.decisions import DECISIONS, LATER_AREAS
from compat.environments import this_tree
from compat.event_stream import encoded_event
from compat.normalise import Normaliser
from compat.registry import area_modules
from compat.running import AreaFailed, observe_area
from compat.surface import NOT_INSTALLED

# The first test of an area waits for the whole area.
pytestmark = pytest.mark.timeout(300)

VERSION = recordings.latest_version()
SCENARIOS = [
    pytest.param(area, scenario, id=f"{area}/{scenario}")
    for area in recordings.recorded_areas(VERSION)
    for scenario in recordings.load(VERSION, area)
]


@cache
def recorded(area: str) -> dict[str, Any]:
    return recordings.load(VERSION, area)


class Runs:
    """Runs each area once, in processes side by side, the areas of the collected tests first."""

    def __init__(self, pool: ThreadPoolExecutor, areas: Iterable[str]) -> None:
        self._pool = pool
        self._running = {area: pool.submit(observe_area, this_tree(), area) for area in areas}

    def observed(self, area: str) -> dict[str, Any]:
        """Return what an area observed; a process that died fails each of its tests with its reason."""
        if area not in self._running:
            self._running[area] = self._pool.submit(observe_area, this_tree(), area)
        try:
            return self._running[area].result()
        except AreaFailed as failed:
            if area in LATER_AREAS:
                return {}
            pytest.fail(str(failed), pytrace=False)


@pytest.fixture(scope="session")
def runs(request: pytest.FixtureRequest) -> Iterator[Runs]:
    """Start the areas that the collected tests need."""
    parameters = [item.callspec.params for item in request.session.items if hasattr(item, "callspec")]
    areas = dict.fromkeys(one["area"] for one in parameters if {"area", "scenario"} <= one.keys())
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield Runs(pool, areas)
        pool.shutdown(cancel_futures=True)


@pytest.mark.parametrize(("area", "scenario"), SCENARIOS)
def test_scenario_observes_what_was_recorded(runs: Runs, area: str, scenario: str) -> None:
    """A client that moves over must not notice, except where a decision says so."""
    outcome = compare_scenario(area, scenario, recorded(area), runs.observed(area))
    if outcome.verdict == "not installed":
        pytest.skip("needs a package of an extra")
    assert outcome.verdict != "differs", "\n".join(map(str, outcome.unexplained))


def test_every_decision_still_explains_a_difference(runs: Runs) -> None:
    """A list of exceptions that outlives its reasons hides the next real difference."""
    used = {
        decision
        for area in recordings.recorded_areas(VERSION)
        for scenario in recorded(area)
        for decision in compare_scenario(area, scenario, recorded(area), runs.observed(area)).decisions
    }
    assert [decision for decision in DECISIONS if decision not in used] == []


def test_every_area_is_recorded() -> None:
    """Scenarios that were written but never recorded would be compared with nothing."""
    assert recordings.recorded_areas(VERSION) == sorted(area_modules())


def test_difference_without_a_decision_fails() -> None:
    """The comparison itself must notice a changed value, a missing key, an added key and a changed length."""
    recorded_value = {"a": 1, "b": [1, 2], "c": {"d": 1}}
    ours = {"a": 2, "b": [1], "e": 1}
    outcome = compare("no such area", "scenario", recorded_value, ours)
    assert outcome.verdict == "differs"
    assert [difference.path for difference in outcome.unexplained] == ["/a", "/b", "/c", "/e"]


def test_api_may_grow_but_not_shrink() -> None:
    """New names and keywords are this project's freedom; published ones are not."""
    published = {"Agent": {"kind": "class", "members": {"call": {"positional": ["a"]}}}}
    grown = {"Agent": {"kind": "class", "members": {"call": {"positional": ["a"]}, "more": {}}}, "Other": {}}
    assert compare("api", "strands.some", published, grown).verdict == "same"
    assert compare("api", "strands.some", grown, published).verdict == "differs"


def test_later_work_is_reported_as_such_until_it_is_switched_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """What has not been built yet is neither the same nor a difference; what is built already counts as the same."""
    monkeypatch.setattr(comparing, "LATER_MODULES", {"strands.later": "later work"})
    monkeypatch.setattr(comparing, "LATER_AREAS", {"later": "later work"})

    def verdict(area: str, scenario: str, ours: object, *, later_is_due: bool = False) -> str:
        return compare(area, scenario, {"A": {}}, ours, later_is_due=later_is_due).verdict

    assert verdict("api", "strands.later.module", None) == "not there yet"
    assert verdict("api", "strands.later.module", {"A": {}}) == "same"
    assert verdict("api", "strands.agent.agent", None) == "differs"
    assert verdict("later", "scenario", {}) == "not there yet"
    assert verdict("later", "scenario", {}, later_is_due=True) == "differs"
    assert comparing.failed_scenario("later", "scenario").verdict == "not there yet"
    assert comparing.failed_scenario("prompts", "scenario").verdict == "differs"


def test_missing_package_of_an_extra_is_no_difference() -> None:
    """Whoever does not install a provider's SDK can still run the suite."""
    missing = {NOT_INSTALLED: "openai"}
    assert compare_scenario("provider_openai", "a", {"a": 1}, missing).verdict == "not installed"
    assert (
        compare_scenario(
            "api", "strands.models.openai", {"strands.models.openai": {}}, {"strands.models.openai": missing}
        ).verdict
        == "not installed"
    )


def test_undecided_difference_has_no_decision() -> None:
    """A pattern that matched everything would silence the suite."""
    assert decision_for("prompts", "no such scenario", "/no/such/path") is None
    assert str(Difference(path="/a", recorded=1, ours=2)) == "/a: recorded 1, ours 2"


def test_equal_ids_stay_equal_and_different_ones_differ() -> None:
    """Numbering by appearance must keep who refers to whom."""
    first, second = "0a484923-3249-5409-80c0-14d44f96a877", "5cf56bed-067e-5438-a1ef-dbfa3405e45d"
    assert Normaliser().value([first, {"of": second}, first]) == ["<uuid-1>", {"of": "<uuid-2>"}, "<uuid-1>"]


def test_recordings_read_back_as_they_were_written() -> None:
    """The layout for readable diffs must stay plain JSON."""
    value = {"events": [{"data": "x" * 200}, {"nested": {"b": [1, None, True]}}], "empty": [], "text": "ü\n"}
    assert json.loads(recordings.readable(value)) == value
    assert unified_diff(value, value) == ""


def test_frames_are_what_botocore_reads() -> None:
    """The endpoint stands for the service, so the vendor's own parser must accept its frames."""
    eventstream = pytest.importorskip("botocore.eventstream")
    buffer = eventstream.EventStreamBuffer()
    buffer.add_data(encoded_event("messageStop", {"stopReason": "end_turn"}))
    (message,) = list(buffer)
    assert message.headers[":event-type"] == "messageStop"
    assert json.loads(message.payload) == {"stopReason": "end_turn"}


def test_check_runs_on_the_interpreter_of_the_tests() -> None:
    """Each supported Python must prove the promise for itself."""
    assert str(this_tree().python) == sys.executable


def test_payloads_of_providers_are_counted_by_what_was_asked() -> None:
    """The page shows where requests are the same, provider by provider."""
    outcomes = [
        comparing.Outcome(area="provider_one", scenario="request: text document", verdict="same"),
        comparing.Outcome(area="provider_one", scenario="request: image elsewhere", verdict="on purpose"),
        comparing.Outcome(area="provider_one", scenario="request: tool choice any", verdict="same"),
        comparing.Outcome(area="provider_one", scenario="answer: tool call", verdict="same"),
        comparing.Outcome(area="agents", scenario="request: text", verdict="same"),
    ]
    header, _, row = ([cell.strip() for cell in line.split("|")] for line in providers_table.table(outcomes))
    assert row[1] == "one"
    assert {name: cell for name, cell in zip(header[2:], row[2:], strict=True) if cell} == {
        "media": "1 + 1",
        "tool choice": "1",
        "answers": "1",
    }
    assert providers_table.table(outcomes[-1:]) == []
