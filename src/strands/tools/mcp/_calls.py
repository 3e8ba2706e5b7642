"""Calling a tool: with a deadline, and so that the server learns when nobody waits for its answer any more."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

import anyio
import mcp.types as types

from strands.tools.mcp._streams import noting_request_ids
from strands.tools.mcp.mcp_types import JSONObject

if TYPE_CHECKING:
    from mcp import ClientSession

logger = logging.getLogger(__name__)

T = TypeVar("T")

NOTICE_TIMEOUT_S = 5.0
"""Seconds that telling the server that a request is void may take."""

_notices: set[asyncio.Task[None]] = set()
"""Keeps the tasks alive, which the event loop does not."""


async def call_tool(
    session: ClientSession,
    name: str,
    arguments: JSONObject | None,
    *,
    patience: timedelta | None,
    meta: JSONObject | None,
) -> types.CallToolResult:
    """Call a tool and return its result, which may say that the tool failed.

    Raises:
        TimeoutError: If there is no result in time.
        McpError: If the server refuses, or is gone.
    """
    return await within(session, patience, lambda: session.call_tool(name, arguments, meta=meta))


async def within(session: ClientSession, patience: timedelta | None, send: Callable[[], Awaitable[T]]) -> T:
    """Return the answer to a request; if it does not come in time, or nobody waits any more, tell the server.

    Raises:
        TimeoutError: If there is no answer in time.
    """
    timeout_s = None if patience is None else patience.total_seconds()
    with noting_request_ids() as sent:
        try:
            with anyio.fail_after(timeout_s):
                return await send()
        except TimeoutError:
            notify_soon(_void(session, sent, "timed out"))
            raise TimeoutError(
                f"Timed out while waiting for response to ClientRequest. Waited {timeout_s} seconds."
            ) from None
        except asyncio.CancelledError:
            notify_soon(_void(session, sent, "cancelled"))
            raise


def notify_soon(notice: Awaitable[None]) -> None:
    """Tell the server something without waiting for it; that it fails is of no interest any more."""

    async def told() -> None:
        try:
            with anyio.move_on_after(NOTICE_TIMEOUT_S):
                await notice
        except Exception as error:
            logger.debug("error=<%r> | server could not be told that a request is void", error)

    task = asyncio.ensure_future(told())
    _notices.add(task)
    task.add_done_callback(_notices.discard)


async def _void(session: ClientSession, request_ids: list[types.RequestId], reason: str) -> None:
    if request_ids:
        params = types.CancelledNotificationParams(requestId=request_ids[-1], reason=reason)
        await session.send_notification(types.ClientNotification(types.CancelledNotification(params=params)))
