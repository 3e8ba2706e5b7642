"""Swarms of agents: handoffs, limits, shared context, hooks, interrupts, state."""

from __future__ import annotations

from typing import Any

from compat.normalise import observed
from compat.observing import attempt
from compat.registry import scenario, table
from compat.sample_tools import ask, noop
from compat.scripted import call, text
from compat.team import asked, handed, member, result_seen, run_team
from strands import Agent
from strands.hooks import BeforeNodeCallEvent
from strands.multiagent import Swarm


def handing_to(name: str, why: str = "your turn", context: str = "{}", tool_use_id: str = "h1") -> Any:
    tool_input = f'{{"agent_name": "{name}", "message": "{why}", "context": {context}}}'
    return call("handoff_to_agent", tool_input, tool_use_id)


def pair(*first_turns: Any, second: Any = (), **arguments: Any) -> tuple[Swarm, list[Agent]]:
    agents = [
        member("a", *first_turns, description="The first."),
        member("b", *(second or [text("from b")]), description="The second."),
    ]
    return Swarm(agents, **arguments), agents


@scenario
async def no_handoff() -> Any:
    swarm, agents = pair(text("from a"))
    return {"run": await run_team(swarm), "asked": [asked(agent) for agent in agents], "tools": agents[0].tool_names}


@scenario
async def one_handoff() -> Any:
    swarm, agents = pair(handing_to("b", context='{"k": "v"}'), text("from a"))
    return {
        "run": await run_team(swarm),
        "asked": [asked(agent) for agent in agents],
        "specs": observed(handed(agents[0])[0]["tool_specs"]),
    }


@scenario
async def there_and_back() -> Any:
    swarm, agents = pair(
        handing_to("b"), text("a waits"), text("from a"), second=[handing_to("a", "back"), text("b waits")]
    )
    return {"run": await run_team(swarm), "asked": [asked(agent) for agent in agents]}


@table(
    {
        "unknown agent": handing_to("zzz"),
        "itself": handing_to("a"),
        "missing message": call("handoff_to_agent", '{"agent_name": "b"}'),
    }
)
async def wrong_handoff(turn: Any) -> Any:
    swarm, agents = pair(turn, text("from a"))
    return {"run": await run_team(swarm), "asked": [asked(agent) for agent in agents]}


@scenario
async def too_many_handoffs() -> Any:
    agents = [
        member("a", *[turn for _ in range(4) for turn in (handing_to("b"), text("a waits"))]),
        member("b", *[turn for _ in range(4) for turn in (handing_to("a"), text("b waits"))]),
    ]
    return await run_team(Swarm(agents, max_handoffs=3))


@scenario
async def repetitive_handoffs() -> Any:
    agents = [
        member("a", *[turn for _ in range(6) for turn in (handing_to("b"), text("a waits"))]),
        member("b", *[turn for _ in range(6) for turn in (handing_to("a"), text("b waits"))]),
    ]
    swarm = Swarm(agents, repetitive_handoff_detection_window=4, repetitive_handoff_min_unique_agents=3)
    return result_seen(await swarm.invoke_async("task"))


@scenario
async def member_that_fails() -> Any:
    swarm, _ = pair(handing_to("b"), text("a waits"), second=[[ValueError("boom")]])
    return await run_team(swarm)


@scenario
async def entry_point() -> Any:
    agents = [member("a", text("from a")), member("b", text("from b"))]
    return result_seen(await Swarm(agents, entry_point=agents[1]).invoke_async("task"))


@scenario
async def member_cancelled_by_a_hook() -> Any:
    swarm, _ = pair(handing_to("b"), text("a waits"))

    def refuse(event: Any) -> None:
        if event.node_id == "b":
            event.cancel_node = "refused"

    swarm.add_hook(refuse, BeforeNodeCallEvent)
    return await run_team(swarm)


@scenario
async def interrupted_in_a_member() -> Any:
    agents = [member("a", call("ask"), text("from a"), tools=[ask]), member("b", text("from b"))]
    swarm = Swarm(agents)
    first = await run_team(swarm)
    key = next(iter(swarm._interrupt_state.interrupts))
    return [first, await run_team(swarm, [{"interruptResponse": {"interruptId": key, "response": "yes"}}])]


@scenario
async def members_with_tools_of_their_own() -> Any:
    agents = [
        member("a", call("noop"), handing_to("b", tool_use_id="h2"), text("a waits"), tools=[noop]),
        member("b", text("from b")),
    ]
    return {"run": await run_team(Swarm(agents)), "tools": sorted(agents[0].tool_names)}


@scenario
async def run_twice() -> Any:
    swarm, agents = pair(text("a1"), text("a2"))
    first = result_seen(await swarm.invoke_async("one"))
    return {"runs": [first, result_seen(await swarm.invoke_async("two"))], "asked": [asked(agent) for agent in agents]}


@scenario
async def content_blocks_as_a_task() -> Any:
    swarm, agents = pair(handing_to("b"), text("a waits"))
    run = await run_team(swarm, [{"text": "look"}, {"image": {"format": "png", "source": {"bytes": b"x"}}}])
    return {"ends": run["events"][-1], "asked": [asked(agent) for agent in agents]}


@scenario
async def state_on_paper() -> Any:
    swarm, _ = pair(handing_to("b"), text("a waits"), id="s1")
    fresh = observed(swarm.serialize_state())
    await swarm.invoke_async("task")
    done = swarm.serialize_state()
    other, _ = pair(text("x"), id="s1")
    return {
        "fresh": fresh,
        "done": observed(done),
        "loaded": attempt(lambda: other.deserialize_state(done)),
        "again": observed(other.serialize_state()),
    }


@scenario
async def mistakes() -> Any:
    agent = member("a", text("a"))
    return [
        attempt(lambda: Swarm([])),
        attempt(lambda: Swarm([agent, agent])),
        attempt(lambda: Swarm([agent, member("a", text("b"))])),
        attempt(lambda: Swarm([agent], entry_point=member("zzz", text("z")))),
        attempt(lambda: list(Swarm([Agent(model=agent.model, callback_handler=None), agent]).nodes)),
    ]
