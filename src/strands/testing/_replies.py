"""How the endpoint answers: refusals, JSON, and turns as a stream or as a whole."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from strands.testing._converse import assembled, chunk_frames, failure_frame, failure_response, to_json
from strands.testing._http import Exchange
from strands.testing._script import Pacer
from strands.testing._steps import Chunk, Disconnect, Failure, Operation, Pause

BATCH_BYTES = 32 * 1024
"""Frames without a pause between them are sent together, up to this size."""


async def refuse(exchange: Exchange, failure: Failure) -> None:
    """Answer with an error response."""
    status, headers, body = failure_response(failure)
    await exchange.respond(status, _with_request_id(headers), body)


async def reply_json(exchange: Exchange, body: object) -> None:
    """Answer with a JSON document."""
    await exchange.respond(200, _with_request_id({"Content-Type": "application/json"}), to_json(body))


async def reply_whole(exchange: Exchange, operations: Iterator[Operation]) -> None:
    """Play the turn to its end and answer with the whole message."""
    pacer = Pacer()
    chunks: list[Chunk] = []
    for operation in operations:
        if isinstance(operation, Failure):
            return await refuse(exchange, operation)
        if isinstance(operation, Disconnect):
            return exchange.cut()
        if isinstance(operation, Pause):
            await pacer.wait(operation)
        else:
            chunks.append(operation)
    await reply_json(exchange, assembled(chunks))


async def reply_stream(exchange: Exchange, operations: Iterator[Operation]) -> None:
    """Play the turn as an event stream; a failure before the first chunk is an error response."""
    pacer = Pacer()
    body = _StreamBody(exchange)
    for operation in operations:
        if isinstance(operation, dict):
            await body.add(chunk_frames(operation))
            continue
        if isinstance(operation, Failure) and not body.started:
            return await refuse(exchange, operation)
        await body.flush()
        if isinstance(operation, Disconnect):
            return exchange.cut()
        if isinstance(operation, Failure):
            await body.add(failure_frame(operation))
            break
        await pacer.wait(operation)
    await body.end()


class _StreamBody:
    """The body of a streamed response, sent in batches."""

    def __init__(self, exchange: Exchange) -> None:
        self.started = False
        self._exchange = exchange
        self._batch = bytearray()

    async def add(self, frames: bytes) -> None:
        """Send frames with the next batch."""
        if not self.started:
            self.started = True
            await self._exchange.start(_with_request_id({"Content-Type": "application/vnd.amazon.eventstream"}))
        self._batch += frames
        if len(self._batch) >= BATCH_BYTES:
            await self.flush()

    async def flush(self) -> None:
        """Send what waits."""
        batch, self._batch = self._batch, bytearray()
        await self._exchange.send(bytes(batch))

    async def end(self) -> None:
        """Send what waits and end the body, which may be empty."""
        await self.add(b"")
        await self.flush()
        await self._exchange.finish()


def _with_request_id(headers: dict[str, str]) -> dict[str, str]:
    return {**headers, "x-amzn-RequestId": str(uuid.uuid4())}
