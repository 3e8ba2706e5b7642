"""Tools that the server runs as tasks."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from mcp.types import ElicitResult

from strands.tools.mcp import MCPClient, TasksConfig
from strands.tools.mcp.mcp_tasks import DEFAULT_TASK_CONFIG
from tests.tools.mcp.servers import LOWLEVEL, appears, stdio_client_of

TASK = "io.modelcontextprotocol/related-task"


@pytest.fixture(scope="module")
def tasks() -> Iterator[MCPClient]:
    """A running client that knows all tools and takes tasks for a second."""
    config = TasksConfig(ttl=timedelta(seconds=5), poll_timeout=timedelta(seconds=1))
    with stdio_client_of(LOWLEVEL, tasks_config=config) as client:
        asyncio.run(client.load_tools())
        yield client


@pytest.mark.parametrize("name", ["optional", "required"])
def test_tools_that_can_run_as_tasks_do(tasks: MCPClient, name: str) -> None:
    """The server is told how long to keep the result, and gets the metadata."""
    result: Any = tasks.call_tool_sync("t1", name, {}, meta={"k": 1})
    task_id = result["metadata"][TASK]["taskId"]
    assert result == {
        "status": "success",
        "toolUseId": "t1",
        "content": [{"text": f"{name} ran as a task, ttl 5000, meta {{'k': 1}}"}],
        "structuredContent": {"task": True},
        "metadata": {TASK: {"taskId": task_id}},
        "isError": False,
    }


@pytest.mark.parametrize("name", ["plain", "forbidden"])
def test_other_tools_are_called_directly(tasks: MCPClient, name: str) -> None:
    """A task request would be refused."""
    assert tasks.call_tool_sync("t1", name, {})["content"] == [{"text": f"{name} called directly"}]


def test_without_settings_nothing_runs_as_a_task() -> None:
    """Tasks are an experiment that one opts into."""
    with stdio_client_of(LOWLEVEL) as client:
        asyncio.run(client.load_tools())
        assert client.call_tool_sync("t1", "optional", {})["content"] == [{"text": "optional called directly"}]


def test_settings_may_be_empty() -> None:
    """The defaults are a minute to keep a result, and five to wait for it."""
    assert dict(DEFAULT_TASK_CONFIG) == {"ttl": timedelta(minutes=1), "poll_timeout": timedelta(minutes=5)}
    with stdio_client_of(LOWLEVEL, tasks_config={}) as client:
        asyncio.run(client.load_tools())
        text = client.call_tool_sync("t1", "optional", {})["content"][0]["text"]
        assert text == "optional ran as a task, ttl 60000, meta None"


@pytest.mark.parametrize("name, text", [("failing", "task broke"), ("cancelled", "Task was cancelled")])
def test_a_task_that_does_not_succeed_is_an_error_result(tasks: MCPClient, name: str, text: str) -> None:
    """With the server's words, if it has any."""
    assert tasks.call_tool_sync("t1", name, {}) == {
        "status": "error",
        "toolUseId": "t1",
        "content": [{"text": text}],
        "isError": True,
    }


@pytest.mark.parametrize("timeout, waited", [(None, "1.0"), (timedelta(seconds=0.2), "0.2")])
def test_a_task_that_takes_too_long_is_cancelled(
    tasks: MCPClient, timeout: timedelta | None, waited: str, tmp_path: Path
) -> None:
    """The deadline of a call comes before the one for tasks; the server need not work on for nobody."""
    arguments = {"started": str(tmp_path / "started")}
    result = tasks.call_tool_sync("t1", "stuck", arguments, read_timeout_seconds=timeout)
    text = result["content"][0]["text"]
    assert text.startswith("Task ") and text.endswith(f" polling timed out after {waited} seconds")
    assert result == {"status": "error", "toolUseId": "t1", "content": [{"text": text}], "isError": True}
    assert _status(tasks, text.split()[1]) == "cancelled"


async def test_cancelling_a_call_cancels_the_task(tasks: MCPClient, tmp_path: Path) -> None:
    """A cancelled agent must not keep a server busy."""
    call = asyncio.ensure_future(tasks.call_tool_async("t1", "stuck", {"started": str(tmp_path / "started")}))
    await appears(tmp_path / "started")
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert await asyncio.to_thread(_status, tasks, (tmp_path / "started").read_text()) == "cancelled"


def test_questions_are_asked_while_a_task_waits_for_input() -> None:
    """The server asks them when it is asked for the result."""

    async def answer(context: Any, question: Any) -> Any:
        return ElicitResult(action="accept", content={"yes": True})

    with stdio_client_of(LOWLEVEL, tasks_config={}, elicitation_callback=answer) as client:
        asyncio.run(client.load_tools())
        assert client.call_tool_sync("t1", "asking", {})["content"] == [{"text": "the user says {'yes': True}"}]


def test_a_question_by_address_is_passed_on(tasks: MCPClient) -> None:
    """Applications take the address from the text and send the user there."""
    assert tasks.call_tool_sync("t1", "url", {})["content"] == [
        {
            "text": "MCP Elicitation required: [URL elicitation required] with data "
            '[{"mode": "url", "message": "Sign in", "url": "https://example.invalid/sign-in", "elicitationId": "e1"}]'
        }
    ]


def _status(client: MCPClient, task_id: str) -> str:
    text = client.call_tool_sync("t1", "status", {"task_id": task_id})["content"][0]["text"]
    return text
