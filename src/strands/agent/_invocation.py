"""One invocation of an agent, part by part: an after-invocation hook may resume it with new input."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from strands.agent.agent_result import AgentResult
from strands.event_loop.final_turn import only_final_turn
from strands.hooks.events import AfterInvocationEvent, BeforeInvocationEvent
from strands.tools.structured_output._structured_output_context import StructuredOutputContext
from strands.types._events import EventLoopStopEvent, InitEventLoopEvent, TypedEvent
from strands.types.agent import AgentInput
from strands.types.content import Messages
from strands.types.exceptions import ContextWindowOverflowException

if TYPE_CHECKING:
    from pydantic import BaseModel

    from strands.agent.agent import Agent

EventLoop = Callable[["Agent", dict[str, Any], StructuredOutputContext], AsyncGenerator[TypedEvent, None]]
"""The signature of `event_loop_cycle`."""


@dataclass(slots=True, kw_only=True)
class InvocationPart:
    """From one input to the result that it leads to."""

    agent: Agent
    event_loop: EventLoop
    invocation_state: dict[str, Any]
    output_model: type[BaseModel] | None
    output_prompt: str | None
    final_turn_only: bool
    messages: Messages
    result: AgentResult | None = None
    resume: AgentInput = None
    """The input of the next part, if a hook asked for one."""

    async def events(self) -> AsyncGenerator[TypedEvent, None]:
        """Run this part and yield its events; afterwards `result` and `resume` are set."""
        agent = self.agent
        structured_output = StructuredOutputContext(self.output_model, self.output_prompt)
        before = BeforeInvocationEvent(
            agent=agent, invocation_state=self.invocation_state, messages=self.messages
        )
        await agent.hooks.invoke_callbacks_async(before)
        try:
            yield InitEventLoopEvent()
            await agent._append_messages(*(self.messages if before.messages is None else before.messages))
            self.invocation_state["agent"] = agent
            structured_output.register_tool(agent.tool_registry)
            stop: TypedEvent | None = None
            while not isinstance(stop, EventLoopStopEvent):
                try:
                    async with aclosing(self._loop(structured_output)) as events:
                        async for stop in events:
                            yield stop
                except ContextWindowOverflowException as error:
                    _make_room(agent, error)
            self.result = AgentResult(*stop["stop"])
        finally:
            structured_output.cleanup(agent.tool_registry)
            await self._end()

    def _loop(self, structured_output: StructuredOutputContext) -> AsyncGenerator[TypedEvent, None]:
        events = self.event_loop(self.agent, self.invocation_state, structured_output)
        return only_final_turn(events) if self.final_turn_only else events

    async def _end(self) -> None:
        agent = self.agent
        agent.conversation_manager.apply_management(agent)
        after = AfterInvocationEvent(agent=agent, invocation_state=self.invocation_state, result=self.result)
        await agent.hooks.invoke_callbacks_async(after)
        self.resume = after.resume


def _make_room(agent: Agent, error: ContextWindowOverflowException) -> None:
    """Let the conversation manager shorten what the model is sent.

    Raises:
        ContextWindowOverflowException: If nothing changed, since the next request would fail in the same way.
    """
    before = _request_fingerprint(agent)
    agent.conversation_manager.reduce_context(agent, e=error)
    if _request_fingerprint(agent) == before:
        raise error
    if agent._session_manager is not None:
        agent._session_manager.sync_agent(agent)


def _request_fingerprint(agent: Agent) -> int:
    # Taken only after an overflow, so that reading the whole history is no matter.
    return hash((repr(agent.messages), repr(agent.system_prompt_content), tuple(agent.tool_names)))
