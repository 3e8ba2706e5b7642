"""The SDK's request handler, with clients who leave and come back."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Coroutine
from contextlib import aclosing
from typing import Any

from a2a.server.agent_execution import AgentExecutor
from a2a.server.context import ServerCallContext
from a2a.server.events import Event, EventConsumer, InMemoryQueueManager, QueueManager
from a2a.server.request_handlers import DefaultRequestHandler
from a2a.server.tasks import PushNotificationConfigStore, PushNotificationSender, TaskStore
from a2a.types import (
    InvalidParamsError,
    Message,
    MessageSendParams,
    Task,
    TaskIdParams,
    TaskNotFoundError,
    TaskQueryParams,
)
from a2a.utils.errors import ServerError

from strands.agent._a2a_results import END_STATES
from strands.multiagent.a2a._followers import Followers

logger = logging.getLogger(__name__)


class StrandsRequestHandler(DefaultRequestHandler):
    """Answers requests, and cancels tasks that were streamed to clients of which none is left and none comes back.

    A client that waits without a stream, asks for its task, or is to be notified of it is not taken for gone.

    Args:
        agent_executor: Runs the agent.
        task_store: Keeps the tasks.
        queue_manager: Keeps the event queues of running tasks; in memory if None.
        push_config_store: Keeps what clients want to be notified of.
        push_sender: Notifies clients.
        grace_s: Seconds for which a task that all clients have left goes on; None for ever.
    """

    def __init__(
        self,
        *,
        agent_executor: AgentExecutor,
        task_store: TaskStore,
        queue_manager: QueueManager | None,
        push_config_store: PushNotificationConfigStore | None,
        push_sender: PushNotificationSender | None,
        grace_s: float | None,
    ) -> None:
        self._queues = queue_manager or InMemoryQueueManager()
        super().__init__(
            agent_executor=agent_executor,
            task_store=task_store,
            queue_manager=self._queues,
            push_config_store=push_config_store,
            push_sender=push_sender,
        )
        self._notified = push_config_store
        self._followers = Followers(grace_s, lambda *task: self._in_background(self._cancel_abandoned(*task)))
        self._at_work: set[asyncio.Task[None]] = set()

    async def on_message_send_stream(
        self, params: MessageSendParams, context: ServerCallContext | None = None
    ) -> AsyncGenerator[Event, None]:
        """Put a message to the agent and yield the events of its task."""
        events = super().on_message_send_stream(params, context)
        arriving = asyncio.ensure_future(anext(events, None))
        try:
            first = await asyncio.shield(arriving)
        except asyncio.CancelledError:
            self._in_background(self._left_before_the_first(arriving, events, context))
            raise
        if first is None:
            return
        task_id = self._begun(first, context)
        async with aclosing(events):
            with self._followers.follow(task_id):
                yield first
                async for event in events:
                    yield event

    async def on_resubscribe_to_task(
        self, params: TaskIdParams, context: ServerCallContext | None = None
    ) -> AsyncGenerator[Event, None]:
        """Yield the further events of a task to a client that came back, or to another one.

        They are only passed on: storing them is up to the stream that began the task, and the SDK's own handler, which
        does it here too, has each piece of text twice. What a client no longer takes is read to the end all the same,
        since a full queue would hold up the run.
        """
        task = await self.task_store.get(params.id, context)
        if task is None:
            raise ServerError(TaskNotFoundError())
        if task.status.state in END_STATES:
            raise ServerError(InvalidParamsError(message=f"Task {task.id} has ended: {task.status.state.value}"))
        queue = await self._queues.tap(task.id)
        if queue is None:
            raise ServerError(TaskNotFoundError())
        events = EventConsumer(queue)
        try:
            with self._followers.follow(task.id):
                async for event in events.consume_all():
                    yield event
        except (asyncio.CancelledError, GeneratorExit):
            self._in_background(_read_to_the_end(events))
            raise

    async def on_get_task(self, params: TaskQueryParams, context: ServerCallContext | None = None) -> Task | None:
        """Return a task; who asks for it is not gone."""
        task: Task | None = await super().on_get_task(params, context)
        self._followers.wait_for_return(params.id)
        return task

    def _begun(self, first: Event, context: ServerCallContext | None) -> str:
        if isinstance(first, Message):
            return ""  # the whole answer
        task_id = first.id if isinstance(first, Task) else first.task_id
        self._followers.begin(task_id, context)
        return task_id

    async def _left_before_the_first(
        self,
        arriving: asyncio.Future[Event | None],
        events: AsyncGenerator[Event, None],
        context: ServerCallContext | None,
    ) -> None:
        """Find out which task it was that a client has left so soon."""
        async with aclosing(events):
            try:
                first = await arriving
            except ServerError:
                return  # nobody is left who could be told that the message is refused
            if first is not None:
                self._followers.wait_for_return(self._begun(first, context))

    async def _cancel_abandoned(self, task_id: str, owner: ServerCallContext | None) -> None:
        if self._notified is not None and await self._notified.get_info(task_id):
            return
        logger.debug("task_id=<%s> | canceling a task that all clients have left", task_id)
        try:
            await self.on_cancel_task(TaskIdParams(id=task_id), owner)
        except ServerError as error:  # it has ended meanwhile
            logger.debug("task_id=<%s>, error=<%s> | task cannot be canceled", task_id, error)

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._at_work.add(task)
        task.add_done_callback(self._at_work.discard)


async def _read_to_the_end(events: EventConsumer) -> None:
    async for _ in events.consume_all():
        continue
