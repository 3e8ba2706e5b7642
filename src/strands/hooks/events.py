"""The events that an agent and a multi-agent orchestrator report.

Where a class has `_writable`, callbacks may set these attributes to change what happens next.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from strands.hooks._contract import BaseHookEvent, HookEvent
from strands.types.agent import AgentInput
from strands.types.content import Message, Messages
from strands.types.event_loop import StopReason
from strands.types.interrupt import _interrupt_id_within, _Interruptible, _stable_uuid
from strands.types.tools import AgentTool, ToolResult, ToolUse

if TYPE_CHECKING:
    from strands.agent.agent_result import AgentResult
    from strands.multiagent.base import MultiAgentBase


@dataclass
class AgentInitializedEvent(HookEvent):
    """The agent is complete; its callbacks must be synchronous, as constructors are."""


@dataclass
class BeforeInvocationEvent(HookEvent):
    """A request begins.

    Attributes:
        invocation_state: The caller's values for this run.
        messages: The new messages, which a callback may edit or replace before they are added to the history.
    """

    _writable: ClassVar[frozenset[str]] = frozenset({"messages"})

    invocation_state: dict[str, Any] = field(default_factory=dict)
    messages: Messages | None = None


@dataclass
class AfterInvocationEvent(HookEvent):
    """A request ended, well or badly.

    Attributes:
        invocation_state: The caller's values for this run.
        result: What the agent returns; None if it failed.
        resume: Set to a prompt to run the agent again with it before it returns to its caller.
    """

    _writable: ClassVar[frozenset[str]] = frozenset({"resume"})
    _reverses_callbacks: ClassVar[bool] = True

    invocation_state: dict[str, Any] = field(default_factory=dict)
    result: AgentResult | None = None
    resume: AgentInput = None


@dataclass
class BeforeToolCallEvent(HookEvent, _Interruptible):
    """A tool is about to be called; `interrupt` asks a human first.

    Attributes:
        selected_tool: The tool found for the request, or None; a callback may choose another one.
        tool_use: The model's request, which a callback may change.
        invocation_state: The caller's values for this run.
        cancel_tool: Set to skip the call; a string becomes the error that the model sees.
    """

    _writable: ClassVar[frozenset[str]] = frozenset({"selected_tool", "tool_use", "cancel_tool"})

    selected_tool: AgentTool | None
    tool_use: ToolUse
    invocation_state: dict[str, Any]
    cancel_tool: bool | str = False

    def _interrupt_id(self, name: str) -> str:
        return _interrupt_id_within(f"before_tool_call:{self.tool_use['toolUseId']}", name)


@dataclass
class AfterToolCallEvent(HookEvent):
    """A tool was called, or the call was cancelled.

    Attributes:
        selected_tool: The tool that ran; None if none was found.
        tool_use: The model's request.
        invocation_state: The caller's values for this run.
        result: What the model will see, which a callback may change.
        exception: What the tool raised, if anything; `result` then tells the model.
        cancel_message: Why the call was cancelled, if it was.
        retry: Set to drop the result and call the tool again.
    """

    _writable: ClassVar[frozenset[str]] = frozenset({"result", "retry"})
    _reverses_callbacks: ClassVar[bool] = True

    selected_tool: AgentTool | None
    tool_use: ToolUse
    invocation_state: dict[str, Any]
    result: ToolResult
    exception: Exception | None = None
    cancel_message: str | None = None
    retry: bool = False


@dataclass
class MultiAgentInitializedEvent(BaseHookEvent):
    """An orchestrator is complete.

    Attributes:
        source: The orchestrator.
        invocation_state: The caller's values for this run.
    """

    source: MultiAgentBase
    invocation_state: dict[str, Any] | None = None


@dataclass
class BeforeMultiAgentInvocationEvent(BaseHookEvent):
    """An orchestrator begins a request.

    Attributes:
        source: The orchestrator.
        invocation_state: The caller's values for this run.
    """

    source: MultiAgentBase
    invocation_state: dict[str, Any] | None = None


@dataclass
class AfterMultiAgentInvocationEvent(BaseHookEvent):
    """An orchestrator ended a request, well or badly.

    Attributes:
        source: The orchestrator.
        invocation_state: The caller's values for this run.
    """

    _reverses_callbacks: ClassVar[bool] = True

    source: MultiAgentBase
    invocation_state: dict[str, Any] | None = None


@dataclass
class AfterModelCallEvent(HookEvent):
    """The model responded or failed.

    Attributes:
        invocation_state: The caller's values for this run.
        stop_response: The response; None if the call failed.
        exception: Why the call failed; None if it did not.
        retry: Set to drop the response or the exception and call the model again.
    """

    @dataclass
    class ModelStopResponse:
        """A complete response.

        Attributes:
            message: What the model said.
            stop_reason: Why it stopped.
        """

        message: Message
        stop_reason: StopReason

    _writable: ClassVar[frozenset[str]] = frozenset({"retry"})
    _reverses_callbacks: ClassVar[bool] = True

    invocation_state: dict[str, Any] = field(default_factory=dict)
    stop_response: ModelStopResponse | None = None
    exception: Exception | None = None
    retry: bool = False


@dataclass
class BeforeModelCallEvent(HookEvent):
    """The model is about to be called.

    Attributes:
        invocation_state: The caller's values for this run.
        projected_input_tokens: Estimated size of the request; None when not estimated.
    """

    invocation_state: dict[str, Any] = field(default_factory=dict)
    projected_input_tokens: int | None = None


@dataclass
class MessageAddedEvent(HookEvent):
    """The history grew.

    Attributes:
        message: The message at its end.
    """

    message: Message


@dataclass
class BeforeNodeCallEvent(BaseHookEvent, _Interruptible):
    """A node of an orchestrator is about to run; `interrupt` asks a human first.

    Attributes:
        source: The orchestrator.
        node_id: Which node.
        invocation_state: The caller's values for this run.
        cancel_node: Set to fail the node instead of running it; a string is the reason.
    """

    _writable: ClassVar[frozenset[str]] = frozenset({"cancel_node"})

    source: MultiAgentBase
    node_id: str
    invocation_state: dict[str, Any] | None = None
    cancel_node: bool | str = False

    def _interrupt_id(self, name: str) -> str:
        return _interrupt_id_within(f"before_node_call:{_stable_uuid(self.node_id)}", name)


@dataclass
class AfterNodeCallEvent(BaseHookEvent):
    """A node of an orchestrator ran.

    Attributes:
        source: The orchestrator.
        node_id: Which node.
        invocation_state: The caller's values for this run.
    """

    _reverses_callbacks: ClassVar[bool] = True

    source: MultiAgentBase
    node_id: str
    invocation_state: dict[str, Any] | None = None
