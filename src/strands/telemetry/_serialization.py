"""JSON for span attributes: never raises, whatever a message or a tool's input holds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

_REPLACED = "<replaced>"


class JSONEncoder(json.JSONEncoder):
    """Writes dates in ISO form and puts a marker where a value has no JSON form."""

    def encode(self, obj: Any) -> str:
        return super().encode(obj)

    def default(self, o: Any) -> str:
        return o.isoformat() if isinstance(o, date) else _REPLACED


def serialize(obj: Any) -> str:
    """Return `obj` as JSON text; values without a JSON form are replaced by a marker."""
    try:
        return json.dumps(obj, ensure_ascii=False, cls=JSONEncoder)
    except (TypeError, ValueError, RecursionError):
        # Keys that are no JSON keys, or a value that contains itself: neither may end an agent's run.
        return json.dumps(_tamed(obj, path=()), ensure_ascii=False, cls=JSONEncoder)


def _tamed(value: Any, *, path: tuple[int, ...]) -> Any:
    if not isinstance(value, (Mapping, list, tuple)):
        return value
    if id(value) in path:
        return _REPLACED
    path = (*path, id(value))
    if isinstance(value, Mapping):
        return {str(key): _tamed(item, path=path) for key, item in value.items()}
    return [_tamed(item, path=path) for item in value]
