"""Calling a tool as a task: the server works on it in the background, and is asked until it is done."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import TYPE_CHECKING

import anyio
import mcp.types as types

from strands.tools.mcp._calls import notify_soon, within
from strands.tools.mcp.mcp_types import JSONObject

if TYPE_CHECKING:
    from mcp import ClientSession

logger = logging.getLogger(__name__)

DEFAULT_POLL_INTERVAL_S = 0.5
SHORTEST_POLL_INTERVAL_S = 0.01
"""A server that names no interval, or none worth the name, is not asked more often than this."""


def supports_tool_tasks(capabilities: types.ServerCapabilities | None) -> bool:
    """Return whether the server says that it runs tools as tasks."""
    tasks = capabilities.tasks if capabilities else None
    requests = tasks.requests if tasks else None
    tools = requests.tools if requests else None
    return tools is not None and tools.call is not None


def may_run_as_task(tool: types.Tool) -> bool:
    """Return whether the server says that it can run this tool as a task."""
    return tool.execution is not None and tool.execution.taskSupport in (types.TASK_OPTIONAL, types.TASK_REQUIRED)


async def call_tool_as_task(
    session: ClientSession,
    name: str,
    arguments: JSONObject | None,
    *,
    ttl: timedelta,
    patience: timedelta,
    meta: JSONObject | None,
) -> types.CallToolResult:
    """Call a tool as a task and return its result; a task that does not succeed in time gives an error result.

    Raises:
        TimeoutError: If the server does not even start the task in time.
        McpError: If the server refuses, or is gone.
    """
    params = types.CallToolRequestParams(
        name=name,
        arguments=arguments,
        task=types.TaskMetadata(ttl=int(ttl.total_seconds() * 1000)),
        _meta=None if meta is None else types.RequestParams.Meta(**meta),
    )
    request = types.ClientRequest(types.CallToolRequest(params=params))
    started_s = anyio.current_time()
    created = await within(session, patience, lambda: session.send_request(request, types.CreateTaskResult))
    left_s = patience.total_seconds() - (anyio.current_time() - started_s)
    task = created.task
    try:
        with anyio.fail_after(left_s):
            return await _result_of(session, task)
    except TimeoutError:
        notify_soon(_cancel(session, task.taskId))
        return _failed(f"Task {task.taskId} polling timed out after {patience.total_seconds()} seconds")
    except asyncio.CancelledError:
        notify_soon(_cancel(session, task.taskId))
        raise


async def _result_of(session: ClientSession, task: types.Task) -> types.CallToolResult:
    """Wait for a task's end and return its result."""
    task_id = task.taskId
    while task.status == "working":
        task = await session.send_request(
            types.ClientRequest(types.GetTaskRequest(params=types.GetTaskRequestParams(taskId=task_id))),
            types.GetTaskResult,
        )
        if task.status == "working":
            await anyio.sleep(_poll_interval_s(task))
    if task.status == "failed":
        return _failed(task.statusMessage or "Task failed")
    if task.status == "cancelled":
        return _failed("Task was cancelled")
    # For a task that waits for input, asking for the result is what makes the server ask its questions.
    return await session.send_request(
        types.ClientRequest(types.GetTaskPayloadRequest(params=types.GetTaskPayloadRequestParams(taskId=task_id))),
        types.CallToolResult,
    )


def _poll_interval_s(task: types.Task) -> float:
    interval_s = DEFAULT_POLL_INTERVAL_S if task.pollInterval is None else task.pollInterval / 1000
    return max(interval_s, SHORTEST_POLL_INTERVAL_S)


async def _cancel(session: ClientSession, task_id: str) -> None:
    request = types.CancelTaskRequest(params=types.CancelTaskRequestParams(taskId=task_id))
    await session.send_request(types.ClientRequest(request), types.CancelTaskResult)


def _failed(text: str) -> types.CallToolResult:
    return types.CallToolResult(isError=True, content=[types.TextContent(type="text", text=text)])
