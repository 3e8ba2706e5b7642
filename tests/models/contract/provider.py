"""What the contract needs to know of a provider; each module of `providers` holds one as `PROVIDER`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, get_args

from strands.models.model import Model
from strands.testing import Turn, use
from strands.testing._endpoint import ScriptedEndpoint
from strands.testing._script import Turns
from tests.models.contract import providers

Ability = Literal[
    "any_tool",  # tool choice: must call some tool
    "cache_usage",  # reports tokens read from the cache
    "documents",
    "images",
    "max_tokens",  # tells when a response was cut at its limit
    "overflow",  # tells a conversation that is too long from other bad requests
    "reasoning",  # streams the model's reasoning
    "retry_after",  # hands on how long the service asks to wait
    "structured_output",
    "tool_images",  # images in tool results
    "tools",
    "video",
]
ALL: frozenset[Ability] = frozenset(get_args(Ability)) - {"video"}
"""What most services can do."""


@dataclass(frozen=True, kw_only=True)
class Provider:
    """A provider of models, and the local server that stands in for its service."""

    name: str
    sdk: str
    """The vendor's module; without it the provider's tests are skipped."""
    endpoint: Callable[[Turns], ScriptedEndpoint]
    """Makes the server; the contract starts it."""
    model: Callable[[Any], Model]
    """Makes a model whose requests go to the (started) endpoint, through the vendor's SDK without retries."""
    abilities: frozenset[Ability] = ALL
    """What the service can do; what it cannot has to be refused by an error that names it."""
    structured_turn: Callable[[str, dict[str, Any]], Turn] = use
    """From the name and the fields of a pydantic model: the turn in which the service sends an instance."""
    ignored_warnings: tuple[str, ...] = ()
    """Warnings that the SDK makes by itself, as pytest's filters."""
    auth_error: str = ""
    """Dotted name of what the SDK raises when the service does not accept the key."""

    @property
    def auth_error_class(self) -> type[Exception]:
        """The class with the name `auth_error`."""
        module, _, name = self.auth_error.rpartition(".")
        found: type[Exception] = getattr(importlib.import_module(module), name)
        return found


def all_providers() -> list[Provider]:
    """Return the providers of all modules in `providers`."""
    names = sorted(module.name for module in pkgutil.iter_modules(providers.__path__))
    return [importlib.import_module(f"{providers.__name__}.{name}").PROVIDER for name in names]
