"""Providers stay small, and none repeats another."""

from __future__ import annotations

from pathlib import Path

from tests.models.code_size import PACKAGE, code_in, code_of, duplicated, duplicated_share, lines_of_providers

MODULE = '''"""What it is."""

import os  # for all


def of(path):
    """Return it.

    Really.
    """
    # because
    text = """not
    a docstring"""
    return text
'''


def test_only_code_counts() -> None:
    assert code_of(MODULE) == [
        "import os  # for all",
        "def of(path):",
        'text = """not',
        'a docstring"""',
        "return text",
    ]


def test_lines_of_a_window_that_occurs_twice_are_duplicated() -> None:
    """Seven lines in common are two windows, and seven lines."""
    one, other = Path("one"), Path("other")
    common = list("abcdefg")
    code = {one: ["x", *common, "y"], other: [*common, "z", "a", "b", "c", "d", "e"]}
    assert duplicated(code) == {one: set(range(1, 8)), other: set(range(7))}
    assert duplicated_share(code, [one]) == 7 / 9


def test_less_than_two_percent_of_the_models_are_written_twice() -> None:
    """What remains are published signatures, which subclasses have to spell out."""
    code = code_in(PACKAGE)
    models = [path for path in code if PACKAGE / "models" in path.parents]
    assert duplicated_share(code, models) < 0.02


def test_providers_of_chat_completions_are_small() -> None:
    """What they share is written once."""
    own = lines_of_providers(code_in(PACKAGE))
    assert own.keys() >= {"anthropic", "bedrock", "gemini", "litellm", "openai", "openai_responses", "writer"}
    assert max(own[name] for name in ("litellm", "llamaapi", "llamacpp", "mistral", "openai", "writer")) < 200
