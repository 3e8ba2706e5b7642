"""MCP servers that page, run tasks, ask, fail and vanish; results key by key."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from mcp import StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.types import ElicitResult

from compat.observing import attempt, attempt_async
from compat.registry import scenario, table
from strands.tools.mcp import MCPAgentTool, MCPClient

SERVERS = Path(__file__).resolve().parent.parent.parent / "tests" / "tools" / "mcp"


def client_of(script: str, *arguments: str, **settings: Any) -> MCPClient:
    parameters = StdioServerParameters(command=sys.executable, args=[str(SERVERS / script), *arguments])
    errors: Any = subprocess.DEVNULL
    return MCPClient(lambda: stdio_client(parameters, errlog=errors), **settings)


def everything(**settings: Any) -> MCPClient:
    return client_of("mcp_server.py", "stdio", **settings)


KINDS = (
    *("text", "png", "jpg", "text_resource", "blob_text", "blob_json", "blob_xml", "blob_yaml", "blob_not_utf8"),
    *("blob_png", "bad_base64", "audio", "link", "tiff", "blob_tiff", "blob_pdf", "blob_untyped", "blob_bad"),
)


@table({kind: kind for kind in KINDS})
async def content(kind: str) -> Any:
    with everything() as client:
        return attempt(lambda: client.call_tool_sync("t1", "contents", {"kinds": [kind]}))


@table({"success": False, "error": True})
async def result_with_everything(is_error: bool) -> Any:
    with everything() as client:
        return attempt(lambda: list(client.call_tool_sync("t1", "full", {"is_error": is_error}).items()))


@scenario
async def call_with_a_deadline() -> Any:
    with everything() as client, TemporaryDirectory() as folder:
        arguments = {"started": f"{folder}/started"}
        timeout = timedelta(seconds=0.2)
        call = client.call_tool_async("t1", "hang", arguments, read_timeout_seconds=timeout)
        return await attempt_async(call), attempt(lambda: client.call_tool_sync("t2", "say", {"text": "on"}))


@scenario
async def questions_to_the_user() -> Any:
    async def answer(context: Any, question: Any) -> Any:
        return ElicitResult(action="accept", content={"yes": True})

    with everything(elicitation_callback=answer) as client, everything() as mute:
        return [attempt(lambda: each.call_tool_sync("t1", "ask", {})) for each in (client, mute)]  # noqa: B023


@scenario
async def pages() -> Any:
    with client_of("lowlevel_server.py") as client:
        first = client.list_tools_sync()
        second = client.list_tools_sync(first.pagination_token)
        names = [[tool.tool_name for tool in page] for page in (first, second)]
        prompts, resources = client.list_prompts_sync("page-2"), client.list_resources_sync("page-2")
        return names, second.pagination_token, attempt(lambda: [prompts, resources])


@table({name: name for name in ("plain", "optional", "required", "forbidden", "failing", "cancelled", "url")})
async def tool_that_may_be_a_task(name: str) -> Any:
    client = client_of("lowlevel_server.py", tasks_config={"ttl": timedelta(seconds=5)})
    await client.load_tools()
    result = await attempt_async(client.call_tool_async("t1", name, {}, meta={"k": 1}))
    await asyncio.to_thread(client.stop, None, None, None)
    result.pop("metadata", None)  # the task's id
    return result


@scenario
async def agent_tools_by_another_name() -> Any:
    with everything() as client:
        found = client.list_tools_sync(tool_filters={"allowed": ["add"]})[0]
        tool = MCPAgentTool(found.mcp_tool, client, name_override="plus")
        use: Any = {"toolUseId": "t1", "name": "plus", "input": {"a": 1, "b": 2}}
        return tool.tool_spec, [event async for event in tool.stream(use, {})]


@table({fault: fault for fault in ("exit", "binary", "wrong_shape", "rpc_error", "noise_then_answer")})
async def server_that_fails(fault: str) -> Any:
    client = client_of("faulty_server.py", "none", fault, startup_timeout=5)
    client.start()
    seconds = timedelta(seconds=5)
    try:
        return attempt(lambda: client.call_tool_sync("t1", "call", {}, read_timeout_seconds=seconds))
    finally:
        attempt(lambda: client.stop(None, None, None))


@table({fault: fault for fault in ("exit", "binary", "rpc_error")})
async def server_that_fails_at_the_start(fault: str) -> Any:
    return attempt(client_of("faulty_server.py", fault, startup_timeout=5).start)
