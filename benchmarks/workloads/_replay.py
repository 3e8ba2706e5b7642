"""Vendors' streams, recorded once and played again without network, HTTP and parsing.

The vendor's function that opens a stream is replaced. Its first call goes through to the real SDK, whose objects are
kept; further calls give streams of the same objects. What a stream has besides its objects is that of the first one.
"""

from __future__ import annotations

import importlib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from unittest.mock import patch

import httpx


class Replay:
    """A recorded stream; it can be iterated in both ways, and any number of times."""

    def __init__(self, stream: Any, items: list[Any]) -> None:
        self._stream = stream
        self._items = items

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._items)

    async def __aiter__(self) -> AsyncIterator[Any]:
        for item in self._items:
            yield item


class Tape:
    """The first stream that a function of a vendor's returns; one method for each way in which vendors do that."""

    def __init__(self, original: Callable[..., Any]) -> None:
        self._original = original
        self._recorded: Replay | None = None
        self._reply: dict[str, Any] = {}
        self._body: bytes | None = None

    async def play(self) -> None:
        """Play the recorded stream to nobody, to see what the stand-in itself costs."""
        async for _ in self._recorded or httpx.Response(200, content=self._body).aiter_lines():
            pass

    async def awaited(self, *args: Any, **kwargs: Any) -> Replay:
        """Stand in for a coroutine."""
        return self._recorded or await self._record(await self._original(*args, **kwargs))

    @asynccontextmanager
    async def entered(self, *args: Any, **kwargs: Any) -> AsyncIterator[Replay]:
        """Stand in for an asynchronous context manager."""
        if self._recorded is None:
            async with self._original(*args, **kwargs) as stream:
                await self._record(stream)
        assert self._recorded is not None
        yield self._recorded

    async def sent(self, client: httpx.AsyncClient, request: httpx.Request, **kwargs: Any) -> httpx.Response:
        """Stand in for the sending of an HTTP request whose response the model reads itself."""
        if self._body is None:
            self._body = await (await self._original(client, request, **kwargs)).aread()
        headers = {"content-type": "text/event-stream"}
        return httpx.Response(200, headers=headers, content=self._body, request=request)

    def called(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Stand in for an operation of boto3, whose reply has a stream that blocks."""
        if not self._reply:
            reply = self._original(*args, **kwargs)
            name = "stream" if "stream" in reply else "Body"
            self._recorded = Replay(reply[name], list(reply[name]))
            self._reply = {**reply, name: self._recorded}
        return self._reply

    async def _record(self, stream: Any) -> Replay:
        self._recorded = Replay(stream, [item async for item in stream])
        return self._recorded


@contextmanager
def replayed(seam: str, way: str) -> Iterator[Tape]:
    """Replace the function at `module:attribute` by a tape until the block ends.

    Args:
        seam: Where the function is.
        way: How it returns the stream: the name of a method of `Tape`.
    """
    module, _, path = seam.partition(":")
    owner: Any = importlib.import_module(module)
    *owners, name = path.split(".")
    for part in owners:
        owner = getattr(owner, part)
    tape = Tape(getattr(owner, name))
    stand_in = getattr(tape, way)

    def method(*args: Any, **kwargs: Any) -> Any:  # unlike a bound method, this one gets its owner's instance
        return stand_in(*args, **kwargs)

    with patch.object(owner, name, method):
        yield tape
