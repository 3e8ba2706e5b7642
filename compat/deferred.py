"""Functions whose annotations are strings, for the scenarios on tool schemas."""

# ruff: noqa: UP045  -- the old spelling is looked at, too

from __future__ import annotations

from typing import Any, Literal, Optional

from pydantic import BaseModel


class Item(BaseModel):
    """An item."""

    name: str
    price: Optional[float] = None


def deferred_primitives(a: str, b: int = 1) -> str:
    """Take primitives.

    Args:
        a: The first.
        b: The second.
    """
    return ""


def deferred_models(items: list[Item], kind: Literal["x", "y"] = "x", other: Item | None = None) -> dict[str, Any]:
    """Take models."""
    return {}


FUNCTIONS = (deferred_primitives, deferred_models)
