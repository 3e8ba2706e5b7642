"""Values of any kind as JSON: for people and programs that look on, not for reading back."""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
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


def base64_text(data: bytes) -> str:
    """Return bytes as base64."""
    return base64.b64encode(data).decode("ascii")


def json_projection(value: Any, *, bytes_as: Callable[[bytes], str] = base64_text) -> Any:
    """Return a copy of `value` that `json.dumps` accepts, whatever the value is.

    Sets and tuples become lists, pydantic models what they dump as JSON, exceptions their message, numbers that JSON
    lacks None, and objects of other kinds the name of their type in angle brackets.

    Args:
        value: Any value.
        bytes_as: How bytes are expressed.
    """
    return _Projection(bytes_as).of(value)


@dataclass(frozen=True, slots=True)
class _Projection:
    bytes_as: Callable[[bytes], str]
    around: tuple[int, ...] = ()
    """Ids of the containers that the value is in."""

    def of(self, value: Any) -> Any:
        if value is None or (isinstance(value, (str, bool, int)) and not isinstance(value, Enum)):
            return value
        if isinstance(value, float):
            return value if math.isfinite(value) else None
        if isinstance(value, (Mapping, list, tuple, Set)):
            return self._of_container(value)
        if isinstance(value, Enum):
            return self.of(value.value)
        if _is_pydantic_model(value):
            return self._of_model(value)
        return self._of_leaf(value)

    def _of_container(self, value: Any) -> Any:
        if id(value) in self.around or len(self.around) == _MAX_DEPTH:
            return _type_name(value)
        within = _Projection(self.bytes_as, (*self.around, id(value)))
        if isinstance(value, Mapping):
            return {str(key): within.of(item) for key, item in value.items()}
        return [within.of(item) for item in value]

    def _of_model(self, model: BaseModel) -> Any:
        try:
            return self.of(model.model_dump(mode="json"))  # which leaves numbers that JSON lacks
        except Exception:  # a field that pydantic cannot serialise, or a serialiser of the user's that fails
            return self._of_container(dict(model))

    def _of_leaf(self, value: Any) -> str:
        if isinstance(value, (bytes, bytearray, memoryview)):
            return self.bytes_as(bytes(value))
        if isinstance(value, (date, time)):
            return value.isoformat()
        if isinstance(value, (UUID, PurePath, Decimal, Exception)):
            return str(value)
        return _type_name(value)


def _is_pydantic_model(value: object) -> TypeGuard[BaseModel]:
    # By its mark rather than by its class, which would load pydantic for those who do not use it.
    return hasattr(type(value), "__pydantic_validator__") and hasattr(value, "model_dump")


def _type_name(value: object) -> str:
    return f"<{type(value).__name__}>"
