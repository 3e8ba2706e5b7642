"""Attributes of telemetry spans."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

AttributeValue: TypeAlias = (
    str
    | bool
    | float
    | int
    | list[str]
    | list[bool]
    | list[float]
    | list[int]
    | Sequence[str]
    | Sequence[bool]
    | Sequence[int]
    | Sequence[float]
)

Attributes: TypeAlias = Mapping[str, AttributeValue] | None
