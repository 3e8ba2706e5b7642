"""The applications of docs/web.md over real HTTP: answers, failures, and clients that go away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import httpx
import pytest
from httpx_sse import aconnect_sse

from strands import Agent, tool
from strands.sse import HEADERS
from strands.testing import BedrockEndpoint, Gate, ScriptedModel, error, pause, text, use
from tests.sse._servers import SERVERS, serving

PATIENCE_S = 5.0
"""Far less than a stretch of silence, in which a server would notice by itself that nobody listens."""
QUESTION = {"prompt": "question"}


@pytest.fixture(params=sorted(SERVERS))
def framework(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
async def client() -> AsyncGenerator[httpx.AsyncClient, None]:
    async with httpx.AsyncClient(trust_env=False) as client:
        yield client


@tool
def lookup(query: str) -> str:
    """Look something up."""
    return f"found {query}"


class ClosingModel(ScriptedModel):
    """Tells when a response that was begun is closed."""

    def __init__(self, turns: Any) -> None:
        super().__init__(turns)
        self.closed = asyncio.Event()

    async def stream(self, *args: Any, **kwargs: Any) -> AsyncGenerator[Any, None]:
        try:
            async with aclosing(super().stream(*args, **kwargs)) as chunks:
                async for chunk in chunks:
                    yield chunk
        finally:
            self.closed.set()


def agent_on(*turns: Any, tools: Any = (lookup,)) -> Agent:
    return Agent(model=ScriptedModel([*turns]), tools=[*tools], callback_handler=None, retry_strategy=None)


async def events_of(client: httpx.AsyncClient, url: str) -> list[tuple[str, Any]]:
    async with aconnect_sse(client, "GET", url, params=QUESTION) as source:
        return [(event.event, event.json()) async for event in source.aiter_sse()]


async def test_an_answer_arrives(framework: str, client: httpx.AsyncClient) -> None:
    """All frames, in order, with the headers that keep proxies from holding them back."""
    agents = [agent_on([text("Let me look."), use("lookup", query="x")], text(["It ", "is ", "4 °C."]))]
    async with serving(framework, agents.pop) as url, aconnect_sse(client, "GET", url, params=QUESTION) as source:
        for name, value in HEADERS.items():
            assert source.response.headers[name].startswith(value)
        events = [(event.event, event.json()) async for event in source.aiter_sse()]
    assert [kind for kind, _ in events] == ["tool", "tool", "text", "text", "text", "result"]
    assert "".join(found["text"] for kind, found in events if kind == "text") == "It is 4 °C."


async def test_each_frame_is_sent_at_once(framework: str, client: httpx.AsyncClient) -> None:
    """A frame that waits for the next one would make streaming pointless."""
    gate = Gate()
    agents = [agent_on(text(["One,", pause(gate), " two."]), tools=[])]  # with tools, text would wait for the verdict
    async with serving(framework, agents.pop) as url, aconnect_sse(client, "GET", url, params=QUESTION) as source:
        events = source.aiter_sse()
        assert (await anext(events)).json()["text"] == "One,"
        gate.open()
        assert [event.event async for event in events] == ["text", "result"]


async def test_a_failure_is_an_event(framework: str, client: httpx.AsyncClient) -> None:
    """Not a status that comes too late, nor a broken connection."""
    agents = [agent_on(use("lookup", query="x"), error(ValueError("secret")))]
    async with serving(framework, agents.pop) as url:
        events = await events_of(client, url)
    assert [kind for kind, _ in events] == ["tool", "tool", "error"]
    assert "secret" not in str(events)


async def test_a_client_that_leaves_in_a_silent_stretch(framework: str, client: httpx.AsyncClient) -> None:
    """The run ends at once: nobody pays for an answer that nobody reads."""
    gate = Gate()
    model = ClosingModel([text(["One,", pause(gate), " two."])])
    async with serving(framework, lambda: Agent(model=model, callback_handler=None)) as url:
        async with aconnect_sse(client, "GET", url, params=QUESTION) as source:
            await anext(source.aiter_sse())
            await gate.reached()
        await check_run_ended(model)


async def test_a_client_that_leaves_ends_the_request_to_the_provider(framework: str, client: httpx.AsyncClient) -> None:
    """From the page to the service, over two connections and the thread that an unmodified boto3 reads in."""
    gate = Gate()
    with BedrockEndpoint([text(["One,", pause(gate), " two."])]) as endpoint:
        async with serving(framework, lambda: Agent(model=endpoint.model(), callback_handler=None)) as url:
            async with aconnect_sse(client, "GET", url, params=QUESTION) as source:
                await anext(source.aiter_sse())
                await gate.reached()
            await asyncio.wait_for(endpoint.disconnected(), PATIENCE_S)
        assert endpoint.open_streams == 0


async def test_a_client_that_leaves_amid_text(framework: str, client: httpx.AsyncClient) -> None:
    """The same when the server is about to send."""
    model = ClosingModel([text(["word " * 100, pause(0)] * 20_000)])
    async with serving(framework, lambda: Agent(model=model, callback_handler=None)) as url:
        async with aconnect_sse(client, "GET", url, params=QUESTION) as source:
            async for event in source.aiter_sse():
                if int(event.id) == 50:
                    break
        await check_run_ended(model)


async def test_a_browser_that_connects_again_does_not_run_the_agent_again(client: httpx.AsyncClient) -> None:
    """Nobody asked twice; and a tool may have been called that must not be called twice."""
    agents = [agent_on("Hello.")]
    async with serving("fastapi", agents.pop) as url:
        first = await client.get(f"{url}-once", params=QUESTION)
        again = await client.get(f"{url}-once", params=QUESTION, headers={"Last-Event-ID": "2"})
    assert (first.status_code, again.status_code) == (200, 204)
    assert "Hello." in first.text


async def check_run_ended(model: ClosingModel) -> None:
    await asyncio.wait_for(model.closed.wait(), PATIENCE_S)
    while steps := [task for task in asyncio.all_tasks() if task.get_name() == "strands-sse"]:
        await asyncio.wait(steps, timeout=PATIENCE_S)
    assert model.open_streams == 0


async def test_many_clients_get_their_own_text(framework: str, client: httpx.AsyncClient) -> None:
    """Streams do not get in each other's way."""
    agents = [agent_on(text([f"{number} ", pause(0)] * 20)) for number in range(10)]
    async with serving(framework, agents.pop) as url:
        answers = await asyncio.gather(*[events_of(client, url) for _ in range(10)])
    texts = ["".join(found["text"] for kind, found in events if kind == "text") for events in answers]
    assert sorted(texts) == sorted(f"{number} " * 20 for number in range(10))
