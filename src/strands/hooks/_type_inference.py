"""Finding out from a callback's type hint which events it wants."""

from __future__ import annotations

import inspect
from functools import partial
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from strands.hooks._contract import BaseHookEvent, HookCallback, TEvent

_ADVICE = "cannot infer event type, please provide event_type explicitly"


def infer_event_types(callback: HookCallback[TEvent]) -> list[type[TEvent]]:
    """Return the event types in the type hint of the callback's first parameter.

    Args:
        callback: A function or method, also one that is not bound yet, a partial, or an object with `__call__`.

    Raises:
        ValueError: If there is no hint, or it is not an event type or a union of event types.
    """
    name, hint = _event_parameter(callback)
    if get_origin(hint) in (Union, UnionType):
        return list(dict.fromkeys(map(_checked_union_member, get_args(hint))))
    if not _is_event_type(hint):
        raise ValueError(f"parameter=<{name}>, type=<{hint}> | type hint must be a subclass of BaseHookEvent")
    return [hint]


def _event_parameter(callback: HookCallback[Any]) -> tuple[str, Any]:
    try:
        hints = get_type_hints(_annotated_function(callback))
    except Exception as error:  # a hint is the user's code, and evaluating it may raise anything
        raise ValueError(f"failed to get type hints for callback | {_ADVICE}") from error
    names = list(inspect.signature(callback).parameters)
    if not names:
        raise ValueError(f"callback has no parameters | {_ADVICE}")
    if len(names) > 1 and names[0] in ("self", "cls"):
        del names[0]  # a decorator in a class body sees methods before they are bound
    if names[0] not in hints:
        raise ValueError(f"parameter=<{names[0]}> has no type hint | {_ADVICE}")
    return names[0], hints[names[0]]


def _annotated_function(callback: Any) -> Any:
    if isinstance(callback, partial):
        return callback.func
    return callback if inspect.isroutine(callback) else callback.__call__


def _checked_union_member(member: Any) -> Any:
    if member is type(None):
        raise ValueError("None is not a valid event type in union")
    if not _is_event_type(member):
        raise ValueError(f"Invalid type in union: {member} | must be a subclass of BaseHookEvent")
    return member


def _is_event_type(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, BaseHookEvent)
