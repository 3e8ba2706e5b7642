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


class entered(AbstractAsyncContextManager[Any]):
    """Enter a client that is a context of its own; an HTTP client that the user gave stays the user's to close.

    Contexts that a loop's client is kept in are classes: a loop that ends closes all its generators at once, so that
    one that waits for another finds it closing already.
    """

    def __init__(self, client: Any, client_args: Mapping[str, Any]) -> None:
        """Enter nothing yet.

        Args:
            client: The client.
            client_args: The arguments that it was made from.
        """
        self._client = client
        self._is_ours = "http_client" not in client_args

    async def __aenter__(self) -> Any:
        return await self._client.__aenter__() if self._is_ours else self._client

    async def __aexit__(self, *exc_info: Any) -> None:
        if self._is_ours:
            await self._client.__aexit__(*exc_info)


class closing(AbstractAsyncContextManager[C]):
    """Lend a client or a stream of a vendor's SDK, and await the method that closes it."""

    def __init__(self, vendors: C, method: str) -> None:
        """Lend nothing yet.

        Args:
            vendors: The client or stream.
            method: Name of the method, in parts if it is that of an attribute. Older SDKs may have none, and stand-ins
                in tests one that cannot be awaited.
        """
        self._vendors = vendors
        self._path = method.split(".")

    async def __aenter__(self) -> C:
        return self._vendors

    async def __aexit__(self, *exc_info: object) -> None:
        close: Any = self._vendors
        for name in self._path:
            close = getattr(close, name, None)
        closed = close() if callable(close) else None
        if inspect.isawaitable(closed):
            await closed
