"""Snapshots as plain data."""

from __future__ import annotations

import re
from typing import Any

import pytest

from strands.types import Snapshot
from strands.types._snapshot import ALL_SNAPSHOT_FIELDS, SNAPSHOT_PRESETS, resolve_snapshot_fields
from strands.types.exceptions import SnapshotException

STORED: dict[str, Any] = {
    "scope": "agent",
    "schema_version": "1.0",
    "created_at": "2026-01-01T00:00:00.000000Z",
    "data": {"messages": []},
    "app_data": {"mine": 1},
}


def test_dict_round_trip() -> None:
    """What is stored comes back unchanged."""
    assert Snapshot.from_dict(STORED).to_dict() == STORED


def test_creation_time_is_filled_in() -> None:
    """Snapshots can be put in order without the application's help."""
    snapshot = Snapshot(scope="agent", schema_version="1.0", data={}, app_data={})
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", snapshot.created_at)


def test_what_older_versions_left_out_has_defaults() -> None:
    """Only the data and its time are indispensable."""
    snapshot = Snapshot.from_dict({"schema_version": "1.0", "data": {}, "created_at": "t"})
    assert snapshot == Snapshot(scope="agent", schema_version="1.0", data={}, app_data={}, created_at="t")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"scope": "swarm"}, "Invalid snapshot scope: 'swarm'. Valid scopes: ['agent']"),
        ({"schema_version": "2.0"}, "Unsupported snapshot schema version: '2.0'. Current version: 1.0"),
    ],
)
def test_snapshot_of_another_kind_is_refused(change: dict[str, Any], message: str) -> None:
    """Loading what one does not understand would corrupt the agent."""
    with pytest.raises(SnapshotException, match=re.escape(message)):
        Snapshot.from_dict(STORED | change)


@pytest.mark.parametrize("missing", ["data", "created_at"])
def test_snapshot_without_an_indispensable_key_is_refused(missing: str) -> None:
    """The error names the key."""
    with pytest.raises(KeyError, match=missing):
        Snapshot.from_dict({key: value for key, value in STORED.items() if key != missing})


@pytest.mark.parametrize(
    ("choice", "fields"),
    [
        ({"preset": "session"}, set(SNAPSHOT_PRESETS["session"])),
        ({"preset": "session", "include": ["system_prompt"]}, set(ALL_SNAPSHOT_FIELDS)),
        ({"preset": "session", "exclude": ["messages"]}, set(SNAPSHOT_PRESETS["session"]) - {"messages"}),
        ({"include": ["state"]}, {"state"}),
    ],
)
def test_chosen_fields(choice: Any, fields: set[str]) -> None:
    """Preset and include add up; exclude has the last word."""
    assert resolve_snapshot_fields(**choice) == fields


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({}, "No snapshot fields resolved."),
        ({"exclude": ["state"]}, "No snapshot fields resolved."),
        ({"include": ["state"], "exclude": ["state"]}, "No snapshot fields resolved."),
        ({"include": ["stat"]}, "Invalid snapshot field: 'stat'. Valid fields: ['conversation_manager_state'"),
        ({"preset": "session", "exclude": ["stat"]}, "Invalid snapshot field: 'stat'."),
    ],
)
def test_senseless_choice_is_refused(choice: Any, message: str) -> None:
    """A typo must not silently give a smaller snapshot."""
    with pytest.raises(SnapshotException, match=re.escape(message)):
        resolve_snapshot_fields(**choice)


def test_unknown_preset_is_named_with_the_presets_there_are() -> None:
    """The published type of the error, with words that say what to write instead."""
    with pytest.raises(KeyError, match=re.escape("preset must be one of ['session'], got 'sesion'")):
        resolve_snapshot_fields(preset="sesion")  # type: ignore[arg-type]
