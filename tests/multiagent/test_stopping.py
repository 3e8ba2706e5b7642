"""Teams that hang, fail or are left alone: everything ends, and nothing that was paid for is lost."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from typing import Any, cast

import pytest

from strands import Agent
from strands.hooks import AfterMultiAgentInvocationEvent
from strands.multiagent._clock import within_time
from strands.multiagent._merged import merged
from strands.multiagent.graph import Graph
from strands.multiagent.swarm import Swarm
from strands.testing import BedrockEndpoint, Gate, ScriptedModel, pause, text, use
from strands.types.exceptions import ConcurrencyException
from tests.multiagent.teams import answering, ask, graph_of, handing_to, member, scripted, seen_of, swarm_of


def never() -> list[Any]:
    return [text(["a word", pause(Gate())])]


def alone_in_a_graph(**settings: Any) -> Graph:
    return graph_of([], member("a", never(), "later"), **settings)


def alone_in_a_swarm(**arguments: Any) -> Swarm:
    return swarm_of(member("a", never(), "later"), **arguments)


def in_parallel() -> Graph:
    return graph_of(["ab", "ac"], member("a"), member("b", never(), "later"), member("c", never(), "later"))


def open_streams(team: Any) -> int:
    return sum(scripted(node.executor).open_streams for node in team.nodes.values())


async def test_hanging_node_of_a_graph_is_cut_with_its_stream() -> None:
    """A provider that never answers must not keep the graph, nor be paid for longer than the limit."""
    team = alone_in_a_graph(set_node_timeout=0.01)
    seen = await seen_of(team)
    assert (str(seen.error), seen.lines) == (
        "Node 'a' execution timed out after 0.01s",
        ["a start", "a failed"],
    )
    assert (open_streams(team), len(asyncio.all_tasks())) == (0, 1)
    assert (await seen_of(team)).lines[-1] == "result completed"


async def test_time_of_a_whole_graph_cuts_the_nodes_at_work() -> None:
    """A limit that a hanging node could exceed for ever would be none. What others have found by then is kept."""
    agents = [member("a"), member("b", never(), "later"), member("c", never(), "later"), member("d", "done")]
    team = graph_of(["ab", "ac", "ad", "bd"], *agents, set_execution_timeout=0.5)
    seen = await seen_of(team)
    assert (seen.error, seen.lines[-1]) == (None, "result failed")
    assert {name: str(node.result) for name, node in seen.result.results.items()} == {
        "a": "from a\n",
        "b": "Execution timed out: 0.5s",
        "c": "Execution timed out: 0.5s",
        "d": "done\n",
    }
    assert (seen.result.completed_nodes, seen.result.failed_nodes) == (2, 2)
    assert (open_streams(team), len(asyncio.all_tasks())) == (0, 1)


async def test_only_node_of_a_graph_is_cut_when_the_time_is_over() -> None:
    """There is no further batch before which the limit would be looked at."""
    seen = await seen_of(alone_in_a_graph(set_execution_timeout=0.01))
    assert seen.lines == ["a start", "a failed", "result failed"]


@pytest.mark.parametrize(("shorter", "raises"), [("set_execution_timeout", False), ("set_node_timeout", True)])
async def test_shorter_limit_comes_first(shorter: str, raises: bool) -> None:
    """A node's own limit is a failure of the node, the graph's one an end of the graph."""
    team = alone_in_a_graph(**{"set_execution_timeout": 9, "set_node_timeout": 9, shorter: 0.01})
    assert ((await seen_of(team)).error is not None) is raises


async def test_question_stays_when_the_time_is_over_for_others() -> None:
    """The answer resumes the run, and with it what was cut."""
    asking = member("a", use("ask", tool_use_id="a"), "thanks", tools=[ask])
    team = graph_of([], asking, member("b", never(), "later"), set_execution_timeout=0.5)
    assert (await seen_of(team)).lines[-1] == "result interrupted"
    assert (await seen_of(team, answering(team, "yes"))).result.completed_nodes == 2


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        ({"node_timeout": 0.01}, "Node 'a' execution timed out after 0.01s"),
        ({"execution_timeout": 0.01}, "Execution timed out: 0.01s"),
    ],
)
async def test_hanging_agent_of_a_swarm_is_cut_with_its_stream(limits: dict[str, float], told: str) -> None:
    """Whichever limit is reached first cuts the agent, and the result says which one it was."""
    team = alone_in_a_swarm(**limits)
    seen = await seen_of(team)
    assert (seen.lines, str(seen.result.results["a"].result)) == (["a start", "a failed", "result failed"], told)
    assert open_streams(team) == 0


async def test_hanging_node_does_not_cut_the_others_of_its_batch() -> None:
    """One dead provider must not cost the answers of all others."""
    gate = Gate()
    team = graph_of([], member("a", never()), member("b", [text([pause(gate), "late"])]), set_node_timeout=0.05)
    running = asyncio.create_task(seen_of(team))
    await gate.reached()
    gate.open()
    seen = await running
    assert "timed out" in str(seen.error)
    assert {name: result.status.value for name, result in team.state.results.items()} == {
        "a": "failed",
        "b": "completed",
    }


async def test_failing_node_does_not_lose_what_others_are_at() -> None:
    """The work of the other branches is paid for: it is finished and kept, then the error is raised."""
    gate = Gate()
    failed = asyncio.Event()

    def explode(request: Any) -> Any:
        failed.set()
        raise ValueError("boom")

    explosive = member("b")
    explosive.model = ScriptedModel(explode)
    team = graph_of(["ab", "ac"], member("a"), explosive, member("c", [text([pause(gate), "late"])]))
    running = asyncio.create_task(seen_of(team))
    await failed.wait()
    await gate.reached()
    gate.open()
    seen = await running
    assert repr(seen.error) == "ValueError('boom')"
    assert str(team.state.results["c"].result) == "late\n"
    assert team.state.status.value == "failed"


TEAMS = pytest.mark.parametrize("make", [alone_in_a_graph, alone_in_a_swarm, in_parallel])


@TEAMS
async def test_consumer_that_leaves_stops_all_nodes(make: Callable[[], Any]) -> None:
    """`break` in a web handler is the usual end of a stream: it must leave no task, stream or lock behind."""
    team = make()
    threads = set(threading.enumerate())
    async with aclosing(cast(Any, team.stream_async("task"))) as events:
        async for event in events:
            if event.get("event", {}).get("data") == "a word":
                break
    assert (open_streams(team), len(asyncio.all_tasks())) == (0, 1)
    assert set(threading.enumerate()) <= threads
    assert (await seen_of(team)).lines[-1] == "result completed"


@TEAMS
@pytest.mark.parametrize("final_turn_only", [False, True])
async def test_plain_break_leaves_the_team_usable_for_the_very_next_call(
    make: Callable[[], Any], final_turn_only: bool
) -> None:
    """Few know of `aclosing`: the abandoned run is closed first, all its nodes included."""
    team, threads = make(), set(threading.enumerate())
    async for _ in team.stream_async("task", stream_final_turn_only=final_turn_only):
        if open_streams(team) == (2 if make is in_parallel else 1):
            break
    seen = await seen_of(team)
    assert (seen.error, seen.lines[-1:]) == (None, ["result completed"])
    assert (open_streams(team), len(asyncio.all_tasks())) == (0, 1)
    assert set(threading.enumerate()) <= threads


@pytest.mark.parametrize("way", ["break", "timeout"])
async def test_connections_to_a_provider_are_closed(way: str) -> None:
    """Over real HTTP: what is streamed to a team that is left, or out of time, costs money until it is cut."""
    pytest.importorskip("boto3")
    gates = {name: Gate() for name in "bc"}
    script: list[Any] = ["from a", *[text(["a word", pause(gate)]) for gate in gates.values()], *["later"] * 3]
    with BedrockEndpoint(script) as endpoint:
        agents = [Agent(model=endpoint.model(), name=name, callback_handler=None) for name in "abc"]
        limit = {"set_execution_timeout": 2} if way == "timeout" else {}
        team = graph_of(["ab", "ac"], *agents, **limit)
        words = 0
        async for event in team.stream_async("task"):
            words += event.get("event", {}).get("data") == "a word"
            if words == 2 and way == "break":
                break
        assert words == 2
        team.execution_timeout = None
        assert (await seen_of(team)).lines[-1] == "result completed"
        await endpoint.until(lambda seen: seen.disconnects == 2 and not seen.open_streams)
        assert len(asyncio.all_tasks()) == 1


async def test_plain_break_of_an_outer_team_leaves_the_inner_ones_usable() -> None:
    inner = alone_in_a_swarm()
    team = graph_of([], inner, member("x", never(), "later"))
    async for _ in team.stream_async("task"):
        if open_streams(inner):
            break
    assert (await seen_of(team)).lines[-1] == "result completed"
    assert (open_streams(inner), len(asyncio.all_tasks())) == (0, 1)


@pytest.mark.parametrize("make", [alone_in_a_graph, alone_in_a_swarm])
async def test_dropped_run_whose_hook_calls_the_team_is_told_that_it_runs(make: Callable[[], Any]) -> None:
    """It would wait for itself."""
    team, refused = make(), asyncio.get_running_loop().create_future()

    async def call_again(event: AfterMultiAgentInvocationEvent) -> None:
        if not refused.done():
            refused.set_result((await seen_of(team)).error)

    team.add_hook(call_again)
    async for _ in team.stream_async("task"):
        if open_streams(team):
            break
    assert isinstance(await refused, ConcurrencyException)
    assert (await seen_of(team)).lines[-1] == "result completed"


@TEAMS
async def test_cancelled_task_stops_all_nodes(make: Callable[[], Any]) -> None:
    """A client that is gone cancels the task of its request."""
    team, ends = make(), []
    team.add_hook(lambda event: ends.append(open_streams(team)), AfterMultiAgentInvocationEvent)
    begun = asyncio.Event()

    async def consume() -> None:
        async for event in team.stream_async("task"):
            if event.get("event", {}).get("data") == "a word":
                begun.set()

    running = asyncio.create_task(consume())
    await begun.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert (open_streams(team), ends, len(asyncio.all_tasks())) == (0, [0], 1)
    assert (await seen_of(team)).lines[-1] == "result completed"


async def test_nested_team_stops_with_the_outer_one() -> None:
    """However deep a node is, its stream is closed."""
    inner = alone_in_a_swarm()
    team = graph_of([], inner)
    async with aclosing(cast(Any, team.stream_async("task"))) as events:
        async for _event in events:
            if open_streams(inner):
                break
    assert (open_streams(inner), len(asyncio.all_tasks())) == (0, 1)
    assert (await seen_of(inner)).lines[-1] == "result completed"


@pytest.mark.parametrize("make", [alone_in_a_graph, alone_in_a_swarm])
async def test_second_run_at_the_same_time_is_refused(make: Callable[[], Any]) -> None:
    """Two runs would write to one state: the first goes on unharmed."""
    team = make(**({"set_node_timeout": 0.05} if make is alone_in_a_graph else {"node_timeout": 0.05}))
    events = team.stream_async("one")
    await anext(events)
    with pytest.raises(ConcurrencyException, match="is already processing a request"):
        await team.invoke_async("two")
    await events.aclose()


async def test_swarm_in_the_midst_of_a_handoff_can_be_left() -> None:
    team = swarm_of(member("a", handing_to("b"), "I wait."), member("b"))
    async with aclosing(cast(Any, team.stream_async("task"))) as events:
        async for event in events:
            if event["type"] == "multiagent_handoff":
                break
    assert len(asyncio.all_tasks()) == 1


@pytest.mark.parametrize(
    "make", [lambda agents: graph_of(["ac", "bc"], *agents, member("c")), lambda agents: swarm_of(*agents)]
)
@pytest.mark.parametrize("left_at", ["a start", "a word"])
async def test_resumed_run_that_is_left_can_be_resumed_again(make: Any, left_at: str) -> None:
    """The question is still there, whether the answer had reached the agent or not; and nothing is done twice."""
    turns = [use("ask", tool_use_id="a")], [text(["a word"])], "done"
    agents = [member("a", *turns, tools=[ask]), member("b")]
    team = make(agents)
    await team.invoke_async("task")
    answers = answering(team, "yes")
    async with aclosing(cast(Any, team.stream_async(answers))) as events:
        async for event in events:
            if left_at in (f"{event.get('node_id')} start", event.get("event", {}).get("data")):
                break
    seen = await seen_of(team, answers)
    assert seen.lines[-1] == "result completed"
    assert (len(scripted(agents[1]).requests), scripted(agents[0]).open_streams) == (int("b" in team.state.results), 0)
    if "c" in team.nodes:
        assert [node.node_id for node in seen.result.execution_order] == ["b", "a", "c"]


# --- the stages alone ------------------------------------------------------------------------------------------------


async def numbers(*, upto: int, at_end: Callable[[], Any] = lambda: None) -> Any:
    try:
        for number in range(upto):
            yield number
    finally:
        at_end()


async def all_of(limited: Any) -> list[Any]:
    async with limited as stream:
        return [event async for event in stream]


async def hanging(closed: asyncio.Event) -> Any:
    try:
        yield 0
        await asyncio.Event().wait()
    finally:
        closed.set()


async def test_time_of_the_consumer_does_not_count() -> None:
    """A slow page must not make a node fail."""
    passed = asyncio.Event()
    async with within_time(numbers(upto=2), 0.02, TimeoutError("cut")) as stream:
        events = aiter(stream)
        seen = [await anext(events)]
        asyncio.get_running_loop().call_later(0.05, passed.set)
        await passed.wait()
        seen += [number async for number in events]
    assert seen == [0, 1]


async def test_stream_that_hangs_is_closed_before_the_error_is_raised() -> None:
    closed = asyncio.Event()
    with pytest.raises(TimeoutError, match="cut"):
        await all_of(within_time(hanging(closed), 0.01, TimeoutError("cut")))
    assert closed.is_set()


async def test_stream_that_does_not_heed_its_end_ends_all_the_same() -> None:
    """Users' code may catch a cancellation and go on."""

    async def stubborn() -> Any:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            yield "went on"

    with pytest.raises(TimeoutError, match="cut"):
        await all_of(within_time(stubborn(), 0.01, TimeoutError("cut")))


async def test_cancellation_by_others_stays_one() -> None:
    """A timeout must not swallow the cancellation of the task that it runs in."""
    begun = asyncio.Event()

    async def consume() -> None:
        async with within_time(hanging(asyncio.Event()), 60, TimeoutError("cut")) as stream:
            async for _ in stream:
                begun.set()

    running = asyncio.create_task(consume())
    await begun.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_without_a_limit_there_is_no_stage() -> None:
    numbered = numbers(upto=1)
    async with within_time(numbered, None, TimeoutError()) as stream:
        assert stream is numbered


async def test_merged_streams_run_on_when_one_fails() -> None:
    async def failing() -> Any:
        yield -1
        raise ValueError("boom")

    seen = []
    with pytest.raises(ValueError, match="boom"):
        async for number in merged([failing(), numbers(upto=1000)]):
            seen.append(number)  # noqa: PERF401  # what came before the error counts
    assert sorted(seen) == [-1, *range(1000)]


async def test_merged_streams_wait_for_a_consumer_that_is_slow() -> None:
    """A team must not run far ahead of who reads it: memory is bounded, and so is what is paid for in vain."""
    made: list[int] = []

    async def counted() -> AsyncIterator[int]:
        for number in range(10_000):
            made.append(number)
            yield number

    async with aclosing(merged([cast(Any, counted()), numbers(upto=0)])) as events:
        await anext(events)
    assert len(made) < 1000


async def test_cancellation_that_nobody_asked_for_reaches_the_consumer() -> None:
    """A node's code may raise it by itself; the team must not wait for that node for ever."""

    async def confused() -> Any:
        yield 0
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        [_ async for _ in merged([confused(), numbers(upto=3)])]
