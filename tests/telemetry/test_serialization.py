"""Values of users' tools end up in spans; none of them may break a run."""

from __future__ import annotations

from datetime import date, datetime, timezone
from decimal import Decimal
from typing import Any

import pytest

from strands.telemetry.tracer import JSONEncoder, serialize

CYCLE: dict[str, Any] = {"a": [1]}
CYCLE["a"].append(CYCLE)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"a": [1, 1.5, None, True, "é"]}, '{"a": [1, 1.5, null, true, "é"]}'),
        (b"bytes", '"<replaced>"'),
        ({"image": {"bytes": b"x", "format": "png"}}, '{"image": {"bytes": "<replaced>", "format": "png"}}'),
        ((1, 2), "[1, 2]"),
        ({1, 2}, '"<replaced>"'),
        ([object(), Decimal("1.5")], '["<replaced>", "<replaced>"]'),
        (date(2024, 1, 2), '"2024-01-02"'),
        (datetime(2024, 1, 2, tzinfo=timezone.utc), '"2024-01-02T00:00:00+00:00"'),
        ({1: "a", None: "b"}, '{"1": "a", "null": "b"}'),
        ({("a", 1): b"x", "l": [{b"k": 1}]}, """{"('a', 1)": "<replaced>", "l": [{"b'k'": 1}]}"""),
        (CYCLE, '{"a": [1, "<replaced>"]}'),
    ],
)
def test_any_value_becomes_json(value: Any, text: str) -> None:
    assert serialize(value) == text


def test_value_that_occurs_twice_is_no_cycle() -> None:
    shared = [1]
    assert serialize({("k",): [shared, shared]}) == """{"('k',)": [[1], [1]]}"""


def test_encoder_can_be_used_on_its_own() -> None:
    assert JSONEncoder().encode({"a": b"x"}) == '{"a": "<replaced>"}'
