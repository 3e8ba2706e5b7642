"""Shapes that cross a boundary: the model's wire format, tools, sessions, events, and the exception tree.

The modules with TypedDicts evaluate their annotations (no `from __future__ import annotations`), because
`Required` and `NotRequired` inside a string would be missed by `__required_keys__`.
"""

from typing import TYPE_CHECKING

from strands._lazy import lazy_exports

if TYPE_CHECKING:
    from strands.types._snapshot import Snapshot as Snapshot
    from strands.types.collections import PaginatedList as PaginatedList

__all__ = ["PaginatedList", "Snapshot"]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "PaginatedList": "strands.types.collections",
        "Snapshot": "strands.types._snapshot",
    },
)
