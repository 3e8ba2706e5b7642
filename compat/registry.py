"""The list of scenarios: `@scenario` registers one function, `@table({...})` one per input; the module is the area."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

Scenario = Callable[[], Awaitable[Any]]
_Function = TypeVar("_Function", bound=Callable[..., Awaitable[Any]])

_SCENARIOS: dict[str, dict[str, Scenario]] = {}


def scenario(function: _Function) -> _Function:
    """Register an async function without parameters; what it returns is what is compared."""
    _add(_area_of(function), function.__name__, function)
    return function


def table(
    cases: Mapping[str, Any], *, area: str | None = None, prefixed: bool = True
) -> Callable[[_Function], _Function]:
    """Register an async function of one parameter once per case, named `<function>: <case>`, or just `<case>`."""

    def register(function: _Function) -> _Function:
        for case, value in cases.items():
            name = f"{function.__name__}: {case}" if prefixed else case
            _add(area or _area_of(function), name, _bound(function, value))
        return function

    return register


def _area_of(function: Callable[..., Any]) -> str:
    return function.__module__.rpartition(".")[2]


def _bound(function: Callable[..., Awaitable[Any]], value: Any) -> Scenario:
    return lambda: function(value)


def _add(area: str, name: str, function: Scenario) -> None:
    scenarios = _SCENARIOS.setdefault(area, {})
    if name in scenarios:
        raise ValueError(f"scenario names must be unique within an area, got {name!r} twice in {area!r}")
    scenarios[name] = function


def area_modules() -> dict[str, str]:
    """Return the module that defines each area; the area is named like the module."""
    from compat import scenarios

    return {info.name: f"{scenarios.__name__}.{info.name}" for info in pkgutil.iter_modules(scenarios.__path__)}


def load_area(area: str) -> dict[str, Scenario]:
    """Import one area and return its scenarios in the order of definition."""
    importlib.import_module(area_modules()[area])
    return _SCENARIOS[area]
