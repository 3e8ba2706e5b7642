"""Checkpoints: positions in a run, to and from plain data."""

from __future__ import annotations

import json
from typing import Any

import pytest

from strands.experimental.checkpoint import CHECKPOINT_SCHEMA_VERSION, Checkpoint

WRITTEN: dict[str, Any] = {
    "position": "after_tools",
    "cycle_index": 3,
    "snapshot": {"data": {"messages": []}},
    "app_data": {"run": 7},
    "schema_version": "1.0",
}


def test_a_checkpoint_survives_being_written() -> None:
    """It is stored between processes."""
    checkpoint = Checkpoint("after_tools", 3, {"data": {"messages": []}}, {"run": 7})
    assert checkpoint.to_dict() == WRITTEN
    assert Checkpoint.from_dict(json.loads(json.dumps(WRITTEN))) == checkpoint


def test_all_but_the_position_have_defaults() -> None:
    """What is not known at the beginning need not be given."""
    written = {"position": "after_model", "schema_version": CHECKPOINT_SCHEMA_VERSION}
    assert Checkpoint.from_dict(written) == Checkpoint(position="after_model", cycle_index=0, snapshot={}, app_data={})


def test_the_written_form_is_a_copy() -> None:
    """Going on with the run must not change what is being stored."""
    snapshot: dict[str, Any] = {"messages": []}
    written = Checkpoint("after_model", snapshot=snapshot).to_dict()
    snapshot["messages"].append("later")
    assert written["snapshot"] == {"messages": []}


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (
            {"schema_version": "2.0"},
            "Checkpoints with schema version '2.0' are not compatible with current version 1.0.",
        ),
        ({"schema_version": 1.0}, "Checkpoints with schema version 1.0 are not compatible with current version 1.0."),
        ({}, "Checkpoints with schema version '' are not compatible with current version 1.0."),
    ],
)
def test_other_schema_versions_are_refused(written: dict[str, Any], message: str) -> None:
    """Reading them as if they were ours would resume a run in the wrong place."""
    with pytest.raises(ValueError) as raised:
        Checkpoint.from_dict({"position": "after_model", **written})
    assert str(raised.value) == message


def test_the_position_is_required() -> None:
    """There is no place to go on from without it."""
    with pytest.raises(TypeError, match="position"):
        Checkpoint.from_dict({"schema_version": "1.0"})


def test_unknown_fields_are_ignored_with_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    """A later version may add some."""
    assert Checkpoint.from_dict({**WRITTEN, "b": 1, "a": 2}).to_dict() == WRITTEN
    assert caplog.messages == ["unknown_keys=<['a', 'b']> | ignoring unknown fields in checkpoint data"]
