"""The load of many readers, in small."""

from __future__ import annotations

import pytest

from benchmarks.sse_load import load


async def test_every_client_gets_exactly_its_answer() -> None:
    """All at once, from one process, and nothing is left open."""
    figures = await load(clients=20, pieces=10, gap_s=0.001)
    assert figures.failures == []
    assert figures.complete == 20
    assert figures.streams_left_open == 0
    assert figures.server_mib_peak >= figures.server_mib_before > 0


async def test_a_client_that_gets_another_answer_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """A check that cannot fail proves nothing."""
    monkeypatch.setattr("benchmarks.sse_load.whole", lambda client, pieces: "0.0 " if client == 0 else "something else")
    figures = await load(clients=2, pieces=1, gap_s=0.0)
    assert (figures.complete, len(figures.failures), figures.is_fine) == (1, 1, False)
