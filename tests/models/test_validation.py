"""Checks of what users hand to model providers."""

from __future__ import annotations

import warnings
from typing import Any

import pytest
from typing_extensions import TypedDict

from strands.models._validation import (
    validate_config_keys,
    warn_on_tool_choice_not_supported,
)


class Config(TypedDict, total=False):
    model_id: str
    temperature: float


class Provider:
    def __init__(self, **config: Any) -> None:
        validate_config_keys(config, Config)

    def choose(self, tool_choice: Any) -> None:
        warn_on_tool_choice_not_supported(tool_choice)


def test_unknown_settings_are_named_along_with_the_known_ones_where_the_user_wrote_them() -> None:
    """A misspelled setting has no effect, which is hard to find; the warning has to point to the user's line."""
    with pytest.warns(UserWarning) as caught:
        Provider(temprature=1.0, model="m")
    assert str(caught[0].message) == (
        "Invalid configuration parameters: ['model', 'temprature'].\n"
        "Valid parameters are: ['model_id', 'temperature'].\n\n"
        "See https://github.com/strands-agents/sdk-python/issues/815"
    )
    assert caught[0].filename == __file__


def test_known_settings_pass_silently() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Provider(model_id="m", temperature=0.1)
        Provider()


@pytest.mark.parametrize("tool_choice", [{"auto": {}}, {"any": {}}, {"tool": {"name": "t"}}])
def test_a_tool_choice_that_cannot_be_honoured_is_reported(tool_choice: Any) -> None:
    with pytest.warns(UserWarning, match="ToolChoice was provided to this provider but is not supported"):
        Provider().choose(tool_choice)


@pytest.mark.parametrize("tool_choice", [None, {}])
def test_no_tool_choice_is_no_problem(tool_choice: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Provider().choose(tool_choice)
