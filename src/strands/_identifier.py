"""Identifiers that become parts of paths."""

from __future__ import annotations

import enum
import os


class Identifier(enum.Enum):
    """What an identifier names."""

    AGENT = "agent"
    SESSION = "session"
    MULTI_AGENT = "multi_agent"


def validate(id_: str, type_: Identifier) -> str:
    """Return the identifier if it is a single part of a path.

    Args:
        id_: The identifier.
        type_: What it names, for the error message.

    Raises:
        ValueError: If it contains a path separator or a null character.
        TypeError: If it is not a string.
    """
    if not isinstance(id_, str):
        raise TypeError(f"{type_.value}_id={id_!r} | id must be a string")
    if os.path.basename(id_) != id_:
        raise ValueError(f"{type_.value}_id={id_} | id cannot contain path separators")
    if "\0" in id_:
        raise ValueError(f"{type_.value}_id={id_!r} | id cannot contain null characters")
    return id_
