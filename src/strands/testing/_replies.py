"""How endpoints answer: refusals, JSON, and turns as a stream or as a whole."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from strands.testing._http import Exchange
from strands.testing._script import Pacer
from strands.testing._steps import Chunk, Disconnect, Failure, Operation, Pause

BATCH_BYTES = 32 * 1024
"""Frames without a pause between them are sent together, up to this size."""


class Wire(Protocol):
    """A service's format for one response."""

    stream_type: str
    """Content type of streams."""

    def headers(self) -> Mapping[str, str]:
        """Return the headers that every response has."""
        ...

    def frames(self, operation: Chunk) -> bytes:
        """Return what a stream carries for a chunk; nothing if the service has nothing like it."""
        ...

    def last_frames(self) -> bytes:
        """Return what ends a stream."""
        ...

    def broken(self, failure: Failure) -> bytes:
        """Return what a stream carries when the model fails in the middle."""
        ...

    def refusal(self, failure: Failure) -> tuple[int, Mapping[str, str], bytes]:
        """Return status, headers and body with which a request is refused."""
        ...

    def whole(self, chunks: list[Chunk]) -> bytes:
        """Return the body of a response that is not streamed."""
        ...


async def refuse(exchange: Exchange, failure: Failure, wire: Wire) -> None:
    """Answer with an error response."""
    status, headers, body = wire.refusal(failure)
    await exchange.respond(status, {**headers, **wire.headers()}, body)


async def reply_json(exchange: Exchange, body: bytes, wire: Wire) -> None:
    """Answer with a JSON document."""
    await exchange.respond(200, {"Content-Type": "application/json", **wire.headers()}, body)


async def reply_whole(exchange: Exchange, operations: Iterator[Operation], wire: Wire) -> None:
    """Play the turn to its end and answer with the whole message."""
    pacer = Pacer()
    chunks: list[Chunk] = []
    for operation in operations:
        if isinstance(operation, Failure):
            return await refuse(exchange, operation, wire)
        if isinstance(operation, Disconnect):
            return exchange.cut()
        if isinstance(operation, Pause):
            await pacer.wait(operation)
        else:
            chunks.append(operation)
    await reply_json(exchange, wire.whole(chunks), wire)


async def reply_stream(exchange: Exchange, operations: Iterator[Operation], wire: Wire) -> None:
    """Play the turn as a stream; a failure before the first chunk is an error response."""
    pacer = Pacer()
    body = _StreamBody(exchange, wire)
    for operation in operations:
        if isinstance(operation, dict):
            await body.add(wire.frames(operation))
            continue
        if isinstance(operation, Failure) and not body.started:
            return await refuse(exchange, operation, wire)
        await body.flush()
        if isinstance(operation, Disconnect):
            return exchange.cut()
        if isinstance(operation, Failure):
            await body.end(wire.broken(operation))
            return
        await pacer.wait(operation)
    await body.end(wire.last_frames())


class _StreamBody:
    """The body of a streamed response, sent in batches."""

    def __init__(self, exchange: Exchange, wire: Wire) -> None:
        self.started = False
        self._exchange = exchange
        self._wire = wire
        self._batch = bytearray()

    async def add(self, frames: bytes) -> None:
        """Send frames with the next batch."""
        if not self.started:
            self.started = True
            await self._exchange.start({"Content-Type": self._wire.stream_type, **self._wire.headers()})
        self._batch += frames
        if len(self._batch) >= BATCH_BYTES:
            await self.flush()

    async def flush(self) -> None:
        """Send what waits."""
        batch, self._batch = self._batch, bytearray()
        await self._exchange.send(bytes(batch))

    async def end(self, frames: bytes) -> None:
        """Send what waits and the last frames, and end the body, which may be empty."""
        await self.add(frames)
        await self.flush()
        await self._exchange.finish()


def json_object(body: bytes) -> dict[str, Any]:
    """Return the JSON object that a request's body holds.

    Raises:
        ValueError: If it holds anything else.
    """
    content = json.loads(body or b"{}")
    if not isinstance(content, dict):
        raise ValueError(f"body is {content!r}, expected a JSON object")
    return content


def retry_after(failure: Failure) -> dict[str, str]:
    """Return the header that asks a client to wait, if the script has it."""
    return {} if failure.retry_after_s is None else {"Retry-After": str(failure.retry_after_s)}
