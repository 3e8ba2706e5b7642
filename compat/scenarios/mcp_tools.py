"""Tools, prompts and resources of a Model Context Protocol server."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from compat.mcp_server import broken_transport, transport
from compat.normalise import observed
from compat.observing import Bench, attempt, attempt_async
from compat.registry import scenario, table
from compat.scripted import call, message, text, tool_block
from strands.hooks import AfterToolCallEvent
from strands.tools.mcp import MCPClient
from strands.tools.mcp.mcp_agent_tool import MCPAgentTool


def described(tools: Any) -> list[Any]:
    return [{"name": one.tool_name, "type": one.tool_type, "spec": observed(one.tool_spec)} for one in tools]


@scenario
async def tools_listed() -> Any:
    with MCPClient(transport) as client:
        tools = client.list_tools_sync()
        return {"tools": described(tools), "token": tools.pagination_token, "mcp name": tools[0].mcp_tool.name}


@table(
    {
        "prefix": {"prefix": "my"},
        "empty prefix": {"prefix": ""},
        "allowed": {"tool_filters": {"allowed": ["echo", re.compile("^s"), lambda made: made.tool_name == "fail"]}},
        "rejected": {"tool_filters": {"rejected": ["echo", re.compile("s")]}},
        "both": {"tool_filters": {"allowed": [re.compile(".*")], "rejected": ["echo"]}},
        "none": {"tool_filters": {}},
        "prefix and filter": {"prefix": "my", "tool_filters": {"allowed": ["echo"]}},
    }
)
async def tools_selected(arguments: dict[str, Any]) -> Any:
    with MCPClient(transport) as client:
        by_call = attempt(lambda: [one.tool_name for one in client.list_tools_sync(**arguments)])
    with MCPClient(transport, **arguments) as client:
        return [by_call, attempt(lambda: [one.tool_name for one in client.list_tools_sync()])]


CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "text": ("echo", {"words": "a", "times": 2}),
    "bad input": ("echo", {"times": "many"}),
    "error": ("fail", {}),
    "image": ("picture", {}),
    "structured": ("structured", {}),
    "several contents": ("several", {}),
    "resources": ("resources", {}),
    "sound": ("sound", {}),
    "metadata": ("with_metadata", {}),
    "unknown tool": ("zzz", {}),
}


@table(CALLS)
async def tool_called(case: tuple[str, dict[str, Any]]) -> Any:
    name, arguments = case
    with MCPClient(transport) as client:
        direct = attempt(lambda: client.call_tool_sync("t1", name, arguments))
        waited = await attempt_async(client.call_tool_async("t2", name, arguments, timedelta(seconds=5)))
    return [direct, waited]


@table({name: CALLS[name] for name in ("text", "error", "image", "structured", "resources", "bad input")})
async def tool_in_an_agent(case: tuple[str, dict[str, Any]]) -> Any:
    import json

    name, arguments = case
    with MCPClient(transport) as client:
        bench = Bench(
            call(name, json.dumps(arguments)),
            text("done"),
            tools=client.list_tools_sync(),
            log_hooks=[AfterToolCallEvent],
        )
        return await bench.run()


@scenario
async def client_given_as_a_tool() -> Any:
    client = MCPClient(transport, tool_filters={"allowed": ["echo", "structured"]})
    turn = message(tool_block("echo", '{"words": "x"}', "a"), reason="tool_use")
    bench = Bench(turn, text("done"), tools=[client])
    seen = {"names": bench.agent.tool_names, "run": await bench.outcome()}
    bench.agent.cleanup()
    return {**seen, "after": attempt(lambda: client.list_tools_sync())}


@scenario
async def client_given_to_two_agents() -> Any:
    client = MCPClient(transport, tool_filters={"allowed": ["echo"]})
    first, second = Bench(tools=[client]), Bench(tools=[client])
    first.agent.cleanup()
    still = attempt(lambda: second.agent.tool.echo(words="x", record_direct_tool_call=False)["content"])
    second.agent.cleanup()
    return [still, attempt(lambda: client.call_tool_sync("t", "echo", {"words": "x"}))]


@scenario
async def prompts_and_resources() -> Any:
    with MCPClient(transport) as client:
        return {
            "prompts": attempt(lambda: client.list_prompts_sync()),
            "prompt": attempt(lambda: client.get_prompt_sync("greeting", {"name": "Ada"})),
            "missing prompt": attempt(lambda: client.get_prompt_sync("zzz", {})),
            "resources": attempt(lambda: client.list_resources_sync()),
            "templates": attempt(lambda: client.list_resource_templates_sync()),
            "resource": attempt(lambda: client.read_resource_sync("memo://today")),
            "templated resource": attempt(lambda: client.read_resource_sync("memo://b")),
        }


@scenario
async def outside_of_a_session() -> Any:
    client = MCPClient(transport)
    return [
        attempt(lambda: client.list_tools_sync()),
        attempt(lambda: client.call_tool_sync("t", "echo", {})),
        await attempt_async(client.call_tool_async("t", "echo", {})),
        attempt(lambda: client.list_prompts_sync()),
    ]


@scenario
async def started_twice() -> Any:
    with MCPClient(transport) as client:
        again = attempt(lambda: type(client.start()).__name__)
    return [again, attempt(lambda: client.stop(None, None, None))]


@scenario
async def used_again_after_a_stop() -> Any:
    client = MCPClient(transport)
    seen = []
    for _ in range(2):
        with client:
            seen.append(len(client.list_tools_sync()))
    return seen


@scenario
async def server_that_cannot_be_reached() -> Any:
    def enter() -> Any:
        with MCPClient(broken_transport):
            return "entered"

    given = attempt(lambda: Bench(tools=[MCPClient(broken_transport)]).agent.tool_names)
    return [attempt(enter), given]


@scenario
async def agent_tool_by_itself() -> Any:
    with MCPClient(transport) as client:
        (listed, *_) = client.list_tools_sync()
        made = MCPAgentTool(listed.mcp_tool, client, name_override="other", timeout=timedelta(seconds=5))
        tool_use: Any = {"toolUseId": "t1", "name": "other", "input": {"words": "a"}}
        events = [observed(dict(event)) async for event in made.stream(tool_use, {})]
        return [made.tool_name, made.mcp_tool.name, observed(made.get_display_properties()), events]
