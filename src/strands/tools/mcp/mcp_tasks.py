"""Settings for tools that an MCP server runs as tasks: started by one request, and asked about until they are done."""

from __future__ import annotations

from datetime import timedelta

from typing_extensions import TypedDict


class TasksConfig(TypedDict, total=False):
    """How long tasks may take."""

    ttl: timedelta
    """How long the server should keep a task and its result; one minute if not given."""
    poll_timeout: timedelta
    """How long to wait for a task; five minutes if not given."""


DEFAULT_TASK_TTL = timedelta(minutes=1)
DEFAULT_TASK_POLL_TIMEOUT = timedelta(minutes=5)
DEFAULT_TASK_CONFIG = TasksConfig(ttl=DEFAULT_TASK_TTL, poll_timeout=DEFAULT_TASK_POLL_TIMEOUT)
