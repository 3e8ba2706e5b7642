"""Sessions of graphs and swarms: what is written on disk, and how a team that is made again goes on."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

from compat.registry import table
from compat.sample_tools import ask
from compat.scenarios.sessions import files_of, new_directory
from compat.scripted import call, text
from compat.team import asked, member, run_team
from strands.multiagent import GraphBuilder, Swarm
from strands.session.file_session_manager import FileSessionManager

HANDOFF = call("handoff_to_agent", '{"agent_name": "b", "message": "your turn", "context": {"k": 1}}')


def graph(directory: Path, *agents: Any) -> Any:
    builder = GraphBuilder()
    nodes = [builder.add_node(agent, agent.name) for agent in agents]
    for first, second in itertools.pairwise(nodes):
        builder.add_edge(first, second)
    session = FileSessionManager(session_id="s1", storage_dir=str(directory))
    return builder.set_graph_id("g1").set_session_manager(session).build()


def swarm(directory: Path, *agents: Any) -> Any:
    return Swarm(list(agents), session_manager=FileSessionManager("s1", storage_dir=str(directory)), id="w1")


TEAMS: dict[str, tuple[Any, list[Callable[[], list[Any]]]]] = {
    "graph that ended": (
        graph,
        [lambda: [member("a", text("from a")), member("b", text("from b"))]] * 2,
    ),
    "graph that failed": (
        graph,
        [
            lambda: [member("a", text("from a")), member("b", [ValueError("boom")])],
            lambda: [member("a", text("again a")), member("b", text("from b"))],
        ],
    ),
    "graph that asked": (
        graph,
        [
            lambda: [member("a", call("ask"), tools=[ask]), member("b", text("from b"))],
            lambda: [member("a", text("thanks"), tools=[ask]), member("b", text("from b"))],
        ],
    ),
    "swarm that ended": (
        swarm,
        [lambda: [member("a", HANDOFF, text("I wait.")), member("b", text("from b"))]] * 2,
    ),
    "swarm that asked": (
        swarm,
        [
            lambda: [member("a", call("ask"), tools=[ask]), member("b", text("from b"))],
            lambda: [member("a", text("thanks"), tools=[ask]), member("b", text("from b"))],
        ],
    ),
}


@table(TEAMS)
async def on_disk(case: Any) -> Any:
    make, (agents, _) = case
    directory = new_directory()
    await run_team(make(directory, *agents()))
    return _without_times(files_of(directory))


@table(TEAMS)
async def made_again(case: Any) -> Any:
    """Run a team, make it again with the same session, and run that: with the answer if the first one asked."""
    make, (before, after) = case
    directory, agents = new_directory(), after()
    await run_team(make(directory, *before()))
    team = make(directory, *agents)
    answers = [
        {"interruptResponse": {"interruptId": key, "response": "yes"}} for key in team._interrupt_state.interrupts
    ]
    run = await run_team(team, answers or "task two")
    return {"run": run, "asked": {agent.name: asked(agent) for agent in agents}}


@table({"graph": lambda agent: _inner_graph(agent), "swarm": lambda agent: Swarm([agent])})
async def question_of_a_team_within(inner: Callable[[Any], Any]) -> Any:
    """The answer comes to a team that was made again."""
    directory = new_directory()

    def outer(agent: Any) -> Any:
        builder = GraphBuilder()
        builder.add_node(inner(agent), "inner")
        session = FileSessionManager(session_id="s1", storage_dir=str(directory))
        return builder.set_graph_id("g1").set_session_manager(session).build()

    await run_team(outer(member("x", call("ask"), tools=[ask])))
    team = outer(member("x", text("thanks"), tools=[ask]))
    (key,) = team._interrupt_state.interrupts
    return await run_team(team, [{"interruptResponse": {"interruptId": key, "response": "yes"}}])


def _inner_graph(agent: Any) -> Any:
    builder = GraphBuilder()
    builder.add_node(agent, agent.name)
    return builder.build()


def _without_times(files: Any) -> Any:
    if isinstance(files, dict):
        return {
            key: "<measured>" if key in ("execution_time", "created_at", "updated_at") else _without_times(value)
            for key, value in files.items()
        }
    return [_without_times(each) for each in files] if isinstance(files, list) else files
