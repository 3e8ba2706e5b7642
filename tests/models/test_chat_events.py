"""Server-sent events, as they come over a connection."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import httpx
import pytest

from strands.models._chat.events import chunks_in

EVENTS = (
    ": a comment\r\n\r\n"
    'event: first\r\ndata: {"text": "4\u00a0\u00b0C"}\r\n\r\n'
    'data: {"text": "a\u2028b\u0085c"}\n\n'
    "data: [DONE]\n\n"
).encode()


async def chunks_of(body: bytes, piece_bytes: int) -> list[Any]:
    async def pieces() -> AsyncGenerator[bytes, None]:
        for start in range(0, len(body), piece_bytes):
            yield body[start : start + piece_bytes]

    async with aclosing(chunks_in(httpx.Response(200, content=pieces()))) as chunks:
        return [chunk async for chunk in chunks]


@pytest.mark.parametrize("piece_bytes", [1, 7, len(EVENTS)])
async def test_events_are_read_however_they_arrive(piece_bytes: int) -> None:
    """Networks cut anywhere, within a character too; and JSON may hold what Unicode calls an end of a line."""
    expected = [{"text": "4\u00a0\u00b0C"}, {"text": "a\u2028b\u0085c"}]
    assert await chunks_of(EVENTS, piece_bytes) == expected


async def test_a_last_line_need_not_end() -> None:
    """Not every server ends its last event."""
    assert await chunks_of(b'data: {"text": "a"}', 5) == [{"text": "a"}]


async def test_an_error_of_the_server_is_raised() -> None:
    """Older servers of llama.cpp report errors in a field of their own."""
    with pytest.raises(httpx.RemoteProtocolError, match="out of memory"):
        await chunks_of(b"error: out of memory\n\n", 4)
