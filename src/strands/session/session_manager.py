"""What keeps an agent's conversation and state beyond its life."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from strands.hooks._contract import BaseHookEvent
from strands.hooks._dual import DualCallback
from strands.hooks.events import (
    AfterInvocationEvent,
    AfterMultiAgentInvocationEvent,
    AfterNodeCallEvent,
    AgentInitializedEvent,
    MessageAddedEvent,
    MultiAgentInitializedEvent,
)
from strands.hooks.registry import HookProvider, HookRegistry
from strands.session._threads import finish_in_thread
from strands.types.content import Message

if TYPE_CHECKING:
    from strands.agent.agent import Agent
    from strands.multiagent.base import MultiAgentBase
    from strands.session._bidi import BidiAgent


_Reactions = dict[type[Any], Callable[[Any], None]]


class SessionManager(HookProvider, ABC):
    """Follows the events of agents and stores what changes.

    Agents call it before they go on, one event at a time.

    Attributes:
        runs_in_thread: Whether the methods that store something of an agent are called in a worker thread while an
            event loop is running, so that slow storage holds up nothing else. Counts only for the very class whose
            body sets it: a subclass may rely on the thread it is called in, and says for itself if it does not.
    """

    runs_in_thread: ClassVar[bool] = False

    def register_hooks(self, registry: HookRegistry, **kwargs: Any) -> None:
        """Listen to the events after which there is something to store, or to restore."""
        for event_type, react in self._reactions_for_agents().items():
            registry.add_callback(event_type, DualCallback(react, self._off_the_loop(react)))
        for event_type, react in self._reactions_for_orchestrators().items():
            # In place: other nodes go on meanwhile, and would change the state while a thread stores it.
            registry.add_callback(event_type, react)

    def _reactions_for_agents(self) -> _Reactions:
        return {
            AgentInitializedEvent: lambda event: self.initialize(event.agent),
            MessageAddedEvent: self._store_message,
            AfterInvocationEvent: lambda event: self.sync_agent(event.agent),
        }

    def _reactions_for_orchestrators(self) -> _Reactions:
        return {
            MultiAgentInitializedEvent: lambda event: self.initialize_multi_agent(event.source),
            AfterNodeCallEvent: lambda event: self.sync_multi_agent(event.source),
            AfterMultiAgentInvocationEvent: lambda event: self.sync_multi_agent(event.source),
        }

    def _store_message(self, event: MessageAddedEvent) -> None:
        self.append_message(event.message, event.agent)
        self.sync_agent(event.agent)

    def _off_the_loop(self, react: Callable[[BaseHookEvent], None]) -> Callable[[BaseHookEvent], Any]:
        if vars(type(self)).get("runs_in_thread", False):
            return lambda event: finish_in_thread(react, event)
        return react

    @abstractmethod
    def initialize(self, agent: Agent, **kwargs: Any) -> None:
        """Restore an agent, or store it if the session does not know it yet."""

    @abstractmethod
    def append_message(self, message: Message, agent: Agent, **kwargs: Any) -> None:
        """Store a message that was added to an agent's conversation."""

    @abstractmethod
    def redact_latest_message(self, redact_message: Message, agent: Agent, **kwargs: Any) -> None:
        """Let another message stand in for the one that was stored last."""

    @abstractmethod
    def sync_agent(self, agent: Agent, **kwargs: Any) -> None:
        """Store an agent's state, without its messages."""

    # Orchestrators and bidirectional agents are for the managers that can do it.

    def initialize_multi_agent(self, source: MultiAgentBase, **kwargs: Any) -> None:
        """Restore an orchestrator of agents, or store it if the session does not know it yet."""
        raise self._no_multi_agent("initialize_multi_agent")

    def sync_multi_agent(self, source: MultiAgentBase, **kwargs: Any) -> None:
        """Store the state of an orchestrator of agents."""
        raise self._no_multi_agent("sync_multi_agent")

    def initialize_bidi_agent(self, agent: BidiAgent, **kwargs: Any) -> None:
        """Restore a bidirectional agent, or store it if the session does not know it yet."""
        raise self._no_bidi_agent("initialize_bidi_agent")

    def append_bidi_message(self, message: Message, agent: BidiAgent, **kwargs: Any) -> None:
        """Store a message that was added to a bidirectional agent's conversation."""
        raise self._no_bidi_agent("append_bidi_message")

    def sync_bidi_agent(self, agent: BidiAgent, **kwargs: Any) -> None:
        """Store a bidirectional agent's state, without its messages."""
        raise self._no_bidi_agent("sync_bidi_agent")

    def _no_multi_agent(self, method: str) -> NotImplementedError:
        return NotImplementedError(
            f"{type(self).__name__} does not support multi-agent persistence ({method}). "
            "Provide an implementation or use a SessionManager with session_type=SessionType.MULTI_AGENT."
        )

    def _no_bidi_agent(self, method: str) -> NotImplementedError:
        return NotImplementedError(
            f"{type(self).__name__} does not support bidirectional agent persistence ({method}). "
            "Provide an implementation or use a SessionManager with bidirectional agent support."
        )
