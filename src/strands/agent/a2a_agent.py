"""An agent that runs elsewhere and is reached over the A2A protocol."""

from __future__ import annotations

import asyncio
import logging
import warnings
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import asdict, replace
from typing import Any, cast

from strands._extras import extra

with extra("a2a"):
    import httpx
    from a2a.client import A2ACardResolver, Client, ClientConfig, ClientFactory
    from a2a.types import AgentCard, Message, Task, TaskArtifactUpdateEvent, TaskIdParams

from strands._async import closing_if_closable, run_async
from strands.agent._a2a_results import (
    END_STATES,
    QUESTION_STATES,
    WaitingTask,
    answers_to_interrupts,
    convert_input_to_message,
    convert_response_to_agent_result,
    task_state,
)
from strands.agent.agent_result import AgentResult
from strands.agent.base import AgentBase
from strands.types._events import AgentResultEvent
from strands.types.a2a import A2AResponse, A2AStreamEvent
from strands.types.agent import AgentInput
from strands.types.exceptions import StrandsException

logger = logging.getLogger(__name__)

_DEFAULT_TIMEOUT_S = 300
_CANCEL_TIMEOUT_S = 5.0
"""How long a caller who stops early waits at most for the remote agent to hear of it."""


class A2AAgent(AgentBase):
    """A remote agent.

    Every call is a task of its own for the remote agent, but for answers to its interrupts. Closing the iterator of
    `stream_async` early, or cancelling the asyncio task that iterates it, cancels that task.

    Args:
        endpoint: Base URL of the remote agent, below which its card is.
        name: A name for people and other agents; that of the card if None.
        description: What the agent is good for; that of the card if None.
        timeout: Seconds to wait for each connection, and for each piece of a response.
        client_config: Configuration of the client; its `httpx_client`, if any, is used for all requests, the one for
            the card included, and stays open.
        a2a_client_factory: Deprecated; makes the client.

    Raises:
        ValueError: If both `client_config` and `a2a_client_factory` are given.
    """

    def __init__(
        self,
        endpoint: str,
        *,
        name: str | None = None,
        description: str | None = None,
        timeout: int = _DEFAULT_TIMEOUT_S,
        client_config: ClientConfig | None = None,
        a2a_client_factory: ClientFactory | None = None,
    ) -> None:
        if a2a_client_factory is not None:
            if client_config is not None:
                raise ValueError(
                    "Cannot provide both client_config and a2a_client_factory. "
                    "Use client_config: a2a_client_factory is deprecated."
                )
            warnings.warn(
                "a2a_client_factory is deprecated. Use client_config instead.", DeprecationWarning, stacklevel=2
            )
        self.endpoint = endpoint
        self.name = name
        self.description = description
        self.timeout = timeout
        self._client_config = client_config
        self._client_factory = a2a_client_factory
        self._agent_card: AgentCard | None = None
        self._waiting_task: WaitingTask | None = None

    def __call__(self, prompt: AgentInput = None, **kwargs: Any) -> AgentResult:
        """Send a prompt from synchronous code and return the result; see `stream_async`."""
        return run_async(lambda: self.invoke_async(prompt, **kwargs))

    async def invoke_async(self, prompt: AgentInput = None, **kwargs: Any) -> AgentResult:
        """Send a prompt and return the result; see `stream_async`."""
        event: dict[str, Any] = {}
        async for event in self.stream_async(prompt, **kwargs):  # noqa: B007  # the last event holds the result
            continue
        return cast(AgentResult, event["result"])

    async def stream_async(self, prompt: AgentInput = None, **kwargs: Any) -> AsyncIterator[Any]:
        """Send a prompt and yield what the remote agent sends.

        Args:
            prompt: A text, content blocks, messages, of which the last one of the user is sent, or answers to the
                interrupts of the latest result.
            **kwargs: Accepted for the sake of orchestrators, and not sent.

        Yields:
            `{"type": "a2a_stream", "event": ...}` with a message, or a task and its update; the last event is
            `{"result": AgentResult}`. A failed task ends with a result too: its state holds `a2a_task_state`.

        Raises:
            ValueError: If there is nothing in the prompt that can be sent.
            A2AClientError: If the remote agent cannot be reached or refuses the message.
        """
        if prompt is None:
            raise ValueError("prompt is required for A2AAgent")
        message = answers_to_interrupts(prompt, self._waiting_task) or convert_input_to_message(prompt)
        logger.debug("agent=<%s>, endpoint=<%s> | sending message", self.name, self.endpoint)
        response = _Response()
        try:
            async with aclosing(self._events(message, response)) as events:
                async for event in events:
                    yield A2AStreamEvent(event).as_dict()
        finally:
            if response.has_begun:  # a message that did not arrive is no answer to what was asked before
                self._waiting_task = response.waiting_task
        yield AgentResultEvent(response.result(self.endpoint)).as_dict()

    async def _events(self, message: Message, response: _Response) -> AsyncGenerator[A2AResponse, None]:
        async with self._client() as client, response.cancelled_unless_over(client):
            # Typed as a plain iterator, but a generator that holds the connection.
            sent = cast("AsyncGenerator[A2AResponse, None]", client.send_message(message))
            async with closing_if_closable(sent):
                if await self._is_streaming() and (first := await response.first(sent)) is not None:
                    yield first
                async for event in sent:
                    response.take(event)
                    yield event

    async def get_agent_card(self) -> AgentCard:
        """Return the remote agent's card; fetched once, it supplies the name and the description not given.

        Raises:
            A2AClientError: If the card cannot be fetched or read.
        """
        if self._agent_card is None:
            async with self._http_client() as http_client:
                self._agent_card = await A2ACardResolver(http_client, self.endpoint).get_agent_card()
            self.name = self._agent_card.name if self.name is None else self.name
            self.description = self._agent_card.description if self.description is None else self.description
            logger.debug("agent=<%s>, endpoint=<%s> | discovered agent card", self.name, self.endpoint)
        return self._agent_card

    @property
    def awaits_answers(self) -> bool:
        """Whether the remote agent waits for answers to interrupts."""
        return self._waiting_task is not None

    def serialize_state(self) -> dict[str, Any]:
        """Return which remote task waits for answers, as JSON-serialisable data."""
        return {"type": "a2a_agent", "waiting_task": asdict(self._waiting_task) if self._waiting_task else None}

    def deserialize_state(self, payload: dict[str, Any]) -> None:
        """Take answers for the remote task that waited when `serialize_state` was called, maybe in another process."""
        waiting = payload.get("waiting_task")
        self._waiting_task = WaitingTask(**waiting) if waiting else None

    @asynccontextmanager
    async def _client(self) -> AsyncGenerator[Client, None]:
        card = await self.get_agent_card()
        if self._client_factory is not None:
            yield self._client_factory.create(card)
            return
        async with self._http_client() as http_client:
            config = replace(self._client_config or ClientConfig(), httpx_client=http_client)
            yield ClientFactory(config).create(card)

    async def _is_streaming(self) -> bool:
        config = self._client_config or ClientConfig()
        return config.streaming and bool((await self.get_agent_card()).capabilities.streaming)

    @asynccontextmanager
    async def _http_client(self) -> AsyncGenerator[httpx.AsyncClient, None]:
        """Give the caller's client, or one that is closed afterwards: it must not outlive its event loop."""
        if self._client_config is not None and self._client_config.httpx_client is not None:
            yield self._client_config.httpx_client
            return
        async with httpx.AsyncClient(timeout=self.timeout) as http_client:
            yield http_client


class _Response:
    """What has come from the remote agent in answer to one message."""

    def __init__(self) -> None:
        self._last: A2AResponse | None = None
        self._closing: A2AResponse | None = None
        self._chunked: set[str] = set()
        self._task_id: str | None = None
        self._is_over = False
        self.waiting_task: WaitingTask | None = None

    @property
    def has_begun(self) -> bool:
        """Whether anything has come."""
        return self._last is not None

    async def first(self, events: AsyncGenerator[A2AResponse, None]) -> A2AResponse | None:
        """Wait for the first event, if one comes, and take note of it.

        A caller who is cancelled meanwhile still waits for a moment: the event holds the id that the remote agent has
        given to the task, and without it nothing could be canceled there.
        """
        arriving = asyncio.ensure_future(anext(events, None))
        try:
            await asyncio.shield(arriving)
        finally:
            await asyncio.wait([arriving], timeout=_CANCEL_TIMEOUT_S)
            if not arriving.done():
                arriving.cancel()
                await asyncio.wait([arriving])
            elif arriving.exception() is None and arriving.result() is not None:
                self.take(arriving.result())
        return arriving.result()

    def take(self, event: A2AResponse) -> None:
        """Take note of an event."""
        self._last = event
        task, update = event if isinstance(event, tuple) else (None, None)
        if isinstance(task, Task):
            self._task_id = task.id
        if isinstance(update, TaskArtifactUpdateEvent) and update.append:
            self._chunked.add(update.artifact.artifact_id)
        state = task_state(event)
        if isinstance(event, Message) or state in END_STATES or state in QUESTION_STATES:
            self._closing, self._is_over = event, True
        waits = isinstance(task, Task) and state in QUESTION_STATES
        self.waiting_task = WaitingTask(task.id, task.context_id) if waits else None

    def result(self, endpoint: str) -> AgentResult:
        """Return the result that the events amount to.

        Raises:
            StrandsException: If there were none.
        """
        final = self._closing or self._last
        if final is None:
            raise StrandsException(f"endpoint=<{endpoint}> | the remote agent sent no response")
        return convert_response_to_agent_result(final, chunked=self._chunked)

    @asynccontextmanager
    async def cancelled_unless_over(self, client: Client) -> AsyncGenerator[None, None]:
        """Cancel the task when this context is left before it has ended: nobody would read what it goes on to do."""
        try:
            yield
        except BaseException:  # as a rule, CancelledError or GeneratorExit
            if self._task_id is not None and not self._is_over:
                await _cancel(client, self._task_id)
            raise


async def _cancel(client: Client, task_id: str) -> None:
    try:
        await asyncio.wait_for(client.cancel_task(TaskIdParams(id=task_id)), _CANCEL_TIMEOUT_S)
    except Exception:
        # The caller is leaving for a reason of its own, and the remote agent may not support this at all.
        logger.debug("task_id=<%s> | the remote agent did not cancel the task", task_id, exc_info=True)
