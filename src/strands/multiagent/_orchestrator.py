"""What graphs and swarms have in common: how they are called, and what they tell of themselves."""

from __future__ import annotations

import threading
from abc import abstractmethod
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, TypeVar, cast

from typing_extensions import override

from strands._async import run_async
from strands.agent._defaults import resolved_trace_attributes
from strands.agent._exclusion import Exclusion
from strands.hooks.events import AfterMultiAgentInvocationEvent, MultiAgentInitializedEvent
from strands.hooks.registry import HookCallback, HookProvider, HookRegistry
from strands.interrupt import Interrupt, _InterruptState
from strands.multiagent._figures import HasFigures
from strands.multiagent._final_turn import checked_keyword
from strands.multiagent._invocation import Invocation, Run
from strands.multiagent.base import MultiAgentBase, MultiAgentResult, NodeResult, Status
from strands.plugins.multiagent_registry import _MultiAgentPluginRegistry
from strands.types.multiagent import MultiAgentInput

if TYPE_CHECKING:
    from strands.plugins.multiagent_plugin import MultiAgentPlugin
    from strands.telemetry.tracer import Tracer
    from strands.types.traces import AttributeValue

ResultT = TypeVar("ResultT", bound=MultiAgentResult, covariant=True)


class RunState(HasFigures, Protocol):
    """What the states of all kinds of runs have in common."""

    results: dict[str, NodeResult]
    execution_time: int


def outcome_of(state: RunState, status: Status, interrupts: list[Interrupt]) -> dict[str, Any]:
    """Return the fields that the results of all kinds of runs have in common."""
    return {
        "status": status,
        "results": state.results,
        "accumulated_usage": state.accumulated_usage,
        "accumulated_metrics": state.accumulated_metrics,
        "execution_time": state.execution_time,
        "interrupts": interrupts,
    }


class Orchestrator(MultiAgentBase, Generic[ResultT]):
    """An orchestrator that runs nodes, one run at a time.

    Attributes:
        id: Identifies the orchestrator in a session.
        hooks: The callbacks by event.
        session_manager: Keeps the state of runs.
        trace_attributes: Attributes for the spans.
        tracer: Starts the spans.
    """

    _kind: ClassVar[str]

    def __init__(self, *, id: str, tracer: Tracer, trace_attributes: Mapping[str, AttributeValue] | None) -> None:
        self.id = id
        self.tracer = tracer
        self.trace_attributes = resolved_trace_attributes(trace_attributes)
        self.hooks = HookRegistry()
        self._interrupt_state = _InterruptState()
        self._exclusion = Exclusion(
            threading.Lock(),
            f"{type(self).__name__} {id!r} is already processing a request: use one instance for each run",
        )

    def _set_up_hooks(self, providers: Sequence[HookProvider], plugins: Sequence[MultiAgentPlugin]) -> None:
        for provider in providers:
            self.hooks.add_hook(provider)
        self._plugin_registry = _MultiAgentPluginRegistry(self)
        for plugin in plugins:
            self._plugin_registry.add_and_init(plugin)
        run_async(lambda: self.hooks.invoke_callbacks_async(MultiAgentInitializedEvent(source=self)))

    @abstractmethod
    def _begin(self, task: MultiAgentInput, invocation_state: dict[str, Any], *, final_turn_only: bool) -> Run:
        """Return the run that a task asks for: a new one, or the rest of one that was stopped."""

    @abstractmethod
    def _result(self, interrupts: list[Interrupt]) -> ResultT:
        """Return how the run ended that asked these questions."""

    @override
    def add_hook(self, callback: HookCallback[Any], event_type: type | list[type] | None = None) -> None:
        self.hooks.add_callback(event_type, callback)

    @override
    def __call__(
        self,
        task: MultiAgentInput,
        invocation_state: dict[str, Any] | None = None,
        *,
        stream_final_turn_only: bool | None = None,
        **kwargs: Any,
    ) -> ResultT:
        """Run from synchronous code; see `stream_async` for the arguments.

        Returns:
            The result of the run.
        """
        return run_async(
            lambda: self.invoke_async(task, invocation_state, stream_final_turn_only=stream_final_turn_only, **kwargs)
        )

    @override
    async def invoke_async(
        self,
        task: MultiAgentInput,
        invocation_state: dict[str, Any] | None = None,
        *,
        stream_final_turn_only: bool | None = None,
        **kwargs: Any,
    ) -> ResultT:
        """Run and wait for the result; see `stream_async` for the arguments.

        Returns:
            The result of the run.
        """
        event: dict[str, Any] = {}
        async for event in self.stream_async(  # noqa: B007  # the last event holds the result
            task, invocation_state, stream_final_turn_only=stream_final_turn_only, **kwargs
        ):
            continue
        return cast(ResultT, event["result"])

    @override
    def stream_async(
        self,
        task: MultiAgentInput,
        invocation_state: dict[str, Any] | None = None,
        *,
        stream_final_turn_only: bool | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[dict[str, Any]]:
        """Run and yield the events, each a dict of its own.

        Closing the iterator early stops all nodes.

        Args:
            task: The task, or the answers to the interrupts that stopped it.
            invocation_state: Values for tools and hooks, which all nodes share; used as it is, and added to.
            stream_final_turn_only: Whether text is yielded only if it belongs to the answer of the team: to the final
                turn of a node after which no other one ran. None stands for no.
            **kwargs: For subclasses; not used.

        Yields:
            Events; the last one is `{"type": "multiagent_result", "result": ...}`.

        Raises:
            TypeError: If `stream_final_turn_only` is not a bool, or the task does not answer a waiting interrupt.
            KeyError: If the task answers an interrupt that was not asked.
            ConcurrencyException: If it is running already.
        """
        final_turn_only = checked_keyword(stream_final_turn_only)
        state = {} if invocation_state is None else invocation_state
        return Invocation(self, state=state, final_turn_only=final_turn_only).events(task)

    def _after_invocation(self, invocation_state: dict[str, Any]) -> AfterMultiAgentInvocationEvent:
        return AfterMultiAgentInvocationEvent(self, invocation_state)
