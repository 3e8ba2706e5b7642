"""A2A servers on loopback HTTP, in the test's own event loop, and clients of the SDK for them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, cast

import httpx
from a2a.client import Client, ClientConfig, ClientFactory
from a2a.server.agent_execution import AgentExecutor, RequestContext
from a2a.server.apps import A2AStarletteApplication
from a2a.server.events import EventQueue
from a2a.server.request_handlers import DefaultRequestHandler
from a2a.server.tasks import InMemoryTaskStore, TaskUpdater
from a2a.types import (
    AgentCapabilities,
    AgentCard,
    Message,
    Part,
    Role,
    Task,
    TaskArtifactUpdateEvent,
    TaskStatusUpdateEvent,
    TextPart,
)
from a2a.utils import new_task

from strands import Agent
from strands.multiagent.a2a import A2AServer
from tests.serving import listening_socket, serving_asgi


@asynccontextmanager
async def serving_agent(agent: Agent, **settings: Any) -> AsyncGenerator[str, None]:
    """Serve an agent with an `A2AServer`; gives its URL."""
    listener = listening_socket()
    settings.setdefault("enable_a2a_compliant_streaming", True)
    server = A2AServer(agent, port=listener.getsockname()[1], **settings)
    async with serving_asgi(server.to_starlette_app(), listener) as url:
        yield url


Script = Callable[[EventQueue, Task], Awaitable[object]]


class Remote(AgentExecutor):
    """An agent of another make, which does what was written for it with each message."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self.messages: list[Message] = []
        self.canceled: list[str] = []
        self.ended = asyncio.Event()

    async def execute(self, context: RequestContext, event_queue: EventQueue) -> None:
        assert context.message is not None
        self.messages.append(context.message)
        task = context.current_task or new_task(context.message)
        try:
            await self._script(event_queue, task)
        finally:
            self.ended.set()

    async def cancel(self, context: RequestContext, event_queue: EventQueue) -> None:
        assert context.task_id is not None
        assert context.context_id is not None
        self.canceled.append(context.task_id)
        await TaskUpdater(event_queue, context.task_id, context.context_id).cancel()


@asynccontextmanager
async def serving_remote(remote: AgentExecutor, *, streaming: bool = True) -> AsyncGenerator[str, None]:
    """Serve an agent of another make with the SDK's own server; gives its URL."""
    listener = listening_socket()
    card = AgentCard(
        name="Remote",
        description="Answers from afar.",
        url=f"http://127.0.0.1:{listener.getsockname()[1]}/",
        version="1",
        skills=[],
        capabilities=AgentCapabilities(streaming=streaming),
        default_input_modes=["text"],
        default_output_modes=["text"],
    )
    handler = DefaultRequestHandler(agent_executor=remote, task_store=InMemoryTaskStore())
    async with serving_asgi(A2AStarletteApplication(card, handler).build(), listener) as url:
        yield url


@asynccontextmanager
async def sdk_client(url: str, *, streaming: bool = True) -> AsyncGenerator[Client, None]:
    """Give a client that knows nothing of this package."""
    async with httpx.AsyncClient(timeout=10) as http_client:
        config = ClientConfig(httpx_client=http_client, streaming=streaming)
        yield await ClientFactory.connect(url, client_config=config)


def part(text: str) -> Part:
    return Part(root=TextPart(text=text))


def message_of(*parts: Part | str, **fields: Any) -> Message:
    """Return a message of the user."""
    content = [part(each) if isinstance(each, str) else each for each in parts]
    return Message(role=Role.user, message_id="m1", parts=content, **fields)


def texts(parts: list[Part]) -> str:
    return "".join(cast(TextPart, each.root).text for each in parts)


def brief(event: object) -> tuple[object, ...]:
    """Return what matters in an event: kind, state or chunk marks, and text."""
    if isinstance(event, TaskStatusUpdateEvent):
        said = texts(event.status.message.parts) if event.status.message else None
        return ("status", event.status.state.value, said, event.final)
    if isinstance(event, TaskArtifactUpdateEvent):
        return ("artifact", texts(event.artifact.parts), event.append, event.last_chunk)
    return (type(event).__name__,)
