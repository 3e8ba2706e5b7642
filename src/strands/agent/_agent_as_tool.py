"""An agent that serves as a tool of another agent."""

from __future__ import annotations

import copy
import logging
import threading
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, cast

from strands.agent._defaults import beginning_as_tool
from strands.agent.agent_result import AgentResult
from strands.types._events import AgentAsToolStreamEvent, ToolInterruptEvent, ToolResultEvent, TypedEvent
from strands.types.agent import AgentInput
from strands.types.json_dict import JSONSerializableDict
from strands.types.tools import AgentTool, ToolResultContent, ToolSpec, ToolUse

if TYPE_CHECKING:
    from strands.agent.agent import Agent
    from strands.types.interrupt import InterruptResponseContent

logger = logging.getLogger(__name__)


class _AgentAsTool(AgentTool):
    """Runs an agent on the input that the calling model gives it.

    Args:
        agent: The agent.
        name: The tool's name.
        description: What the tool is good for.
        preserve_context: Whether the agent remembers earlier calls; otherwise each call begins with the conversation
            and state that the agent has now.

    Raises:
        ValueError: If each call is to begin afresh, but a session manager keeps the agent's conversation.
    """

    def __init__(
        self, agent: Agent, *, name: str, description: str | None = None, preserve_context: bool = False
    ) -> None:
        super().__init__()
        if not preserve_context and agent._session_manager is not None:
            raise ValueError(
                "preserve_context=False cannot be used with an agent that has a session manager: "
                f"agent {agent.name!r} would be reset while its session goes on"
            )
        self._agent = agent
        self._name = name
        self._description = (
            description or agent.description or f"Use the {name} agent as a tool by providing a natural language input"
        )
        self._preserve_context = preserve_context
        self._initial_messages = copy.deepcopy(agent.messages)
        self._initial_state = copy.deepcopy(agent.state.get())
        self._in_use = threading.Lock()
        self._asked_for: str | None = None

    @property
    def agent(self) -> Agent:
        """The agent behind the tool."""
        return self._agent

    @property
    def tool_name(self) -> str:
        return self._name

    @property
    def tool_spec(self) -> ToolSpec:
        return {
            "name": self._name,
            "description": self._description,
            "inputSchema": {
                "json": {
                    "type": "object",
                    "properties": {
                        "input": {"type": "string", "description": "The input to send to the agent tool."},
                    },
                    "required": ["input"],
                }
            },
        }

    @property
    def tool_type(self) -> str:
        return "agent"

    def get_display_properties(self) -> dict[str, str]:
        return {**super().get_display_properties(), "Agent": self._agent.name}

    async def stream(
        self, tool_use: ToolUse, invocation_state: dict[str, Any], **kwargs: Any
    ) -> AsyncGenerator[Any, None]:
        if not self._in_use.acquire(blocking=False):
            yield _error(tool_use, f"Agent '{self._agent.name}' is already processing a request")
            return
        try:
            async with aclosing(self._run(tool_use)) as events:
                async for event in events:
                    yield event
        except Exception as error:
            logger.warning("tool_name=<%s>, error=<%s> | agent failed as a tool", self._name, error)
            yield _error(tool_use, f"Agent error: {error}", error)
        finally:
            self._in_use.release()

    async def _run(self, tool_use: ToolUse) -> AsyncGenerator[TypedEvent, None]:
        prompt: AgentInput
        self._drop_questions_of_other_calls(tool_use)
        if self._agent._interrupt_state.activated:
            prompt = self._interrupt_responses()
        else:
            if not self._preserve_context:
                self._reset()
            prompt = _prompt_of(tool_use)
        with beginning_as_tool():
            events = cast("AsyncGenerator[dict[str, Any], None]", self._agent.stream_async(prompt))
        async with aclosing(events):
            async for event in events:
                result = event.get("result")
                if isinstance(result, AgentResult):  # tools may have put their own `result` into the merged state
                    self._asked_for = tool_use["toolUseId"] if result.stop_reason == "interrupt" else None
                    yield _outcome(tool_use, result)
                else:
                    yield AgentAsToolStreamEvent(tool_use, event, self)

    def _drop_questions_of_other_calls(self, tool_use: ToolUse) -> None:
        """Forget questions whose call was given up, such as by a cancellation: a new call is not their answer."""
        if self._asked_for not in (None, tool_use["toolUseId"]):
            self._agent._interrupt_state.deactivate()

    def _interrupt_responses(self) -> list[InterruptResponseContent]:
        """Return the answers that the calling agent was given to this agent's questions."""
        return [
            {"interruptResponse": {"interruptId": interrupt.id, "response": interrupt.response}}
            for interrupt in self._agent._interrupt_state.interrupts.values()
        ]

    def _reset(self) -> None:
        self._agent.messages = copy.deepcopy(self._initial_messages)
        self._agent.state = JSONSerializableDict(copy.deepcopy(self._initial_state))


def _prompt_of(tool_use: ToolUse) -> AgentInput:
    given = tool_use["input"]
    if isinstance(given, dict):
        return cast(AgentInput, given.get("input", ""))
    return cast(AgentInput, given)


def _outcome(tool_use: ToolUse, result: AgentResult) -> TypedEvent:
    if result.stop_reason == "interrupt" and result.interrupts:
        return ToolInterruptEvent(tool_use, list(result.interrupts))
    content: ToolResultContent = (
        {"text": str(result)}
        if result.structured_output is None
        else {"json": result.structured_output.model_dump(mode="json")}
    )
    return ToolResultEvent({"toolUseId": tool_use["toolUseId"], "status": "success", "content": [content]})


def _error(tool_use: ToolUse, text: str, exception: Exception | None = None) -> ToolResultEvent:
    return ToolResultEvent(
        {"toolUseId": tool_use["toolUseId"], "status": "error", "content": [{"text": text}]}, exception
    )
