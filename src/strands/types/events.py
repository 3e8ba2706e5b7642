"""The events that consumers receive, typed, and their projection to JSON.

`AgentStreamEvent` is what `Agent.stream_async` yields. Its members are told apart by their keys, which type checkers
understand:

    async for event in agent.stream_async("Hello"):
        if "data" in event:
            print(event["data"])            # a str
        elif "result" in event:
            print(event["result"].message)  # an AgentResult

Some events carry the invocation state as well: the keys in `WithInvocationState`, and whatever the caller put there.
At run time every event is a plain dict.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from typing_extensions import TypedDict, final

from strands.types._event_projection import jsonable as jsonable

if TYPE_CHECKING:
    from uuid import UUID

    from opentelemetry.trace import Span
    from pydantic import BaseModel

    from strands.agent.agent_result import AgentResult
    from strands.interrupt import Interrupt
    from strands.multiagent.base import MultiAgentResult, NodeResult
    from strands.telemetry.metrics import Trace
    from strands.types.content import Message
    from strands.types.streaming import CitationsDelta, ContentBlockDelta, StreamEvent
    from strands.types.tools import ToolUse

__all__ = [
    "AgentStreamEvent",
    "AnyStreamEvent",
    "CancelledTool",
    "CitationDelta",
    "CurrentToolUse",
    "CycleStartEvent",
    "ForceStopEvent",
    "HandoffEvent",
    "InterruptedTool",
    "MessageEvent",
    "ModelChunkEvent",
    "MultiAgentResultEvent",
    "MultiAgentStreamEvent",
    "NodeCancelEvent",
    "NodeInterruptEvent",
    "NodeStartEvent",
    "NodeStopEvent",
    "NodeStreamEvent",
    "ReasoningSignatureDelta",
    "ReasoningTextDelta",
    "RedactedReasoningDelta",
    "RemoteAgentEvent",
    "ResultEvent",
    "RunStartEvent",
    "StartEvent",
    "StreamedByTool",
    "StructuredOutputEvent",
    "TextDelta",
    "ThrottleEvent",
    "ToolCancelEvent",
    "ToolInputDelta",
    "ToolInterruptEvent",
    "ToolStreamEvent",
    "WithInvocationState",
    "jsonable",
]


class WithInvocationState(TypedDict, total=False):
    """What the runtime adds to the invocation state; present from the first cycle on, except for the parent's id."""

    agent: Any
    request_state: dict[str, Any]
    event_loop_cycle_id: UUID
    event_loop_cycle_trace: Trace
    event_loop_cycle_span: Span
    event_loop_parent_cycle_id: UUID


# --- the run and its cycles -----------------------------------------------------------------------------------------


@final
class RunStartEvent(WithInvocationState):
    """A run begins, or a part of it that an after-invocation hook resumed."""

    init_event_loop: Literal[True]


@final
class StartEvent(TypedDict):
    """A cycle is about to begin; the older twin of `CycleStartEvent`."""

    start: Literal[True]


@final
class CycleStartEvent(TypedDict):
    """A cycle begins: one call of the model, and the tools that it asks for."""

    start_event_loop: Literal[True]


@final
class ThrottleEvent(WithInvocationState):
    """A throttled model call is about to be repeated, after this many seconds."""

    event_loop_throttled_delay: int


@final
class ForceStopEvent(TypedDict):
    """An exception is about to leave the run."""

    force_stop: Literal[True]
    force_stop_reason: str


@final
class ResultEvent(TypedDict):
    """The result of the run; always the last event."""

    result: AgentResult


# --- the model's response -------------------------------------------------------------------------------------------


@final
class ModelChunkEvent(TypedDict):
    """A chunk as the model's provider sent it; comes before what is derived from it."""

    event: StreamEvent


@final
class TextDelta(WithInvocationState):
    """A piece of text."""

    data: str
    delta: ContentBlockDelta


class CurrentToolUse(TypedDict):
    """A tool request that is still being streamed; `input` is JSON text, complete only with its last piece."""

    toolUseId: str
    name: str
    input: str


@final
class ToolInputDelta(WithInvocationState):
    """A piece of a tool's input."""

    type: Literal["tool_use_stream"]
    delta: ContentBlockDelta
    current_tool_use: CurrentToolUse


@final
class ReasoningTextDelta(WithInvocationState):
    """A piece of reasoning."""

    reasoningText: str
    delta: ContentBlockDelta
    reasoning: Literal[True]


@final
class ReasoningSignatureDelta(WithInvocationState):
    """The provider's signature of the reasoning before it."""

    reasoning_signature: str
    delta: ContentBlockDelta
    reasoning: Literal[True]


@final
class RedactedReasoningDelta(WithInvocationState):
    """Reasoning that the provider encrypted."""

    reasoningRedactedContent: bytes
    delta: ContentBlockDelta
    reasoning: Literal[True]


@final
class CitationDelta(WithInvocationState):
    """A citation of the text around it."""

    citation: CitationsDelta
    delta: ContentBlockDelta


@final
class MessageEvent(TypedDict):
    """A complete message: the model's, or the one with the results of the tools that it called."""

    message: Message


@final
class StructuredOutputEvent(TypedDict):
    """The validated structured output of the run."""

    structured_output: BaseModel


# --- tools ----------------------------------------------------------------------------------------------------------


class StreamedByTool(TypedDict):
    """The request that a tool works on, and what it yielded."""

    tool_use: ToolUse
    data: Any


@final
class ToolStreamEvent(TypedDict):
    """What a tool yielded while it runs; for an agent that serves as a tool, its events."""

    type: Literal["tool_stream"]
    tool_stream_event: StreamedByTool


class CancelledTool(TypedDict):
    """The request that was cancelled, and what the model is told."""

    tool_use: ToolUse
    message: str


@final
class ToolCancelEvent(TypedDict):
    """A hook cancelled a tool call before it began."""

    tool_cancel_event: CancelledTool


class InterruptedTool(TypedDict):
    """The request that waits, and the questions asked."""

    tool_use: ToolUse
    interrupts: list[Interrupt]


@final
class ToolInterruptEvent(TypedDict):
    """A tool, or a hook before it, asks a person."""

    tool_interrupt_event: InterruptedTool


AgentStreamEvent: TypeAlias = (
    RunStartEvent
    | StartEvent
    | CycleStartEvent
    | ModelChunkEvent
    | TextDelta
    | ToolInputDelta
    | ReasoningTextDelta
    | ReasoningSignatureDelta
    | RedactedReasoningDelta
    | CitationDelta
    | ThrottleEvent
    | MessageEvent
    | ToolStreamEvent
    | ToolCancelEvent
    | ToolInterruptEvent
    | StructuredOutputEvent
    | ForceStopEvent
    | ResultEvent
)
"""What `Agent.stream_async` yields."""


# --- many agents ----------------------------------------------------------------------------------------------------


@final
class NodeStartEvent(TypedDict):
    """A node begins; `node_type` says what it is, such as `agent`."""

    type: Literal["multiagent_node_start"]
    node_id: str
    node_type: str


@final
class NodeStreamEvent(TypedDict):
    """An event of a node: of its agent, or of its orchestrator."""

    type: Literal["multiagent_node_stream"]
    node_id: str
    event: AnyStreamEvent


@final
class NodeStopEvent(TypedDict):
    """A node ended."""

    type: Literal["multiagent_node_stop"]
    node_id: str
    node_result: NodeResult


class _Handoff(TypedDict, total=False):
    message: str


@final
class HandoffEvent(_Handoff):
    """Control passes from some nodes to others, perhaps with a message."""

    type: Literal["multiagent_handoff"]
    from_node_ids: list[str]
    to_node_ids: list[str]


@final
class NodeCancelEvent(TypedDict):
    """A hook cancelled a node before it began."""

    type: Literal["multiagent_node_cancel"]
    node_id: str
    message: str


@final
class NodeInterruptEvent(TypedDict):
    """A node asks a person."""

    type: Literal["multiagent_node_interrupt"]
    node_id: str
    interrupts: list[Interrupt]


@final
class MultiAgentResultEvent(TypedDict):
    """The result of an orchestrator's run; always its last event."""

    type: Literal["multiagent_result"]
    result: MultiAgentResult


MultiAgentStreamEvent: TypeAlias = (
    NodeStartEvent
    | NodeStreamEvent
    | NodeStopEvent
    | HandoffEvent
    | NodeCancelEvent
    | NodeInterruptEvent
    | MultiAgentResultEvent
)
"""What a graph's or a swarm's `stream_async` yields."""


@final
class RemoteAgentEvent(TypedDict):
    """What a remote agent sent: a message, or a task and its update; see `strands.types.a2a`."""

    type: Literal["a2a_stream"]
    event: Any


# Not a union of the two above: mypy does not look into unions within unions when it narrows.
AnyStreamEvent: TypeAlias = (
    RunStartEvent
    | StartEvent
    | CycleStartEvent
    | ModelChunkEvent
    | TextDelta
    | ToolInputDelta
    | ReasoningTextDelta
    | ReasoningSignatureDelta
    | RedactedReasoningDelta
    | CitationDelta
    | ThrottleEvent
    | MessageEvent
    | ToolStreamEvent
    | ToolCancelEvent
    | ToolInterruptEvent
    | StructuredOutputEvent
    | ForceStopEvent
    | ResultEvent
    | NodeStartEvent
    | NodeStreamEvent
    | NodeStopEvent
    | HandoffEvent
    | NodeCancelEvent
    | NodeInterruptEvent
    | MultiAgentResultEvent
    | RemoteAgentEvent
)
"""What a consumer of agents, of orchestrators and of remote agents receives."""
