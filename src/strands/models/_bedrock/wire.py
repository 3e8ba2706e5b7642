"""How an answer is carried: blocking calls of boto3, made on a thread of their own."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, suppress
from contextvars import ContextVar
from typing import Any

from urllib3.exceptions import ProtocolError

from strands.models._bedrock.config import BedrockConfig
from strands.models._bedrock.errors import add_notes, translated
from strands.models._bedrock.response import chunks_of_response, redactions
from strands.models._own_thread import Reader
from strands.types.streaming import StreamEvent

logger = logging.getLogger(__name__)

_current_reader: ContextVar[Reader] = ContextVar("strands_bedrock_reader")


class _AbandonedError(Exception):
    """Nobody waits for the answer any more."""


def never_resend_abandoned_requests(client: Any) -> None:
    """Keep the client from sending a request once more, as botocore does by itself, when nobody waits for it."""
    client.meta.events.register("before-send.bedrock-runtime", _refuse_if_abandoned)


def _refuse_if_abandoned(**_: Any) -> None:
    reader = _current_reader.get(None)
    if reader is not None and reader.abandoned:
        raise _AbandonedError


def answer(client: Any, config: BedrockConfig, request: Mapping[str, Any], reader: Reader) -> Iterator[StreamEvent]:
    """Send a request and yield the chunks of the answer.

    Args:
        client: The boto3 client.
        config: The model's settings.
        request: Arguments of the operation.
        reader: Who reads, and may leave at any time.

    Raises:
        ModelThrottledException: If the service refuses over rate limits.
        ContextWindowOverflowException: If the conversation is longer than the model's context.
        ClientError: If the service refuses for any other reason, or breaks off.
        HTTPError: From urllib3, if the connection is lost in mid-stream.
    """
    _current_reader.set(reader)
    try:
        if config.get("streaming", True):
            yield from _streamed(client, config, request, reader)
        else:
            yield from _whole(client, config, request)
    except Exception as error:
        ours = translated(error)
        if ours is not None:
            raise ours from error
        add_notes(error, region=client.meta.region_name, model_id=config["model_id"])
        raise


def _whole(client: Any, config: BedrockConfig, request: Mapping[str, Any]) -> Iterator[StreamEvent]:
    for chunk in chunks_of_response(client.converse(**request)):
        yield chunk
        yield from redactions(chunk, config)


def _streamed(client: Any, config: BedrockConfig, request: Mapping[str, Any], reader: Reader) -> Iterator[StreamEvent]:
    event_stream = client.converse_stream(**request)["stream"]
    if not hasattr(event_stream, "close"):  # users' tests put plain lists here, often of a few chunks only
        yield from _redacted(event_stream, config)
        return
    reader.interruptible_by(lambda: interrupt(event_stream))
    stopped = False
    with closing(event_stream):
        for chunk in _redacted(event_stream, config):
            stopped = stopped or "messageStop" in chunk
            yield chunk
    if not stopped:
        # A connection lost between two events can look like the end of the stream, and half an answer like a whole.
        raise ProtocolError("Response ended prematurely: there was no messageStop event")


def _redacted(chunks: Iterable[StreamEvent], config: BedrockConfig) -> Iterator[StreamEvent]:
    for chunk in chunks:
        yield from redactions(chunk, config)
        yield chunk


def interrupt(event_stream: Any) -> None:
    """Make a blocked read of the stream return, by shutting its socket down.

    Closing the stream from here would not do: `close` waits for the very read that it should end. The thread that
    reads closes the stream when its read has returned.
    """
    response: Any = getattr(event_stream, "_raw_stream", None)  # urllib3's; botocore has no public way to it
    try:
        if hasattr(response, "shutdown"):
            response.shutdown()
        else:  # urllib3 before 2.3
            _shut_down(getattr(response, "connection", None))
    except (OSError, RuntimeError, ValueError) as error:
        logger.debug("error=<%s> | the stream had ended already", error)


def _shut_down(connection: Any) -> None:
    sock = getattr(connection, "sock", None)
    if sock is not None:
        with suppress(OSError):
            sock.shutdown(socket.SHUT_RD)
