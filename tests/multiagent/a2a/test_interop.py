"""Agents behind real HTTP servers, used by clients of the SDK."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any, cast

import pytest

pytest.importorskip("a2a", reason="needs the extra a2a")

from a2a.client import Client, ClientConfig
from a2a.client.errors import A2AClientJSONRPCError
from a2a.types import Message, Task, TaskIdParams, TaskQueryParams, TaskState

from strands import Agent, tool
from strands.agent.a2a_agent import A2AAgent
from strands.hooks import BeforeToolCallEvent
from strands.multiagent import GraphBuilder, Status, Swarm
from strands.multiagent.graph import Graph
from strands.testing import Gate, ScriptedModel, pause, text, use
from strands.types.interrupt import InterruptResponseContent
from tests.multiagent.a2a.serving import brief, message_of, sdk_client, serving_agent, texts


@tool
def look(subject: str) -> str:
    """Look something up."""
    return f"{subject}: found"


def agent_with(model: ScriptedModel) -> Agent:
    return Agent(model=model, tools=[look], name="Guide", description="Knows the way.", callback_handler=None)


def events_of(client: Client, message: Message) -> AsyncGenerator[Any, None]:
    return cast("AsyncGenerator[Any, None]", client.send_message(message))


async def briefs_of(client: Client, message: Message) -> list[tuple[object, ...]]:
    return [brief(update or task) async for task, update in events_of(client, message)]


async def task_when(client: Client, task_id: str, state: TaskState) -> Task:
    """Return the task as stored once it has this state."""
    while True:
        task = await client.get_task(TaskQueryParams(id=task_id))
        if task.status.state == state:
            return task


SCRIPT: list[Any] = [[text(["Let me look."]), use("look", subject="Oslo")], text(["It is ", "4 °C."])]


@pytest.mark.parametrize("final_turn_only", [False, True])
async def test_a_streaming_client_gets_the_answer_in_chunks(final_turn_only: bool) -> None:
    """The way most clients use an agent; with the keyword, only the answer."""
    agent = agent_with(ScriptedModel(SCRIPT))
    async with serving_agent(agent, stream_final_turn_only=final_turn_only) as url, sdk_client(url) as client:
        found = await briefs_of(client, message_of("How cold?"))
    pieces = ["It is ", "4 °C."] if final_turn_only else ["Let me look.", "It is ", "4 °C."]
    assert found == [
        ("Task",),
        ("artifact", pieces[0], False, None),
        *(("artifact", piece, True, None) for piece in pieces[1:]),
        ("artifact", "", True, True),
        ("status", "completed", None, True),
    ]


@pytest.mark.filterwarnings("ignore:Text is sent as status messages:UserWarning")
@pytest.mark.parametrize("compliant", [False, True])
@pytest.mark.parametrize("final_turn_only", [False, True])
async def test_a_client_that_waits_gets_the_finished_task(compliant: bool, final_turn_only: bool) -> None:
    """Not all clients stream; the task holds the answer as an artifact in both forms."""
    agent = agent_with(ScriptedModel(SCRIPT))
    settings = {"enable_a2a_compliant_streaming": compliant, "stream_final_turn_only": final_turn_only}
    async with serving_agent(agent, **settings) as url, sdk_client(url, streaming=False) as client:
        [(task, update)] = [event async for event in events_of(client, message_of("How cold?"))]
    answer = "".join(texts(artifact.parts) for artifact in task.artifacts)
    chunks = "It is 4 °C." if final_turn_only else "Let me look.It is 4 °C."
    assert (task.status.state, update, answer) == (TaskState.completed, None, chunks if compliant else "It is 4 °C.\n")


@pytest.mark.parametrize("message", [message_of(""), message_of()])
@pytest.mark.parametrize("streaming", [True, False])
async def test_a_client_is_told_that_its_message_is_refused(message: Message, streaming: bool) -> None:
    """Not with a broken connection, which clients would take for a reason to try again."""
    async with (
        serving_agent(agent_with(ScriptedModel([]))) as url,
        sdk_client(url, streaming=streaming) as client,
    ):
        with pytest.raises(A2AClientJSONRPCError) as caught:
            await briefs_of(client, message)
    assert caught.value.error.code == -32602


async def test_canceling_a_task_ends_the_run_and_tells_all_who_follow_it() -> None:
    """The one who cancels, the one who streams, and the store agree."""
    gate = Gate()
    model = ScriptedModel([[text(["It ", pause(gate), "is."])], "Again."])
    agent = agent_with(model)
    async with serving_agent(agent) as url, sdk_client(url) as client:
        followed: list[tuple[object, ...]] = []
        async with aclosing(events_of(client, message_of("How cold?"))) as events:
            task_id = ""
            async for task, update in events:
                followed.append(brief(update or task))
                if followed[-1] == ("artifact", "It ", False, None):
                    task_id = task.id
                    await gate.reached()
                    canceled = await client.cancel_task(TaskIdParams(id=task_id))
                    assert canceled.status.state == TaskState.canceled
                    assert model.open_streams == 0
        assert followed[-1] == ("status", "canceled", None, True)
        assert (await client.get_task(TaskQueryParams(id=task_id))).status.state == TaskState.canceled
        with pytest.raises(A2AClientJSONRPCError):
            await client.cancel_task(TaskIdParams(id=task_id))
        assert ("artifact", "Again.", False, None) in await briefs_of(client, message_of("Again?"))


async def test_a_client_that_only_lost_its_connection_finds_its_task_again() -> None:
    """The protocol lets clients come back for a task, so a lost connection alone must not end a run."""
    gate = Gate()
    agent = agent_with(ScriptedModel([[text(["It ", pause(gate), "is."])]]))
    async with serving_agent(agent) as url, sdk_client(url) as client:
        async with aclosing(events_of(client, message_of("How cold?"))) as events:
            task, _ = await anext(events)
        await gate.reached()
        gate.open()
        finished = await task_when(client, task.id, TaskState.completed)
    assert [texts(artifact.parts) for artifact in finished.artifacts or []] == ["It is."]


def asking(answers: list[Any]) -> Agent:
    agent = agent_with(ScriptedModel(SCRIPT))
    agent.add_hook(lambda event: answers.append(event.interrupt("approval", reason={"cost": 5})), BeforeToolCallEvent)
    return agent


class TestA2AAgentAnswers:
    """An interrupt crosses the wire in both directions."""

    @pytest.mark.parametrize("streaming", [True, False])
    async def test_a_remote_agents_question_is_answered_like_a_local_ones(self, streaming: bool) -> None:
        """Callers need not know where an agent runs."""
        answers: list[Any] = []
        async with serving_agent(asking(answers), stream_final_turn_only=True) as url:
            remote = A2AAgent(url, client_config=ClientConfig(streaming=streaming))
            result = await remote.invoke_async("How cold?")
            [interrupt] = result.interrupts or []
            assert (result.stop_reason, interrupt.name, interrupt.reason) == ("interrupt", "approval", {"cost": 5})
            final = await remote.invoke_async(answer_to(interrupt.id, {"approved": True}))
        assert (str(final), answers) == ("It is 4 °C.\n", [{"approved": True}])

    async def test_without_a_question_there_is_no_answer(self) -> None:
        """The remote agent could make nothing of it."""
        async with serving_agent(agent_with(ScriptedModel(["Yes."]))) as url:
            remote = A2AAgent(url)
            await remote.invoke_async("How cold?")
            with pytest.raises(ValueError, match="not supported for A2AAgent"):
                await remote.invoke_async(answer_to("i", "yes"))


def answer_to(interrupt_id: str, response: Any) -> list[InterruptResponseContent]:
    return [{"interruptResponse": {"interruptId": interrupt_id, "response": response}}]


class TestA2AAgentInGraphs:
    async def test_it_is_a_node(self) -> None:
        """Remote and local agents work in one team."""
        local = Agent(model=ScriptedModel(["Take a coat."]), callback_handler=None)
        async with serving_agent(agent_with(ScriptedModel(SCRIPT)), stream_final_turn_only=True) as url:
            builder = GraphBuilder()
            builder.add_edge(builder.add_node(A2AAgent(url), "guide"), builder.add_node(local, "adviser"))
            result = await builder.build().invoke_async("What should I wear?")
        assert {name: str(node.result) for name, node in result.results.items()} == {
            "guide": "It is 4 °C.\n",
            "adviser": "Take a coat.\n",
        }
        assert "It is 4 °C." in str(local.messages[0])

    @pytest.mark.parametrize("elsewhere", [False, True])
    @pytest.mark.parametrize("streaming", [True, False])
    async def test_its_question_is_answered_where_the_graph_is_resumed(self, streaming: bool, elsewhere: bool) -> None:
        """By the same graph, or by one that was made again from stored state, as after a restart."""
        answers: list[Any] = []
        adviser = ScriptedModel(["Take a coat."])
        async with serving_agent(asking(answers), stream_final_turn_only=True) as url:

            def team() -> Graph:
                remote = A2AAgent(url, client_config=ClientConfig(streaming=streaming))
                local = Agent(model=adviser, callback_handler=None)
                builder = GraphBuilder()
                builder.add_edge(builder.add_node(remote, "guide"), builder.add_node(local, "adviser"))
                return builder.build()

            graph = team()
            asked = await graph.invoke_async("What should I wear?")
            assert (asked.status, [each.name for each in asked.interrupts]) == (Status.INTERRUPTED, ["approval"])
            if elsewhere:
                stored = json.dumps(graph.serialize_state())
                graph = team()
                graph.deserialize_state(json.loads(stored))
            result = await graph.invoke_async(answer_to(asked.interrupts[0].id, {"approved": True}))
        assert (result.status, answers) == (Status.COMPLETED, [{"approved": True}])
        assert {name: str(node.result) for name, node in result.results.items()} == {
            "guide": "It is 4 °C.\n",
            "adviser": "Take a coat.\n",
        }

    async def test_a_resumed_graph_that_is_left_asks_the_remote_agent_anew(self) -> None:
        """Leaving cancels the remote task, and with it what it had been answered."""
        gate = Gate()
        turns: list[Any] = [SCRIPT[0], [text(["It ", pause(gate), "is."])], "It is 4 °C."]
        agent = agent_with(ScriptedModel(turns))
        agent.add_hook(lambda event: event.interrupt("approval"), BeforeToolCallEvent)
        async with serving_agent(agent) as url:
            builder = GraphBuilder()
            builder.add_node(A2AAgent(url), "guide")
            graph = builder.build()
            asked = await graph.invoke_async("How cold?")
            answer = answer_to(asked.interrupts[0].id, "yes")
            running = asyncio.create_task(graph.invoke_async(answer))
            await gate.reached()
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running
            result = await graph.invoke_async(answer)
        assert (result.status, str(result.results["guide"].result)) == (Status.COMPLETED, "It is 4 °C.\n")

    @pytest.mark.parametrize("is_the_end", [False, True])
    async def test_its_words_are_streamed_where_it_is_the_end(self, is_the_end: bool) -> None:
        """With only the team's answer wanted, a remote agent in the midst of a graph is as silent as a local one."""
        async with serving_agent(agent_with(ScriptedModel(SCRIPT)), stream_final_turn_only=True) as url:
            builder = GraphBuilder()
            remote = builder.add_node(A2AAgent(url), "guide")
            local = builder.add_node(Agent(model=ScriptedModel(["Coat."]), callback_handler=None), "adviser")
            builder.add_edge(local, remote) if is_the_end else builder.add_edge(remote, local)
            heard: list[str] = []
            async for event in builder.build().stream_async("What should I wear?", stream_final_turn_only=True):
                inner = event.get("event") or {}
                sent = inner["event"] if inner.get("type") == "a2a_stream" else (None, None)
                artifact = getattr(sent[1], "artifact", None)
                heard += [inner["data"]] if "data" in inner else [texts(artifact.parts)] if artifact else []
        assert "".join(heard) == ("It is 4 °C." if is_the_end else "Coat.")

    async def test_a_graph_can_be_called_again_after_a_plain_break(self) -> None:
        """Leaving a remote agent takes a request to it, for which the next call waits."""
        gate = Gate()
        model = ScriptedModel([[text(["It ", pause(gate), "is."])], "Again."])
        async with serving_agent(agent_with(model)) as url:
            builder = GraphBuilder()
            builder.add_node(A2AAgent(url), "guide")
            graph = builder.build()
            async for event in graph.stream_async("How cold?"):
                if event["type"] == "multiagent_node_stream":
                    break
            del event
            again = await graph.invoke_async("Again?")
            assert (str(again.results["guide"].result), model.open_streams) == ("Again.\n", 0)

    def test_a_swarm_refuses_it(self) -> None:
        """It cannot be given the tool with which agents hand over."""
        with pytest.raises(ValueError, match="cannot be given the tool 'handoff_to_agent'"):
            Swarm([A2AAgent("http://127.0.0.1:1", name="remote")])  # type: ignore[list-item]

    async def test_an_agent_of_a_swarm_calls_it_as_a_tool(self) -> None:
        async with serving_agent(agent_with(ScriptedModel(["It is 4 °C."]))) as url:
            remote = A2AAgent(url)

            @tool
            async def guide(question: str) -> str:
                """Ask the guide."""
                return str(await remote.invoke_async(question))

            model = ScriptedModel([use("guide", question="How cold?"), "Take a coat."])
            local = Agent(model=model, name="adviser", tools=[guide], callback_handler=None)
            result = await Swarm([local]).invoke_async("What should I wear?")
        assert (result.status, "It is 4 °C." in str(local.messages)) == (Status.COMPLETED, True)

    async def test_a_graph_that_is_left_cancels_the_remote_run(self) -> None:
        """All its nodes stop, wherever they run."""
        gate = Gate()
        model = ScriptedModel([[text(["It ", pause(gate), "is."])]])
        async with serving_agent(agent_with(model)) as url:
            builder = GraphBuilder()
            builder.add_node(A2AAgent(url), "guide")
            running = asyncio.create_task(builder.build().invoke_async("How cold?"))
            await gate.reached()
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running
            assert model.open_streams == 0


class TestA2AAgentLeavesEarly:
    """A caller who stops reading has no further use for the remote run."""

    @staticmethod
    def slow() -> tuple[Gate, ScriptedModel]:
        gate = Gate()
        return gate, ScriptedModel([[text(["It ", pause(gate), "is."])], "Again."])

    async def test_closing_the_stream_ends_the_run_on_the_server(self) -> None:
        """The model's stream is closed when `aclose` returns, and the agent can be called again."""
        gate, model = self.slow()
        async with serving_agent(agent_with(model)) as url:
            remote = A2AAgent(url)
            async with aclosing(cast("AsyncGenerator[Any, None]", remote.stream_async("How cold?"))) as events:
                await anext(events)
                await gate.reached()
                assert model.open_streams == 1
            assert model.open_streams == 0
            assert str(await remote.invoke_async("Again?")) == "Again.\n"

    async def test_cancelling_the_caller_ends_the_run_on_the_server(self) -> None:
        """A timeout around a remote agent, or a graph that stops, must stop the spending too."""
        gate, model = self.slow()
        async with serving_agent(agent_with(model)) as url:
            remote = A2AAgent(url)
            calling = asyncio.create_task(remote.invoke_async("How cold?"))
            await gate.reached()
            calling.cancel()
            with pytest.raises(asyncio.CancelledError):
                await calling
            assert model.open_streams == 0
            assert str(await remote.invoke_async("Again?")) == "Again.\n"
