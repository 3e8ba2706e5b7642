"""Bad input and bad days: each ends clearly or cleanly, and the agent is usable at once afterwards."""

from __future__ import annotations

import asyncio
import gc
import logging
import threading
import warnings
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import pytest

from strands import Agent, tool
from strands.hooks import AfterInvocationEvent
from strands.models.bedrock import BedrockModel
from strands.testing import (
    BedrockEndpoint,
    Gate,
    ScriptedModel,
    blocked,
    disconnect,
    error,
    pause,
    silence,
    text,
    throttled,
    use,
)
from strands.types.exceptions import ConcurrencyException
from strands.types.interrupt import InterruptResponseContent
from tests.event_loop._runs import agent_on, kind_of, watch


@tool
def lookup(query: str) -> str:
    """Look something up.

    Args:
        query: What to look up.
    """
    return f"found {query}"


@tool
def broken() -> str:
    """Fail."""
    raise RuntimeError("out of order")


@pytest.fixture(autouse=True)
async def _nothing_is_left(caplog: pytest.LogCaptureFixture) -> AsyncIterator[None]:
    """No task, thread or unclosed generator outlives a bad day, and nothing is logged twice."""
    caplog.set_level(logging.DEBUG, logger="strands")
    threads = set(threading.enumerate())
    yield
    gc.collect()
    assert asyncio.all_tasks() == {asyncio.current_task()}
    left = [thread for thread in threading.enumerate() if thread not in threads and thread.name != "strands-tool"]
    for thread in left:
        thread.join(timeout=5)
    assert not [thread for thread in left if thread.is_alive()]
    loud = Counter(record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING)
    assert not [message for message, times in loud.items() if times > 1]


def assert_valid(messages: list[Any]) -> None:
    """Every tool use has its result in the next message, in order."""
    for i, message in enumerate(messages):
        asked = [block["toolUse"]["toolUseId"] for block in message["content"] if "toolUse" in block]
        if asked:
            after = messages[i + 1]["content"]
            assert asked == [block["toolResult"]["toolUseId"] for block in after if "toolResult" in block]


async def assert_usable(agent: Agent) -> None:
    """The next call works, on a history that a provider takes."""
    assert (await watch(agent, "go on")).text == "fine"
    assert_valid(agent.messages)


async def stream_opened(agent: Agent) -> None:
    """Wait until the model is being called."""
    assert isinstance(agent.model, ScriptedModel)
    while not agent.model.open_streams:  # noqa: ASYNC110  # the model has no event to wait for
        await asyncio.sleep(0)


TOOL_TROUBLE = {
    "unknown tool": (use("no_such_tool"), "Unknown tool: no_such_tool"),
    "tool that raises": (use("broken"), "Error: RuntimeError - out of order"),
    "invalid json": (use("lookup", '{"query": '), "query"),
    "missing argument": (use("lookup"), "query"),
    "impossible name": (use("no such name!"), "invalid tool name"),
}


@pytest.mark.parametrize("trouble", TOOL_TROUBLE)
async def test_tool_trouble_is_told_to_the_model(trouble: str) -> None:
    """The model can mend its request; the run goes on."""
    step, complaint = TOOL_TROUBLE[trouble]
    agent = agent_on([step], "sorry", "fine", tools=(lookup, broken))
    assert (await watch(agent)).text == "sorry"
    result = agent.messages[2]["content"][0]["toolResult"]
    assert result["status"] == "error"
    assert complaint in result["content"][0]["text"]
    await assert_usable(agent)


@pytest.mark.parametrize("prompt", [5, [1], [{"foo": 1}], [{"text": "a"}, {"role": "user", "content": []}], {}])
async def test_a_malformed_prompt_is_refused_and_changes_nothing(prompt: Any) -> None:
    """The error shows the prompt and says what is accepted."""
    agent = agent_on("fine")
    seen = await watch(agent, prompt)
    assert isinstance(seen.error, ValueError)
    assert "prompt=" in str(seen.error)
    assert "expected a text" in str(seen.error)
    assert (seen.events, agent.messages) == ([], [])
    await assert_usable(agent)


async def test_an_answer_that_nobody_waits_for_is_refused() -> None:
    """A double click sends the same answer twice; the second must not look like a prompt of a wrong form."""
    agent = agent_on("done")
    answers: list[InterruptResponseContent] = [{"interruptResponse": {"interruptId": "v1", "response": "yes"}}]
    with pytest.raises(ValueError, match="no interrupt waits for an answer"):
        await agent.invoke_async(answers)
    assert agent.messages == []


@pytest.mark.parametrize("prompt", ["", [], None])
async def test_an_empty_prompt_goes_on_with_the_conversation(prompt: Any) -> None:
    """As the original does."""
    agent = agent_on("answer", "fine")
    assert (await watch(agent, prompt)).text == "answer"
    await assert_usable(agent)


async def test_a_model_that_yields_nothing_ends_the_run() -> None:
    """An empty message is kept, and filled in for the next request."""
    agent = agent_on(silence(), "fine")
    seen = await watch(agent)
    assert (seen.text, seen.result.stop_reason) == ("", "end_turn")
    await assert_usable(agent)
    assert isinstance(agent.model, ScriptedModel)
    assert agent.model.requests[1].messages[1]["content"] == [{"text": "[blank text]"}]


@pytest.mark.parametrize(
    "turn",
    [
        ["half an ans", error(ValueError("boom"))],
        [text("Let me look."), use("lookup", '{"query": "x"}'), error(ValueError("boom"))],
        [disconnect()],
    ],
    ids=["in text", "in a tool use", "before anything"],
)
async def test_a_model_that_fails_leaves_the_question_alone(turn: Any) -> None:
    """What came of the response is not kept, since it may hold a tool use without a result."""
    agent = agent_on(turn, "fine", tools=(lookup,))
    seen = await watch(agent)
    assert seen.error is not None
    assert [message["role"] for message in agent.messages] == ["user"]
    await assert_usable(agent)


async def test_a_guardrail_in_mid_stream_replaces_what_was_said() -> None:
    """The history holds the replacement."""
    agent = agent_on(
        [text("secret"), use("lookup"), blocked("output", replacement="[removed]")], "fine", tools=(lookup,)
    )
    assert (await watch(agent)).result.message["content"] == [{"text": "[removed]"}]
    await assert_usable(agent)


LEAVING_AT = ["init_event_loop", "start", "event.messageStart", "data", "type", "message", "tool_stream_event"]


@tool
async def chatty() -> Any:
    """Tell of the progress."""
    yield "working"
    yield "done"


@pytest.mark.parametrize("way", ["break", "aclose", "cancel"])
@pytest.mark.parametrize("moment", LEAVING_AT)
async def test_a_consumer_that_leaves_early(moment: str, way: str) -> None:
    """At whatever moment and in whatever way: the stream is closed and the history can go on."""
    agent = agent_on([text("Let me look."), use("chatty")], "never heard", "fine", tools=(chatty,))

    async def consume() -> None:
        async with aclosing(agent.stream_async("q")) as events:
            async for event in events:
                if kind_of(event) == moment or moment in event:
                    if way == "cancel":
                        asyncio.current_task().cancel()  # type: ignore[union-attr]
                        await asyncio.Event().wait()
                    elif way == "aclose":
                        await events.aclose()
                    return
        raise AssertionError(f"no event of the kind {moment}")

    if way == "cancel":
        with pytest.raises(asyncio.CancelledError):
            await asyncio.create_task(consume())
    else:
        await consume()
    assert isinstance(agent.model, ScriptedModel)
    assert agent.model.open_streams == 0
    agent.model = ScriptedModel(["fine"])
    await assert_usable(agent)


async def test_a_task_cancelled_while_the_model_is_silent() -> None:
    """The task does not wait for the next token."""
    agent = agent_on([text(["one ", pause(Gate()), "two"])], "fine")
    task = asyncio.create_task(watch(agent))
    await stream_opened(agent)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert isinstance(agent.model, ScriptedModel)
    assert agent.model.open_streams == 0
    await assert_usable(agent)


async def test_a_dropped_stream_is_closed_by_the_collector() -> None:
    """Even a consumer that closes nothing does not block the agent for good."""
    agent = agent_on([text("one two")], "fine")
    stream = agent.stream_async("q")
    async for event in stream:
        if "data" in event:
            break
    del stream, event
    gc.collect()
    for _ in range(20):
        await asyncio.sleep(0)  # the loop's own hook closes what the collector found
    await assert_usable(agent)


@pytest.mark.parametrize("moment", LEAVING_AT)
async def test_a_consumer_that_leaves_without_closing(moment: str) -> None:
    """Few know of `aclosing`: after a plain `break` the very next call works, too."""
    agent = agent_on([text("Let me look."), use("chatty")], "never heard", "fine", tools=(chatty,))
    async for event in agent.stream_async("q"):
        if kind_of(event) == moment or moment in event:
            break
    agent.model = ScriptedModel(["fine"])
    await assert_usable(agent)


async def test_a_dropped_run_that_calls_its_agent_is_told_that_it_runs() -> None:
    """It would wait for itself."""
    agent = agent_on("one two", "fine")
    refused: list[BaseException | None] = []

    async def call_again(event: AfterInvocationEvent) -> None:
        if not refused:
            refused.append((await watch(agent)).error)

    agent.add_hook(call_again)
    async for event in agent.stream_async("q"):
        if "data" in event:
            break
    while not refused:  # noqa: ASYNC110  # until the loop's own hook has closed the run
        await asyncio.sleep(0)
    assert isinstance(refused[0], ConcurrencyException)
    await assert_usable(agent)


async def test_two_calls_at_once_refuse_the_second() -> None:
    """The first is not disturbed."""
    gate = Gate()
    agent = agent_on([text(["one ", pause(gate), "two"])], "fine")
    first = asyncio.create_task(watch(agent))
    await stream_opened(agent)
    second = await watch(agent)
    assert isinstance(second.error, ConcurrencyException)
    gate.open()
    assert (await first).text == "one two"
    await assert_usable(agent)


async def test_two_calls_at_once_where_they_are_allowed() -> None:
    """Both run; order in the history is theirs to care for."""
    agent = agent_on("one", "two", concurrent_invocation_mode="unsafe_reentrant")
    both = await asyncio.gather(watch(agent), watch(agent))
    assert sorted(seen.text for seen in both) == ["one", "two"]


async def test_a_callback_handler_that_raises_ends_the_run() -> None:
    """Its exception reaches the caller, and the provider's stream is closed."""

    def handler(**event: Any) -> None:
        if event.get("data"):
            raise OSError("disk full")

    agent = agent_on("half an answer", "fine", callback_handler=handler)
    assert repr((await watch(agent)).error) == "OSError('disk full')"
    agent.callback_handler = lambda **event: None
    await assert_usable(agent)


class TestOverHttp:
    """The same over Bedrock's wire."""

    async def test_a_connection_cut_in_mid_stream_is_an_error(self) -> None:
        """Not a short answer."""
        with BedrockEndpoint([["half an ans", disconnect()], "fine"]) as endpoint:
            agent = Agent(model=endpoint.model(), callback_handler=None)
            seen = await watch(agent)
            assert seen.error is not None
            assert [message["role"] for message in agent.messages] == ["user"]
            await assert_usable(agent)

    async def test_an_exception_in_mid_stream_is_an_error(self) -> None:
        """With Bedrock's own code and message."""
        with BedrockEndpoint([["half", error("ModelStreamErrorException", "no more")], "fine"]) as endpoint:
            agent = Agent(model=endpoint.model(), callback_handler=None)
            assert "no more" in str((await watch(agent)).error)
            await assert_usable(agent)

    async def test_a_throttled_call_is_repeated(self) -> None:
        """Waits are the strategy's; here none."""
        from strands import ModelRetryStrategy

        with BedrockEndpoint([throttled(), "answer", "fine"]) as endpoint:
            strategy = ModelRetryStrategy(initial_delay=0)
            agent = Agent(model=endpoint.model(), callback_handler=None, retry_strategy=strategy)
            assert (await watch(agent)).text == "answer"
            await assert_usable(agent)

    async def test_a_consumer_that_leaves_hangs_up(self) -> None:
        """The server sees the disconnect, even while it has nothing to send."""
        with BedrockEndpoint([[text(["one ", pause(Gate()), "two"])], "fine"]) as endpoint:
            agent = Agent(model=endpoint.model(), callback_handler=None)
            async with aclosing(agent.stream_async("q")) as events:
                async for event in events:
                    if "data" in event:
                        break
            await endpoint.disconnected()
            await assert_usable(agent)

    async def test_without_credentials_the_error_says_where_they_come_from(self) -> None:
        """The commonest first experience."""
        from botocore.exceptions import NoCredentialsError

        with BedrockEndpoint(["never"]) as endpoint, warnings.catch_warnings():
            agent = Agent(model=BedrockModel(endpoint_url=endpoint.url, region_name="us-west-2"), callback_handler=None)
            seen = await watch(agent)
        assert isinstance(seen.error, NoCredentialsError)
        assert any(
            "AWS_ACCESS_KEY_ID" in note or "credentials" in note
            for note in getattr(seen.error, "__notes__", [str(seen.error)])
        )

    async def test_without_a_region_the_default_one_is_used(self) -> None:
        """As the original does: there is no call without a region that could fail."""
        assert BedrockModel().client.meta.region_name == "us-west-2"
