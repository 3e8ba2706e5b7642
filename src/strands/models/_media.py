"""Images and documents on their way to services that take them within the request."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from strands.models._content import unsupported

_MIME_TYPES: Mapping[str, str] = {
    "csv": "text/csv",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "gif": "image/gif",
    "html": "text/html",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "md": "text/markdown",
    "pdf": "application/pdf",
    "png": "image/png",
    "txt": "text/plain",
    "webp": "image/webp",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""By format. The table of the operating system, which `mimetypes` reads, differs from machine to machine."""


def mime_type(media_format: str) -> str:
    """Return the MIME type of an image's or document's format."""
    return _MIME_TYPES.get(media_format, "application/octet-stream")


def media_bytes(kind: str, media: Mapping[str, Any]) -> bytes:
    """Return the bytes of an image or document.

    Args:
        kind: The block's key, for the error.
        media: What the block holds.

    Raises:
        TypeError: If they are kept elsewhere.
    """
    content: bytes | None = media.get("source", {}).get("bytes")
    if content is None:
        raise unsupported(kind, hint=f"its bytes must be in the request, got the source {media.get('source')!r}")
    return content


def base64_text(content: bytes) -> str:
    """Return bytes as base64."""
    return base64.b64encode(content).decode()
