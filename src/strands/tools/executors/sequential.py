"""One tool after the other."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from strands.tools.executors._executor import ToolExecutor
from strands.types._events import ToolInterruptEvent, TypedEvent
from strands.types.tools import ToolResult, ToolUse

if TYPE_CHECKING:
    from strands.agent.agent import Agent
    from strands.telemetry.metrics import Trace
    from strands.tools.structured_output._structured_output_context import StructuredOutputContext


class SequentialToolExecutor(ToolExecutor):
    """Runs tools in the order of the requests, and stops at the first interrupt."""

    @override
    async def _execute(
        self,
        agent: Agent,
        tool_uses: list[ToolUse],
        tool_results: list[ToolResult],
        cycle_trace: Trace,
        cycle_span: Any,
        invocation_state: dict[str, Any],
        structured_output_context: StructuredOutputContext | None = None,
    ) -> AsyncGenerator[TypedEvent, None]:
        for tool_use in tool_uses:
            interrupted = False
            call = self._stream_with_trace(
                agent, tool_use, tool_results, cycle_trace, cycle_span, invocation_state, structured_output_context
            )
            async with aclosing(call):
                async for event in call:
                    interrupted = interrupted or isinstance(event, ToolInterruptEvent)
                    yield event
            if interrupted:
                return
