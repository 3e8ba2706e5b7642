"""What the contract needs to know of a provider; each module of `providers` holds one as `PROVIDER`."""

from __future__ import annotations

import importlib
import os
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from strands.models.model import Model
from strands.testing import Turn, use
from strands.testing._endpoint import ScriptedEndpoint
from strands.testing._script import Turns
from tests.models.contract import providers

Ability = Literal[
    "any_tool",  # tool choice: must call some tool, or a certain one
    "cache_usage",  # reports tokens read from the cache
    "documents",
    "images",
    "max_tokens",  # tells when a response was cut at its limit
    "overflow",  # tells a conversation that is too long from other bad requests
    "parallel_tools",  # calls several tools in one response
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
class RealService:
    """The service itself, for those who have a key."""

    variable: str
    """Environment variable with the key, or with the address of a service without keys."""
    model: Callable[[str, str], Model]
    """Makes a model from what the variable holds, and a model id."""
    model_id: str
    """Used unless `STRANDS_INTEG_<NAME>_MODEL_ID` names another one."""
    has_keys: bool = True
    thinking: Mapping[str, Any] = field(default_factory=dict)
    """Settings with which the model reasons before it answers."""
    lacks: frozenset[Ability] = frozenset()
    """What the local server can do for the provider, but this model cannot."""


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
    real: RealService
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

    @property
    def model_id_variable(self) -> str:
        """Environment variable with the model for the real service."""
        return f"STRANDS_INTEG_{self.name.upper().replace(' ', '_').replace('.', '')}_MODEL_ID"

    def real_model(self, key: str) -> Model:
        """Return a model of the real service."""
        return self.real.model(key, os.environ.get(self.model_id_variable, self.real.model_id))


def all_providers() -> list[Provider]:
    """Return the providers of all modules in `providers`."""
    names = sorted(module.name for module in pkgutil.iter_modules(providers.__path__))
    return [importlib.import_module(f"{providers.__name__}.{name}").PROVIDER for name in names]
