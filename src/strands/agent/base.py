"""What every agent can do, local or remote."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from strands.agent.agent_result import AgentResult
    from strands.types.agent import AgentInput


@runtime_checkable
class AgentBase(Protocol):
    """An agent: something that answers a prompt."""

    async def invoke_async(self, prompt: AgentInput = None, **kwargs: Any) -> AgentResult:
        """Run the agent on a prompt and return its result."""
        ...

    def __call__(self, prompt: AgentInput = None, **kwargs: Any) -> AgentResult:
        """Run the agent on a prompt and return its result, from synchronous code."""
        ...

    def stream_async(self, prompt: AgentInput = None, **kwargs: Any) -> AsyncIterator[Any]:
        """Run the agent on a prompt and yield its events; the last one holds the result."""
        ...
