"""The manager that replaces old messages by a summary."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from strands._async import run_async
from strands.agent.conversation_manager._model_summary import summarized_by_model
from strands.agent.conversation_manager._tool_pairs import first_split
from strands.agent.conversation_manager.conversation_manager import ConversationManager, ProactiveCompressionConfig
from strands.tools._tool_helpers import noop_tool
from strands.tools.registry import ToolRegistry
from strands.types.content import Message, Messages
from strands.types.exceptions import ContextWindowOverflowException

if TYPE_CHECKING:
    from strands.agent.agent import Agent

logger = logging.getLogger(__name__)

DEFAULT_SUMMARIZATION_PROMPT = """\
You write the memory of an assistant whose conversation has become too long. The messages you get will be deleted; your
text takes their place, and the assistant goes on with nothing else to look back on.

Write for the assistant, in the third person and in short bullet points under these headings, leaving out what has no
content:

## Goal
What the user wants, with every constraint, preference and decision stated so far.

## Facts
Names, figures, paths, identifiers and results that later turns may need, quoted exactly.

## Tools
Each tool that ran: why, with which input, and what came of it.

## State
What is done, what failed and why, which questions are open, what comes next.

Do not answer the user, ask back, call tools, comment on the conversation, or add anything that it does not contain.
"""
_REQUEST = "Please summarize this conversation."
_SMALLEST_RATIO, _LARGEST_RATIO = 0.1, 0.8


class SummarizingConversationManager(ConversationManager):
    """Replaces the oldest part of a conversation by a summary of it, when the model refused it as too large."""

    def __init__(
        self,
        summary_ratio: float = 0.3,
        preserve_recent_messages: int = 10,
        summarization_agent: Agent | None = None,
        summarization_system_prompt: str | None = None,
        *,
        proactive_compression: bool | ProactiveCompressionConfig | None = None,
    ) -> None:
        """Create a manager.

        Args:
            summary_ratio: Part of the messages to summarize, brought into the range from 0.1 to 0.8.
            preserve_recent_messages: Latest messages that are never summarized.
            summarization_agent: Agent that writes the summary; its messages and tools are as before afterwards.
                Without one, the model of the agent at hand is called.
            summarization_system_prompt: System prompt of that model call.
            proactive_compression: Whether, or from which threshold on, to summarize ahead of an overflow.

        Raises:
            ValueError: If both an agent and a system prompt are given.
        """
        super().__init__(proactive_compression=proactive_compression)
        if summarization_agent is not None and summarization_system_prompt is not None:
            raise ValueError(
                "Cannot provide both summarization_agent and summarization_system_prompt. "
                "Agents come with their own system prompt."
            )
        self.summary_ratio = max(_SMALLEST_RATIO, min(_LARGEST_RATIO, summary_ratio))
        self.preserve_recent_messages = preserve_recent_messages
        self.summarization_agent = summarization_agent
        self.summarization_system_prompt = summarization_system_prompt
        self._summary_message: Message | None = None

    def get_state(self) -> dict[str, Any]:
        """Return what a session has to keep, as JSON values."""
        return {"summary_message": self._summary_message, **super().get_state()}

    def restore_from_session(self, state: dict[str, Any]) -> list[Message] | None:
        """Take over what `get_state` returned in an earlier process.

        Returns:
            The summary, to be put before the messages of the session; None if there was none.

        Raises:
            ValueError: If the state is that of another kind of manager.
        """
        super().restore_from_session(state)
        self._summary_message = state.get("summary_message")
        return None if self._summary_message is None else [self._summary_message]

    def apply_management(self, agent: Agent, **kwargs: Any) -> None:
        """Do nothing: a conversation that fits needs no summary."""

    def reduce_context(self, agent: Agent, e: Exception | None = None, **kwargs: Any) -> None:
        """Replace the oldest messages by a summary.

        Args:
            agent: Agent whose messages are changed in place.
            e: The model's refusal. Without it, a failure is logged and the messages stay as they are.
            **kwargs: For extensions.

        Raises:
            ContextWindowOverflowException: If there are too few messages to summarize.
            Exception: What the summarizing model raised; the refusal is its cause.
        """
        try:
            self._summarize_oldest(agent)
        except Exception as error:
            if e is None:
                logger.warning("error=<%s> | could not summarize ahead of an overflow, going on", error)
                return
            raise error from e

    def _summarize_oldest(self, agent: Agent) -> None:
        messages = agent.messages
        count = max(1, int(len(messages) * self.summary_ratio))
        count = min(count, len(messages) - self.preserve_recent_messages)
        if count <= 0 or not messages:
            raise ContextWindowOverflowException("Cannot summarize: insufficient messages for summarization")
        split = self._adjust_split_point_for_tool_pairs(messages, count)
        if messages[:split] == [self._summary_message]:
            # A summary of nothing but the summary makes nothing smaller: retries would never end.
            raise ContextWindowOverflowException("Cannot summarize: insufficient messages for summarization")
        summary = self._generate_summary(messages[:split], agent)
        # An earlier summary is no message of the session, so that it does not count as removed from it.
        self.removed_message_count += split - (0 if self._summary_message is None else 1)
        self._summary_message = summary
        messages[:split] = [summary]

    def _generate_summary(self, messages: Messages, agent: Agent) -> Message:
        request: Message = {"role": "user", "content": [{"text": _REQUEST}]}
        if self.summarization_agent is not None:
            summary = _summarized_by_agent(self.summarization_agent, messages)
        else:
            prompt = self.summarization_system_prompt
            prompt = DEFAULT_SUMMARIZATION_PROMPT if prompt is None else prompt
            summary = run_async(lambda: summarized_by_model(agent.model, [*messages, request], prompt))
        content = [block for block in summary["content"] if "text" in block]
        if not content:
            raise ContextWindowOverflowException(f"Cannot summarize: the summary has no text, got {summary!r}")
        return {"role": "user", "content": content}

    def _adjust_split_point_for_tool_pairs(self, messages: Messages, split_point: int) -> int:
        """Return the first place from `split_point` on that separates no tool result from its call.

        Raises:
            ContextWindowOverflowException: If there is none.
        """
        if split_point > len(messages):
            raise ContextWindowOverflowException("Split point exceeds message array length")
        split = first_split(messages, at_least=split_point)
        if split == len(messages) != split_point:
            raise ContextWindowOverflowException("Unable to trim conversation context!")
        return split


def _summarized_by_agent(agent: Agent, messages: Messages) -> Message:
    with _borrowed(agent, messages):
        return agent(_REQUEST).message


@contextmanager
def _borrowed(agent: Agent, messages: Messages) -> Iterator[None]:
    """Let the agent have another conversation for a while.

    Providers refuse messages with tool blocks unless a tool is offered, so an agent without tools gets one that does
    nothing.
    """
    own_messages, own_tools = agent.messages, agent.tool_registry
    agent.messages = list(messages)
    if not agent.tool_names:
        agent.tool_registry = ToolRegistry()
        agent.tool_registry.register_tool(noop_tool)
    try:
        yield
    finally:
        agent.messages, agent.tool_registry = own_messages, own_tools
