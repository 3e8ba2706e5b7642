"""A dict that can always be written as JSON."""

import copy
import json
from typing import Any


class JSONSerializableDict:
    """Key-value state that stays JSON serializable.

    Values are copied on the way in and on the way out, so only `set` and `delete` change the state.
    """

    def __init__(self, initial_state: dict[str, Any] | None = None) -> None:
        """Start with a copy of `initial_state`.

        Raises:
            ValueError: If it is not JSON serializable.
        """
        self._version = 0
        self._data: dict[str, Any] = _json_copy(initial_state) if initial_state else {}

    def set(self, key: str, value: Any) -> None:
        """Store a copy of `value`.

        Raises:
            ValueError: If the key is not a non-blank string, or the value is not JSON serializable.
        """
        _require_key(key)
        self._data[key] = _json_copy(value)
        self._version += 1

    def get(self, key: str | None = None) -> Any:
        """Return a copy of the value under `key` (None if there is none), or of everything if `key` is None."""
        return copy.deepcopy(self._data if key is None else self._data.get(key))

    def delete(self, key: str) -> None:
        """Remove `key` if it is there.

        Raises:
            ValueError: If the key is not a non-blank string.
        """
        _require_key(key)
        self._version += 1
        self._data.pop(key, None)

    def _get_version(self) -> int:
        """Return a number that grows with each change."""
        return self._version


def _require_key(key: Any) -> None:
    if key is None:
        raise ValueError("Key cannot be None")
    if not isinstance(key, str):
        raise ValueError("Key must be a string")
    if key.strip() == "":
        raise ValueError("Key cannot be empty")


def _json_copy(value: Any) -> Any:
    try:
        json.dumps(value)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"Value is not JSON serializable: {type(value).__name__}. "
            "Only JSON-compatible types (str, int, float, bool, list, dict, None) are allowed."
        ) from error
    return copy.deepcopy(value)
