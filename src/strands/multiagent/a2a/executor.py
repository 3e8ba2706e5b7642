"""Runs an agent for an A2A server."""

from __future__ import annotations

import asyncio
import logging
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from strands._extras import extra

with extra("a2a"):
    from a2a.server.agent_execution import AgentExecutor, RequestContext
    from a2a.server.events import EventQueue
    from a2a.server.tasks import TaskUpdater
    from a2a.types import (
        InvalidParamsError,
        Task,
        TaskNotCancelableError,
        TaskNotFoundError,
        TaskState,
    )
    from a2a.utils import new_task
    from a2a.utils.errors import ServerError

from strands._async import closing_if_closable
from strands.agent._a2a_media import DEFAULT_FORMATS, FORMAT_MAPPINGS
from strands.agent._a2a_parts import blocks_from_parts, text_part
from strands.agent._a2a_results import END_STATES, QUESTION_STATES
from strands.multiagent.a2a._questions import answers, question
from strands.multiagent.a2a._updates import AnswerUpdates, ArtifactUpdates, StatusUpdates

if TYPE_CHECKING:
    from strands.agent.agent import Agent
    from strands.agent.agent_result import AgentResult
    from strands.interrupt import Interrupt
    from strands.multiagent.a2a._questions import Prompt
    from strands.types.content import ContentBlock

logger = logging.getLogger(__name__)

_NOT_COMPLIANT = (
    "Text is sent as status messages, which is not what the A2A specification expects of a streamed answer. "
    "Set enable_a2a_compliant_streaming=True to send chunks of an artifact."
)


class StrandsA2AExecutor(AgentExecutor):
    """Turns each message of an A2A client into a run of one agent, and the run into updates of an A2A task.

    An interrupt makes the task wait for input. The next message of the task answers it: with its text, or with a data
    part `{"interruptResponse": {"interruptId": ..., "response": ...}}` for each interrupt; their ids are in the
    metadata of the question, as `interrupts`.

    Tools and hooks find the `RequestContext` in the invocation state, as `a2a_request_context`.

    Args:
        agent: The agent; all clients share its conversation.
        enable_a2a_compliant_streaming: Whether text is sent as chunks of an artifact, as the specification has it,
            instead of as status messages that the whole answer follows.
        stream_final_turn_only: Whether only text of the response that ends a run is sent; False leaves that to the
            agent.

    Raises:
        TypeError: If `stream_final_turn_only` is not a bool.
    """

    DEFAULT_FORMATS = DEFAULT_FORMATS
    FORMAT_MAPPINGS = FORMAT_MAPPINGS

    def __init__(
        self, agent: Agent, *, enable_a2a_compliant_streaming: bool = False, stream_final_turn_only: bool = False
    ) -> None:
        if not isinstance(stream_final_turn_only, bool):
            raise TypeError(f"stream_final_turn_only is {stream_final_turn_only!r}, expected a bool")
        self.agent = agent
        self.enable_a2a_compliant_streaming = enable_a2a_compliant_streaming
        self.stream_final_turn_only = stream_final_turn_only
        self._runs: dict[str, _Run] = {}
        self._asked: dict[str, list[Interrupt]] = {}

    async def execute(self, context: RequestContext, event_queue: EventQueue) -> None:
        """Run the agent on a message and report to the queue how it goes.

        An agent that fails makes the task fail; clients do not learn why, the log does.

        Raises:
            ServerError: If the message cannot be put to an agent.
        """
        if not self.enable_a2a_compliant_streaming:
            warnings.warn(_NOT_COMPLIANT, UserWarning, stacklevel=2)
        blocks = answers(context, self._asked) or _content(context)
        task = context.current_task
        if task is None:
            task = _task_for(context)
            await event_queue.enqueue_event(task)
        elif task.id in self._runs:
            raise ServerError(InvalidParamsError(message=f"Task {task.id} is still being worked on"))
        updater = TaskUpdater(event_queue, task.id, task.context_id)
        run = _Run(asyncio.create_task(self._run(context, blocks, updater)))
        self._runs[task.id] = run
        try:
            await run.task
        except asyncio.CancelledError:
            if not run.is_cancelled:
                raise
            # The run's own updater may have been stopped on the way to a last word.
            await TaskUpdater(event_queue, task.id, task.context_id).cancel()
        finally:
            del self._runs[task.id]
            run.is_reported.set()

    async def cancel(self, context: RequestContext, event_queue: EventQueue) -> None:
        """End the run of a task, its model's stream included; a task that waits for input is only marked as canceled.

        Raises:
            ServerError: If there is no such task, or nothing of it that could be canceled here.
        """
        task = context.current_task
        if (run := self._runs.get(context.task_id or "")) is not None:
            run.is_cancelled = True
            run.task.cancel()
            await run.is_reported.wait()  # `execute` tells all who follow the task
        elif task is None:
            raise ServerError(TaskNotFoundError())
        elif task.status.state in QUESTION_STATES:
            self._asked.pop(task.id, None)
            await TaskUpdater(event_queue, task.id, task.context_id).cancel()
        else:
            raise ServerError(TaskNotCancelableError(message=_why_not(task)))

    async def _run(self, context: RequestContext, blocks: Prompt, updater: TaskUpdater) -> None:
        self._asked.pop(updater.task_id, None)
        try:
            result = await self._answer(context, blocks, self._updates(updater))
        except Exception:
            logger.exception("task_id=<%s> | agent execution failed", updater.task_id)
            await updater.failed(updater.new_agent_message([text_part("Agent execution failed")]))
            return
        if result is not None and result.interrupts:
            self._asked[updater.task_id] = [*result.interrupts]
            await updater.requires_input(question(updater, result.interrupts))
        elif result is not None and result.stop_reason == "cancelled":
            await updater.cancel(updater.new_agent_message([text_part(str(result))]))
        else:
            await updater.complete()

    async def _answer(self, context: RequestContext, blocks: Prompt, updates: AnswerUpdates) -> AgentResult | None:
        """Run the agent, send its text, and return its result; None from an agent of another make that gave none."""
        # Agents of other makes need not know the keyword.
        final_turn: dict[str, Any] = {"stream_final_turn_only": True} if self.stream_final_turn_only else {}
        events: Any = self.agent.stream_async(blocks, invocation_state={"a2a_request_context": context}, **final_turn)
        result: AgentResult | None = None
        async with closing_if_closable(events):
            async for event in events:
                if "data" in event:
                    await updates.text(event["data"])
                elif "result" in event:
                    result = event["result"]
        if result is None or not (result.interrupts or result.stop_reason == "cancelled"):
            await updates.end(self._final_text(result))
        return result

    def _final_text(self, result: AgentResult | None) -> str:
        if result is None:
            return ""
        if self.stream_final_turn_only and result.structured_output is None and _calls_a_tool(result):
            return ""  # the text beside a tool call is no answer
        return str(result)

    def _updates(self, updater: TaskUpdater) -> AnswerUpdates:
        return ArtifactUpdates(updater) if self.enable_a2a_compliant_streaming else StatusUpdates(updater)


@dataclass(slots=True, eq=False)
class _Run:
    """A run under way."""

    task: asyncio.Task[None]
    is_cancelled: bool = False
    """A client asked for it; without that, the server is cancelling the request."""
    is_reported: asyncio.Event = field(default_factory=asyncio.Event)


def _content(context: RequestContext) -> list[ContentBlock]:
    try:
        blocks = blocks_from_parts(context.message.parts if context.message else [])
    except ValueError as error:
        raise ServerError(InvalidParamsError(message=str(error))) from error
    if not blocks:
        raise ServerError(InvalidParamsError(message="No valid content found in request message parts"))
    return blocks


def _task_for(context: RequestContext) -> Task:
    assert context.message is not None  # for type checkers: without it there is no content
    try:
        return new_task(context.message)
    except ValueError as error:
        raise ServerError(InvalidParamsError(message=str(error))) from error


def _calls_a_tool(result: AgentResult) -> bool:
    return any("toolUse" in block for block in result.message["content"])


def _why_not(task: Task) -> str:
    state: TaskState = task.status.state
    where = "has ended" if state in END_STATES else "does not run in this process"
    return f"Task cannot be canceled: it {where}, its state is {state.value!r}"
