"""What the matrix makes of what it sees; the runs themselves are in `test_release.py`."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import pytest

from upstream import matrix
from upstream.matrix import Outcome, comparable, lines_table, result_table, smoke_areas
from upstream.releases import NotAvailable, Release, installed


def outcome(**changed: object) -> Outcome:
    good = Outcome(version="1.41.0", contract=70, same=1400, reverted=True)
    for name, value in changed.items():
        setattr(good, name, value)
    return good


@pytest.mark.parametrize(
    "changed", [{"contract": 0}, {"same": 0}, {"different": ["hooks/order"]}, {"reverted": False}], ids=str
)
def test_a_release_is_good_only_if_everything_held(changed: dict[str, object]) -> None:
    """A run in which nothing was tested must not look like success."""
    assert outcome().is_good
    assert not outcome(**changed).is_good


def test_the_tables_show_what_differs() -> None:
    """The person who reads them decides whether to open the pull request."""
    assert result_table([outcome(different=["hooks/order"], reverted=False)])[2:] == [
        "| 1.41.0 | 70 passed | 1400 | hooks/order | none | NO |"
    ]
    assert lines_table({"1.34.0": {"a.py": 1}, "1.41.0": {"a.py": 2, "b.py": 3}}) == [
        "| lines added to | 1.34.0 | 1.41.0 |",
        "| --- | ---: | ---: |",
        "| a.py | 1 | 2 |",
        "| b.py |  | 3 |",
    ]


def test_only_a_direct_caller_of_the_loop_may_see_the_internal_events() -> None:
    """They are recorded there with the names of their classes; anywhere else they would count as a difference."""
    direct = [["StartEvent", {}], ["ModelAttemptEvent", {"tools_offered": True}], ["TurnVerdictEvent", {"final": True}]]
    assert comparable({"seen": direct}) == {"seen": [["StartEvent", {}]]}
    leaked: list[object] = [{"tools_offered": True}, {"final": True}, "ModelAttemptEvent", [], None]
    assert comparable(leaked) == leaked


def test_measured_latencies_are_not_compared() -> None:
    """They are 0 or 1 by chance, patched or not."""
    assert comparable({"node": {"accumulated_metrics": {"latencyMs": 1}, "status": "ok"}}) == {"node": {"status": "ok"}}


def test_a_scenario_that_differs_once_is_looked_at_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine a race against the clock is lost now and then; a real difference stays."""
    (tmp_path / "lib" / "site-packages" / "strands" / "agent").mkdir(parents=True)
    (tmp_path / "lib" / "site-packages" / "strands" / "agent" / "agent.py").touch()
    looks = iter(
        [
            matrix._Comparison(["sessions/a"], ["hooks/order", "graphs/timeout"], ["spans"]),
            matrix._Comparison(["graphs/timeout"], ["hooks/order"]),
        ]
    )
    asked: list[list[str]] = []

    def compared(release: object, target: object, areas: list[str]) -> matrix._Comparison:
        asked.append(list(areas))
        return next(looks)

    monkeypatch.setattr(matrix, "_compared", compared)
    monkeypatch.setattr(matrix, "run_contract", lambda python, with_law: 70)
    monkeypatch.setattr(matrix, "applied", lambda target: nullcontext({}))
    seen = matrix.tried(Release("1.41.0", tmp_path), ["hooks", "graphs", "sessions"])
    assert asked == [["hooks", "graphs", "sessions"], ["graphs", "hooks"]]
    assert (seen.same, seen.different, seen.not_played) == (2, ["hooks/order"], ["spans"])


def test_areas_that_need_an_extra_are_left_out() -> None:
    """A plain install has none of the providers' SDKs."""
    areas = smoke_areas()
    assert {"agents", "structured", "graphs", "sessions", "api"} <= set(areas)
    assert not any(area.startswith("provider_") for area in areas)


def test_a_release_that_cannot_be_fetched_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a network the suite skips, and says why."""
    monkeypatch.setenv("UV_OFFLINE", "1")
    with pytest.raises(NotAvailable, match="failed"):
        installed("0.0.1.dev1", tmp_path / "environment")
    assert not (tmp_path / "environment" / "complete").exists()
