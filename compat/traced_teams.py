"""Runs of graphs and swarms whose spans are looked at, for both sets of semantic conventions."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from compat.registry import table
from compat.sample_tools import ask, noop
from compat.scripted import call, text
from compat.team import member
from compat.tracing import exporting, spans_seen
from strands.multiagent import GraphBuilder, Swarm

EXPORTER = exporting()


def chain(*agents: Any, **arguments: Any) -> Any:
    """Return a graph in which each agent follows the one before."""
    builder = GraphBuilder()
    nodes = [builder.add_node(agent, getattr(agent, "name", f"n{index}")) for index, agent in enumerate(agents)]
    for first, second in itertools.pairwise(nodes):
        builder.add_edge(first, second)
    graph = builder.build()
    graph.trace_attributes = arguments.get("trace_attributes", graph.trace_attributes)
    return graph


def handing_over() -> Any:
    return call("handoff_to_agent", '{"agent_name": "b", "message": "your turn"}')


TEAMS: dict[str, Callable[[], Any]] = {
    "graph of one": lambda: chain(member("a", text("from a"))),
    "chain": lambda: chain(member("a", text("from a")), member("b", text("from b"))),
    "graph with a tool": lambda: chain(member("a", call("noop"), text("from a"), tools=[noop])),
    "graph that fails": lambda: chain(member("a", text("from a")), member("b", [ValueError("boom")])),
    "graph with attributes": lambda: chain(member("a", text("from a")), trace_attributes={"session.id": "s1"}),
    "graph in a graph": lambda: chain(member("a", text("from a")), chain(member("x", text("from x")))),
    "swarm in a graph": lambda: chain(Swarm([member("x", text("from x"))])),
    "graph that asks": lambda: chain(member("a", call("ask"), text("done"), tools=[ask])),
    "swarm of one": lambda: Swarm([member("a", text("from a"))]),
    "swarm": lambda: Swarm([member("a", handing_over(), text("I wait.")), member("b", text("from b"))]),
    "swarm that fails": lambda: Swarm([member("a", [ValueError("boom")])]),
    "swarm with attributes": lambda: Swarm([member("a", text("from a"))], trace_attributes={"session.id": "s1"}),
}


def register(area: str) -> None:
    """Register the runs under an area."""

    @table(TEAMS, area=area)
    async def spans(team: Callable[[], Any]) -> Any:
        return await _spans_of(team(), "task")

    @table({"blocks": [{"text": "look"}, {"image": {"format": "png", "source": {"bytes": b"x"}}}]}, area=area)
    async def spans_for_the_task(task: Any) -> Any:
        return [
            await _spans_of(chain(member("a", text("from a"))), task),
            await _spans_of(Swarm([member("a", text("from a"))]), task),
        ]

    @table({"graph": chain, "swarm": lambda agent: Swarm([agent])}, area=area)
    async def spans_of_a_resumed_run(team: Callable[[Any], Any]) -> Any:
        asking = team(member("a", call("ask"), text("done"), tools=[ask]))
        first = await _spans_of(asking, "task")
        (key,) = asking._interrupt_state.interrupts
        return [first, await _spans_of(asking, [{"interruptResponse": {"interruptId": key, "response": "yes"}}])]


async def _spans_of(team: Any, task: Any) -> Any:
    with suppress(ValueError):  # the spans tell
        await team.invoke_async(task)
    return spans_seen(EXPORTER)
