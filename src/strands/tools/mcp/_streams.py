"""The streams of a transport as the session sees them, with what the session would not tell us.

Sessions of the `mcp` package do not say when the server is gone, stop reading at the first line that is no message,
and keep the ids of their requests to themselves, which are needed to tell the server that nobody waits any more.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from mcp.types import JSONRPCRequest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mcp.shared.message import SessionMessage
    from mcp.types import RequestId

    from strands.tools.mcp.mcp_types import MessagesFromServer, MessagesToServer

_sent_request_ids: ContextVar[list[RequestId]] = ContextVar("strands_mcp_sent_request_ids")


@contextmanager
def noting_request_ids() -> Iterator[list[RequestId]]:
    """Give a list that gets the ids of the requests that are sent within."""
    ids: list[RequestId] = []
    token = _sent_request_ids.set(ids)
    try:
        yield ids
    finally:
        _sent_request_ids.reset(token)


class Inbox:
    """Messages from the server; what is no message is reported in place of being passed on, and so is the end.

    Args:
        wrapped: The transport's stream.
        on_garbage: Called with what the transport could not read, or could not get.
        on_end: Called when nothing more will come, or be read.
    """

    def __init__(
        self, wrapped: MessagesFromServer, *, on_garbage: Callable[[Exception], None], on_end: Callable[[], None]
    ) -> None:
        self._wrapped = wrapped
        self._on_garbage = on_garbage
        self._on_end = on_end

    async def __aenter__(self) -> Inbox:
        return self

    async def __aexit__(self, error_type: type[BaseException] | None, *error: object) -> None:
        if error_type is None:  # the session reads no more, of its own accord
            self._on_end()
        await self._wrapped.aclose()

    def __aiter__(self) -> Inbox:
        return self

    async def __anext__(self) -> SessionMessage:
        async for message in self._wrapped:
            if not isinstance(message, Exception):
                return message
            self._on_garbage(message)
        self._on_end()
        raise StopAsyncIteration


class Outbox:
    """Messages to the server; notes the ids of requests for whoever asked within `noting_request_ids`."""

    def __init__(self, wrapped: MessagesToServer) -> None:
        self._wrapped = wrapped

    async def __aenter__(self) -> Outbox:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._wrapped.aclose()

    async def send(self, item: SessionMessage) -> None:
        """Send a message, waiting until the transport takes it."""
        message: Any = item.message.root
        if isinstance(message, JSONRPCRequest) and (ids := _sent_request_ids.get(None)) is not None:
            ids.append(message.id)
        await self._wrapped.send(item)
