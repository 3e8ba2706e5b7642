"""AWS event-stream framing: https://docs.aws.amazon.com/transcribe/latest/dg/streaming-setting-up.html."""

from __future__ import annotations

import struct
from functools import lru_cache
from zlib import crc32

STRING_HEADER = 7
"""The header type of strings."""


def frame(headers: dict[str, str], payload: bytes) -> bytes:
    """Return one message: lengths and their checksum, headers, payload, and the checksum of all."""
    return _framed(_encoded_headers(tuple(headers.items())), payload)


def event_frame(event_type: str, payload: bytes) -> bytes:
    """Return the message of an event with a JSON payload."""
    return _framed(_event_headers(event_type), payload)


def _framed(headers: bytes, payload: bytes) -> bytes:
    prelude = struct.pack("!II", len(headers) + len(payload) + 16, len(headers))
    message = b"".join((prelude, struct.pack("!I", crc32(prelude)), headers, payload))
    return message + struct.pack("!I", crc32(message))


@lru_cache(maxsize=64)
def _event_headers(event_type: str) -> bytes:
    return _encoded_headers(
        ((":event-type", event_type), (":content-type", "application/json"), (":message-type", "event"))
    )


def _encoded_headers(headers: tuple[tuple[str, str], ...]) -> bytes:
    encoded = bytearray()
    for name, value in headers:
        raw_name, raw_value = name.encode(), value.encode()
        encoded += struct.pack("!B", len(raw_name)) + raw_name
        encoded += struct.pack("!BH", STRING_HEADER, len(raw_value)) + raw_value
    return bytes(encoded)
