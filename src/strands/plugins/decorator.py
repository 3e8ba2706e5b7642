"""The decorator that makes a plugin's method a hook."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast, overload

from strands.hooks._type_inference import infer_event_types
from strands.hooks.registry import HookCallback, TEvent

Method = TypeVar("Method", bound=Callable[..., Any])


class _WrappedHookCallable(HookCallback[TEvent]):
    """A callback that knows its event types."""

    _hook_event_types: list[type[TEvent]]


@overload
def hook(func: Method) -> Method: ...
@overload
def hook(func: None = None) -> Callable[[Method], Method]: ...
def hook(
    func: HookCallback[Any] | None = None,
) -> _WrappedHookCallable[Any] | Callable[[Any], Any]:
    """Mark a method of a plugin as a callback for the event types in its type hint, with or without parentheses.

    Raises:
        ValueError: If the type hint names no event types.
    """

    def mark(callback: HookCallback[Any]) -> _WrappedHookCallable[Any]:
        marked = cast("_WrappedHookCallable[Any]", callback)
        marked._hook_event_types = infer_event_types(callback)
        return marked

    return mark if func is None else mark(func)
