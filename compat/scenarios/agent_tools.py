"""Agents as tools of other agents."""

from __future__ import annotations

from typing import Any

from compat.answering import answers, sequential
from compat.normalise import observed
from compat.observing import Bench, attempt
from compat.registry import scenario, table
from compat.sample_tools import ask, noop
from compat.scenarios.agents import printed
from compat.scripted import ScriptedModel, call, text
from strands import Agent


def inner_agent(*turns: Any, **arguments: Any) -> Agent:
    return Bench(*turns, name="helper", callback_handler=None, **arguments).agent


@table(
    {
        "plain": {},
        "named": {"name": "expert", "description": "Knows it."},
        "keeping context": {"preserve_context": True},
    },
)
async def agent_as_tool(arguments: dict[str, Any]) -> Any:
    helper = inner_agent(text("inner one"), text("inner two"))
    made = helper.as_tool(**arguments)
    name = made.tool_name
    bench = Bench(call(name, '{"input": "q1"}'), call(name, '{"input": "q2"}', "t2"), text("done"), tools=[made])
    return {
        "spec": observed(made.tool_spec),
        "type": made.tool_type,
        "run": await bench.run(),
        "inner": observed(helper.messages),
    }


@scenario
async def agent_as_tool_with_a_tool_of_its_own() -> Any:
    helper = inner_agent(call("noop"), text("inner"), tools=[noop])
    bench = Bench(call("helper", '{"input": "q"}'), text("done"), tools=[helper.as_tool()])
    return await bench.run()


@scenario
async def agent_as_tool_that_fails() -> Any:
    helper = inner_agent([ValueError("inner boom")])
    return await Bench(call("helper", '{"input": "q"}'), text("done"), tools=[helper.as_tool()]).outcome()


@table({"missing": "{}", "number": '{"input": 5}', "unknown": '{"question": "q"}'})
async def agent_as_tool_with_input(tool_input: str) -> Any:
    helper = inner_agent(text("inner"))
    return await Bench(call("helper", tool_input), text("done"), tools=[helper.as_tool()]).outcome()


@scenario
async def agent_as_tool_with_structured_output() -> Any:
    from compat.scenarios.structured import GOOD, Person

    helper = inner_agent(call("Person", GOOD), structured_output_model=Person)
    return await Bench(call("helper", '{"input": "q"}'), text("done"), tools=[helper.as_tool()]).outcome()


@scenario
async def agent_as_tool_that_asks() -> Any:
    helper = inner_agent(call("ask"), text("inner done"), tools=[ask])
    bench = sequential(call("helper", '{"input": "q"}'), text("done"), tools=[helper.as_tool()])
    first = await bench.outcome()
    return [first, await bench.outcome(answers(bench, "yes"))]


@scenario
async def agent_given_as_a_tool() -> Any:
    helper = inner_agent(text("inner"))
    return attempt(lambda: Bench(tools=[helper]).agent.tool_names)


@table({"default": {}, "silent": {"callback_handler": None}})
async def printed_by_an_agent_as_tool(arguments: dict[str, Any]) -> Any:
    helper = Agent(model=ScriptedModel(text("inner")), name="helper", **arguments)
    model = ScriptedModel(call("helper", '{"input": "q"}'), text("outer"))
    boss = Agent(model=model, tools=[helper.as_tool()], callback_handler=None)
    return printed(lambda: attempt(lambda: boss("hi")))
