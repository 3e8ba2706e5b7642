"""Remote agents, against servers that the SDK makes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any, cast

import pytest

pytest.importorskip("a2a", reason="needs the extra a2a")

import httpx
from a2a.client import ClientConfig, ClientFactory
from a2a.client.errors import A2AClientError, A2AClientHTTPError, A2AClientJSONRPCError
from a2a.server.agent_execution import RequestContext
from a2a.server.events import EventQueue
from a2a.server.tasks import TaskUpdater
from a2a.types import (
    AgentCard,
    Artifact,
    DataPart,
    InvalidParamsError,
    Message,
    Part,
    Task,
    TaskArtifactUpdateEvent,
    TaskState,
    TaskStatus,
    TaskStatusUpdateEvent,
    UnsupportedOperationError,
)
from a2a.utils import new_agent_parts_message
from a2a.utils.errors import ServerError

from strands.agent.a2a_agent import A2AAgent
from strands.agent.base import AgentBase
from strands.multiagent.a2a._converters import convert_response_to_agent_result
from strands.types.content import ContentBlock
from strands.types.exceptions import StrandsException
from tests.multiagent.a2a.serving import Remote, Script, brief, part, serving_remote
from tests.serving import listening_socket

QUESTION = "How cold?"


def task_with(*steps: Any) -> Script:
    """Return a script that submits a task and takes steps with its updater."""

    async def script(queue: EventQueue, task: Task) -> None:
        await queue.enqueue_event(task)
        updater = TaskUpdater(queue, task.id, task.context_id)
        for step in steps:
            await step(updater)

    return script


def artifact(*texts: str, **fields: Any) -> Any:
    return lambda updater: updater.add_artifact([part(each) for each in texts], **fields)


def status(state: TaskState, said: str | None = None, *, final: bool = False) -> Any:
    def step(updater: TaskUpdater) -> Any:
        message = updater.new_agent_message([part(said)]) if said else None
        return updater.update_status(state, message, final=final)

    return step


COMPLETED = status(TaskState.completed)
DATA = Part(root=DataPart(data={"k": 1}))


async def direct(queue: EventQueue, task: Task) -> None:
    await queue.enqueue_event(new_agent_parts_message([part("a"), DATA, part("b")]))


async def refuse(queue: EventQueue, task: Task) -> None:
    raise ServerError(InvalidParamsError(message="no good"))


async def answer(remote: AgentBase, prompt: Any = QUESTION) -> tuple[str, list[ContentBlock], Any]:
    result = await remote.invoke_async(prompt)
    return result.stop_reason, result.message["content"], result.state


def blocks(*texts: str) -> list[ContentBlock]:
    return [{"text": text} for text in texts]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        pytest.param(
            direct, ("end_turn", blocks("a", '[Structured Data]\n{\n  "k": 1\n}', "b"), {}), id="a message, no task"
        ),
        pytest.param(
            task_with(artifact("one", "two"), COMPLETED),
            ("end_turn", blocks("one", "two"), {"a2a_task_state": "completed"}),
            id="parts are blocks",
        ),
        pytest.param(
            task_with(artifact("one"), artifact("two"), COMPLETED),
            ("end_turn", blocks("one", "two"), {"a2a_task_state": "completed"}),
            id="all artifacts count",
        ),
        pytest.param(
            task_with(
                artifact("a", name="agent_response", artifact_id="i", append=False),
                artifact("b", name="agent_response", artifact_id="i", append=True),
                artifact("", name="agent_response", artifact_id="i", append=True, last_chunk=True),
                COMPLETED,
            ),
            ("end_turn", blocks("ab"), {"a2a_task_state": "completed"}),
            id="chunks are one text",
        ),
        pytest.param(
            task_with(status(TaskState.working, "wait"), COMPLETED),
            ("end_turn", [], {"a2a_task_state": "completed"}),
            id="words on the way are no answer",
        ),
        pytest.param(
            task_with(status(TaskState.completed, "done")),
            ("end_turn", blocks("done"), {"a2a_task_state": "completed"}),
            id="a closing word",
        ),
        *(
            pytest.param(
                task_with(artifact("half"), status(state, "sorry")),
                ("end_turn", blocks("sorry"), {"a2a_task_state": state.value}),
                id=state.value,
            )
            for state in (TaskState.failed, TaskState.rejected, TaskState.canceled)
        ),
        *(
            pytest.param(
                task_with(artifact("half"), status(state, "which?", final=True)),
                ("interrupt", blocks("which?"), {"a2a_task_state": state.value}),
                id=state.value,
            )
            for state in (TaskState.input_required, TaskState.auth_required)
        ),
    ],
)
@pytest.mark.parametrize("streaming", [True, False])
async def test_a_response_becomes_a_result(script: Script, expected: object, streaming: bool) -> None:
    """The same result, whether the server streams or not."""
    async with serving_remote(Remote(script), streaming=streaming) as url:
        assert await answer(A2AAgent(url)) == expected


async def test_chunks_of_servers_of_another_make_are_one_text() -> None:
    """Else each chunk would stand on a line of its own in the text of the result."""
    script = task_with(
        artifact("It ", artifact_id="i", append=False), artifact("is.", artifact_id="i", append=True), COMPLETED
    )
    async with serving_remote(Remote(script)) as url:
        assert str(await A2AAgent(url).invoke_async(QUESTION)) == "It is.\n"


async def test_all_that_the_server_sends_is_yielded() -> None:
    """Consumers show progress from the protocol's own events."""
    script = task_with(status(TaskState.working, "wait"), artifact("one"), COMPLETED)
    async with serving_remote(Remote(script)) as url:
        events = [event async for event in A2AAgent(url).stream_async(QUESTION)]
    assert [type(event) for event in events] == [dict] * 5
    assert [list(event) for event in events] == [["type", "event"]] * 4 + [["result"]]
    assert {event["type"] for event in events[:-1]} == {"a2a_stream"}
    assert [brief(update or task) for task, update in (event["event"] for event in events[:-1])] == [
        ("Task",),
        ("status", "working", "wait", False),
        ("artifact", "one", None, None),
        ("status", "completed", None, True),
    ]


def test_it_can_be_called_from_synchronous_code() -> None:
    """Again and again: no connection may outlive the event loop of a call."""

    async def served(calls: Any) -> Any:
        async with serving_remote(Remote(direct)) as url:
            return await asyncio.to_thread(calls, A2AAgent(url))

    assert (
        asyncio.run(served(lambda remote: [str(remote(QUESTION)) for _ in range(2)]))
        == ['a\n[Structured Data]\n{\n  "k": 1\n}\nb\n'] * 2
    )


async def test_unknown_keywords_are_accepted_and_not_sent() -> None:
    """Orchestrators hand their invocation state to every node."""
    remote = Remote(direct)
    async with serving_remote(remote) as url:
        await A2AAgent(url).invoke_async(QUESTION, invocation_state={"secret": 1}, stream_final_turn_only=True)
    assert "secret" not in remote.messages[0].model_dump_json()


class TestPrompt:
    @pytest.mark.parametrize(
        ("prompt", "sent"),
        [
            ("hi", [{"kind": "text", "text": "hi"}]),
            (blocks("a", "b"), [{"kind": "text", "text": "a"}, {"kind": "text", "text": "b"}]),
            (
                [
                    {"role": "user", "content": blocks("old")},
                    {"role": "user", "content": blocks("new")},
                    {"role": "assistant", "content": blocks("answer")},
                ],
                [{"kind": "text", "text": "new"}],
            ),
            (
                [
                    {"text": "see"},
                    {"cachePoint": {"type": "default"}},
                    {"image": {"format": "png", "source": {"bytes": b"hi"}}},
                ],
                [
                    {"kind": "text", "text": "see"},
                    {"kind": "file", "file": {"bytes": "aGk=", "mimeType": "image/png", "name": "image.png"}},
                ],
            ),
        ],
    )
    async def test_it_is_sent_as_parts(self, prompt: Any, sent: list[Any]) -> None:
        """Files too: the remote agent would otherwise answer about something it never saw."""
        remote = Remote(direct)
        async with serving_remote(remote) as url:
            await A2AAgent(url).invoke_async(prompt)
        [message] = remote.messages
        assert [each.model_dump(mode="json", exclude_none=True) for each in message.parts] == sent

    @pytest.mark.parametrize(
        ("prompt", "error"),
        [
            (None, "prompt is required for A2AAgent"),
            ([], "Unsupported input type: <class 'list'>"),
            (5, "Unsupported input type: <class 'int'>"),
            (["hi"], "Unsupported input type: <class 'list'>"),
            ([{"role": "assistant", "content": [{"text": "hi"}]}], "prompt holds no message of the user"),
            ([{"role": "user", "content": []}], r"prompt holds \[\], expected at least one text"),
            ([{"toolUse": {"toolUseId": "t", "name": "n", "input": {}}}], r"prompt holds \['toolUse'\]"),
            ([{"interruptResponse": {"interruptId": "i", "response": "y"}}], "not supported for A2AAgent"),
        ],
    )
    async def test_what_cannot_be_sent_is_refused_at_once(self, prompt: Any, error: str) -> None:
        """Before any request: there need not even be a server."""
        with pytest.raises(ValueError, match=error):
            await A2AAgent("http://127.0.0.1:1").invoke_async(prompt)


class TestCard:
    async def test_it_is_fetched_once_and_names_the_agent(self) -> None:
        """Graphs and people know the agent by what it says of itself."""
        async with serving_remote(Remote(direct)) as url:
            remote = A2AAgent(url)
            assert (remote.name, remote.description) == (None, None)
            card = await remote.get_agent_card()
            assert (remote.name, remote.description) == ("Remote", "Answers from afar.")
        assert await remote.get_agent_card() is card

    async def test_a_name_that_was_given_stays(self) -> None:
        """The caller may know several agents that call themselves the same."""
        async with serving_remote(Remote(direct)) as url:
            remote = A2AAgent(url + "/", name="", description="Mine.")
            await remote.get_agent_card()
        assert (remote.name, remote.description) == ("", "Mine.")


class TestClients:
    async def test_a_given_http_client_is_used_for_everything_and_stays_open(self) -> None:
        """It carries the authentication, for the card too, and belongs to the caller."""
        paths: list[str] = []

        async def note(request: httpx.Request) -> None:
            paths.append(request.url.path)

        async with (
            serving_remote(Remote(direct)) as url,
            httpx.AsyncClient(event_hooks={"request": [note]}) as http_client,
        ):
            remote = A2AAgent(url, client_config=ClientConfig(httpx_client=http_client))
            await remote.invoke_async(QUESTION)
            await remote.invoke_async(QUESTION)
            assert not http_client.is_closed
        assert paths == ["/.well-known/agent-card.json", "/", "/"]

    async def test_the_timeout_holds_with_a_configuration_too(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A client with the default of five seconds would cut off every agent that thinks for longer."""
        made: list[Any] = []
        original = httpx.AsyncClient

        def recorded(**settings: Any) -> httpx.AsyncClient:
            made.append((settings, original(**settings)))
            return cast(httpx.AsyncClient, made[-1][1])

        async with serving_remote(Remote(direct)) as url:
            monkeypatch.setattr(httpx, "AsyncClient", recorded)
            await A2AAgent(url, timeout=7, client_config=ClientConfig()).invoke_async(QUESTION)
        assert [settings for settings, _ in made] == [{"timeout": 7}] * 2
        assert all(client.is_closed for _, client in made)

    async def test_a_configuration_can_switch_streaming_off(self) -> None:
        """Some proxies do not let streams through."""
        async with serving_remote(Remote(task_with(artifact("one"), COMPLETED))) as url:
            remote = A2AAgent(url, client_config=ClientConfig(streaming=False))
            first, *rest = [event async for event in remote.stream_async(QUESTION)]
        assert brief(first["event"][0]) == ("Task",)
        assert first["event"][1] is None
        assert len(rest) == 1

    async def test_a_factory_still_makes_the_client(self) -> None:
        """Deprecated, but published."""
        async with httpx.AsyncClient() as http_client, serving_remote(Remote(direct)) as url:
            with pytest.warns(DeprecationWarning, match="Use client_config instead"):
                remote = A2AAgent(url, a2a_client_factory=ClientFactory(ClientConfig(httpx_client=http_client)))
            assert (await answer(remote))[0] == "end_turn"

    def test_a_factory_and_a_configuration_exclude_each_other(self) -> None:
        """One of them would be ignored."""
        with pytest.raises(ValueError, match="Cannot provide both client_config and a2a_client_factory"):
            A2AAgent("http://x", client_config=ClientConfig(), a2a_client_factory=ClientFactory(ClientConfig()))


class TestErrors:
    async def test_a_server_that_cannot_be_reached_is_an_error(self) -> None:
        with listening_socket() as taken:
            port = taken.getsockname()[1]
        with pytest.raises(A2AClientHTTPError, match=r"agent-card\.json"):
            await A2AAgent(f"http://127.0.0.1:{port}").invoke_async(QUESTION)

    @pytest.mark.parametrize("streaming", [True, False])
    async def test_a_refusal_is_an_error(self, streaming: bool) -> None:
        async with serving_remote(Remote(refuse), streaming=streaming) as url:
            with pytest.raises(A2AClientJSONRPCError, match="no good"):
                await A2AAgent(url).invoke_async(QUESTION)

    async def test_a_client_that_yields_nothing_is_an_error(self) -> None:
        """There is no result to return."""

        class Silent:
            def create(self, card: AgentCard) -> Any:
                return self

            async def send_message(self, message: Message) -> AsyncIterator[Any]:
                return
                yield

        async with serving_remote(Remote(direct)) as url:
            with pytest.warns(DeprecationWarning):
                remote = A2AAgent(url, a2a_client_factory=cast(Any, Silent()))
            with pytest.raises(StrandsException, match="sent no response"):
                await remote.invoke_async(QUESTION)

    def test_a_stream_that_just_ends_has_the_result_of_its_last_event(self) -> None:
        """Not all servers close their tasks."""
        last = Artifact(artifact_id="i", parts=[part("so far")])
        task = Task(id="t", context_id="c", status=TaskStatus(state=TaskState.working))
        update = TaskArtifactUpdateEvent(task_id="t", context_id="c", artifact=last)
        assert convert_response_to_agent_result((task, update)).message["content"] == blocks("so far")

    def test_data_between_chunks_stays_where_it_is(self) -> None:
        """Only text is put together."""
        parts = [part("a"), part("b"), DATA, part("c"), part("")]
        artifacts = [Artifact(artifact_id="i", parts=parts)]
        task = Task(id="t", context_id="c", status=TaskStatus(state=TaskState.completed), artifacts=artifacts)
        result = convert_response_to_agent_result((task, None), chunked={"i"})
        assert result.message["content"] == blocks("ab", '[Structured Data]\n{\n  "k": 1\n}', "c")

    def test_metadata_of_other_makes_is_no_interrupt(self) -> None:
        """They may use the same word for something else."""
        said = new_agent_parts_message([part("which?")])
        said.metadata = {"interrupts": [{"question": "which?"}]}
        task = Task(id="t", context_id="c", status=TaskStatus(state=TaskState.input_required, message=said))
        result = convert_response_to_agent_result((task, None))
        assert (result.stop_reason, result.interrupts, result.message["content"]) == (
            "interrupt",
            None,
            blocks("which?"),
        )

    @pytest.mark.parametrize("response", [None, "x", (1, 2)])
    def test_a_response_of_another_kind_is_an_empty_result(self, response: Any) -> None:
        """Clients made by a factory may yield anything."""
        result = convert_response_to_agent_result(response)
        assert (result.stop_reason, result.message["content"], result.state) == ("end_turn", [], {})


async def forever(_: TaskUpdater) -> None:
    await asyncio.Event().wait()


class TestLeavingEarly:
    async def test_closing_the_stream_cancels_the_remote_task(self) -> None:
        """The remote agent would go on working for nobody."""
        remote = Remote(task_with(status(TaskState.working, "wait"), forever))
        async with serving_remote(remote) as url:
            async with aclosing(cast("Any", A2AAgent(url).stream_async(QUESTION))) as events:
                task_id = (await anext(events))["event"][0].id
            assert remote.canceled == [task_id]
            await remote.ended.wait()

    async def test_a_task_that_has_ended_is_not_cancelled(self) -> None:
        """There is nothing left to cancel, and a request more would be one too many."""
        remote = Remote(task_with(artifact("one"), COMPLETED))
        async with serving_remote(remote) as url:
            events = cast("Any", A2AAgent(url).stream_async(QUESTION))
            updates = [(await anext(events))["event"][1] for _ in range(3)]
            await events.aclose()
        assert isinstance(updates[-1], TaskStatusUpdateEvent)
        assert remote.canceled == []

    async def test_a_server_that_cannot_cancel_holds_nobody_up(self) -> None:
        """The published executor refuses to cancel."""

        class Stubborn(Remote):
            async def cancel(self, context: RequestContext, event_queue: EventQueue) -> None:
                raise ServerError(UnsupportedOperationError())

        async with serving_remote(Stubborn(task_with(artifact("one")))) as url:
            events = cast("Any", A2AAgent(url).stream_async(QUESTION))
            assert brief((await anext(events))["event"][0]) == ("Task",)
            await events.aclose()

    async def test_a_server_that_says_nothing_holds_nobody_up(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Its task cannot be cancelled, as it has not told the id; a caller's timeout must still work."""
        monkeypatch.setattr("strands.agent.a2a_agent._CANCEL_TIMEOUT_S", 0.01)
        asked = asyncio.Event()

        async def silence(queue: EventQueue, task: Task) -> None:
            asked.set()
            await asyncio.Event().wait()

        remote = Remote(silence)
        async with serving_remote(remote) as url:
            calling = asyncio.create_task(A2AAgent(url).invoke_async(QUESTION))
            await asked.wait()
            calling.cancel()
            with pytest.raises(asyncio.CancelledError):
                await calling
        assert remote.canceled == []

    async def test_an_error_of_the_caller_reaches_the_caller(self) -> None:
        """Cancelling on the way out must not hide why the caller leaves."""
        remote = Remote(task_with(status(TaskState.working, "wait"), forever))
        async with serving_remote(remote) as url:
            events = cast("Any", A2AAgent(url).stream_async(QUESTION))
            await anext(events)
            with pytest.raises(A2AClientError, match="mine"):
                await events.athrow(A2AClientError("mine"))
        assert len(remote.canceled) == 1
