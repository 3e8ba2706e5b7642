"""Modules that need an extra of the package."""

from __future__ import annotations

import pytest

from strands._extras import extra


def test_a_missing_module_names_the_extra_that_brings_it() -> None:
    """A bare "No module named 'google'" leaves its reader to search for what to install."""
    with pytest.raises(ModuleNotFoundError) as raised, extra("gemini"):
        import no_such_module_at_all  # type: ignore[import-not-found]  # noqa: F401
    assert str(raised.value) == "No module named 'no_such_module_at_all': pip install 'strands-agents[gemini]'"
    assert raised.value.name == "no_such_module_at_all"


def test_the_outermost_extra_counts() -> None:
    """A provider that builds on another's module needs its own extra, which holds the other's."""
    with pytest.raises(ModuleNotFoundError, match=r"\[litellm\]'$"), extra("litellm"), extra("openai"):
        raise ModuleNotFoundError("No module named 'a_module'", name="a_module")
