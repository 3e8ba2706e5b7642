"""Package exports that load on first use, so that importing a package imports none of its modules."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any


def lazy_exports(package: str, exports: Mapping[str, str]) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Return the `__getattr__` and `__dir__` of a package whose names are imported on first access.

    Submodules resolve as well: `strands.telemetry.metrics` works after a plain `import strands`.

    Args:
        package: The package's `__name__`.
        exports: Public name to the module that defines it; a name that maps to itself is a submodule.
    """

    def resolve(name: str) -> Any:
        if name in exports:
            home = exports[name]
            found = import_module(home)
            value = found if home == f"{package}.{name}" else getattr(found, name)
        elif not name.startswith("__") and find_spec(f"{package}.{name}") is not None:
            value = import_module(f"{package}.{name}")
        else:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        setattr(sys.modules[package], name, value)
        return value

    def names() -> list[str]:
        return sorted({*vars(sys.modules[package]), *exports})

    return resolve, names
