"""One invocation of an agent, part by part: an after-invocation hook may resume it with new input."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import AbstractContextManager, aclosing, asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import ref

from strands.agent.agent_result import AgentResult
from strands.event_loop._text_runs import FinalTurnGateOfRuns
from strands.hooks.events import AfterInvocationEvent, BeforeInvocationEvent
from strands.telemetry._spans import attached, within_span
from strands.tools.structured_output._structured_output_context import StructuredOutputContext
from strands.types._events import EventLoopStopEvent, InitEventLoopEvent, TypedEvent
from strands.types.agent import AgentInput
from strands.types.content import Messages
from strands.types.exceptions import ContextWindowOverflowException, EventLoopException

if TYPE_CHECKING:
    from pydantic import BaseModel

    from strands.agent.agent import Agent

EventLoop = Callable[..., AsyncGenerator[TypedEvent, None]]
"""`event_loop_cycle`; called with keywords, since those who replace it in tests look at them."""


@dataclass(slots=True, kw_only=True)
class Invocation:
    """One call of an agent."""

    agent: Agent
    event_loop: EventLoop
    state: dict[str, Any]
    callback_handler: Callable[..., Any] | None
    """None stands for a handler that does nothing."""
    output_model: type[BaseModel] | None
    output_prompt: str | None
    final_turn_only: bool
    _stream: ref[AsyncGenerator[dict[str, Any], None]] | None = None

    def events(self, prompt: AgentInput) -> AsyncGenerator[dict[str, Any], None]:
        """Run the agent and yield what the consumer receives; the callback handler receives the same."""
        events = self._events(prompt)
        self._stream = ref(events)
        return events

    async def _events(self, prompt: AgentInput) -> AsyncGenerator[dict[str, Any], None]:
        agent, state, handler = self.agent, self.state, self.callback_handler
        await agent._exclusion.dropped_run_closed()
        with agent._exclusively(self._stream), _cancellable(agent):
            agent.event_loop_metrics.reset_usage_metrics()
            messages = await agent._messages_for(prompt)
            with _AgentSpan(agent, messages) as span:
                part: _Part | None = _Part(self, span, messages)
                while part is not None:
                    async with part:
                        while part.result is None:
                            async with part.step() as events:
                                async for event in events:
                                    item = event.for_consumer(state)
                                    if item is None:
                                        part.take(event)
                                        continue
                                    if handler is not None:
                                        handler(**item)
                                    yield item
                    span.response = part.result
                    part = await part.following()
            result = {"result": span.response}
            if handler is not None:
                handler(**result)
            yield result


@contextmanager
def _cancellable(agent: Agent) -> Iterator[None]:
    """Let a cancellation count for this call, even one that came before it, and not for the next."""
    try:
        yield
    finally:
        agent._cancel_signal.clear()


class _Part:
    """From one input to the result that it leads to; a context within which the steps of the run are made."""

    def __init__(self, invocation: Invocation, span: _AgentSpan, messages: Messages) -> None:
        self.result: AgentResult | None = None
        self._invocation = invocation
        self._agent = invocation.agent
        self._span = span
        self._messages = messages
        self._structured_output = StructuredOutputContext(invocation.output_model, invocation.output_prompt)
        self._has_begun = False
        self._resume: AgentInput = None

    async def __aenter__(self) -> None:
        event = BeforeInvocationEvent(
            agent=self._agent, invocation_state=self._invocation.state, messages=self._messages
        )
        with self._span.attached():
            await self._agent.hooks.invoke_callbacks_async(event)
        if event.messages is not None:
            self._messages = event.messages

    async def __aexit__(self, *_: object) -> None:
        self._structured_output.cleanup(self._agent.tool_registry)
        self._agent.conversation_manager.apply_management(self._agent)
        event = AfterInvocationEvent(agent=self._agent, invocation_state=self._invocation.state, result=self.result)
        with self._agent._exclusion.ending(), self._span.attached():
            await self._agent.hooks.invoke_callbacks_async(event)
        self._resume = event.resume

    @asynccontextmanager
    async def step(self) -> AsyncGenerator[AsyncGenerator[TypedEvent, None], None]:
        """Give the events of the next step: the announcement, then the loop, again after each overflow.

        Raises:
            EventLoopException: If the loop ends without a result; what users' tests put in its place may do that.
        """
        is_announcement, self._has_begun = not self._has_begun, True
        try:
            async with aclosing(self._announcement() if is_announcement else self._loop()) as events:
                yield events
        except ContextWindowOverflowException as error:
            _make_room(self._agent, error)
            return
        if self.result is None and not is_announcement:
            raise EventLoopException(RuntimeError("the event loop must end with an EventLoopStopEvent, got none"))

    def take(self, event: TypedEvent) -> None:
        """Take note of an internal event."""
        if isinstance(event, EventLoopStopEvent):
            self.result = AgentResult(*event["stop"])

    async def following(self) -> _Part | None:
        """Return the part that a hook asked for, if one did."""
        if self._resume is None:
            return None
        return _Part(self._invocation, self._span, await self._agent._messages_for(self._resume))

    async def _announcement(self) -> AsyncGenerator[TypedEvent, None]:
        yield InitEventLoopEvent()
        with self._span.attached():
            await self._agent._append_messages(*self._messages)
        self._invocation.state["agent"] = self._agent
        self._structured_output.register_tool(self._agent.tool_registry)

    def _loop(self) -> AsyncGenerator[TypedEvent, None]:
        invocation = self._invocation
        events = invocation.event_loop(
            agent=self._agent,
            invocation_state=invocation.state,
            structured_output_context=self._structured_output,
        )
        if invocation.final_turn_only:
            events = FinalTurnGateOfRuns().stream(events)
        return within_span(self._span.span, events)


class _AgentSpan:
    """The span of one call, from entering this context to leaving it."""

    def __init__(self, agent: Agent, messages: Messages) -> None:
        self.span = agent.trace_span = agent._start_span(messages)
        self.response: AgentResult | None = None
        self._tracer = agent.tracer

    def __enter__(self) -> _AgentSpan:
        return self

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, Exception):
            self._tracer.end_agent_span(self.span, error=error)
        else:
            self._tracer.end_agent_span(self.span, response=self.response)

    def attached(self) -> AbstractContextManager[None]:
        """Make the span current; nothing may be yielded to the consumer meanwhile."""
        return attached(self.span)


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
