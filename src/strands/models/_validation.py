"""Checks of what users hand to model providers."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any, get_type_hints

from strands.types.tools import ToolChoice

_CALLER_OF_THE_MODEL = 3
"""Stack level of the line that called the model, whose method called here."""


def validate_config_keys(config_dict: Mapping[str, Any], config_class: type) -> None:
    """Warn about settings that the provider does not know; most are misspelled.

    Args:
        config_dict: The settings.
        config_class: TypedDict of those that the provider knows.
    """
    known = sorted(get_type_hints(config_class))
    unknown = sorted(set(config_dict).difference(known))
    if unknown:
        warnings.warn(
            f"Invalid configuration parameters: {unknown}.\nValid parameters are: {known}.\n\n"
            "See https://github.com/strands-agents/sdk-python/issues/815",
            stacklevel=_CALLER_OF_THE_MODEL,
        )


def warn_on_tool_choice_not_supported(tool_choice: ToolChoice | None) -> None:
    """Warn that a provider cannot honour a tool choice, if there is one."""
    if tool_choice:
        warnings.warn(
            "A ToolChoice was provided to this provider but is not supported and will be ignored",
            stacklevel=_CALLER_OF_THE_MODEL,
        )
