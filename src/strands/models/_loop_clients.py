"""Clients of vendors' SDKs: one per event loop, since connections cannot move from one loop to another."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

C = TypeVar("C")

OpenClient = Callable[[Mapping[str, Any]], AbstractAsyncContextManager[C]]
"""Opens a client with these arguments for as long as the context lasts."""


@dataclass(frozen=True, slots=True)
class _Kept(Generic[C]):
    """An open client. When nothing refers to the generator any more, or its loop ends, the client is closed."""

    client: C
    client_args: Mapping[str, Any]
    keeper: AsyncGenerator[C, None]


class LoopClients(Generic[C]):
    """Opens a client in each event loop that needs one, and keeps it until the loop ends.

    Agents that are called without `await` run every call in a loop of its own. Within one loop the client is kept:
    to make another for each request takes 20 ms or more of the loop's time, and a handshake with the service.
    """

    def __init__(self, open_client: OpenClient[C]) -> None:
        """Open nothing yet.

        Args:
            open_client: Opens a client.
        """
        self._open_client = open_client
        self._kept: WeakKeyDictionary[asyncio.AbstractEventLoop, _Kept[C]] = WeakKeyDictionary()

    def __reduce__(self) -> Any:
        """Copies of a model open clients of their own."""
        return LoopClients, (self._open_client,)

    @asynccontextmanager
    async def lent(self, client_args: Mapping[str, Any]) -> AsyncIterator[C]:
        """Lend the running loop's client; other arguments than last time open another one.

        Args:
            client_args: Arguments of the client.
        """
        loop = asyncio.get_running_loop()
        kept = self._kept.get(loop)
        if kept is None or kept.client_args != client_args:
            # An asynchronous generator is what a loop closes before it ends: that ends this context, too.
            keeper = _kept_open(self._open_client(client_args))
            kept = self._kept[loop] = _Kept(await anext(keeper), dict(client_args), keeper)
        yield kept.client


async def _kept_open(opened: AbstractAsyncContextManager[C]) -> AsyncGenerator[C, None]:
    async with opened as client:
        yield client


@asynccontextmanager
async def entered(client: Any, client_args: Mapping[str, Any]) -> AsyncIterator[Any]:
    """Enter a client that is a context of its own; an HTTP client that the user gave stays the user's to close.

    Args:
        client: The client.
        client_args: The arguments that it was made from.
    """
    if "http_client" in client_args:
        yield client
        return
    async with client as opened:
        yield opened


@asynccontextmanager
async def closing(vendors: C, method: str) -> AsyncIterator[C]:
    """Lend a client or a stream of a vendor's SDK, and await the method that closes it.

    Args:
        vendors: The client or stream.
        method: The method's name. Older SDKs may have none, and stand-ins in tests one that cannot be awaited.
    """
    try:
        yield vendors
    finally:
        close = getattr(vendors, method, None)
        closed = close() if callable(close) else None
        if inspect.isawaitable(closed):
            await closed
