"""AWS event-stream framing: just enough to answer ConverseStream (botocore can decode it but not encode it)."""

from __future__ import annotations

import json
import struct
import zlib
from typing import Any

_STRING = 7


def encoded_event(kind: str, payload: dict[str, Any], *, message_type: str = "event") -> bytes:
    """Return one frame: prelude, headers, JSON payload, and the two checksums."""
    type_header = ":exception-type" if message_type == "exception" else ":event-type"
    headers = b"".join(
        _header(name, value)
        for name, value in {
            type_header: kind,
            ":content-type": "application/json",
            ":message-type": message_type,
        }.items()
    )
    body = json.dumps(payload).encode()
    prelude = struct.pack("!II", 16 + len(headers) + len(body), len(headers))
    message = prelude + struct.pack("!I", zlib.crc32(prelude)) + headers + body
    return message + struct.pack("!I", zlib.crc32(message))


def _header(name: str, value: str) -> bytes:
    return struct.pack("!B", len(name)) + name.encode() + struct.pack("!BH", _STRING, len(value)) + value.encode()
