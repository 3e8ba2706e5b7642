"""Graphs, swarms and agents within agents."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from itertools import pairwise
from typing import Any

import pytest

from strands import Agent, tool
from strands.multiagent import GraphBuilder, Swarm
from strands.multiagent.base import MultiAgentResult, NodeResult, Status
from strands.testing import ScriptedModel, error, text, use
from strands.types.exceptions import ModelThrottledException
from strands.types.tools import ToolContext
from tests.sse._client import frames_of, items, of_kind, shown, text_in


def agent(name: str, *turns: Any, **options: Any) -> Agent:
    return Agent(name=name, model=ScriptedModel([*turns]), callback_handler=None, retry_strategy=None, **options)


def chain(*agents: Agent) -> Any:
    builder = GraphBuilder()
    for each in agents:
        builder.add_node(each, each.name)
    for one, other in pairwise(agents):
        builder.add_edge(one.name, other.name)
    builder.set_entry_point(agents[0].name)
    return builder.build()


async def test_a_graph_tells_which_node_speaks() -> None:
    """And ends like an agent, with the usage of all."""
    frames = await frames_of(chain(agent("one", "First."), agent("two", "Second.")).stream_async("task"))
    assert [(found["node"], found["text"]) for found in of_kind("text", frames)] == [
        ("one", "First."),
        ("two", "Second."),
    ]
    kind, result = items(frames)[-1]
    assert kind == "result"
    assert result["stop_reason"] == "end_turn"
    assert result["usage"]["outputTokens"] > 0


async def test_graphs_within_graphs_are_paths() -> None:
    """Names repeat in graphs within graphs."""
    outer = GraphBuilder()
    outer.add_node(chain(agent("one", "First.")), "inner")
    outer.set_entry_point("inner")
    frames = await frames_of(outer.build().stream_async("task"))
    assert [found["node"] for found in of_kind("text", frames)] == ["inner/one"]
    assert [kind for kind, _ in items(frames)] == ["text", "result"]


async def test_a_swarm() -> None:
    """Its handoffs are tools of the agents."""
    first = agent("first", [text("Not mine."), use("handoff_to_agent", agent_name="second", message="Please.")], "")
    frames = await frames_of(
        Swarm([first, agent("second", "Done.")]).stream_async("task"), kinds={"text", "take_back", "tool"}
    )
    assert shown(frames) == "Done."
    assert [found["node"] for found in of_kind("tool", frames)] == ["first", "first"]
    assert items(frames)[-1][1]["stop_reason"] == "end_turn"


@pytest.mark.parametrize("team", [chain, lambda *agents: Swarm(list(agents))])
async def test_a_team_that_fails(team: Any) -> None:
    """A graph raises, a swarm ends with a failed node: a page sees the same."""
    frames = await frames_of(team(agent("one", error(TimeoutError("secret")))).stream_async("task"))
    (failure,) = of_kind("error", frames)
    assert failure["type"] == "timeout"
    assert "secret" not in "".join(frames)


def failed(error: Exception | None) -> MultiAgentResult:
    """Return the result of a team within which another team failed, for this reason or for none that it tells."""
    ran = {} if error is None else {"one": NodeResult(error)}
    inner = MultiAgentResult(Status.FAILED, results={"zero": NodeResult(MultiAgentResult()), **ran})
    return MultiAgentResult(Status.FAILED, results={"inner": NodeResult(inner)})


@pytest.mark.parametrize(
    ("error", "code"), [(TimeoutError(), "timeout"), (ModelThrottledException(""), "throttled"), (None, "internal")]
)
async def test_why_a_team_within_a_team_failed(error: Exception | None, code: str) -> None:
    """The page may try again if the cause may pass."""

    async def stream() -> AsyncGenerator[dict[str, Any], None]:
        yield {"type": "multiagent_result", "result": failed(error)}

    assert of_kind("error", await frames_of(stream()))[0]["type"] == code


@tool(context=True)
def approve(tool_context: ToolContext) -> str:
    """Ask a person."""
    return str(tool_context.interrupt("approval", reason="Really?"))


async def test_a_team_that_waits_for_a_person() -> None:
    """The question of a node is that of the team, and so is the way its run ends."""
    asking = agent("one", use("approve"), "Done.", tools=[approve])
    frames = await frames_of(chain(asking).stream_async("task"))
    (interrupt,) = of_kind("interrupt", frames)
    assert (interrupt["name"], interrupt["reason"]) == ("approval", "Really?")
    assert items(frames)[-1][1]["stop_reason"] == "interrupt"


async def test_an_agent_as_a_tool_is_a_tool() -> None:
    """What it says is for the agent that called it."""
    helper = agent("helper", [text("Let me look."), use("unknown")], "The secret is 7.")
    caller = agent("caller", use("helper", input="?"), "It is so.", tools=[helper.as_tool()])
    frames = await frames_of(caller.stream_async("question"))
    assert text_in(frames) == "It is so."
    assert [found["name"] for found in of_kind("tool", frames)] == ["helper", "helper"]
    assert "secret" not in "".join(frames)
