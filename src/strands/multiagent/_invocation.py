"""One call of an orchestrator: alone, with hooks, within a span."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any, Protocol, cast
from weakref import ref

from strands.hooks.events import BeforeMultiAgentInvocationEvent
from strands.multiagent._final_turn import only_answer
from strands.telemetry._spans import attached, within_span
from strands.types._events import MultiAgentResultEvent, TypedEvent
from strands.types.multiagent import MultiAgentInput

if TYPE_CHECKING:
    from opentelemetry.trace import Span

    from strands.interrupt import Interrupt
    from strands.multiagent._orchestrator import Orchestrator


class Run(Protocol):
    """One run of an orchestrator's nodes."""

    interrupts: list[Interrupt]
    """Questions that this run asked."""

    def events(self) -> AsyncGenerator[TypedEvent, None]:
        """Run the nodes, and keep the orchestrator's state up to date meanwhile."""
        ...

    def is_final_node(self, node_id: str) -> bool:
        """Tell whether a node is known in advance to have no successor."""
        ...

    def end(self, error: BaseException | None) -> None:
        """Take note of the end, and of what ended the run."""
        ...


class Invocation:
    """One call.

    Args:
        orchestrator: What is called.
        state: The caller's values, which all nodes share.
        final_turn_only: Whether only the text of the team's answer is wanted.
    """

    def __init__(self, orchestrator: Orchestrator[Any], *, state: dict[str, Any], final_turn_only: bool) -> None:
        self._orchestrator = orchestrator
        self._state = state
        self._final_turn_only = final_turn_only
        self._stream: ref[AsyncGenerator[dict[str, Any], None]] | None = None

    def events(self, task: MultiAgentInput) -> AsyncGenerator[dict[str, Any], None]:
        """Run the nodes and yield what the consumer receives."""
        events = self._events(task)
        self._stream = ref(events)
        return events

    async def _events(self, task: MultiAgentInput) -> AsyncGenerator[dict[str, Any], None]:
        orchestrator, state = self._orchestrator, self._state
        await orchestrator._exclusion.dropped_run_closed()
        with orchestrator._exclusion.during(self._stream):
            orchestrator._interrupt_state.resume(cast(Any, task))
            with self._spanned(task) as span:
                with attached(span):
                    before = BeforeMultiAgentInvocationEvent(orchestrator, state)
                    await orchestrator.hooks.invoke_callbacks_async(before)
                run = orchestrator._begin(task, state, final_turn_only=self._final_turn_only)
                async with self._ended(run, span), aclosing(self._steps(run, span)) as steps:
                    async for event in steps:
                        item = event.for_consumer(state)
                        if item is not None:
                            yield item
            yield MultiAgentResultEvent(orchestrator._result(run.interrupts)).as_dict()

    def _steps(self, run: Run, span: Span) -> AsyncGenerator[TypedEvent, None]:
        events = run.events()
        return within_span(span, only_answer(events, run.is_final_node) if self._final_turn_only else events)

    @asynccontextmanager
    async def _ended(self, run: Run, span: Span) -> AsyncGenerator[None, None]:
        """Take note of the end of a run, whatever ends it."""
        error: BaseException | None = None
        try:
            yield
        except BaseException as raised:
            error = raised
            raise
        finally:
            run.end(error)
            orchestrator = self._orchestrator
            with orchestrator._exclusion.ending(), attached(span):
                await orchestrator.hooks.invoke_callbacks_async(orchestrator._after_invocation(self._state))

    @contextmanager
    def _spanned(self, task: MultiAgentInput) -> Iterator[Span]:
        tracer = self._orchestrator.tracer
        span = tracer.start_multiagent_span(
            task, self._orchestrator._kind, custom_trace_attributes=self._orchestrator.trace_attributes
        )
        try:
            yield span
        except Exception as error:
            tracer.end_span_with_error(span, f"{type(error).__name__}: {error}", error)
            raise
        finally:
            span.end()
