"""The manager that keeps the latest messages."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from strands.agent.conversation_manager._tool_pairs import first_start
from strands.agent.conversation_manager._truncation import truncate_oldest_tool_results
from strands.agent.conversation_manager.conversation_manager import ConversationManager, ProactiveCompressionConfig
from strands.hooks.events import BeforeModelCallEvent
from strands.hooks.registry import HookRegistry
from strands.types.content import Message
from strands.types.exceptions import ContextWindowOverflowException

if TYPE_CHECKING:
    from strands.agent.agent import Agent

logger = logging.getLogger(__name__)


class SlidingWindowConversationManager(ConversationManager):
    """Keeps about the latest `window_size` messages: fewer if the cut would separate tool results from their calls."""

    def __init__(
        self,
        window_size: int = 40,
        should_truncate_results: bool = True,
        *,
        per_turn: bool | int = False,
        proactive_compression: bool | ProactiveCompressionConfig | None = None,
    ) -> None:
        """Create a manager.

        Args:
            window_size: Messages to keep after a run.
            should_truncate_results: Whether to shorten old tool results before messages are removed, when the model
                refused a request as too large.
            per_turn: Whether to tidy before each model call too, or before every n-th.
            proactive_compression: Whether, or from which threshold on, to reduce the context ahead of an overflow.

        Raises:
            ValueError: If `window_size` is no number from 0, or `per_turn` none from 1 and no bool.
        """
        super().__init__(proactive_compression=proactive_compression)
        given: Any = window_size
        if not isinstance(given, int) or given < 0:
            raise ValueError(f"window_size must be a non-negative integer, got {window_size!r}")
        given = per_turn
        if not isinstance(given, int) or (given is not False and given < 1):
            raise ValueError(f"per_turn must be a positive integer, True, or False, got {per_turn!r}")
        self.window_size = window_size
        self.should_truncate_results = should_truncate_results
        self.per_turn = per_turn
        self._model_call_count = 0

    def register_hooks(self, registry: HookRegistry, **kwargs: Any) -> None:
        """Watch model calls, for `per_turn` and proactive compression."""
        super().register_hooks(registry, **kwargs)
        if self.per_turn is not False:
            registry.add_callback(BeforeModelCallEvent, self._on_before_model_call)

    def _on_before_model_call(self, event: BeforeModelCallEvent) -> None:
        self._model_call_count += 1
        if self._model_call_count % self.per_turn == 0:
            self.apply_management(event.agent)

    def get_state(self) -> dict[str, Any]:
        """Return what a session has to keep, as JSON values."""
        return {**super().get_state(), "model_call_count": self._model_call_count}

    def restore_from_session(self, state: dict[str, Any]) -> list[Message] | None:
        """Take over what `get_state` returned in an earlier process.

        Raises:
            ValueError: If the state is that of another kind of manager.
        """
        super().restore_from_session(state)
        self._model_call_count = state.get("model_call_count", 0)
        return None

    def apply_management(self, agent: Agent, **kwargs: Any) -> None:
        """Remove the messages before the window.

        Args:
            agent: Agent whose messages are changed in place.
            **kwargs: For extensions.
        """
        if len(agent.messages) > self.window_size:
            self.reduce_context(agent)

    def reduce_context(self, agent: Agent, e: Exception | None = None, **kwargs: Any) -> None:
        """Shorten the oldest tool results, or else remove the oldest messages.

        Tool results are only shortened when the model refused a request. A conversation within the window loses its
        oldest two messages, and more if the cut would separate tool results from their calls.

        Args:
            agent: Agent whose messages are changed in place.
            e: The model's refusal.
            **kwargs: For extensions.

        Raises:
            ContextWindowOverflowException: If the model refused and nothing can be left out.
        """
        messages = agent.messages
        if e is not None and self.should_truncate_results and truncate_oldest_tool_results(messages):
            logger.debug("message_count=<%d> | shortened the oldest tool results", len(messages))
            return
        # After a refusal the conversation goes on, so that at least one message has to stay.
        kept = max(self.window_size, 0 if e is None else 1)
        at_least = len(messages) - kept if len(messages) > kept else 2
        start = len(messages) if kept == 0 else first_start(messages, at_least=at_least)
        if start is not None:
            self.removed_message_count += start
            del messages[:start]
        elif e is not None:
            raise ContextWindowOverflowException("Unable to trim conversation context!") from e
        else:
            logger.warning(
                "window_size=<%d>, message_count=<%d> | found no place to cut the conversation",
                self.window_size,
                len(messages),
            )
