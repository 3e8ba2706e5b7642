"""The plugin that lets code, or another model, steer an agent while it runs."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING, Any, get_args

from strands.hooks.events import AfterModelCallEvent, BeforeToolCallEvent
from strands.plugins.decorator import hook
from strands.plugins.plugin import Plugin
from strands.types.content import Message
from strands.types.event_loop import StopReason
from strands.types.interrupt import _answered_interrupt
from strands.types.tools import ToolUse
from strands.vended_plugins.steering.core.action import (
    Guide,
    Interrupt,
    ModelSteeringAction,
    Proceed,
    ToolSteeringAction,
)
from strands.vended_plugins.steering.core.context import (
    SteeringContext,
    SteeringContextCallback,
    SteeringContextProvider,
)

if TYPE_CHECKING:
    from strands.agent.agent import Agent
    from strands.hooks.registry import HookEvent

logger = logging.getLogger(__name__)


class SteeringHandler(Plugin):
    """Decides on tool calls before they are made, and on responses before they are accepted.

    Override `steer_before_tool`, `steer_after_model`, or both. An error of theirs is logged and lets the agent go on.

    Attributes:
        steering_context: What the context providers have gathered.
    """

    name = "steering"

    def __init__(self, context_providers: list[SteeringContextProvider] | None = None) -> None:
        """Collect the callbacks of the context providers."""
        self.steering_context = SteeringContext()
        self._context_callbacks: list[SteeringContextCallback[Any]] = [
            callback for provider in context_providers or () for callback in provider.context_providers()
        ]

    def init_agent(self, agent: Agent) -> None:
        """Add the callbacks that gather context; they run before the decisions."""
        for callback in self._context_callbacks:
            event_types: Any = list(get_args(callback.event_type)) or callback.event_type
            agent.add_hook(partial(self._gather, callback), event_types)

    def _gather(self, callback: SteeringContextCallback[Any], event: HookEvent) -> None:
        callback(event, self.steering_context)

    async def steer_before_tool(self, *, agent: Agent, tool_use: ToolUse, **kwargs: Any) -> ToolSteeringAction:
        """Decide on a tool call; lets all pass unless overridden.

        A person's answer to an `Interrupt` decides the call: this method is not asked about it again.

        Args:
            agent: The agent.
            tool_use: The model's request.
            **kwargs: Reserved for future use.
        """
        return Proceed(reason="Default implementation: allowing tool execution")

    async def steer_after_model(
        self, *, agent: Agent, message: Message, stop_reason: StopReason, **kwargs: Any
    ) -> ModelSteeringAction:
        """Decide on a response; accepts all unless overridden.

        Args:
            agent: The agent.
            message: The response.
            stop_reason: Why it ended.
            **kwargs: Reserved for future use.
        """
        return Proceed(reason="Default implementation: accepting model response")

    @hook
    async def provide_tool_steering_guidance(self, event: BeforeToolCallEvent) -> None:
        """Let the tool be called, cancel the call with guidance for the model, or ask a person."""
        name = event.tool_use["name"]
        answered = _answered_interrupt(event, _question(name))
        if answered is not None:  # what is decided the second time must not overrule the person
            self._act_on_tool(Interrupt(reason=answered.reason["message"]), event)
            return
        try:
            action = await self.steer_before_tool(agent=event.agent, tool_use=event.tool_use)
        except Exception as error:
            logger.warning("tool_name=<%s>, error=<%s> | tool steering failed", name, error, exc_info=True)
            return
        self._act_on_tool(action, event)

    def _act_on_tool(self, action: Any, event: BeforeToolCallEvent) -> None:
        name = event.tool_use["name"]
        if isinstance(action, Proceed):
            logger.debug("tool_name=<%s> | tool call proceeds", name)
        elif isinstance(action, Guide):
            logger.debug("tool_name=<%s>, reason=<%s> | tool call guided", name, action.reason)
            event.cancel_tool = f"Tool call cancelled. {action.reason} You MUST follow this guidance immediately."
        elif isinstance(action, Interrupt):
            logger.debug("tool_name=<%s>, reason=<%s> | tool call waits for a person", name, action.reason)
            if not event.interrupt(name=_question(name), reason={"message": action.reason}):
                event.cancel_tool = f"Manual approval denied: {action.reason}"
        else:
            raise ValueError(f"Unknown steering action type for tool call: {action}")

    @hook
    async def provide_model_steering_guidance(self, event: AfterModelCallEvent) -> None:
        """Accept the response, or drop it and call the model again with guidance."""
        response = event.stop_response
        if response is None:
            return
        try:
            action: Any = await self.steer_after_model(
                agent=event.agent, message=response.message, stop_reason=response.stop_reason
            )
        except Exception as error:
            logger.warning("error=<%s> | model steering failed", error, exc_info=True)
            return
        if isinstance(action, Guide):
            logger.debug("reason=<%s> | response dropped, calling the model again", action.reason)
            event.retry = True
            await event.agent._append_messages({"role": "user", "content": [{"text": action.reason}]})
        elif not isinstance(action, Proceed):
            raise ValueError(f"Unknown steering action type for model response: {action}")


def _question(tool_name: str) -> str:
    """Return the name of the question whether a tool may be called."""
    return f"steering_input_{tool_name}"
