"""Only the text of the team's answer: each row of the table in docs/final-turn.md."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any, cast

import pytest

from strands.agent.agent_result import AgentResult
from strands.hooks import AfterInvocationEvent, AfterNodeCallEvent, BeforeNodeCallEvent
from strands.multiagent.base import MultiAgentBase
from strands.multiagent.graph import GraphBuilder
from strands.telemetry.metrics import EventLoopMetrics
from strands.testing import Gate, error, pause, text, use
from tests.multiagent.teams import (
    Seen,
    answering,
    ask,
    graph_of,
    handing_to,
    look,
    member,
    raw_text,
    seen_of,
    swarm_of,
)

FAILING: Any = [text("half"), error(ValueError("boom"))]
ASKING: Any = [text("Hm."), use("ask")]
LOOKING: Any = [text("Let me look."), use("look")]


async def final(team: MultiAgentBase, task: Any = "task") -> Seen:
    return await seen_of(team, task, stream_final_turn_only=True)


async def test_chain_delivers_the_last_node_alone() -> None:
    """A page shows the answer of the team, not the notes that its agents hand to one another."""
    agents = [member("a"), member("b"), member("c", LOOKING, "The answer.", tools=[look])]
    seen = await final(graph_of(["ab", "bc"], *agents))
    assert (seen.said, raw_text(seen)) == (["c: The answer."], "The answer.")


async def test_every_terminal_node_of_a_fan_is_heard() -> None:
    """The result of a graph with several ends is all of them."""
    seen = await final(graph_of(["ab", "ac"], member("a"), member("b"), member("c")))
    assert sorted(seen.said) == ["b: from b", "c: from c"]


async def test_diamond_delivers_what_joins_the_branches() -> None:
    """Branches are notes for the node that joins them."""
    seen = await final(graph_of(["ab", "ac", "bd", "cd"], *[member(name) for name in "abcd"]))
    assert seen.said == ["d: from d"]


@pytest.mark.parametrize(("leads_on", "said"), [(False, ["a: from a"]), (True, ["b: from b"])])
async def test_condition_decides_whose_text_was_the_answer(leads_on: bool, said: list[str]) -> None:
    """Whether a node with an edge is terminal is known only after its condition was asked: until then it is held."""
    builder = GraphBuilder()
    for name in "ab":
        builder.add_node(member(name), name)
    builder.add_edge("a", "b", condition=lambda state: leads_on)
    assert (await final(builder.build())).said == said


async def test_branch_that_ends_early_is_heard_when_its_batch_has_ended() -> None:
    """A node from which no edge leads on is an end of the graph, even while other branches go on."""
    builder = GraphBuilder()
    for name in "abcd":
        builder.add_node(member(name), name)
    builder.add_edge("a", "c", condition=lambda state: False)
    builder.add_edge("b", "d")
    seen = await final(builder.build())
    assert sorted(seen.said) == ["a: from a", "d: from d"]


async def test_loop_delivers_the_run_that_left_it() -> None:
    """The drafts of a loop are no answers."""
    builder = GraphBuilder()
    builder.add_node(member("a", "draft 1", "draft 2"), "a")
    builder.add_node(member("b", "again", "good"), "b")
    builder.add_edge("a", "b")
    builder.add_edge("b", "a", condition=lambda state: len(state.execution_order) < 4)
    assert (await final(builder.set_entry_point("a").set_max_node_executions(9).build())).said == ["b: good"]


def chain_of_three() -> Any:
    return graph_of(["ab", "bc"], member("a"), member("b", LOOKING, "mine", tools=[look]), member("c"))


def interrupted_beside_others() -> Any:
    return graph_of(["ab", "cb"], member("a"), member("b"), member("c", ASKING, tools=[ask]))


def failing_in_the_midst() -> Any:
    return graph_of(["ab", "bc"], member("a"), member("b", FAILING, tools=[look]), member("c"))


def at_its_limit() -> Any:
    return graph_of(["ab"], member("a"), member("b"), set_max_node_executions=1)


def swarm_with_a_handoff() -> Any:
    return swarm_of(member("a", handing_to("b"), "I wait."), member("b"))


def swarm_that_fails() -> Any:
    return swarm_of(member("a", handing_to("b"), "I wait."), member("b", FAILING))


@pytest.mark.parametrize(
    "team",
    [
        chain_of_three,
        interrupted_beside_others,
        failing_in_the_midst,
        at_its_limit,
        swarm_with_a_handoff,
        swarm_that_fails,
    ],
)
async def test_sequence_is_the_usual_one_without_the_text(team: Any) -> None:
    """A consumer that follows other events must see them all, those of each node in their order."""

    def others(seen: Seen) -> dict[Any, list[Any]]:
        by_node: dict[Any, list[Any]] = {}
        for event in seen.events:
            if not _is_text(event):
                by_node.setdefault(event.get("node_id"), []).append(_shape(event))
        return by_node

    assert others(await final(team())) == others(await seen_of(team()))


def _is_text(event: Any) -> bool:
    inner = event.get("event") or {}
    chunk = inner.get("event") or {}
    return "data" in inner or "text" in chunk.get("contentBlockDelta", {}).get("delta", {})


def _shape(event: Any) -> Any:
    inner = event.get("event")
    return (event["type"], event.get("node_id"), sorted(inner) if isinstance(inner, dict) else None)


async def test_known_end_streams_while_other_nodes_still_run() -> None:
    """What can be known in advance is not held back until the slowest branch is done."""
    gate = Gate()
    team = graph_of(["ab", "ac"], member("a"), member("b", "The answer."), member("c", [text([pause(gate), "late"])]))
    first = None
    async with aclosing(cast(Any, team.stream_async("task", stream_final_turn_only=True))) as events:
        async for event in events:
            if event.get("event", {}).get("data"):
                first = event["node_id"]
                break
    assert first == "b"


async def test_known_end_streams_piece_by_piece() -> None:
    """Not only as a whole when its node is done."""
    gate = Gate()
    team = graph_of(["ab"], member("a"), member("b", [text(["The ", pause(gate), "answer."])]))
    async with aclosing(cast(Any, team.stream_async("task", stream_final_turn_only=True))) as events:
        async for event in events:
            if event.get("event", {}).get("data"):
                break
        assert event["event"]["data"] == "The "
        gate.open()
        assert "".join(
            [each["event"].get("data", "") async for each in events if "node_id" in each and "event" in each]
        )


async def test_end_that_is_known_late_is_heard_when_its_batch_has_ended() -> None:
    """Then it is certain, however long the graph goes on: and with the text comes what followed it in the node."""
    gate = Gate()
    builder = GraphBuilder()
    for agent in (member("a"), member("b", [text([pause(gate), "from b"])]), member("c")):
        builder.add_node(agent, agent.name)
    builder.add_edge("a", "c", condition=lambda state: False)
    builder.add_edge("b", "c")
    team = builder.build()
    held: list[str] = []
    seen = Seen()

    def note_and_go_on(event: AfterNodeCallEvent) -> None:
        if event.node_id == "a":
            held.extend(seen.said)
            gate.open()

    team.add_hook(note_and_go_on)
    async with aclosing(cast(Any, team.stream_async("task", stream_final_turn_only=True))) as events:
        async for event in events:
            seen.events.append(event)
            if event["type"] == "multiagent_node_start" and event["node_id"] == "c":
                held.append(f"before c: {seen.said}")
    assert held == ["before c: ['a: from a']"]
    assert seen.said == ["a: from a", "c: from c"]
    assert seen.lines[:4] == ["a start", "b start", "a completed", "b completed"]


def too_late() -> Any:
    return [text(["half", pause(Gate())])]


@pytest.mark.parametrize("limit", ["set_node_timeout", "set_execution_timeout"])
async def test_node_that_takes_too_long_leaves_what_a_single_agent_would(limit: str) -> None:
    """Its half answer is none where tools were offered; ends that were reached before stay delivered."""
    slow = member("b", too_late(), tools=[look])
    seen = await final(graph_of(["ab", "ac"], member("a"), slow, member("c"), **{limit: 0.5}))
    assert seen.said == ["c: from c"]


async def test_interrupt_leaves_the_ends_that_were_reached() -> None:
    """They are answers already; the question's branch gives its own after the resume."""
    team = graph_of(["ab", "ac"], member("a"), member("b", ASKING, "sure", tools=[ask]), member("c"))
    first = await final(team)
    assert (first.said, first.lines[-1]) == (["c: from c"], "result interrupted")
    assert (await final(team, answering(team, "yes"))).said == ["b: sure"]


async def test_question_of_a_nested_team_is_no_answer() -> None:
    inner = graph_of([], member("x", ASKING, "sure", tools=[ask]))
    team = graph_of([], inner)
    assert ((await final(team)).said, (await final(team, answering(team, "yes"))).said) == (
        [],
        ["default_graph/x: sure"],
    )


async def test_node_that_fails_leaves_no_text_but_that_of_other_ends() -> None:
    """Half an answer is none; the answer of another branch stays one."""
    failing = member("b", FAILING, tools=[look])
    seen = await final(graph_of(["ab", "ac"], member("a"), failing, member("c")))
    assert (seen.said, repr(seen.error)) == (["c: from c"], "ValueError('boom')")


async def test_limit_leaves_no_text_of_nodes_that_led_on() -> None:
    """A run that was cut off has no answer."""
    seen = await final(graph_of(["ab"], member("a"), member("b"), set_max_node_executions=1))
    assert (seen.said, seen.lines[-1]) == ([], "result failed")


async def test_interrupt_leaves_the_answer_to_the_resumed_run() -> None:
    """A question is no answer; what follows it is delivered like that of any run."""
    team = graph_of(["ab"], member("a", ASKING, "sure", tools=[ask]), member("b"))
    first = await final(team)
    second = await final(team, answering(team, "yes"))
    assert (first.said, first.lines[-1], second.said) == ([], "result interrupted", ["b: from b"])


async def test_node_cancelled_by_a_hook_says_nothing() -> None:
    """The notes of the node before it do not become the answer because the next one was refused."""
    team = graph_of(["ab"], member("a"), member("b"))

    def refuse(event: BeforeNodeCallEvent) -> None:
        event.cancel_node = event.node_id == "b"

    team.add_hook(refuse)
    assert (await final(team)).said == []


async def test_swarm_delivers_the_agent_that_hands_over_no_more() -> None:
    """What agents say before and after a handoff is not the answer."""
    team = swarm_of(member("a", handing_to("b"), "I wait."), member("b", LOOKING, "The answer.", tools=[look]))
    seen = await final(team)
    assert (seen.said, raw_text(seen)) == (["b: The answer."], "The answer.")


async def test_swarm_waits_for_an_agent_that_a_hook_resumes() -> None:
    """What looks like the answer is none if the agent is made to go on, and then hands over."""
    agent = member("a", "Not yet the answer.", handing_to("b"), "I wait.")

    def go_on(event: AfterInvocationEvent) -> None:
        if len(agent.messages) == 2:
            event.resume = "Go on."

    agent.add_hook(go_on)
    assert (await final(swarm_of(agent, member("b", "The answer.")))).said == ["b: The answer."]


async def test_swarm_without_handoff_delivers_its_only_agent() -> None:
    assert (await final(swarm_of(member("a", "The answer."), member("b")))).said == ["a: The answer."]


async def test_swarm_at_a_limit_or_failing_says_nothing() -> None:
    """A run that was cut off has no answer."""
    limited = await final(swarm_of(member("a", handing_to("b"), "I wait."), member("b"), max_handoffs=1))
    failing = await final(swarm_of(member("a", FAILING)))
    assert (limited.said, failing.said) == ([], [])


@pytest.mark.parametrize("limit", ["node_timeout", "execution_timeout"])
async def test_swarm_that_takes_too_long_says_nothing(limit: str) -> None:
    assert (await final(swarm_of(member("a", too_late()), **{limit: 0.01}))).said == []


async def test_swarm_cancelled_by_a_hook_says_nothing() -> None:
    """What the agent before it said was said before it handed over."""
    team = swarm_of(member("a", handing_to("b"), "I wait."), member("b"))

    def refuse(event: BeforeNodeCallEvent) -> None:
        event.cancel_node = event.node_id == "b"

    team.add_hook(refuse)
    assert (await final(team)).said == []


async def test_swarm_that_asks_a_person_answers_after_the_resume() -> None:
    team = swarm_of(member("a", ASKING, "The answer.", tools=[ask]))
    first = await final(team)
    assert (first.said, (await final(team, answering(team, "yes"))).said) == ([], ["a: The answer."])


async def test_nested_team_is_heard_where_it_is_the_end() -> None:
    """A team within a team answers like an agent: its own answer, if it is at an end of the outer one."""
    inner = graph_of(["xy"], member("x"), member("y"))
    builder = GraphBuilder()
    builder.add_node(member("a"), "a")
    builder.add_node(inner, "inner")
    builder.add_edge("a", "inner")
    assert (await final(builder.build())).said == ["inner/y: from y"]


async def test_nested_swarm_is_heard_where_it_is_the_end() -> None:
    """Of the inner team, the agent that does not hand over."""
    inner = swarm_of(member("x", handing_to("y"), "I wait."), member("y"))
    builder = GraphBuilder()
    builder.add_edge(builder.add_node(member("a"), "a"), builder.add_node(inner, "inner"))
    assert (await final(builder.build())).said == ["inner/y: from y"]


async def test_nested_team_is_silent_where_others_follow() -> None:
    builder = GraphBuilder()
    builder.add_node(swarm_of(member("s")), "inner")
    builder.add_node(member("b"), "b")
    builder.add_edge("inner", "b")
    assert (await final(builder.build())).said == ["b: from b"]


class Elsewhere:
    """An agent of another kind, which knows nothing of the keyword."""

    name = "e"

    async def invoke_async(self, prompt: Any = None, **kwargs: Any) -> Any:
        raise NotImplementedError

    def __call__(self, prompt: Any = None, **kwargs: Any) -> Any:
        raise NotImplementedError

    async def stream_async(self, prompt: Any = None, *, invocation_state: Any = None) -> AsyncIterator[Any]:
        yield {"data": "words", "delta": {"text": "words"}}
        message: Any = {"role": "assistant", "content": [{"text": "words"}]}
        yield {"result": AgentResult(stop_reason="end_turn", message=message, metrics=EventLoopMetrics(), state={})}


async def test_agents_of_other_kinds_are_heard_as_a_whole_at_an_end_only() -> None:
    """Of an agent that cannot tell its turns apart, all text counts as one turn."""
    assert (await final(graph_of(["eb"], Elsewhere(), member("b")))).said == ["b: from b"]
    assert (await final(graph_of(["be"], member("b"), Elsewhere()))).said == ["e: words"]


async def test_off_by_default() -> None:
    seen = await seen_of(graph_of(["ab"], member("a"), member("b")), stream_final_turn_only=None)
    assert seen.said == ["a: from a", "b: from b"]


async def test_callback_handlers_of_nodes_hear_final_turns_only() -> None:
    """The handler of an agent sees what its agent yields."""
    heard: list[str] = []
    agent = member("a", LOOKING, "The answer.", tools=[look])
    agent.callback_handler = lambda **event: heard.append(event["data"]) if "data" in event else None
    await graph_of([], agent).invoke_async("task", stream_final_turn_only=True)
    assert "".join(heard) == "The answer."


@pytest.mark.parametrize("team", [lambda: graph_of([], member("a")), lambda: swarm_of(member("a"))])
@pytest.mark.parametrize("value", [1, "yes"])
async def test_anything_but_a_bool_is_refused_at_once(team: Any, value: Any) -> None:
    """A slip of the pen must not turn the feature on, or off."""
    with pytest.raises(TypeError, match="stream_final_turn_only must be a bool or None"):
        team().stream_async("task", stream_final_turn_only=value)


async def test_early_stop_delivers_no_more_and_leaves_the_team_usable() -> None:
    team = graph_of(["ab"], member("a"), member("b"))
    async with aclosing(cast(Any, team.stream_async("task", stream_final_turn_only=True))) as events:
        await anext(events)
    assert (await final(team)).said == ["b: from b"]
    assert len(asyncio.all_tasks()) == 1
