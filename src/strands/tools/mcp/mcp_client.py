"""A client of an MCP server: its tools for agents, and its prompts and resources."""

from __future__ import annotations

import asyncio
import logging
import threading
import weakref
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from datetime import timedelta
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

import mcp.types as types
from pydantic import AnyUrl
from typing_extensions import override

from strands.tools.mcp._background import CLOSE_GRACE_S, CUT_GRACE_S, Connection
from strands.tools.mcp._calls import call_tool, within
from strands.tools.mcp._content import MIME_TO_FORMAT as MIME_TO_FORMAT
from strands.tools.mcp._content import error_result, reason, tool_result
from strands.tools.mcp._filters import ToolFilters as ToolFilters
from strands.tools.mcp._filters import checked_filters, tool_filter
from strands.tools.mcp._tasks import call_tool_as_task, may_run_as_task, supports_tool_tasks
from strands.tools.mcp.mcp_agent_tool import MCPAgentTool
from strands.tools.mcp.mcp_instrumentation import mcp_instrumentation, with_trace_context
from strands.tools.mcp.mcp_tasks import DEFAULT_TASK_POLL_TIMEOUT, DEFAULT_TASK_TTL, TasksConfig
from strands.tools.mcp.mcp_types import JSONObject, MCPToolResult, MCPTransport
from strands.tools.tool_provider import ToolProvider
from strands.types.collections import PaginatedList
from strands.types.exceptions import MCPClientInitializationError, ToolProviderException
from strands.types.tools import AgentTool

if TYPE_CHECKING:
    from mcp import ClientSession
    from mcp.client.session import ElicitationFnT

logger = logging.getLogger(__name__)

T = TypeVar("T")

CLIENT_SESSION_NOT_RUNNING_ERROR_MESSAGE = (
    "the client session is not running. Use the client, and agents that have its tools, within `with client:`, "
    "or pass the client itself as a tool of an agent, which starts it."
)


class MCPClient(ToolProvider):
    """Connects to an MCP server; as one of an agent's tools it stands for all the server's tools.

    An agent starts the client and the last of its agents stops it. Anyone else starts it with `with client:` or
    `start()`, and stops it. It can be started again after that, also when the server was lost.

    The connection lives on a thread of its own, so all methods can be called from any thread. The methods named
    `..._sync` wait, and must not be called where an event loop is to go on meanwhile.

    Args:
        transport_callable: Makes the transport each time the client is started.
        startup_timeout: Seconds within which the server must be ready, and answer each request for a list.
        tool_filters: Which tools to take; all if not given.
        prefix: Put before the names of tools, with an underscore between.
        elicitation_callback: Answers what the server asks the user.
        tasks_config: If given, tools that can run as tasks do so.
    """

    def __init__(
        self,
        transport_callable: Callable[[], MCPTransport],
        *,
        startup_timeout: int = 30,
        tool_filters: ToolFilters | None = None,
        prefix: str | None = None,
        elicitation_callback: ElicitationFnT | None = None,
        tasks_config: TasksConfig | None = None,
    ) -> None:
        mcp_instrumentation()
        self._transport_callable = transport_callable
        self._startup_timeout = startup_timeout
        self._tool_filters = checked_filters(tool_filters)
        self._prefix = prefix
        self._elicitation_callback = elicitation_callback
        self._tasks_config = tasks_config
        self._lock = threading.RLock()  # garbage collection may call `remove_consumer` anywhere
        self._connection: Connection | None = None
        self._started_for_consumers = False
        self._consumers: set[Any] = set()
        self._loaded_tools: list[AgentTool] | None = None
        self._task_tools: set[str] = set()
        self._close_when_dropped = weakref.finalize(self, _do_nothing)

    # ---- life cycle

    def __enter__(self) -> MCPClient:
        return self.start()

    def __exit__(
        self, exc_type: type[BaseException] | None, exc_val: BaseException | None, exc_tb: TracebackType | None
    ) -> None:
        self.stop(exc_type, exc_val, exc_tb)

    def start(self) -> MCPClient:
        """Connect to the server.

        Raises:
            MCPClientInitializationError: If the server is not ready in time, or the client is already running.
        """
        with self._lock:
            if self._connection is not None and self._connection.running:
                raise MCPClientInitializationError("the client session is currently running")
            connection = self._new_connection(for_consumers=False)
        try:
            connection.opened.result(self._startup_timeout)
        except Exception as error:
            raise self._start_failure(connection, error) from error
        finally:
            self._drop_unless_open(connection)
        return self

    def stop(
        self, exc_type: type[BaseException] | None, exc_val: BaseException | None, exc_tb: TracebackType | None
    ) -> None:
        """End the connection and wait until its thread has ended; does nothing if there is none.

        Args:
            exc_type: Not used, like the others; they are what a `with` statement passes.
            exc_val: Not used.
            exc_tb: Not used.
        """
        with self._lock:
            connection, self._connection = self._connection, None
            self._forget_tools()
        if connection is not None:
            connection.close()
            connection.join(CLOSE_GRACE_S + 2 * CUT_GRACE_S)

    def _new_connection(self, *, for_consumers: bool) -> Connection:
        """Begin to connect; called with the lock held."""
        self._forget_tools()
        self._started_for_consumers = for_consumers
        self._connection = connection = Connection(self._transport_callable, self._elicitation_callback)
        self._close_when_dropped.detach()
        self._close_when_dropped = weakref.finalize(self, connection.close)
        self._close_when_dropped.atexit = False  # connections see to that themselves
        return connection

    def _forget_tools(self) -> None:
        self._loaded_tools = None
        self._task_tools = set()

    def _drop_unless_open(self, connection: Connection) -> None:
        """Clean up after a failed start."""
        if not connection.opened.done() or connection.opened.exception() is not None:
            self._drop(connection)

    def _drop(self, connection: Connection) -> None:
        """Begin to end a connection, without waiting for a transport that may hang."""
        connection.close()
        with self._lock:
            if self._connection is connection:
                self._connection = None

    def _start_failure(self, connection: Connection, error: Exception) -> MCPClientInitializationError:
        if connection.opened.done():
            cause = reason(error)
        else:
            cause = f"the server was not ready within {self._startup_timeout} seconds{connection.startup_noise}"
        return MCPClientInitializationError(f"the client initialization failed: {cause}")

    # ---- tool provider

    @override
    async def load_tools(self, **kwargs: Any) -> Sequence[AgentTool]:
        """Return the server's tools, connecting to it first if need be.

        Raises:
            ToolProviderException: If the server cannot be reached, or does not say what its tools are.
        """
        with self._lock:
            connection = self._connection
            starting = connection is None or not connection.running
            if connection is None or starting:
                connection = self._new_connection(for_consumers=True)
            elif self._loaded_tools is not None:
                return self._loaded_tools
        try:
            await asyncio.wait_for(_settled(connection.opened), self._startup_timeout)
            connection.opened.result()
        except Exception as error:
            failure = self._start_failure(connection, error)
            failure.__cause__ = error
            raise ToolProviderException(f"Failed to start MCP client: {failure}") from failure
        finally:
            if starting:  # if not, somebody else may still wait for it
                self._drop_unless_open(connection)
        try:
            self._loaded_tools = tools = await self._all_tools(connection)
        except BaseException as error:
            if starting:
                self._drop(connection)
            if not isinstance(error, Exception):
                raise
            raise ToolProviderException(f"Failed to list the tools of the MCP server: {reason(error)}") from error
        return tools

    @override
    def add_consumer(self, consumer_id: Any, **kwargs: Any) -> None:
        with self._lock:
            self._consumers.add(consumer_id)

    @override
    def remove_consumer(self, consumer_id: Any, **kwargs: Any) -> None:
        with self._lock:
            self._consumers.discard(consumer_id)
            if self._consumers:
                return
        if self._started_for_consumers:
            self.stop(None, None, None)

    async def _all_tools(self, connection: Connection) -> list[AgentTool]:
        tools: list[AgentTool] = []
        token: str | None = None
        seen: set[str] = set()
        while True:
            page = await asyncio.wrap_future(
                connection.submit(self._list(lambda session, page: session.list_tools(params=page), token))
            )
            found = self._tools_from(page, self._prefix, self._tool_filters)
            tools += found
            token = found.pagination_token
            if not token:
                return tools
            if token in seen:
                raise RuntimeError(f"the server gave the page {token!r} twice, expected an end of the list")
            seen.add(token)

    # ---- lists, prompts and resources

    def list_tools_sync(
        self, pagination_token: str | None = None, prefix: str | None = None, tool_filters: ToolFilters | None = None
    ) -> PaginatedList[MCPAgentTool]:
        """Return a page of the server's tools.

        Args:
            pagination_token: The page; the first if not given.
            prefix: In place of the client's; an empty one stands for none.
            tool_filters: In place of the client's; an empty one takes all tools.

        Raises:
            MCPClientInitializationError: If the client is not running.
            TimeoutError: If the server does not answer within `startup_timeout`.
        """
        effective_filters = self._tool_filters if tool_filters is None else checked_filters(tool_filters)
        page = self._answer(self._list(lambda session, page: session.list_tools(params=page), pagination_token))
        return self._tools_from(page, self._prefix if prefix is None else prefix, effective_filters)

    def list_prompts_sync(self, pagination_token: str | None = None) -> types.ListPromptsResult:
        """Return a page of the server's prompts; raises what `list_tools_sync` raises."""
        return self._answer(self._list(lambda session, page: session.list_prompts(params=page), pagination_token))

    def get_prompt_sync(self, prompt_id: str, args: JSONObject) -> types.GetPromptResult:
        """Return a prompt with its arguments filled in.

        Raises:
            McpError: If the server does not know the prompt, or refuses the arguments.
        """
        return self._answer(lambda session: session.get_prompt(prompt_id, arguments=args))

    def list_resources_sync(self, pagination_token: str | None = None) -> types.ListResourcesResult:
        """Return a page of the server's resources; raises what `list_tools_sync` raises."""
        return self._answer(self._list(lambda session, page: session.list_resources(params=page), pagination_token))

    def read_resource_sync(self, uri: AnyUrl | str) -> types.ReadResourceResult:
        """Return the contents of a resource.

        Raises:
            McpError: If the server does not know the resource.
        """
        return self._answer(lambda session: session.read_resource(AnyUrl(uri) if isinstance(uri, str) else uri))

    def list_resource_templates_sync(self, pagination_token: str | None = None) -> types.ListResourceTemplatesResult:
        """Return a page of the server's resource templates; raises what `list_tools_sync` raises."""
        return self._answer(
            self._list(lambda session, page: session.list_resource_templates(params=page), pagination_token)
        )

    def _list(
        self,
        request: Callable[[ClientSession, types.PaginatedRequestParams | None], Awaitable[T]],
        token: str | None,
    ) -> Callable[[ClientSession], Awaitable[T]]:
        """Return a request for one page; a server that takes longer than it may for its start-up has failed."""
        params = types.PaginatedRequestParams(cursor=token) if token else None
        timeout = timedelta(seconds=self._startup_timeout)
        return lambda session: within(session, timeout, lambda: request(session, params))

    def _answer(self, request: Callable[[ClientSession], Awaitable[T]]) -> T:
        """Wait for the answer to a request."""
        return self._running_connection().answer(request)

    def _running_connection(self) -> Connection:
        connection = self._connection_for_calls()
        if connection.lost is not None:
            raise MCPClientInitializationError(
                f"{CLIENT_SESSION_NOT_RUNNING_ERROR_MESSAGE} {connection.lost}"
            ) from connection.lost
        return connection

    def _tools_from(
        self, page: types.ListToolsResult, prefix: str | None, filters: ToolFilters
    ) -> PaginatedList[MCPAgentTool]:
        self._task_tools |= {tool.name for tool in page.tools if may_run_as_task(tool)}
        tools = (
            MCPAgentTool(tool, self, name_override=f"{prefix}_{tool.name}" if prefix else None) for tool in page.tools
        )
        return PaginatedList([*filter(tool_filter(filters), tools)], token=page.nextCursor)

    # ---- calls

    def call_tool_sync(
        self,
        tool_use_id: str,
        name: str,
        arguments: JSONObject | None = None,
        read_timeout_seconds: timedelta | None = None,
        meta: JSONObject | None = None,
    ) -> MCPToolResult:
        """Call a tool and wait for its result; whatever goes wrong with the call is an error result.

        Args:
            tool_use_id: Id of the model's request, for the result.
            name: The server's name of the tool, without prefix.
            arguments: The tool's arguments.
            read_timeout_seconds: How long to wait; without it, as long as the connection lasts.
            meta: Metadata for the server.

        Raises:
            MCPClientInitializationError: If the client is not running; not if the server was lost while it was.
        """
        connection = self._connection_for_calls()
        try:
            call = self._call(connection, name, arguments, read_timeout_seconds, meta)
            return tool_result(tool_use_id, connection.answer(call))
        except Exception as error:
            return _failed_call(tool_use_id, name, error)

    async def call_tool_async(
        self,
        tool_use_id: str,
        name: str,
        arguments: JSONObject | None = None,
        read_timeout_seconds: timedelta | None = None,
        meta: JSONObject | None = None,
    ) -> MCPToolResult:
        """Like `call_tool_sync`, without blocking the event loop; cancelling it cancels the request on the server."""
        connection = self._connection_for_calls()
        try:
            call = self._call(connection, name, arguments, read_timeout_seconds, meta)
            return tool_result(tool_use_id, await asyncio.wrap_future(connection.submit(call)))
        except Exception as error:
            return _failed_call(tool_use_id, name, error)

    def _connection_for_calls(self) -> Connection:
        """Return the connection, also if it was lost: calls then fail by an error result."""
        connection = self._connection
        if connection is None or not connection.opened.done():
            raise MCPClientInitializationError(CLIENT_SESSION_NOT_RUNNING_ERROR_MESSAGE)
        return connection

    def _call(
        self,
        connection: Connection,
        name: str,
        arguments: JSONObject | None,
        timeout: timedelta | None,
        meta: JSONObject | None,
    ) -> Callable[[ClientSession], Awaitable[types.CallToolResult]]:
        """Return the request that calls a tool, as a task if that is wanted and possible."""
        traced = with_trace_context(meta)
        config = self._tasks_config
        if config is None or name not in self._task_tools or not supports_tool_tasks(connection.server_capabilities):
            return partial(call_tool, name=name, arguments=arguments, patience=timeout, meta=traced)
        return partial(
            call_tool_as_task,
            name=name,
            arguments=arguments,
            ttl=config.get("ttl", DEFAULT_TASK_TTL),
            patience=timeout or config.get("poll_timeout", DEFAULT_TASK_POLL_TIMEOUT),
            meta=traced,
        )


def _failed_call(tool_use_id: str, name: str, error: Exception) -> MCPToolResult:
    logger.warning("tool_name=<%s>, error=<%s> | MCP tool call failed", name, reason(error))
    return error_result(tool_use_id, error)


async def _settled(future: Future[None]) -> None:
    """Wait until a future is done, whatever its outcome; giving up the wait leaves the future alone."""
    loop, settled = asyncio.get_running_loop(), asyncio.Event()

    def wake(_: Future[None]) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(settled.set)

    future.add_done_callback(wake)
    await settled.wait()


def _do_nothing() -> None:
    """Stand in for closing a connection where there is none."""
