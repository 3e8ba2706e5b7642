"""Swarms in less usual runs: limits, questions, what is stored, what agents are told."""

from __future__ import annotations

import asyncio
import json
from functools import partial
from typing import Any

from compat.normalise import observed
from compat.observing import attempt
from compat.registry import scenario, table
from compat.scenarios.graph_runs import answers, asking
from compat.scripted import call, message, text, tool_block
from compat.team import asked, member, result_seen, run_team
from strands import tool
from strands.hooks import AfterNodeCallEvent, BeforeNodeCallEvent
from strands.multiagent import Swarm
from strands.multiagent.swarm import SharedContext, SwarmNode, SwarmState


def handing_to(name: str, why: str = "your turn", **context: Any) -> Any:
    return call("handoff_to_agent", json.dumps({"agent_name": name, "message": why, "context": context}), "h1")


def ping_pong(**arguments: Any) -> Swarm:
    """Return two agents that hand over to one another three times."""
    members = [
        member(name, *[turn for _ in range(3) for turn in (handing_to(other), text("w"))], text("end"))
        for name, other in ("ab", "ba")
    ]
    return Swarm(members, **arguments)


@table(
    {
        "handoffs": {"max_handoffs": 1},
        "iterations": {"max_iterations": 2},
        "no iterations": {"max_iterations": 0},
        "window alone": {"repetitive_handoff_detection_window": 3},
        "window": {"repetitive_handoff_detection_window": 3, "repetitive_handoff_min_unique_agents": 3},
        "window that suffices": {"repetitive_handoff_detection_window": 2, "repetitive_handoff_min_unique_agents": 2},
    }
)
async def limit(arguments: Any) -> Any:
    return result_seen(await ping_pong(**arguments).invoke_async("task"))


@table(
    {
        "usual": {},
        "handoffs": {"max_handoffs": 3},
        "iterations": {"max_iterations": 3},
        "time": {"execution_timeout": -1.0},
        "window": {"repetitive_handoff_detection_window": 3, "repetitive_handoff_min_unique_agents": 3},
        "long window": {"repetitive_handoff_detection_window": 4, "repetitive_handoff_min_unique_agents": 3},
    }
)
async def should_continue(arguments: Any) -> Any:
    one, two = SwarmNode("a", member("a")), SwarmNode("b", member("b"))
    state = SwarmState(current_node=one, task="task", node_history=[one, two, one])
    usual: Any = {
        "max_handoffs": 9,
        "max_iterations": 9,
        "execution_timeout": 9.0,
        "repetitive_handoff_detection_window": 0,
        "repetitive_handoff_min_unique_agents": 0,
    }
    return state.should_continue(**{**usual, **arguments})


@scenario
async def knowledge_of_several_agents() -> Any:
    agents = [
        member("a", handing_to("b", "go", k="v", n={"x": [1, 2]}, s="é"), text("w"), description="D a"),
        member("b", handing_to("c", "on", z=1), text("w"), description="D b"),
        member("c", text("end")),
    ]
    team = Swarm(agents)
    await team.invoke_async("task")
    return [asked(agents[2]), team.shared_context.context]


@scenario
async def two_handoffs_in_one_turn() -> Any:
    def handoff(name: str, tool_use_id: str) -> Any:
        return tool_block(
            "handoff_to_agent", json.dumps({"agent_name": name, "message": name, "context": {"k": name}}), tool_use_id
        )

    agents = [
        member("a", message(handoff("b", "h1"), handoff("c", "h2"), reason="tool_use"), text("w")),
        member("b", text("end")),
        member("c", text("end")),
    ]
    return [result_seen(await Swarm(agents).invoke_async("task")), asked(agents[2])]


@scenario
async def tool_called_directly() -> Any:
    agents = [member("a", text("x")), member("b", text("y"))]
    Swarm(agents)
    results = [
        agents[0].tool.handoff_to_agent(agent_name="b", message="m"),
        agents[0].tool.handoff_to_agent(agent_name="z", message="m"),
    ]
    return [{key: value for key, value in result.items() if key != "toolUseId"} for result in results]


@scenario
async def conversation_from_before() -> Any:
    before: Any = [
        {"role": "user", "content": [{"text": "before"}]},
        {"role": "assistant", "content": [{"text": "yes"}]},
    ]
    agents = [
        member("a", handing_to("b"), text("w"), text("end"), messages=before),
        member("b", handing_to("a"), text("w")),
    ]
    result = await Swarm(agents).invoke_async("task")
    return [asked(agents[0]), result_seen(result)]


@table({"empty list": [], "messages": [{"role": "user", "content": [{"text": "x"}]}]})
async def task(value: Any) -> Any:
    agent = member("a", text("end"))
    return {"run": await run_team(Swarm([agent]), value), "asked": asked(agent)}


@scenario
async def agent_that_takes_too_long() -> Any:
    @tool
    async def wait() -> str:
        """Wait for ever."""
        await asyncio.Event().wait()
        return ""

    team = Swarm([member("a", call("wait"), tools=[wait])], node_timeout=0.05)
    run = await run_team(team)
    return {"status": run["events"][-1]["result"]["status"], "hooks": run["hooks"]}


@scenario
async def hook_that_asks() -> Any:
    team = Swarm([member("a", handing_to("b", "go"), text("w")), member("b", text("end"))])
    team.add_hook(lambda event: event.interrupt("one") if event.node_id == "b" else None, BeforeNodeCallEvent)
    first = await run_team(team)
    stored = observed(team.serialize_state())
    return [first, stored, await run_team(team, answers(team, one="1")), asked(team.nodes["b"].executor)]


@scenario
async def question_on_paper() -> Any:
    team = Swarm([asking("a"), member("b", text("end"))])
    await team.invoke_async("task")
    stored = json.loads(json.dumps(team.serialize_state()))
    on_paper = observed(stored)
    agent = asking("a")
    agent.model.turns.pop(0)
    other = Swarm([agent, member("b", text("end"))])
    other.deserialize_state(stored)
    return [on_paper, result_seen(await other.invoke_async(answers(other, a="1"))), asked(agent)]


@scenario
async def no_answer_to_a_question() -> Any:
    team = Swarm([asking("a")])
    await team.invoke_async("task")
    return await run_team(team, "text")


@scenario
async def stored_after_each_agent() -> Any:
    team = Swarm([member("a", handing_to("b", "go", k=1), text("w")), member("b", [ValueError("boom")])])
    states: list[Any] = []
    team.add_hook(lambda event: states.append(observed(team.serialize_state())), AfterNodeCallEvent)
    await team.invoke_async("task")
    return states


@scenario
async def handoff_on_paper() -> Any:
    team = Swarm([member("a", handing_to("b", "go", k=1), text("w")), member("b", text("end"))])
    states: list[Any] = []
    team.add_hook(lambda event: states.append(json.loads(json.dumps(team.serialize_state()))), AfterNodeCallEvent)
    await team.invoke_async("task")
    agents = [member("a", text("end")), member("b", text("end"))]
    other = Swarm(agents)
    other.deserialize_state(states[0])
    result = await other.invoke_async("another task")
    return [result_seen(result), [asked(agent) for agent in agents]]


@scenario
async def shared_context() -> Any:
    context, node = SharedContext(), SwarmNode("a", member("a"))
    wrong: Any = [(None, 1), (5, 1), (" ", 1), ("k", object())]
    errors = [attempt(partial(context.add_context, node, key, value)) for key, value in wrong]
    context.add_context(node, "k", {"v": [1]})
    return [errors, context.context]


@scenario
async def nodes() -> Any:
    node = SwarmNode("a", member("a"))
    return [str(node), repr(node), node == SwarmNode("a", member("b")), node == "a", hash(node) == hash("a")]


@scenario
async def agents_of_two_swarms() -> Any:
    agents = [member("a", text("x")), member("b", text("y"))]
    Swarm(agents)
    return attempt(lambda: Swarm(agents))


@scenario
async def agent_with_a_tool_of_that_name() -> Any:
    @tool
    def handoff_to_agent() -> str:
        """Do something else."""
        return ""

    return attempt(lambda: Swarm([member("a", text("x"), tools=[handoff_to_agent])]))
