"""Events that travel from the event loop to the agent, and from there to consumers and callback handlers.

Each event is a dict, so that what a consumer receives is a plain copy of it. Three groups differ in how they leave:

- most events leave as they are;
- events of one model delta, the first event of a run and throttle notices leave with the invocation state merged in;
- internal events (`is_callback_event` is False) never leave.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from pydantic import BaseModel

    from strands.agent._agent_as_tool import _AgentAsTool
    from strands.agent.agent_result import AgentResult
    from strands.interrupt import Interrupt
    from strands.multiagent.base import MultiAgentResult, NodeResult
    from strands.telemetry.metrics import EventLoopMetrics
    from strands.types.citations import Citation
    from strands.types.content import Message
    from strands.types.event_loop import Metrics, StopReason, Usage
    from strands.types.streaming import ContentBlockDelta, ContentBlockDeltaEvent, StreamEvent
    from strands.types.tools import ToolResult, ToolUse


class TypedEvent(dict[str, Any]):
    """Base of all events: a dict with the keys that a consumer reads."""

    def __init__(self, data: dict[str, Any] | None = None) -> None:
        super().__init__(data or {})

    @property
    def is_callback_event(self) -> bool:
        """Whether consumers and callback handlers receive this event."""
        return True

    def as_dict(self) -> dict[str, Any]:
        """Return the event as a plain dict of its own."""
        return {**self}

    def prepare(self, invocation_state: dict[str, Any]) -> None:
        """Merge what the consumer expects from the invocation state; most events need nothing."""

    def for_consumer(self, invocation_state: dict[str, Any]) -> dict[str, Any] | None:
        """Return what a consumer receives for this event, or None if the event is internal."""
        if not self.is_callback_event:
            return None
        self.prepare(invocation_state)
        return self.as_dict()


class _MergedEvent(TypedEvent):
    """An event that leaves together with the invocation state."""

    def prepare(self, invocation_state: dict[str, Any]) -> None:
        self.update(invocation_state)


class _InternalEvent(TypedEvent):
    """An event from one part of the runtime to another."""

    @property
    def is_callback_event(self) -> bool:
        return False

    def for_consumer(self, invocation_state: dict[str, Any]) -> dict[str, Any] | None:
        return None


# --- the run and its cycles -----------------------------------------------------------------------------------------


class InitEventLoopEvent(_MergedEvent):
    """A run begins, or a part of it that an after-invocation hook resumed."""

    def __init__(self) -> None:
        super().__init__({"init_event_loop": True})


class StartEventLoopEvent(TypedEvent):
    """A cycle begins."""

    def __init__(self) -> None:
        super().__init__({"start_event_loop": True})


class StartEvent(TypedEvent):
    """A cycle is about to begin; the older twin of `StartEventLoopEvent`."""

    def __init__(self) -> None:
        super().__init__({"start": True})


class ModelAttemptEvent(_InternalEvent):
    """The model is about to be called; what an earlier attempt of the same cycle produced is rejected.

    Attributes:
        text_in_runs: Set by who holds text back: plain deltas of text then come as `TextRunEvent`s, for as long as
            this is True. It can be changed between any two events of the response.
    """

    def __init__(self, *, tools_offered: bool) -> None:
        super().__init__({"tools_offered": tools_offered})
        self.text_in_runs = False

    @property
    def tools_offered(self) -> bool:
        """Whether the model can answer this call with a tool use."""
        return cast(bool, self["tools_offered"])


class TurnVerdictEvent(_InternalEvent):
    """The loop has accepted a response and knows whether it ends the run with an answer."""

    def __init__(self, *, final: bool) -> None:
        super().__init__({"final": final})

    @property
    def final(self) -> bool:
        """Whether the response is the run's answer."""
        return cast(bool, self["final"])


class EventLoopStopEvent(_InternalEvent):
    """The loop is done; carries everything that an `AgentResult` is made of."""

    def __init__(
        self,
        stop_reason: StopReason,
        message: Message,
        metrics: EventLoopMetrics,
        request_state: Any,
        interrupts: Sequence[Interrupt] | None = None,
        structured_output: BaseModel | None = None,
    ) -> None:
        super().__init__({"stop": (stop_reason, message, metrics, request_state, interrupts, structured_output)})


class ForceStopEvent(TypedEvent):
    """An exception is about to leave the loop."""

    def __init__(self, reason: str | Exception) -> None:
        super().__init__({"force_stop": True, "force_stop_reason": str(reason)})


class EventLoopThrottleEvent(_MergedEvent):
    """A throttled model call is about to be repeated.

    Args:
        delay: Seconds waited before the next attempt.
    """

    def __init__(self, delay: int) -> None:
        super().__init__({"event_loop_throttled_delay": delay})


class AgentResultEvent(TypedEvent):
    """The run's result; always the last event."""

    def __init__(self, result: AgentResult) -> None:
        super().__init__({"result": result})


# --- the model's response -------------------------------------------------------------------------------------------


class ModelStreamChunkEvent(TypedEvent):
    """A raw chunk from the model provider."""

    def __init__(self, chunk: StreamEvent) -> None:
        # Set, not passed up to dict's own constructor: one of two events that are made for each token.
        self["event"] = chunk

    @property
    def chunk(self) -> StreamEvent:
        """The provider's chunk."""
        return cast("StreamEvent", self["event"])

    def for_consumer(self, invocation_state: dict[str, Any]) -> dict[str, Any] | None:
        return {**self}


class ModelStreamEvent(TypedEvent):
    """What one delta of the response means; empty when the delta means nothing to a consumer."""

    def __init__(self, delta_data: dict[str, Any]) -> None:
        super().__init__(delta_data)

    @property
    def is_callback_event(self) -> bool:
        return len(self) > 0

    def prepare(self, invocation_state: dict[str, Any]) -> None:
        if "delta" in self:
            self.update(invocation_state)

    def for_consumer(self, invocation_state: dict[str, Any]) -> dict[str, Any] | None:
        if "delta" in self:
            return {**self, **invocation_state}
        return {**self} or None


class TextStreamEvent(ModelStreamEvent):
    """A piece of text."""

    def __init__(self, delta: ContentBlockDelta, text: str) -> None:
        self["data"] = text  # set as in ModelStreamChunkEvent
        self["delta"] = delta

    def for_consumer(self, invocation_state: dict[str, Any]) -> dict[str, Any] | None:
        return {**self, **invocation_state}


class TextRunEvent(TextStreamEvent):
    """Consecutive deltas that are nothing but text, in one event; takes the place of two events for each delta.

    Internal: it is taken apart before it leaves.

    Args:
        first: The `contentBlockDelta` of the first chunk; the others differ from it in their text only.
        pieces: The texts.
    """

    def __init__(self, first: ContentBlockDeltaEvent, pieces: list[str]) -> None:
        self["first"] = first
        self["pieces"] = pieces

    @property
    def is_callback_event(self) -> bool:
        return False

    def for_consumer(self, invocation_state: dict[str, Any]) -> dict[str, Any] | None:
        return None

    def deltas(self) -> Iterator[TypedEvent]:
        """Yield the events that this one stands for."""
        first: ContentBlockDeltaEvent = self["first"]
        for piece in self["pieces"]:
            delta: ContentBlockDelta = {"text": piece}
            event = first.copy()
            event["delta"] = delta
            yield ModelStreamChunkEvent({"contentBlockDelta": event})
            yield TextStreamEvent(delta, piece)


class CitationStreamEvent(ModelStreamEvent):
    """A citation of the text around it."""

    def __init__(self, delta: ContentBlockDelta, citation: Citation) -> None:
        super().__init__({"citation": citation, "delta": delta})


class ToolUseStreamEvent(ModelStreamEvent):
    """A piece of a tool's input; `current_tool_use` holds the input's text so far."""

    def __init__(self, delta: ContentBlockDelta, current_tool_use: dict[str, Any]) -> None:
        super().__init__({"type": "tool_use_stream", "delta": delta, "current_tool_use": current_tool_use})


class ReasoningSignatureStreamEvent(ModelStreamEvent):
    """The provider's signature of the reasoning before it."""

    def __init__(self, delta: ContentBlockDelta, reasoning_signature: str | None) -> None:
        super().__init__({"reasoning_signature": reasoning_signature, "delta": delta, "reasoning": True})


class ReasoningRedactedContentStreamEvent(ModelStreamEvent):
    """Reasoning that the provider encrypted."""

    def __init__(self, delta: ContentBlockDelta, redacted_content: bytes | None) -> None:
        super().__init__({"reasoningRedactedContent": redacted_content, "delta": delta, "reasoning": True})


class ReasoningTextStreamEvent(ModelStreamEvent):
    """A piece of reasoning."""

    def __init__(self, delta: ContentBlockDelta, reasoning_text: str | None) -> None:
        super().__init__({"reasoningText": reasoning_text, "delta": delta, "reasoning": True})


class ModelStopReason(_InternalEvent):
    """The response is complete."""

    def __init__(self, stop_reason: StopReason, message: Message, usage: Usage, metrics: Metrics) -> None:
        super().__init__({"stop": (stop_reason, message, usage, metrics)})


class ModelMessageEvent(TypedEvent):
    """The complete assistant message of an accepted response."""

    def __init__(self, message: Message) -> None:
        super().__init__({"message": message})


class StructuredOutputEvent(TypedEvent):
    """The validated structured output of the run."""

    def __init__(self, structured_output: BaseModel) -> None:
        super().__init__({"structured_output": structured_output})


# --- tools ----------------------------------------------------------------------------------------------------------


class ToolInterruptEvent(TypedEvent):
    """A tool or a hook before it asks a person."""

    def __init__(self, tool_use: ToolUse, interrupts: list[Interrupt]) -> None:
        super().__init__({"tool_interrupt_event": {"tool_use": tool_use, "interrupts": interrupts}})

    @property
    def interrupts(self) -> list[Interrupt]:
        """The questions asked."""
        return cast("list[Interrupt]", self["tool_interrupt_event"]["interrupts"])

    @property
    def tool_use_id(self) -> str:
        """Id of the interrupted request."""
        return cast(str, self["tool_interrupt_event"]["tool_use"]["toolUseId"])


class ToolStreamEvent(TypedEvent):
    """What a tool yielded while it runs."""

    def __init__(self, tool_use: ToolUse, tool_stream_data: Any) -> None:
        super().__init__({"type": "tool_stream", "tool_stream_event": {"tool_use": tool_use, "data": tool_stream_data}})

    @property
    def tool_use_id(self) -> str:
        """Id of the request that the tool works on."""
        return cast(str, self["tool_stream_event"]["tool_use"]["toolUseId"])


class AgentAsToolStreamEvent(ToolStreamEvent):
    """What an agent that serves as a tool yielded while it runs."""

    def __init__(self, tool_use: ToolUse, tool_stream_data: Any, agent_as_tool: _AgentAsTool) -> None:
        super().__init__(tool_use, tool_stream_data)
        self._agent_as_tool = agent_as_tool

    @property
    def agent_as_tool(self) -> _AgentAsTool:
        """The tool that wraps the agent."""
        return self._agent_as_tool


class ToolCancelEvent(TypedEvent):
    """A hook cancelled a tool call before it began."""

    def __init__(self, tool_use: ToolUse, message: str) -> None:
        super().__init__({"tool_cancel_event": {"tool_use": tool_use, "message": message}})

    @property
    def message(self) -> str:
        """The text that the model gets as the result."""
        return cast(str, self["tool_cancel_event"]["message"])

    @property
    def tool_use_id(self) -> str:
        """Id of the cancelled request."""
        return cast(str, self["tool_cancel_event"]["tool_use"]["toolUseId"])


class ToolResultEvent(_InternalEvent):
    """A tool call ended; keeps the exception that an error result stands for."""

    def __init__(self, tool_result: ToolResult, exception: Exception | None = None) -> None:
        super().__init__({"type": "tool_result", "tool_result": tool_result})
        self._exception = exception

    @property
    def tool_result(self) -> ToolResult:
        """The result for the model."""
        return cast("ToolResult", self["tool_result"])

    @property
    def tool_use_id(self) -> str:
        """Id of the request that this result answers."""
        return self.tool_result["toolUseId"]

    @property
    def exception(self) -> Exception | None:
        """What the tool raised, if it did."""
        return self._exception


class ToolResultMessageEvent(TypedEvent):
    """The user message with the results of all tools of a cycle."""

    def __init__(self, message: Any) -> None:
        super().__init__({"message": message})


# --- many agents ----------------------------------------------------------------------------------------------------


class MultiAgentResultEvent(TypedEvent):
    """The result of an orchestrator's run; always its last event."""

    def __init__(self, result: MultiAgentResult) -> None:
        super().__init__({"type": "multiagent_result", "result": result})


class MultiAgentNodeStartEvent(TypedEvent):
    """A node begins."""

    def __init__(self, node_id: str, node_type: str) -> None:
        super().__init__({"type": "multiagent_node_start", "node_id": node_id, "node_type": node_type})


class MultiAgentNodeStopEvent(TypedEvent):
    """A node ended."""

    def __init__(self, node_id: str, node_result: NodeResult) -> None:
        super().__init__({"type": "multiagent_node_stop", "node_id": node_id, "node_result": node_result})


class MultiAgentHandoffEvent(TypedEvent):
    """Control passes from some nodes to others."""

    def __init__(self, from_node_ids: list[str], to_node_ids: list[str], message: str | None = None) -> None:
        super().__init__({"type": "multiagent_handoff", "from_node_ids": from_node_ids, "to_node_ids": to_node_ids})
        if message:
            self["message"] = message


class MultiAgentNodeStreamEvent(TypedEvent):
    """An event of a node's agent."""

    def __init__(self, node_id: str, agent_event: dict[str, Any]) -> None:
        super().__init__({"type": "multiagent_node_stream", "node_id": node_id, "event": agent_event})


class MultiAgentNodeCancelEvent(TypedEvent):
    """A hook cancelled a node before it began."""

    def __init__(self, node_id: str, message: str) -> None:
        super().__init__({"type": "multiagent_node_cancel", "node_id": node_id, "message": message})


class MultiAgentNodeInterruptEvent(TypedEvent):
    """A node asks a person."""

    def __init__(self, node_id: str, interrupts: list[Interrupt]) -> None:
        super().__init__({"type": "multiagent_node_interrupt", "node_id": node_id, "interrupts": interrupts})

    @property
    def interrupts(self) -> list[Interrupt]:
        """The questions asked."""
        return cast("list[Interrupt]", self["interrupts"])
