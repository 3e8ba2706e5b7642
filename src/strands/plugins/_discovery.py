"""Finding a plugin's hooks and tools, and calling its init method."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Awaitable, Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from strands._async import run_async

if TYPE_CHECKING:
    from strands.hooks.registry import HookCallback
    from strands.tools.decorator import DecoratedFunctionTool

logger = logging.getLogger(__name__)


def discover_hooks(instance: object, plugin_name: str) -> list[HookCallback[Any]]:
    """Return the methods marked with `@hook`, those of base classes first, each class in the order of its body."""
    return _discover_methods(instance, plugin_name, lambda member: hasattr(member, "_hook_event_types"), "hook")


def discover_tools(instance: object, plugin_name: str) -> list[DecoratedFunctionTool[..., Any]]:
    """Return the methods decorated with `@tool`, bound to the instance, in the same order as hooks."""
    # Here, because models are plugins, too, and must not pull in the tools when they are imported.
    from strands.tools.decorator import DecoratedFunctionTool

    return _discover_methods(instance, plugin_name, lambda member: isinstance(member, DecoratedFunctionTool), "tool")


def call_init_method(init_method: Callable[..., Any], target: Any) -> None:
    """Call an init method that may be async with its target, and wait until it is done."""
    returned = init_method(target)
    if inspect.isawaitable(returned):
        awaitable: Awaitable[Any] = returned
        run_async(lambda: awaitable)


_names_by_type: WeakKeyDictionary[type, tuple[str, ...]] = WeakKeyDictionary()


def _searched_names(plugin_type: type) -> tuple[str, ...]:
    """Return the names to look at; computing properties, or annotations since Python 3.14, may have effects or fail."""
    known = _names_by_type.get(plugin_type)
    if known is None:
        known = _names_by_type[plugin_type] = _found_names(plugin_type)
    return known


def _found_names(plugin_type: type) -> tuple[str, ...]:
    names = dict.fromkeys(name for base in reversed(plugin_type.__mro__) for name in vars(base))
    return tuple(
        name
        for name in names
        if not name.startswith("__")
        and not isinstance(inspect.getattr_static(plugin_type, name), (property, cached_property))
    )


def _discover_methods(instance: object, plugin_name: str, predicate: Callable[[object], bool], label: str) -> list[Any]:
    found = []
    for name in _searched_names(type(instance)):
        member = getattr(instance, name, None)
        if predicate(member):
            found.append(member)
            logger.debug("plugin=<%s>, %s=<%s> | discovered", plugin_name, label, name)
    return found
