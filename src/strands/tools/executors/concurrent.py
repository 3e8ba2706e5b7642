"""All tools at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from strands.tools.executors._executor import ToolExecutor
from strands.tools.executors._isolation import in_own_context
from strands.types._events import TypedEvent
from strands.types.tools import ToolResult, ToolUse

if TYPE_CHECKING:
    from strands.agent.agent import Agent
    from strands.telemetry.metrics import Trace
    from strands.tools.structured_output._structured_output_context import StructuredOutputContext


@dataclass(frozen=True, slots=True)
class _Handover:
    """An event, and what its tool waits for before it goes on."""

    event: TypedEvent
    taken: asyncio.Future[None]


class ConcurrentToolExecutor(ToolExecutor):
    """Runs each tool in a task of its own and passes their events on as they come.

    A tool goes on when the consumer has dealt with its event, as if the consumer iterated over this tool alone.
    Closing the iteration cancels the tools that still run and waits until they have ended.
    """

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
        results: list[list[ToolResult]] = [[] for _ in tool_uses]
        calls = [
            self._stream_with_trace(
                agent, tool_use, result, cycle_trace, cycle_span, invocation_state, structured_output_context
            )
            for tool_use, result in zip(tool_uses, results, strict=True)
        ]
        try:
            # Nothing runs besides a single tool, so it needs no task.
            async with aclosing(in_own_context(calls[0]) if len(calls) == 1 else _merged(calls)) as events:
                async for event in events:
                    yield event
        finally:
            tool_results.extend(result for done in results for result in done)


async def _merged(streams: list[AsyncGenerator[TypedEvent, None]]) -> AsyncGenerator[TypedEvent, None]:
    """Iterate over all streams at once; the first exception of one of them ends all."""
    queue: asyncio.Queue[_Handover | asyncio.Task[None]] = asyncio.Queue()
    tasks = [asyncio.create_task(_feed(stream, queue)) for stream in streams]
    for task in tasks:
        task.add_done_callback(queue.put_nowait)
    running = len(tasks)
    try:
        while running:
            item = await queue.get()
            if isinstance(item, _Handover):
                yield item.event
                if not item.taken.done():
                    item.taken.set_result(None)
            else:
                item.result()
                running -= 1
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _feed(stream: AsyncGenerator[TypedEvent, None], queue: asyncio.Queue[_Handover | asyncio.Task[None]]) -> None:
    loop = asyncio.get_running_loop()
    async with aclosing(stream):
        async for event in stream:
            handover = _Handover(event, loop.create_future())
            queue.put_nowait(handover)
            await handover.taken
