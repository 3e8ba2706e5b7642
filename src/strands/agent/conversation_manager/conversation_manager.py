"""What every conversation manager does, and compression ahead of an overflow."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from typing_extensions import TypedDict

from strands.hooks.events import BeforeModelCallEvent
from strands.hooks.registry import HookProvider, HookRegistry
from strands.types.content import Message

if TYPE_CHECKING:
    from strands.agent.agent import Agent

logger = logging.getLogger(__name__)

DEFAULT_COMPRESSION_THRESHOLD = 0.7
DEFAULT_CONTEXT_WINDOW_LIMIT = 200_000


class ProactiveCompressionConfig(TypedDict, total=False):
    """When to reduce the context ahead of an overflow.

    Attributes:
        compression_threshold: Part of the context window that may be filled, above 0 and up to 1; 0.7 by default.
    """

    compression_threshold: float


class ConversationManager(ABC, HookProvider):
    """Keeps an agent's conversation within the model's context window.

    The agent calls `apply_management` after each run, and `reduce_context` when the model refuses a request as too
    large. Both change `agent.messages` in place and never separate a tool result from its call.

    Attributes:
        removed_message_count: Messages that were taken out of the conversation so far.
    """

    # Defaults of the class serve subclasses that do not call `__init__`.
    removed_message_count: int = 0
    _compression_threshold: float | None = None
    _context_window_limit_warned: bool = False

    def __init__(self, *, proactive_compression: bool | ProactiveCompressionConfig | None = None) -> None:
        """Create a manager.

        Args:
            proactive_compression: Whether, or from which threshold on, to reduce the context before a model call
                instead of after the model refused it.

        Raises:
            ValueError: If the threshold is not above 0 and up to 1.
        """
        self.removed_message_count = 0
        self._compression_threshold = _threshold(proactive_compression)
        self._context_window_limit_warned = False

    def register_hooks(self, registry: HookRegistry, **kwargs: Any) -> None:
        """Watch model calls for proactive compression; subclasses that override this call it as well."""
        # A callback that has nothing to do would still have each request's tokens counted for it.
        if self._compression_threshold is not None:
            registry.add_callback(BeforeModelCallEvent, self._on_before_model_call_threshold)

    def _on_before_model_call_threshold(self, event: BeforeModelCallEvent) -> None:
        if self._compression_threshold is None or event.projected_input_tokens is None:
            return
        limit_tokens = self._context_window_limit(event.agent)
        ratio = event.projected_input_tokens / limit_tokens
        if ratio < self._compression_threshold:
            return
        logger.debug(
            "projected_tokens=<%d>, limit=<%d>, ratio=<%.2f>, compression_threshold=<%s> | reducing the context early",
            event.projected_input_tokens,
            limit_tokens,
            ratio,
            self._compression_threshold,
        )
        try:
            self.reduce_context(agent=event.agent)
        except Exception:
            # The request may fit all the same; if not, the overflow is dealt with when the model reports it.
            logger.debug("proactive compression failed, going on with the model call", exc_info=True)

    def _context_window_limit(self, agent: Agent) -> int:
        limit_tokens: int | None = agent.model.context_window_limit
        if limit_tokens:
            return limit_tokens
        if not self._context_window_limit_warned:
            self._context_window_limit_warned = True
            logger.warning(
                "context_window_limit=<%d> | the model's config has no context_window_limit, assuming the default",
                DEFAULT_CONTEXT_WINDOW_LIMIT,
            )
        return DEFAULT_CONTEXT_WINDOW_LIMIT

    def restore_from_session(self, state: dict[str, Any]) -> list[Message] | None:
        """Take over what `get_state` returned in an earlier process.

        Returns:
            Messages to put before those of the session, if any.

        Raises:
            ValueError: If the state is that of another kind of manager.
        """
        if state.get("__name__") != type(self).__name__:
            raise ValueError("Invalid conversation manager state.")
        self.removed_message_count = state["removed_message_count"]
        return None

    def get_state(self) -> dict[str, Any]:
        """Return what a session has to keep, as JSON values."""
        return {"__name__": type(self).__name__, "removed_message_count": self.removed_message_count}

    @abstractmethod
    def apply_management(self, agent: Agent, **kwargs: Any) -> None:
        """Tidy the conversation after a run.

        Args:
            agent: Agent whose messages are changed in place.
            **kwargs: For extensions.
        """

    @abstractmethod
    def reduce_context(self, agent: Agent, e: Exception | None = None, **kwargs: Any) -> None:
        """Make the conversation smaller.

        Args:
            agent: Agent whose messages are changed in place.
            e: The model's refusal. When given, the method raises unless it made the conversation smaller, so that
                retries end; without it the method does what it can.
            **kwargs: For extensions.

        Raises:
            ContextWindowOverflowException: If nothing can be left out.
        """


def _threshold(proactive_compression: bool | ProactiveCompressionConfig | None) -> float | None:
    if proactive_compression is None or proactive_compression is False:
        return None
    if proactive_compression is True:
        return DEFAULT_COMPRESSION_THRESHOLD
    if not isinstance(proactive_compression, dict):
        raise ValueError(
            "proactive_compression must be a bool or a dict with 'compression_threshold', "
            f"got {proactive_compression!r}"
        )
    threshold: Any = proactive_compression.get("compression_threshold", DEFAULT_COMPRESSION_THRESHOLD)
    if not isinstance(threshold, (int, float)) or not 0 < threshold <= 1:
        raise ValueError(f"compression_threshold must be between 0 (exclusive) and 1 (inclusive), got {threshold!r}")
    return float(threshold)
