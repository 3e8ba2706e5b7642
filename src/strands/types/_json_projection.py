"""Values of any kind as JSON: for people and programs that look on, not for reading back."""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping, Set
from datetime import date, time
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, TypeGuard
from uuid import UUID

if TYPE_CHECKING:
    from pydantic import BaseModel

_MAX_DEPTH = 64
"""Deeper nesting is cut off: neither `json.dumps` nor who reads it would cope with much more."""


def json_projection(value: Any) -> Any:
    """Return a copy of `value` that `json.dumps` accepts, whatever the value is.

    Bytes become base64, sets and tuples lists, pydantic models what they dump as JSON, exceptions their message,
    numbers that JSON lacks None, and objects of other kinds the name of their type in angle brackets.
    """
    return _projected(value, ())


def _projected(value: Any, around: tuple[int, ...]) -> Any:
    """Project a value; `around` holds the ids of the containers that it is in."""
    if value is None or (isinstance(value, (str, bool, int)) and not isinstance(value, Enum)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, (Mapping, list, tuple, Set)):
        return _projected_container(value, around)
    if isinstance(value, Enum):
        return _projected(value.value, around)
    if _is_pydantic_model(value):
        return _projected_model(value, around)
    return _projected_leaf(value)


def _projected_container(value: Any, around: tuple[int, ...]) -> Any:
    if id(value) in around or len(around) == _MAX_DEPTH:
        return _type_name(value)
    within = (*around, id(value))
    if isinstance(value, Mapping):
        return {str(key): _projected(item, within) for key, item in value.items()}
    return [_projected(item, within) for item in value]


def _projected_leaf(value: Any) -> str:
    if isinstance(value, (bytes, bytearray, memoryview)):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, (UUID, PurePath, Decimal, Exception)):
        return str(value)
    return _type_name(value)


def _projected_model(model: BaseModel, around: tuple[int, ...]) -> Any:
    try:
        return model.model_dump(mode="json")
    except Exception:  # a field that pydantic cannot serialise, or a serialiser of the user's that fails
        return _projected_container(dict(model), around)


def _is_pydantic_model(value: object) -> TypeGuard[BaseModel]:
    # By its mark rather than by its class, which would load pydantic for those who do not use it.
    return hasattr(type(value), "__pydantic_validator__") and hasattr(value, "model_dump")


def _type_name(value: object) -> str:
    return f"<{type(value).__name__}>"
