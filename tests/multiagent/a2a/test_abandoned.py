"""Clients that are gone without a word: real connections that break off, over loopback HTTP."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

pytest.importorskip("a2a", reason="needs the extra a2a")

from a2a.client import Client
from a2a.client.errors import A2AClientJSONRPCError
from a2a.server.context import ServerCallContext
from a2a.server.tasks import InMemoryPushNotificationConfigStore, InMemoryTaskStore
from a2a.types import PushNotificationConfig, Task, TaskIdParams, TaskQueryParams, TaskState

from strands import Agent
from strands.agent.a2a_agent import A2AAgent
from strands.hooks import AfterInvocationEvent
from strands.multiagent.a2a import A2AServer
from strands.testing import Gate, ScriptedModel, pause, text
from tests.multiagent.a2a.serving import brief, message_of, sdk_client, serving_agent, texts
from tests.serving import listening_socket

GRACE_S = 0.1


class Guide:
    """An agent whose first answer stops in the midst, at a gate."""

    def __init__(self, *beginning: str) -> None:
        self.gate, self.run_ended = Gate(), asyncio.Event()
        pieces: list[Any] = [*(beginning or ("It ",)), pause(self.gate), "is."]
        self.model = ScriptedModel([[text(pieces)], "Again."])
        self.agent = Agent(model=self.model, name="Guide", description="Knows the way.", callback_handler=None)
        self.agent.add_hook(lambda event: self.run_ended.set(), AfterInvocationEvent)


@asynccontextmanager
async def connection(url: str, **params: Any) -> AsyncGenerator[AsyncGenerator[dict[str, Any], None], None]:
    """Stream a message's events as a client that knows no SDK would; breaks the connection off at the end."""
    message = message_of("How cold?").model_dump(mode="json", by_alias=True, exclude_none=True)
    body = {"jsonrpc": "2.0", "id": 1, "method": "message/stream", "params": {"message": message, **params}}

    async def events() -> AsyncGenerator[dict[str, Any], None]:
        async for line in response.aiter_lines():
            if line.startswith("data:"):
                yield json.loads(line.removeprefix("data:"))["result"]

    async with httpx.AsyncClient(timeout=10) as client, client.stream("POST", url, json=body) as response:
        yield events()


async def task_left_in_the_midst(url: str, guide: Guide, **params: Any) -> str:
    """Begin a task, wait until it is in the midst of an answer, and break the connection off; returns its id."""
    async with connection(url, **params) as events:
        task_id = str((await anext(events))["id"])
        await guide.gate.reached()
        assert guide.model.open_streams == 1
    return task_id


async def state_of(client: Client, task_id: str) -> TaskState:
    return (await client.get_task(TaskQueryParams(id=task_id))).status.state


async def passed(seconds: float) -> None:
    """Return when a time is over that the server must let pass without doing anything."""
    over = asyncio.Event()
    asyncio.get_running_loop().call_later(seconds, over.set)
    await over.wait()


def resubscribed(client: Client, task_id: str) -> AsyncGenerator[Any, None]:
    return cast("AsyncGenerator[Any, None]", client.resubscribe(TaskIdParams(id=task_id)))


@pytest.mark.parametrize("grace_s", [0, GRACE_S])
async def test_the_run_ends_when_nobody_comes_back(grace_s: float) -> None:
    """The model would go on writing, and be paid, for nobody; and the agent would be busy for all others."""
    guide = Guide()
    async with serving_agent(guide.agent, cancel_abandoned_after_s=grace_s) as url, sdk_client(url) as client:
        task_id = await task_left_in_the_midst(url, guide)
        await guide.run_ended.wait()
        while await state_of(client, task_id) != TaskState.canceled:
            pass
        assert guide.model.open_streams == 0
        assert str(await A2AAgent(url).invoke_async("Again?")) == "Again.\n"


async def test_a_client_that_leaves_while_tokens_come_is_noticed_too() -> None:
    """The server is then sending, not waiting for the agent."""
    guide = Guide(*["word "] * 500)
    async with serving_agent(guide.agent, cancel_abandoned_after_s=0) as url:
        async with connection(url) as events:
            await anext(events)
            await anext(events)
        await guide.run_ended.wait()
        assert guide.model.open_streams == 0


async def test_a_client_that_comes_back_finds_its_task_at_work() -> None:
    """A phone that changes its network is not gone."""
    guide = Guide()
    async with serving_agent(guide.agent, cancel_abandoned_after_s=60) as url, sdk_client(url) as client:
        task_id = await task_left_in_the_midst(url, guide)
        guide_goes_on = asyncio.get_running_loop().call_later(GRACE_S, guide.gate.open)
        followed = [brief(update or task) async for task, update in resubscribed(client, task_id)]
        guide_goes_on.cancel()
        finished = await client.get_task(TaskQueryParams(id=task_id))
    assert followed[-1] == ("status", "completed", None, True)
    assert [texts(artifact.parts) for artifact in finished.artifacts or []] == ["It is."]


class Asked(InMemoryTaskStore):
    """Tells when somebody asks for a task, as a client does that comes back."""

    def __init__(self) -> None:
        super().__init__()
        self.is_asked = asyncio.Event()

    async def get(self, task_id: str, context: ServerCallContext | None = None) -> Task | None:
        self.is_asked.set()
        return await super().get(task_id, context)


async def test_the_last_client_counts() -> None:
    """Several may follow one task: it is abandoned when all have left."""
    guide, store = Guide(), Asked()
    settings = {"cancel_abandoned_after_s": GRACE_S, "task_store": store}
    async with serving_agent(guide.agent, **settings) as url, sdk_client(url) as client:
        async with connection(url) as first:
            task_id = str((await anext(first))["id"])
            await guide.gate.reached()
            store.is_asked.clear()
            second = resubscribed(client, task_id)
            arriving = asyncio.ensure_future(anext(second))
            await store.is_asked.wait()
        await passed(3 * GRACE_S)
        assert guide.model.open_streams == 1
        arriving.cancel()
        await asyncio.wait([arriving])
        await second.aclose()
        await guide.run_ended.wait()
        assert guide.model.open_streams == 0


async def test_a_client_that_asks_for_its_task_is_not_gone() -> None:
    """Some poll instead of coming back."""
    guide = Guide()
    async with serving_agent(guide.agent, cancel_abandoned_after_s=5 * GRACE_S) as url, sdk_client(url) as client:
        task_id = await task_left_in_the_midst(url, guide)
        over = asyncio.ensure_future(passed(10 * GRACE_S))
        while not over.done():
            await state_of(client, task_id)
        assert guide.model.open_streams == 1
        await guide.run_ended.wait()
        assert guide.model.open_streams == 0


async def test_a_run_that_ends_while_nobody_follows_stays_completed() -> None:
    """There is nothing left to cancel when the time is over."""
    guide = Guide()
    async with serving_agent(guide.agent, cancel_abandoned_after_s=2 * GRACE_S) as url, sdk_client(url) as client:
        task_id = await task_left_in_the_midst(url, guide)
        guide.gate.open()
        await guide.run_ended.wait()
        await passed(4 * GRACE_S)
        assert await state_of(client, task_id) == TaskState.completed


@pytest.mark.parametrize(("asked_for", "code"), [("unknown", -32001), ("ended", -32602)])
async def test_a_client_cannot_come_back_for_nothing(asked_for: str, code: int) -> None:
    """It is told so, instead of waiting for ever."""
    guide = Guide()
    guide.gate.open()
    async with serving_agent(guide.agent) as url, sdk_client(url) as client:
        events = cast("AsyncGenerator[Any, None]", client.send_message(message_of("How cold?")))
        [ended, *_] = [task.id async for task, _ in events]
        with pytest.raises(A2AClientJSONRPCError) as caught:
            [_ async for _ in resubscribed(client, {"unknown": "t", "ended": ended}[asked_for])]
    assert caught.value.error.code == code


class Notified(InMemoryPushNotificationConfigStore):
    def __init__(self) -> None:
        super().__init__()
        self.asked = asyncio.Event()

    async def get_info(self, task_id: str) -> list[PushNotificationConfig]:
        self.asked.set()
        return await super().get_info(task_id)


async def test_a_client_that_will_be_notified_is_not_gone() -> None:
    """It left because it need not wait."""
    guide, store = Guide(), Notified()
    settings = {"cancel_abandoned_after_s": 0, "push_config_store": store}
    async with serving_agent(guide.agent, **settings) as url, sdk_client(url) as client:
        configuration = {"pushNotificationConfig": {"url": "http://127.0.0.1:1/"}}
        task_id = await task_left_in_the_midst(url, guide, configuration=configuration)
        await store.asked.wait()
        guide.gate.open()
        await guide.run_ended.wait()
        while await state_of(client, task_id) != TaskState.completed:
            pass


class Slow(InMemoryTaskStore):
    """Takes its time to store a task, without which no client hears of it."""

    def __init__(self) -> None:
        super().__init__()
        self.is_asked, self.may_store = asyncio.Event(), asyncio.Event()

    async def save(self, task: Task, context: ServerCallContext | None = None) -> None:
        self.is_asked.set()
        await self.may_store.wait()
        await super().save(task, context)


async def test_a_client_that_leaves_before_it_has_heard_anything_is_noticed() -> None:
    """It knows no task to come back for."""
    guide, store = Guide(), Slow()
    async with serving_agent(guide.agent, cancel_abandoned_after_s=0, task_store=store) as url:

        async def ask() -> None:
            async with connection(url) as events:
                await anext(events)

        asking = asyncio.create_task(ask())
        await store.is_asked.wait()
        asking.cancel()
        await asyncio.wait([asking])
        await guide.gate.reached()
        assert guide.model.open_streams == 1
        store.may_store.set()
        await guide.run_ended.wait()
        assert guide.model.open_streams == 0


async def test_a_client_that_waits_without_a_stream_is_not_gone() -> None:
    """It has one connection, which tells nothing until the end; who follows its task besides may come and go."""
    guide = Guide()
    async with serving_agent(guide.agent, cancel_abandoned_after_s=0) as url:
        remote = asyncio.create_task(plain_answer(url))
        await guide.gate.reached()
        guide.gate.open()
        assert await remote == "It is."


async def plain_answer(url: str) -> str:
    async with sdk_client(url, streaming=False) as client:
        [(task, _)] = [event async for event in cast(Any, client.send_message(message_of("How cold?")))]
    return "".join(texts(artifact.parts) for artifact in task.artifacts)


@pytest.mark.parametrize("value", [-1, True, "60"])
def test_the_time_must_be_one(value: Any) -> None:
    agent = Agent(model=ScriptedModel([]), name="Guide", description="Knows the way.")
    with pytest.raises(ValueError, match=r"cancel_abandoned_after_s is .*, expected seconds, 0 or more, or None"):
        A2AServer(agent, cancel_abandoned_after_s=value)


def test_a_process_is_left_by_another() -> None:
    """Between processes: after a client is killed in mid-answer, the agent has time for the next one."""
    with listening_socket() as taken:
        port = taken.getsockname()[1]
    url, here = f"http://127.0.0.1:{port}", Path(__file__)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    serve = [sys.executable, str(here.with_name("agent_process.py")), str(port), "starlette"]
    ask = [sys.executable, str(here.with_name("client_process.py")), url]
    with subprocess.Popen(serve, env=environment, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr is not None
            assert any("Uvicorn running on" in line for line in server.stderr)
            with subprocess.Popen(ask, env=environment, stdout=subprocess.PIPE, text=True) as client:
                assert client.stdout is not None
                assert client.stdout.readline() == "First step.\n"
                client.kill()
            assert until_answered(url) == "Straight on.\n"
        finally:
            server.send_signal(signal.SIGINT)
        assert server.wait(10) == 0


def until_answered(url: str) -> str:
    """Ask until the agent has time: while it is at work for another client, tasks fail."""
    while True:
        result = A2AAgent(url)("Which way?")
        if result.state == {"a2a_task_state": "completed"}:
            return str(result)


async def test_a_client_that_came_back_and_left_again_does_not_hold_up_the_run() -> None:
    """However much there is that it does not hear any more."""
    guide = Guide()
    guide.model = ScriptedModel([[text(["It ", pause(guide.gate), *["is "] * 1200])]])
    guide.agent.model = guide.model
    store = Asked()
    async with serving_agent(guide.agent, task_store=store) as url, sdk_client(url) as client:
        task_id = await task_left_in_the_midst(url, guide)
        store.is_asked.clear()
        second = resubscribed(client, task_id)
        arriving = asyncio.ensure_future(anext(second))
        await store.is_asked.wait()
        arriving.cancel()
        await asyncio.wait([arriving])
        await second.aclose()
        guide.gate.open()
        await guide.run_ended.wait()
        while await state_of(client, task_id) != TaskState.completed:
            pass
        finished = await client.get_task(TaskQueryParams(id=task_id))
    assert [len(texts(artifact.parts)) for artifact in finished.artifacts or []] == [3 + 3600]
