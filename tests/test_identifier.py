"""Identifiers that become parts of paths."""

from __future__ import annotations

import re
from typing import Any

import pytest

from strands._identifier import Identifier, validate


@pytest.mark.parametrize("id_", ["a", "a b", "a:b", "..", ""])
def test_single_path_part_is_accepted(id_: str) -> None:
    """With the stores' prefixes none of these leaves its folder."""
    assert validate(id_, Identifier.AGENT) == id_


@pytest.mark.parametrize("id_", ["a/b", "/", "../x", "a/", "./a"])
@pytest.mark.parametrize("kind", Identifier)
def test_path_separator_is_refused(id_: str, kind: Identifier) -> None:
    """An id must not reach another session's files."""
    with pytest.raises(ValueError, match=rf"^{kind.value}_id={re.escape(id_)} \| id cannot contain path separators"):
        validate(id_, kind)


@pytest.mark.parametrize("id_", [None, 5, b"a"])
def test_only_strings_are_identifiers(id_: Any) -> None:
    """The error names the field."""
    with pytest.raises(TypeError, match=r"session_id=.* id must be a string"):
        validate(id_, Identifier.SESSION)
