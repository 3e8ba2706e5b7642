"""Calling an agent's tools by hand: `agent.tool.weather(city="Oslo")`."""

from __future__ import annotations

import json
import random
import weakref
from collections.abc import Callable, Iterator
from contextlib import ExitStack, aclosing, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

from strands._async import run_async
from strands.tools.executors._executor import ToolExecutor
from strands.types._events import ToolInterruptEvent
from strands.types.content import ContentBlock, Message
from strands.types.exceptions import ConcurrencyException
from strands.types.tools import ToolResult, ToolUse

if TYPE_CHECKING:
    from strands.agent.agent import Agent

_BUSY = (
    "Direct tool call cannot be made while the agent is in the middle of an invocation. "
    "Set record_direct_tool_call=False to allow direct tool calls during agent invocation."
)


class _ToolCaller:
    """Attributes are the agent's tools, as functions that take keyword arguments and return a `ToolResult`."""

    def __init__(self, agent: Agent) -> None:
        # Weak, or the agent and its caller would keep each other alive until the garbage collector finds them.
        self._agent_ref = weakref.ref(agent)

    @property
    def _agent(self) -> Agent:
        agent = self._agent_ref()
        if agent is None:
            raise ReferenceError("the agent of this tool caller is gone: keep a reference to it")
        return agent

    def __getattr__(self, name: str) -> Callable[..., ToolResult]:
        """Return a function that calls the tool of this name, in which `_` may stand for `-`.

        The function takes the tool's input as keyword arguments, and:
            user_message_override: Text that the history gives as the user's reason for the call.
            record_direct_tool_call: Whether the call goes into the history; the agent's default when omitted.

        It raises AttributeError if there is no such tool, RuntimeError if the agent waits for answers to interrupts or
        the tool itself interrupts, and ConcurrencyException if the call is to be recorded while the agent is busy.
        """

        def caller(
            user_message_override: str | None = None, record_direct_tool_call: bool | None = None, **kwargs: Any
        ) -> ToolResult:
            agent = self._agent
            if agent._interrupt_state.activated:
                raise RuntimeError("cannot directly call tool during interrupt")
            record = agent.record_direct_tool_call if record_direct_tool_call is None else record_direct_tool_call
            tool_name = self._find_normalized_tool_name(name)
            tool_use: ToolUse = {
                "toolUseId": f"tooluse_{name}_{random.randint(100000000, 999999999)}",
                "name": tool_name,
                "input": kwargs.copy(),
            }

            async def call() -> ToolResult:
                result = await self._call(tool_use, kwargs)
                if record:
                    await self._record_tool_execution(tool_use, result, user_message_override)
                return result

            with _recording(agent) if record else nullcontext():
                result = run_async(call)
                agent.conversation_manager.apply_management(agent)
            return result

        return caller

    async def _call(self, tool_use: ToolUse, invocation_state: dict[str, Any]) -> ToolResult:
        agent, results = self._agent, list[ToolResult]()
        async with aclosing(ToolExecutor._stream(agent, tool_use, results, invocation_state)) as events:
            async for event in events:
                if isinstance(event, ToolInterruptEvent):
                    agent._interrupt_state.deactivate()
                    raise RuntimeError("cannot raise interrupt in direct tool call")
        return results[0]

    def _find_normalized_tool_name(self, name: str) -> str:
        """Return the registered name that `name` means.

        Raises:
            AttributeError: If there is none.
        """
        registry = self._agent.tool_registry.registry
        if name in registry:
            return name
        for known in registry:
            if known.replace("-", "_") == name:
                return known
        raise AttributeError(f"Tool '{name}' not found")

    async def _record_tool_execution(
        self, tool: ToolUse, tool_result: ToolResult, user_message_override: str | None
    ) -> None:
        """Add the call to the history as if the user had asked for it and the model had made it."""
        agent, name = self._agent, tool["name"]
        # Through JSON, because what cannot be sent cannot be kept in the history.
        recorded_json = json.dumps(
            self._filter_tool_parameters_for_recording(name, tool["input"]), default=_placeholder
        )
        request: list[ContentBlock] = [
            {"text": f"agent.tool.{name} direct tool call.\nInput parameters: {recorded_json}\n"}
        ]
        if user_message_override:
            request.insert(0, {"text": f"{user_message_override}\n"})
        recorded_use: ToolUse = {"toolUseId": tool["toolUseId"], "name": name, "input": json.loads(recorded_json)}
        messages: list[Message] = [
            {"role": "user", "content": request},
            {"role": "assistant", "content": [{"toolUse": recorded_use}]},
            {"role": "user", "content": [{"toolResult": tool_result}]},
            {"role": "assistant", "content": [{"text": f"agent.tool.{name} was called."}]},
        ]
        await agent._append_messages(*messages)

    def _filter_tool_parameters_for_recording(self, tool_name: str, input_params: dict[str, Any]) -> dict[str, Any]:
        """Return the arguments that the tool's schema knows, without what only the invocation needed."""
        schema = self._agent.tool_registry.registry[tool_name].tool_spec["inputSchema"]
        properties = schema.get("json", schema).get("properties", {})
        return {name: value for name, value in input_params.items() if name in properties}


@contextmanager
def _recording(agent: Agent) -> Iterator[None]:
    """Keep the history to this call: one that is recorded amid a run would tear a request from its results."""
    with ExitStack() as stack:
        try:
            stack.enter_context(agent._exclusively())
        except ConcurrencyException:
            raise ConcurrencyException(_BUSY) from None
        yield


def _placeholder(value: Any) -> str:
    return f"<<non-serializable: {type(value).__qualname__}>>"
