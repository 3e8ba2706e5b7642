"""Checks of what an agent and its calls are given."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic import BaseModel


_PARTS: dict[str, tuple[str, str]] = {
    "model": ("stream", "a Model, or the id of a Bedrock model"),
    "messages": ("append", "a list of messages"),
    "tools": ("__iter__", "a list of tools"),
    "hooks": ("__iter__", "a list of HookProviders and callables"),
    "plugins": ("__iter__", "a list of Plugins"),
    "conversation_manager": ("register_hooks", "a ConversationManager"),
    "session_manager": ("register_hooks", "a SessionManager"),
    "trace_attributes": ("items", "a mapping of names to values"),
    "tool_executor": ("_execute", "a ToolExecutor"),
}
"""What an agent is made of: the attribute that tells a part from something else, and what to say if it is missing."""


def check_parts(**parts: Any) -> None:
    """Check what an agent is made of, by what it can do and not by its class.

    Raises:
        TypeError: If a part is neither None nor what is expected.
    """
    for name, part in parts.items():
        attribute, expected = _PARTS[name]
        mistaken = isinstance(part, type) if attribute != "__iter__" else isinstance(part, type | str | dict)
        if part is not None and (mistaken or not hasattr(part, attribute)):
            raise TypeError(f"{name} must be {expected}, got {part!r}")


def check_history(messages: Iterable[object] | None) -> None:
    """Check the messages that an agent begins with, so that a mistake shows here and not within a run.

    Raises:
        TypeError: If an entry is no message.
    """
    for number, message in enumerate(messages or ()):
        if not isinstance(message, Mapping) or not message.keys() >= {"role", "content"}:
            raise TypeError(f"messages[{number}] must be a dict with a role and a content, got {message!r}")


def checked_output_model(model: Any) -> type[BaseModel] | None:
    """Return the model if it is None or a pydantic class.

    Raises:
        TypeError: If it is something else, such as an instance.
    """
    if model is None:
        return None
    from pydantic import BaseModel

    if isinstance(model, type) and issubclass(model, BaseModel):
        return model
    raise TypeError(f"structured_output_model must be a class derived from pydantic's BaseModel, got {model!r}")


def checked_bool(name: str, value: Any) -> bool:
    """Return the value if it is a bool.

    Raises:
        TypeError: If it is something else, even if it is true or false in a condition.
    """
    if not isinstance(value, bool):
        raise TypeError(f"{name} must be a bool, got {value!r}")
    return value


def resolved_invocation_state(invocation_state: dict[str, Any] | None, kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return the state of a run; keywords were the way to pass it once."""
    if not kwargs:
        return {} if invocation_state is None else invocation_state
    names = ", ".join(sorted(kwargs))
    warnings.warn(f"`**kwargs` is deprecated, use `invocation_state` instead of {names}.", UserWarning, stacklevel=3)
    return kwargs if invocation_state is None else {**kwargs, "invocation_state": invocation_state}
