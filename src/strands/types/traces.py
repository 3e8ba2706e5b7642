"""Attributes of telemetry spans."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

_Scalar: TypeAlias = str | bool | float | int
_Listed: TypeAlias = list[str] | list[bool] | list[float] | list[int]
_Sequential: TypeAlias = Sequence[str] | Sequence[bool] | Sequence[int] | Sequence[float]

AttributeValue: TypeAlias = _Scalar | _Listed | _Sequential
"""One value, or several of one type."""

Attributes: TypeAlias = Mapping[str, AttributeValue] | None
