"""What every tool executor does with a single tool call: hooks, retries, results, traces and metrics."""

from __future__ import annotations

import abc
import logging
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from strands.hooks.events import AfterToolCallEvent, BeforeToolCallEvent
from strands.interrupt import Interrupt
from strands.telemetry._spans import within_span
from strands.telemetry.metrics import Trace
from strands.telemetry.tracer import get_tracer, serialize
from strands.tools.executors._attempt import attempt, error_result
from strands.types._events import ToolCancelEvent, ToolInterruptEvent, ToolResultEvent, TypedEvent
from strands.types.tools import AgentTool, ToolResult, ToolSpec, ToolUse

if TYPE_CHECKING:
    from strands.agent.agent import Agent
    from strands.tools.structured_output._structured_output_context import StructuredOutputContext

logger = logging.getLogger(__name__)

_CANCELLED_BY_HOOK = "tool cancelled by user"


class ToolExecutor(abc.ABC):
    """Base class of executors, which decide when each of several tool calls runs."""

    @abc.abstractmethod
    def _execute(
        self,
        agent: Agent,
        tool_uses: list[ToolUse],
        tool_results: list[ToolResult],
        cycle_trace: Trace,
        cycle_span: Any,
        invocation_state: dict[str, Any],
        structured_output_context: StructuredOutputContext | None = None,
    ) -> AsyncGenerator[TypedEvent, None]:
        """Run the tools that one response asks for.

        Args:
            agent: The agent whose tools they are.
            tool_uses: The model's requests.
            tool_results: Receives the results; once all tools are done they are in the order of the requests.
            cycle_trace: Trace of the cycle; receives one child for each result.
            cycle_span: Span of the cycle.
            invocation_state: The caller's values for this run.
            structured_output_context: State of structured output, for the tool that collects it.

        Returns:
            The events of all calls. Closing it ends what still runs.
        """

    @staticmethod
    async def _invoke_before_tool_call_hook(
        agent: Agent, tool_func: Any, tool_use: ToolUse, invocation_state: dict[str, Any]
    ) -> tuple[BeforeToolCallEvent, list[Interrupt]]:
        return await agent.hooks.invoke_callbacks_async(
            BeforeToolCallEvent(
                agent=agent, selected_tool=tool_func, tool_use=tool_use, invocation_state=invocation_state
            )
        )

    @staticmethod
    async def _invoke_after_tool_call_hook(
        agent: Agent,
        selected_tool: Any,
        tool_use: ToolUse,
        invocation_state: dict[str, Any],
        result: ToolResult,
        exception: Exception | None = None,
        cancel_message: str | None = None,
    ) -> tuple[AfterToolCallEvent, list[Interrupt]]:
        return await agent.hooks.invoke_callbacks_async(
            AfterToolCallEvent(
                agent=agent,
                selected_tool=selected_tool,
                tool_use=tool_use,
                invocation_state=invocation_state,
                result=result,
                exception=exception,
                cancel_message=cancel_message,
            )
        )

    @staticmethod
    async def _stream(
        agent: Agent,
        tool_use: ToolUse,
        tool_results: list[ToolResult],
        invocation_state: dict[str, Any],
        structured_output_context: StructuredOutputContext | None = None,
        **kwargs: Any,
    ) -> AsyncGenerator[TypedEvent, None]:
        """Run one tool call with its hooks, again if one of them asks for that.

        Args:
            agent: The agent whose tool it is.
            tool_use: The model's request.
            tool_results: Receives the result, unless the call is interrupted.
            invocation_state: The caller's values for this run; receives what tools and hooks expect to find there.
            structured_output_context: State of structured output, for the tool that collects it.
            **kwargs: Further keyword arguments of the tool's `stream`.

        Yields:
            What the tool streams, then a `ToolResultEvent` or a `ToolInterruptEvent`.

        Raises:
            Exception: What a hook raised.
        """
        tool = agent.tool_registry.find_tool(tool_use["name"])
        logger.debug("tool_use=<%s>, found=<%s> | calling the tool", tool_use, tool is not None)
        invocation_state.update(_values_for_tools(agent))
        if structured_output_context is not None and structured_output_context.is_enabled:
            kwargs["structured_output_context"] = structured_output_context

        call = _Call(agent, tool_use, invocation_state, kwargs)
        while True:
            async with aclosing(call.events(tool)) as events:
                async for event in events:
                    yield event
            outcome = call.outcome
            if outcome is None:
                return
            if not call.retry:
                break
        tool_results.append(outcome.tool_result)
        yield outcome

    @staticmethod
    async def _stream_with_trace(
        agent: Agent,
        tool_use: ToolUse,
        tool_results: list[ToolResult],
        cycle_trace: Trace,
        cycle_span: Any,
        invocation_state: dict[str, Any],
        structured_output_context: StructuredOutputContext | None = None,
        **kwargs: Any,
    ) -> AsyncGenerator[TypedEvent, None]:
        """Run one tool call as `_stream` does, and record it: a span, a trace below that of the cycle, and metrics."""
        tracer = get_tracer()
        span = tracer.start_tool_call_span(tool_use, cycle_span, custom_trace_attributes=agent.trace_attributes)
        name = tool_use["name"]
        if span.is_recording():
            span.set_attributes(_span_attributes(agent.tool_registry.get_all_tools_config().get(name)))
        trace = Trace(f"Tool: {name}", parent_id=cycle_trace.id, raw_name=f"{name} - {tool_use['toolUseId']}")
        started_s = time.perf_counter()
        call = ToolExecutor._stream(
            agent, tool_use, tool_results, invocation_state, structured_output_context, **kwargs
        )
        outcome: ToolResultEvent | None = None
        try:
            async with aclosing(within_span(span, call)) as events:
                async for event in events:
                    if isinstance(event, ToolResultEvent):
                        outcome = event
                    else:
                        yield event
        except BaseException as error:
            raised = error if isinstance(error, Exception) else None
            tracer.end_span_with_error(span, str(error) or type(error).__name__, raised)
            raise
        if outcome is None:
            tracer.end_tool_call_span(span, None)
            return
        result = outcome.tool_result
        agent.event_loop_metrics.add_tool_usage(
            tool_use,
            time.perf_counter() - started_s,
            trace,
            result.get("status") == "success",
            {"role": "user", "content": [{"toolResult": result}]},
        )
        cycle_trace.add_child(trace)
        tracer.end_tool_call_span(span, result, outcome.exception)
        yield outcome


def _values_for_tools(agent: Agent) -> dict[str, Any]:
    specs = agent.tool_registry.get_all_tool_specs()
    return {
        "agent": agent,
        "model": agent.model,
        "messages": agent.messages,
        "system_prompt": agent.system_prompt,
        "tool_config": {"tools": [{"toolSpec": spec} for spec in specs], "toolChoice": {"auto": {}}},
    }


def _span_attributes(spec: ToolSpec | None) -> dict[str, str]:
    if spec is None:
        return {}
    schema = serialize(spec["inputSchema"]["json"])
    return {"gen_ai.tool.description": spec["description"], "gen_ai.tool.json_schema": schema}


@dataclass(slots=True)
class _Call:
    """A tool call between its hooks."""

    agent: Agent
    tool_use: ToolUse
    invocation_state: dict[str, Any]
    options: dict[str, Any]
    outcome: ToolResultEvent | None = None
    """The result, once the hooks have seen it; None after an interrupt."""
    retry: bool = False
    """Whether a hook wants the call to be made again."""

    async def events(self, tool: AgentTool | None) -> AsyncGenerator[TypedEvent, None]:
        """Make the call; yields all but its result, which is the `outcome`."""
        self.outcome = None
        before, interrupts = await ToolExecutor._invoke_before_tool_call_hook(
            self.agent, tool, self.tool_use, self.invocation_state
        )
        if interrupts:
            yield ToolInterruptEvent(self.tool_use, interrupts)
            return
        if before.cancel_tool:
            message = before.cancel_tool if isinstance(before.cancel_tool, str) else _CANCELLED_BY_HOOK
            yield ToolCancelEvent(self.tool_use, message)
            await self._finish(None, self.tool_use, ToolResultEvent(error_result(self.tool_use, message)), message)
            self.retry = False
            return
        if before.selected_tool is None:
            self._log_unknown(before.tool_use["name"])
        outcome: ToolResultEvent | None = None
        async with aclosing(
            attempt(before.selected_tool, before.tool_use, self.invocation_state, self.options)
        ) as events:
            async for event in events:
                if isinstance(event, ToolResultEvent):
                    outcome = event
                    continue
                if isinstance(event, ToolInterruptEvent):
                    self._remember(event.interrupts)
                yield event
        if outcome is not None:
            await self._finish(before.selected_tool, before.tool_use, outcome)

    async def _finish(
        self, tool: AgentTool | None, tool_use: ToolUse, outcome: ToolResultEvent, cancel_message: str | None = None
    ) -> None:
        """Tell the hooks about the result; if one raises, that is the result, and the hooks hear about it, too."""
        result, exception = outcome.tool_result, outcome.exception
        try:
            after, _ = await ToolExecutor._invoke_after_tool_call_hook(
                self.agent, tool, tool_use, self.invocation_state, result, exception, cancel_message
            )
        except Exception as error:
            logger.exception("tool_name=<%s> | hook failed after the tool call", tool_use["name"])
            exception = error
            after, _ = await ToolExecutor._invoke_after_tool_call_hook(
                self.agent, tool, tool_use, self.invocation_state, error_result(tool_use, f"Error: {error}"), error
            )
        self.outcome = ToolResultEvent(after.result, exception)
        self.retry = after.retry

    def _remember(self, interrupts: list[Interrupt]) -> None:
        # A tool may pass on interrupts that are not this agent's own, such as those of an agent used as a tool.
        for interrupt in interrupts:
            self.agent._interrupt_state.interrupts.setdefault(interrupt.id, interrupt)

    def _log_unknown(self, name: str) -> None:
        available = list(self.agent.tool_registry.registry)
        logger.error("tool_name=<%s>, available_tools=<%s> | tool not found in registry", name, available)
