"""The life of a client, and what it asks of its server."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Any

import pytest
from mcp.shared.exceptions import McpError
from pydantic import AnyUrl

from strands.tools.mcp import MCPClient, ToolFilters
from strands.types.exceptions import MCPClientInitializationError
from tests.tools.mcp.servers import EVERYTHING, LOWLEVEL, over_http, over_sse, stdio_client_of

SAID_HI = {"status": "success", "toolUseId": "t1", "content": [{"text": "said hi"}], "isError": False}

REQUESTS: dict[str, Callable[[MCPClient], Any]] = {
    "list_tools": lambda client: client.list_tools_sync(),
    "list_prompts": lambda client: client.list_prompts_sync(),
    "get_prompt": lambda client: client.get_prompt_sync("greet", {}),
    "list_resources": lambda client: client.list_resources_sync(),
    "read_resource": lambda client: client.read_resource_sync("note://first"),
    "list_resource_templates": lambda client: client.list_resource_templates_sync(),
    "call_tool": lambda client: client.call_tool_sync("t1", "say", {"text": "hi"}),
    "call_tool_async": lambda client: asyncio.run(client.call_tool_async("t1", "say", {"text": "hi"})),
}


@pytest.mark.parametrize("request_of", REQUESTS.values(), ids=REQUESTS)
def test_a_client_that_is_not_running_says_so(request_of: Callable[[MCPClient], Any]) -> None:
    """The first words of the message are what applications look for."""
    with pytest.raises(MCPClientInitializationError, match=r"^the client session is not running"):
        request_of(stdio_client_of(EVERYTHING, "stdio"))


@pytest.mark.parametrize("over, port", [(over_http, "http_port"), (over_sse, "sse_port")])
def test_all_transports_work_alike(over: Any, port: str, request: pytest.FixtureRequest) -> None:
    """What a client does depends on the server, not on how it is reached."""
    with MCPClient(over(request.getfixturevalue(port))) as client:
        assert client.call_tool_sync("t1", "say", {"text": "hi"}) == SAID_HI
        assert [tool.tool_name for tool in client.list_tools_sync(tool_filters={"allowed": ["say"]})] == ["say"]


def test_with_starts_and_stops(client: MCPClient) -> None:
    """The usual way to use a client by hand."""
    own = stdio_client_of(EVERYTHING, "stdio")
    with own as entered:
        assert entered is own
        assert own.call_tool_sync("t1", "say", {"text": "hi"}) == SAID_HI
    with pytest.raises(MCPClientInitializationError, match="not running"):
        own.list_tools_sync()


def test_with_lets_the_error_of_its_body_through() -> None:
    """Stopping must not hide why."""
    with pytest.raises(KeyError, match="mine"), stdio_client_of(EVERYTHING, "stdio"):
        raise KeyError("mine")


def test_a_client_can_be_started_again() -> None:
    """Long-lived applications keep the client and restart it."""
    client = stdio_client_of(EVERYTHING, "stdio")
    processes = set()
    for _ in range(2):
        assert client.start() is client
        processes.add(client.call_tool_sync("t1", "pid")["content"][0]["text"])
        client.stop(None, None, None)
    assert len(processes) == 2


def test_a_running_client_cannot_be_started_again(client: MCPClient) -> None:
    """It would leave the first connection without an owner."""
    with pytest.raises(MCPClientInitializationError, match=r"^the client session is currently running$"):
        client.start()
    assert client.call_tool_sync("t1", "say", {"text": "hi"}) == SAID_HI


def test_stopping_a_stopped_client_does_nothing() -> None:
    """Clean-up code need not know what was started."""
    client = stdio_client_of(EVERYTHING, "stdio")
    client.stop(None, None, None)
    with client:
        client.stop(None, None, None)


def test_tools_are_described_for_agents(client: MCPClient) -> None:
    """Models see the server's description, with schemas in the envelope that requests use."""
    say, add = client.list_tools_sync(tool_filters={"allowed": ["say", "add"]})
    assert say.tool_spec == {
        "inputSchema": {
            "json": {
                "properties": {"text": {"title": "Text", "type": "string"}},
                "required": ["text"],
                "title": "sayArguments",
                "type": "object",
            }
        },
        "name": "say",
        "description": "Say something.",
    }
    assert add.tool_spec["outputSchema"]["json"]["properties"] == {"result": {"title": "Result", "type": "integer"}}
    assert (say.tool_type, say.mcp_tool.name, say.mcp_client, say.timeout) == ("python", "say", client, None)


def test_lists_come_in_pages() -> None:
    """A server with many tools, prompts or resources gives a few at a time, and a token for more."""
    with stdio_client_of(LOWLEVEL) as client:
        tools = client.list_tools_sync()
        assert ([tool.tool_name for tool in tools], tools.pagination_token) == (["one", "plain"], "page-2")
        tools = client.list_tools_sync(tools.pagination_token)
        assert [tool.tool_name for tool in tools] == ["two", "optional", "required"]
        assert tools[0].tool_spec["description"] == "Tool which performs two"
        prompts = client.list_prompts_sync("page-2")
        assert ([prompt.name for prompt in prompts.prompts], prompts.nextCursor) == (
            ["two", "optional", "required"],
            "page-3",
        )
        resources = client.list_resources_sync("page-2")
        assert [resource.name for resource in resources.resources] == ["two", "optional", "required"]


FILTERS: dict[str, tuple[ToolFilters, list[str]]] = {
    "name": ({"allowed": ["p_say", "add"]}, ["p_add"]),
    "beginning of the name": ({"allowed": [re.compile("a")]}, ["p_add", "p_ask"]),
    "no search within": ({"allowed": [re.compile("ay")]}, []),
    "function": ({"allowed": [lambda tool, **_: tool.tool_name == "p_say"]}, ["p_say"]),
    "nothing allowed": ({"allowed": []}, []),
    "rejected wins": ({"allowed": ["say", "add"], "rejected": ["say"]}, ["p_add"]),
    "only rejected": ({"rejected": [re.compile("[^d]")]}, ["p_die"]),
}


@pytest.mark.parametrize("filters, names", FILTERS.values(), ids=FILTERS)
def test_filters_choose_by_the_servers_names(client: MCPClient, filters: ToolFilters, names: list[str]) -> None:
    """A prefix must not decide which tools an agent gets; functions see the tool as agents do."""
    assert [tool.tool_name for tool in client.list_tools_sync(prefix="p", tool_filters=filters)] == names


def test_arguments_override_prefix_and_filters_of_the_client() -> None:
    """Empty ones switch them off."""
    with stdio_client_of(EVERYTHING, "stdio", prefix="x", tool_filters={"allowed": ["say"]}) as client:
        assert [tool.tool_name for tool in client.list_tools_sync()] == ["x_say"]
        assert [tool.tool_name for tool in client.list_tools_sync(prefix="y")] == ["y_say"]
        assert [tool.tool_name for tool in client.list_tools_sync(prefix="")] == ["say"]
        assert len(client.list_tools_sync(tool_filters={})) > 10


@pytest.mark.parametrize(
    "filters, message",
    [
        ({"allow": []}, "tool_filters has the key 'allow', expected 'allowed' or 'rejected'"),
        ({"allowed": "say"}, "tool_filters['allowed'] is 'say', expected a list"),
        ({"rejected": [5]}, "tool_filters['rejected'] has 5, expected a name, a pattern or a function"),
    ],
)
def test_malformed_filters_are_refused(filters: Any, message: str) -> None:
    """A misspelt filter that lets everything through would hand an agent tools it must not have."""
    with pytest.raises(ValueError, match=re.escape(message)):
        MCPClient(lambda: None, tool_filters=filters)  # type: ignore[arg-type, return-value]


def test_prompts(client: MCPClient) -> None:
    """Prompts pass through as the server gives them."""
    assert [prompt.name for prompt in client.list_prompts_sync().prompts] == ["greet"]
    prompt = client.get_prompt_sync("greet", {"name": "Ada"})
    assert [message.content.model_dump(exclude_none=True) for message in prompt.messages] == [
        {"type": "text", "text": "Greet Ada"}
    ]


def test_resources(client: MCPClient) -> None:
    """Resources pass through as the server gives them; their address may be given as text."""
    assert [resource.name for resource in client.list_resources_sync().resources] == ["first", "binary"]
    assert [template.name for template in client.list_resource_templates_sync().resourceTemplates] == ["body"]
    for address in ("note://first", AnyUrl("note://first")):
        contents = client.read_resource_sync(address).contents
        assert [found.model_dump(include={"text", "mimeType"}) for found in contents] == [
            {"text": "the first note", "mimeType": "text/plain"}
        ]


@pytest.mark.parametrize(
    "request_of",
    [
        lambda client: client.get_prompt_sync("unknown", {}),
        lambda client: client.read_resource_sync("note://unknown"),
    ],
)
def test_what_the_server_refuses_is_raised(client: MCPClient, request_of: Callable[[MCPClient], Any]) -> None:
    """Only tools have error results; all else is for the application to handle."""
    with pytest.raises(McpError, match="Unknown"):
        request_of(client)
