"""The law of final-turn streaming for graphs, on graphs that nobody thought of."""

from __future__ import annotations

import random
from typing import Any

import pytest

from strands.multiagent.graph import Graph, GraphBuilder
from strands.testing import ModelRequest, ScriptedModel, Turn, text, use
from tests.multiagent.teams import look, member, seen_of

Edges = list[tuple[str, str, bool]]


def random_edges(chance: random.Random) -> tuple[str, Edges]:
    """Return nodes and edges without a cycle; each edge with whether it may be taken."""
    names = "abcdefg"[: chance.randint(1, 7)]
    pairs = [(one, two) for index, one in enumerate(names) for two in names[index + 1 :]]
    return names, [(one, two, chance.random() < 0.7) for one, two in pairs if chance.random() < 0.4]


def looks_up_and_answers(name: str) -> Any:
    def turn(request: ModelRequest) -> Turn:
        return f"from {name}" if request.tool_results else [text("Let me look."), use("look")]

    return turn


def graph(names: str, edges: Edges, *, with_tools: set[str]) -> Graph:
    builder = GraphBuilder()
    for name in names:
        agent = member(name, tools=[look])
        if name in with_tools:
            agent.model = ScriptedModel(looks_up_and_answers(name))
        builder.add_node(agent, name)
    for one, two, leads_on in edges:
        builder.add_edge(one, two, condition=lambda state, leads_on=leads_on: leads_on)  # type: ignore[misc]
    return builder.build()


@pytest.mark.parametrize("seed", range(40))
async def test_text_is_that_of_runs_which_led_to_no_other(seed: int) -> None:
    """Whatever the graph: what is streamed are the final turns of its ends, and no other event is lost."""
    chance = random.Random(seed)
    names, edges = random_edges(chance)
    with_tools = {name for name in names if chance.random() < 0.5}
    off = await seen_of(graph(names, edges, with_tools=with_tools))
    on = await seen_of(graph(names, edges, with_tools=with_tools), stream_final_turn_only=True)
    ran = [node.node_id for node in off.result.execution_order]
    led_on = {one for one, _, leads_on in edges if leads_on}
    assert sorted(on.said) == sorted(f"{name}: " + f"from {name}" * ran.count(name) for name in set(ran) - led_on)
    assert sorted(on.lines) == sorted(off.lines)
