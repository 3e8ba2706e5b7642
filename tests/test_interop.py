"""The script behind `hatch run compat:interop`, on this package alone: it needs no other one to be kept alive."""

from __future__ import annotations

import pytest

pytest.importorskip("a2a", reason="needs the extra a2a")

from compat.environments import this_tree
from compat.interop import Call, all_calls, printed_calls


def test_the_sdks_client_is_answered_in_every_way_of_serving() -> None:
    """Between real processes: starlette and fastapi, chunks and status messages, streaming and waiting."""
    calls = all_calls({"this tree": this_tree()}, clients=["a2a SDK"])
    assert [call for call in calls if not call.answered] == []
    assert len(calls) == 8


def test_a_call_that_fails_is_counted_and_shown() -> None:
    """A run that reads well although something failed would be worse than none."""
    calls = [
        Call(server="s", served_as="w", client=client, streaming=True, answered=client == "a", seen="failed: oh")
        for client in ("a", "b")
    ]
    table = printed_calls(calls).splitlines()
    assert table[1].split() == ["s,", "w", "yes", "NO"]
    assert table[2] == "1 of 2 calls answered as expected"
    assert "failed: oh" in table[3]
