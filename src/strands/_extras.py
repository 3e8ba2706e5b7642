"""Imports that need an extra of the package."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def extra(name: str) -> Iterator[None]:
    """Say what to install if a module that the block imports is not there; of nested blocks, the outermost counts."""
    try:
        yield
    except ModuleNotFoundError as error:
        error.msg = f"No module named {error.name!r}: pip install 'strands-agents[{name}]'"
        raise
