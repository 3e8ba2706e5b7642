"""Key-value state that stays JSON serializable."""

from __future__ import annotations

from typing import Any

import pytest

from strands.agent.state import AgentState
from strands.types.json_dict import JSONSerializableDict


def test_values_are_copied_both_ways() -> None:
    """Only `set` and `delete` may change the state, or changes would be missed when it is saved."""
    initial, stored = {"list": [1]}, {"deep": [1]}
    state = JSONSerializableDict(initial)
    state.set("stored", stored)
    initial["list"].append(2)
    stored["deep"].append(2)
    state.get("list").append(3)
    state.get()["added"] = 1
    assert state.get() == {"list": [1], "stored": {"deep": [1]}}


def test_missing_key_is_none_and_deleting_it_is_fine() -> None:
    """Reading and clearing need no check beforehand."""
    state = JSONSerializableDict()
    state.delete("missing")
    assert (state.get("missing"), state.get()) == (None, {})


@pytest.mark.parametrize(
    ("key", "message"),
    [
        (None, "Key cannot be None"),
        (1, "Key must be a string"),
        ("", "Key cannot be empty"),
        (" ", "Key cannot be empty"),
    ],
)
def test_bad_key_is_refused(key: Any, message: str) -> None:
    """A key that could not be read back from JSON must not get in."""
    state = JSONSerializableDict()
    with pytest.raises(ValueError, match=message):
        state.set(key, 1)
    with pytest.raises(ValueError, match=message):
        state.delete(key)
    assert state._get_version() == 0


def circular() -> list[Any]:
    items: list[Any] = []
    items.append(items)
    return items


@pytest.mark.parametrize(
    ("value", "type_name"),
    [
        (object(), "object"),
        ({1}, "set"),
        (b"x", "bytes"),
        ({"a": [b"x"]}, "dict"),
        ({(1, 2): 3}, "dict"),
        (circular(), "list"),
    ],
)
def test_value_that_is_no_json_is_refused(value: Any, type_name: str) -> None:
    """The mistake shows where it is made, not when the session is saved."""
    state = JSONSerializableDict({"kept": 1})
    with pytest.raises(ValueError, match=rf"Value is not JSON serializable: {type_name}\. Only JSON-compatible types"):
        state.set("key", value)
    assert state.get() == {"kept": 1}


def test_initial_state_that_is_no_json_is_refused() -> None:
    """The constructor checks like `set`."""
    with pytest.raises(ValueError, match="Value is not JSON serializable: dict"):
        JSONSerializableDict({"a": object()})


def test_version_grows_with_each_change() -> None:
    """Session managers save only what changed."""
    state = JSONSerializableDict({"a": 1})
    versions = [state._get_version()]
    state.set("a", 1)
    versions.append(state._get_version())
    state.get("a")
    state.delete("missing")
    versions.append(state._get_version())
    assert versions == [0, 1, 2]


def test_agent_state_is_the_same_class() -> None:
    """Code written against either name works with both."""
    assert AgentState is JSONSerializableDict
