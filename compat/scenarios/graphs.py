"""Graphs of agents: order, inputs of nodes, conditions, failures, limits, hooks, interrupts, state."""

from __future__ import annotations

import asyncio
import itertools
import json
from typing import Any

from compat.normalise import observed
from compat.observing import attempt, attempt_async
from compat.registry import scenario, table
from compat.sample_tools import ask, noop
from compat.scripted import call, text
from compat.team import asked, handed, member, result_seen, run_team
from strands.hooks import BeforeNodeCallEvent
from strands.multiagent import GraphBuilder


def chain(*agents: Any, **limits: Any) -> Any:
    """Return a graph in which each agent follows the one before."""
    builder = GraphBuilder()
    for agent in agents:
        builder.add_node(agent, agent.name)
    for before, after in itertools.pairwise(agents):
        builder.add_edge(before.name, after.name)
    builder.set_entry_point(agents[0].name)
    for name, value in limits.items():
        getattr(builder, name)(value)
    return builder.build()


@scenario
async def one_node() -> Any:
    return await run_team(chain(member("a", text("one"))))


@scenario
async def chain_of_three() -> Any:
    agents = [
        member("a", text("from a")),
        member("b", call("noop"), text("from b"), tools=[noop]),
        member("c", text("from c")),
    ]
    seen = await run_team(chain(*agents))
    return {"run": seen, "asked": {agent.name: asked(agent) for agent in agents}}


@table(
    {
        "blocks": [{"text": "look"}, {"image": {"format": "png", "source": {"bytes": b"x"}}}],
        "empty": "",
        "none": None,
        "number": 5,
    }
)
async def task(value: Any) -> Any:
    agents = [member("a", text("from a")), member("b", text("from b"))]
    return {"run": await run_team(chain(*agents), value), "asked": [asked(agent) for agent in agents]}


@scenario
async def diamond() -> Any:
    agents = [member(name, text(f"from {name}")) for name in "abcd"]
    builder = GraphBuilder()
    for agent in agents:
        builder.add_node(agent, agent.name)
    for before, after in ("ab", "ac", "bd", "cd"):
        builder.add_edge(before, after)
    result = await builder.build().invoke_async("task")
    shown = result_seen(result)
    shown["execution_order"] = [
        shown["execution_order"][0],
        sorted(shown["execution_order"][1:-1]),
        shown["execution_order"][-1],
    ]
    return {
        "result": shown,
        "asked d": _sorted_blocks(asked(agents[3])),
        "edges": sorted([one.node_id, two.node_id] for one, two in result.edges),
    }


def _sorted_blocks(calls: Any) -> Any:
    return [
        [{**message, "content": sorted(message["content"], key=json.dumps)} for message in messages]
        for messages in calls
    ]


@table({"true": True, "false": False})
async def condition(value: bool) -> Any:
    agents = [member("a", text("from a")), member("b", text("from b"))]
    builder = GraphBuilder()
    for agent in agents:
        builder.add_node(agent, agent.name)
    builder.add_edge("a", "b", condition=lambda state: value and "a" in state.results)
    return await run_team(builder.build())


@scenario
async def loop_with_a_condition() -> Any:
    agents = [member("a", text("a1"), text("a2"), text("a3")), member("b", text("b1"), text("b2"), text("b3"))]
    builder = GraphBuilder()
    for agent in agents:
        builder.add_node(agent, agent.name)
    builder.add_edge("a", "b")
    builder.add_edge("b", "a", condition=lambda state: len(state.execution_order) < 4)
    builder.set_entry_point("a")
    builder.reset_on_revisit()
    builder.set_max_node_executions(10)
    seen = await run_team(builder.build())
    return {"run": seen, "asked": [asked(agent) for agent in agents]}


@scenario
async def too_many_executions() -> Any:
    agents = [member("a", *[text("a")] * 9), member("b", *[text("b")] * 9)]
    builder = GraphBuilder()
    for agent in agents:
        builder.add_node(agent, agent.name)
    builder.add_edge("a", "b")
    builder.add_edge("b", "a")
    builder.set_entry_point("a")
    builder.set_max_node_executions(3)
    return await run_team(builder.build())


@scenario
async def node_that_fails() -> Any:
    return await run_team(chain(member("a", [ValueError("boom")]), member("b", text("from b"))))


@scenario
async def second_node_that_fails() -> Any:
    return await run_team(chain(member("a", text("from a")), member("b", [ValueError("boom")])))


@scenario
async def node_that_takes_too_long() -> Any:
    from strands import tool

    @tool
    async def wait() -> str:
        """Wait for ever."""
        await asyncio.Event().wait()
        return ""

    return await run_team(chain(member("a", call("wait"), tools=[wait]), set_node_timeout=0.05))


@scenario
async def graph_in_a_graph() -> Any:
    inner = chain(member("x", text("from x")), member("y", text("from y")))
    builder = GraphBuilder()
    builder.add_node(member("a", text("from a")), "a")
    builder.add_node(inner, "inner")
    builder.add_edge("a", "inner")
    return await run_team(builder.build())


@table({"true": True, "text": "not today"})
async def node_cancelled_by_a_hook(value: Any) -> Any:
    graph = chain(member("a", text("from a")), member("b", text("from b")))

    def refuse(event: Any) -> None:
        if event.node_id == "b":
            event.cancel_node = value

    graph.add_hook(refuse, BeforeNodeCallEvent)
    return await run_team(graph)


@scenario
async def invocation_state_is_handed_on() -> Any:
    agents = [member("a", text("from a")), member("b", text("from b"))]
    graph = chain(*agents)
    state = {"mine": 1}
    await graph.invoke_async("task", invocation_state=state)
    return [handed(agent)[0]["keywords"]["invocation_state"] for agent in agents] + [sorted(state)]


@scenario
async def run_twice() -> Any:
    agents = [member("a", text("a1"), text("a2")), member("b", text("b1"), text("b2"))]
    graph = chain(*agents)
    first = result_seen(await graph.invoke_async("one"))
    second = result_seen(await graph.invoke_async("two"))
    return {"runs": [first, second], "asked": [asked(agent) for agent in agents]}


@scenario
async def interrupted_in_a_node() -> Any:
    graph = chain(member("a", call("ask"), text("from a"), tools=[ask]), member("b", text("from b")))
    first = await run_team(graph)
    key = next(iter(graph._interrupt_state.interrupts))
    return [first, await run_team(graph, [{"interruptResponse": {"interruptId": key, "response": "yes"}}])]


@scenario
async def interrupted_before_a_node() -> Any:
    graph = chain(member("a", text("from a")), member("b", text("from b")))

    def approve(event: Any) -> None:
        if event.node_id == "b" and event.interrupt("approve", reason="why") != "yes":
            event.cancel_node = "refused"

    graph.add_hook(approve, BeforeNodeCallEvent)
    first = await run_team(graph)
    key = next(iter(graph._interrupt_state.interrupts))
    return [first, await run_team(graph, [{"interruptResponse": {"interruptId": key, "response": "yes"}}])]


@scenario
async def state_on_paper() -> Any:
    agents = [member("a", text("from a")), member("b", text("from b"))]
    graph = chain(*agents, set_graph_id="g1")
    fresh = observed(graph.serialize_state())
    await graph.invoke_async("task")
    done = graph.serialize_state()
    other = chain(member("a", text("x")), member("b", text("y")), set_graph_id="g1")
    loaded = attempt(lambda: other.deserialize_state(done))
    return {
        "fresh": fresh,
        "done": observed(done),
        "loaded": loaded,
        "again": observed(other.serialize_state()),
        "id": graph.id,
    }


@scenario
async def result_on_paper() -> Any:
    from strands.multiagent.base import MultiAgentResult

    result = await chain(member("a", text("from a"))).invoke_async("task")
    return [attempt(result.to_dict), attempt(lambda: MultiAgentResult.from_dict(result.to_dict()).status)]


@scenario
async def builder_mistakes() -> Any:
    agent = member("a", text("a"))
    other = member("b", text("b"))

    def twice() -> Any:
        builder = GraphBuilder()
        builder.add_node(agent, "a")
        builder.add_node(other, "a")

    def same_agent() -> Any:
        builder = GraphBuilder()
        builder.add_node(agent, "a")
        builder.add_node(agent, "b")

    def unknown_edge() -> Any:
        builder = GraphBuilder()
        builder.add_node(agent, "a")
        builder.add_edge("a", "zzz")

    def unknown_entry() -> Any:
        builder = GraphBuilder()
        builder.add_node(agent, "a")
        builder.set_entry_point("zzz")

    def no_entry() -> Any:
        builder = GraphBuilder()
        builder.add_node(agent, "a")
        builder.add_node(other, "b")
        builder.add_edge("a", "b")
        builder.add_edge("b", "a")
        return [node.node_id for node in builder.build().entry_points]

    def default_id() -> Any:
        return GraphBuilder().add_node(agent).node_id

    makers = (twice, same_agent, unknown_edge, unknown_entry, no_entry, default_id, lambda: GraphBuilder().build())
    return [attempt(make) for make in makers]


@scenario
async def called_without_an_event_loop() -> Any:
    return attempt(lambda: result_seen(chain(member("a", text("from a")))("task")))


@scenario
async def keyword_arguments() -> Any:
    return await attempt_async(_keywords())


async def _keywords() -> Any:
    agent = member("a", text("from a"))
    await chain(agent).invoke_async("task", extra=1)
    return handed(agent)[0]["keywords"]["invocation_state"]
