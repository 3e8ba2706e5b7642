"""Former homes of names: they still lead to them, with a warning that says where they are now."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection
from importlib import import_module
from typing import Any


def moved(
    former: str, home: str, names: Collection[str] | None = None
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Return the `__getattr__` and `__dir__` of a module whose names have moved.

    Args:
        former: The module's `__name__`.
        home: The module that has the names now.
        names: The names; all public ones of `home` if None.
    """

    def resolve(name: str) -> Any:
        if not _has_moved(name):
            raise AttributeError(f"module {former!r} has no attribute {name!r}")
        value = getattr(import_module(home), name)
        warnings.warn(
            f"{name} has been moved to production. Use {name} from {home} instead.", DeprecationWarning, stacklevel=2
        )
        return value

    def _has_moved(name: str) -> bool:
        if names is not None:
            return name in names
        return name in _public_names(home)

    def listed() -> list[str]:
        return sorted(_public_names(home) if names is None else names)

    return resolve, listed


def _public_names(module_name: str) -> list[str]:
    module = import_module(module_name)
    return [name for name in getattr(module, "__all__", vars(module)) if not name.startswith("_")]
