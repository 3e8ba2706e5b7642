"""Agents behind A2A: their answers reach the page, whichever way their servers send them."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("a2a", reason="needs the extra a2a")

from strands import Agent, tool
from strands.agent.a2a_agent import A2AAgent
from strands.multiagent import GraphBuilder
from strands.testing import ScriptedModel, use
from strands.types.tools import ToolContext
from tests.multiagent.a2a.serving import serving_agent
from tests.sse._client import frames_of, items, of_kind, text_in


@tool(context=True)
def approve(tool_context: ToolContext) -> str:
    """Ask a person."""
    return str(tool_context.interrupt("approval", reason="Really?"))


def agent(name: str, *turns: Any, **options: Any) -> Agent:
    return Agent(name=name, description="x", model=ScriptedModel([*turns]), callback_handler=None, **options)


@pytest.mark.parametrize("in_artifacts", [True, False])
@pytest.mark.filterwarnings("ignore:.*A2A.*compliant.*")  # states are the older way
async def test_the_answer_comes_once_and_whole(in_artifacts: bool) -> None:
    """Its pieces come in artifacts or in states, appended or replaced: only the result says what is the answer."""
    remote = agent("remote", "It is 4 °C in Oslo.")
    async with serving_agent(remote, enable_a2a_compliant_streaming=in_artifacts) as url:
        frames = await frames_of(A2AAgent(url).stream_async("question"))
    assert [kind for kind, _ in items(frames)] == ["text", "result"]
    assert text_in(frames).rstrip("\n") == "It is 4 °C in Oslo."  # states end with the line break of `str(result)`


async def test_a_question_to_a_person_is_no_answer() -> None:
    """It has an event of its own."""
    async with serving_agent(agent("remote", use("approve"), "Done.", tools=[approve])) as url:
        frames = await frames_of(A2AAgent(url).stream_async("question"))
    assert [kind for kind, _ in items(frames)] == ["interrupt", "result"]


@pytest.mark.parametrize(("final_turn_only", "expected"), [(False, ["remote", "last"]), (True, ["last"])])
async def test_a_node_that_is_remote(final_turn_only: bool, expected: list[str]) -> None:
    """The answer of a node that is not the last is no answer of the team."""
    async with serving_agent(agent("remote", "Found it.")) as url:
        builder = GraphBuilder()
        builder.add_node(A2AAgent(url), "remote")
        builder.add_node(agent("last", "So it is."), "last")
        builder.add_edge("remote", "last")
        builder.set_entry_point("remote")
        stream = builder.build().stream_async("question", stream_final_turn_only=final_turn_only)
        frames = await frames_of(stream)
    assert list(dict.fromkeys(found["node"] for found in of_kind("text", frames))) == expected
    assert text_in(frames) == ("So it is." if final_turn_only else "Found it.So it is.")
