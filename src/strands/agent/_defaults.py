"""What an agent gets when its constructor is not told otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from strands.event_loop._retry import ModelRetryStrategy
from strands.handlers.callback_handler import PrintingCallbackHandler, null_callback_handler
from strands.types.json_dict import JSONSerializableDict

if TYPE_CHECKING:
    from strands.agent.conversation_manager import ConversationManager
    from strands.models.model import Model
    from strands.types.content import SystemContentBlock
    from strands.types.traces import AttributeValue

AGENT_NAME = "Strands Agents"
AGENT_ID = "default"


class _DefaultCallbackHandlerSentinel:
    """Stands for "print what the agent does"; None means "no handler"."""


class _DefaultRetryStrategySentinel:
    """Stands for the retries that an agent makes by itself; None means "no retries"."""


DEFAULT_CALLBACK_HANDLER = _DefaultCallbackHandlerSentinel()
DEFAULT_RETRY_STRATEGY = _DefaultRetryStrategySentinel()


_IS_TOOL: ContextVar[bool] = ContextVar("strands_agent_is_tool", default=False)


@contextmanager
def beginning_as_tool() -> Iterator[None]:
    """Let runs that are begun in this block, which awaits nothing, be those of a tool."""
    token = _IS_TOOL.set(True)
    try:
        yield
    finally:
        _IS_TOOL.reset(token)


def handler_of_run(handler: Callable[..., Any] | None, *, is_default: bool) -> Callable[..., Any] | None:
    """Return the handler for a run, None if there is nothing to do.

    An agent that is a tool prints nothing by default: its words would stand amid those of the agent that calls it.
    """
    return None if handler is null_callback_handler or (is_default and _IS_TOOL.get()) else handler


def resolved_callback_handler(
    handler: Callable[..., Any] | _DefaultCallbackHandlerSentinel | None,
) -> Callable[..., Any]:
    """Return the handler, the printing one for the default, and one that does nothing for None.

    Raises:
        TypeError: If it cannot be called.
    """
    if isinstance(handler, _DefaultCallbackHandlerSentinel):
        return PrintingCallbackHandler()
    if handler is not None and not callable(handler):
        raise TypeError(f"callback_handler must be a callable, or None for silence, got {handler!r}")
    return null_callback_handler if handler is None else handler


def resolved_retry_strategy(
    strategy: ModelRetryStrategy | _DefaultRetryStrategySentinel | None,
) -> ModelRetryStrategy | None:
    """Return the strategy, a new default one, or None for no retries.

    Raises:
        ValueError: If it is something else.
    """
    if isinstance(strategy, _DefaultRetryStrategySentinel):
        return ModelRetryStrategy()
    if strategy is not None and not isinstance(strategy, ModelRetryStrategy):
        raise ValueError(f"retry_strategy must be an instance of ModelRetryStrategy, got {strategy!r}")
    return strategy


def resolved_conversation_manager(manager: ConversationManager | None, model: Model) -> ConversationManager:
    """Return the manager, or the one that suits the model.

    Raises:
        ValueError: If a manager is given for a model that keeps the conversation itself.
    """
    if model.stateful:
        if manager is not None:
            raise ValueError(
                "conversation_manager cannot be used with a stateful model. "
                f"The model manages conversation state server-side, got {manager!r}"
            )
        from strands.agent.conversation_manager.null_conversation_manager import NullConversationManager

        return NullConversationManager()
    if manager is not None:
        return manager
    from strands.agent.conversation_manager.sliding_window_conversation_manager import (
        SlidingWindowConversationManager,
    )

    return SlidingWindowConversationManager()


def resolved_state(state: JSONSerializableDict | dict[str, Any] | None) -> JSONSerializableDict:
    """Return the state itself, or a new one with the given values.

    Raises:
        ValueError: If it is neither a dict nor an agent state, or not JSON-serialisable.
    """
    if isinstance(state, JSONSerializableDict):
        return state
    if state is None or isinstance(state, dict):
        return JSONSerializableDict(state)
    raise ValueError(f"state must be an AgentState object or a dict, got {state!r}")


def resolved_trace_attributes(attributes: Mapping[str, AttributeValue] | None) -> dict[str, AttributeValue]:
    """Return the attributes that a span can carry: texts, numbers, booleans, and lists of them."""
    primitives = (str, int, float, bool)
    return {
        key: value
        for key, value in (attributes or {}).items()
        if isinstance(value, primitives)
        or (isinstance(value, list) and all(isinstance(item, primitives) for item in value))
    }


def resolved_system_prompt(
    system_prompt: str | list[SystemContentBlock] | None,
) -> tuple[str | None, list[SystemContentBlock] | None]:
    """Return a system prompt as text and as blocks.

    Raises:
        TypeError: If it is neither a text nor a list of blocks.
    """
    if system_prompt is None:
        return None, None
    if isinstance(system_prompt, str):
        return system_prompt, [{"text": system_prompt}]
    if isinstance(system_prompt, list):
        texts = [block["text"] for block in system_prompt if "text" in block]
        return "\n".join(texts) if texts else None, system_prompt
    raise TypeError(f"system_prompt must be a str or a list of content blocks, got {system_prompt!r}")
