"""An MCP server over stdio made with the low-level API: lists in pages, and tools that run as tasks."""

# ruff: noqa: ASYNC110, ASYNC240
# mypy: disable-error-code="no-untyped-call, untyped-decorator, truthy-bool"

from __future__ import annotations

import asyncio
import warnings
from pathlib import Path
from typing import Any

import mcp.types as types
from mcp.server.experimental.task_context import ServerTaskContext
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import UrlElicitationRequiredError
from pydantic import AnyUrl

warnings.simplefilter("ignore")
server: Server[Any, Any] = Server("lowlevel")
support = server.experimental.enable_tasks()

PAGES: dict[str | None, tuple[list[str], str | None]] = {
    None: (["one", "plain"], "page-2"),
    "page-2": (["two", "optional", "required"], "page-3"),
    "page-3": (["three", "forbidden", "failing", "stuck", "cancelled", "asking", "url", "untyped"], None),
}
MODES = {
    "optional": "optional",
    "required": "required",
    "failing": "required",
    "stuck": "required",
    "cancelled": "required",
    "asking": "required",
    "forbidden": "forbidden",
}


def _tool(name: str) -> types.Tool:
    execution = types.ToolExecution(taskSupport=MODES[name]) if name in MODES else None
    return types.Tool(name=name, inputSchema={"type": "object"}, execution=execution)


@server.list_tools()
async def list_tools(request: types.ListToolsRequest) -> types.ListToolsResult:
    names, following = PAGES[request.params.cursor if request and request.params else None]
    return types.ListToolsResult(tools=[_tool(name) for name in names], nextCursor=following)


@server.list_prompts()
async def list_prompts(request: types.ListPromptsRequest) -> types.ListPromptsResult:
    names, following = PAGES[request.params.cursor if request.params else None]
    return types.ListPromptsResult(prompts=[types.Prompt(name=name) for name in names], nextCursor=following)


@server.list_resources()
async def list_resources(request: types.ListResourcesRequest) -> types.ListResourcesResult:
    names, following = PAGES[request.params.cursor if request.params else None]
    resources = [types.Resource(name=name, uri=AnyUrl(f"note://{name}")) for name in names]
    return types.ListResourcesResult(resources=resources, nextCursor=following)


@server.call_tool()
async def call_tool(name: str, arguments: dict[str, Any]) -> Any:
    context = server.request_context
    task = context.experimental
    if name == "url":
        elicitation = types.ElicitRequestURLParams(
            mode="url", message="Sign in", url="https://example.invalid/sign-in", elicitationId="e1"
        )
        raise UrlElicitationRequiredError([elicitation])
    if name == "status":
        return [types.TextContent(type="text", text=await _status(arguments["task_id"]))]
    if not task.is_task:
        return [types.TextContent(type="text", text=f"{name} called directly")]

    async def work(running: ServerTaskContext) -> types.Result:
        await running.update_status("working on it")
        if name == "failing":
            raise ValueError("task broke")
        if name == "asking":
            answer = await running.elicit("Sure?", {"type": "object", "properties": {"yes": {"type": "boolean"}}})
            text = f"the user says {answer.content}"
            return types.CallToolResult(content=[types.TextContent(type="text", text=text)])
        if name == "stuck":
            ready = Path(arguments["started"] + ".part")
            ready.write_text(running.task.taskId)
            ready.rename(arguments["started"])
            await asyncio.Event().wait()
        ttl = task.task_metadata.ttl if task.task_metadata else None
        meta = context.meta.model_dump(exclude_none=True) if context.meta else None
        text = f"{name} ran as a task, ttl {ttl}, meta {meta}"
        return types.CallToolResult(
            content=[types.TextContent(type="text", text=text)], structuredContent={"task": True}
        )

    created = await task.run_task(work)
    if name == "cancelled":
        await support.store.update_task(created.task.taskId, status="cancelled")
    return created


async def _status(task_id: str) -> str:
    """Return a task's status, waiting while it is at work."""
    store = support.store
    while (task := await store.get_task(task_id)) is not None and task.status == "working":
        await asyncio.sleep(0.005)
    return task.status if task else "forgotten"


async def main() -> None:
    async with stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options())


if __name__ == "__main__":
    asyncio.run(main())
