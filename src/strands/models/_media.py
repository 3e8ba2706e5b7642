"""Images and documents on their way to services that take them within the request."""

from __future__ import annotations

import base64
import logging
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from strands.models._validation import _has_location_source
from strands.types.content import ContentBlock

logger = logging.getLogger(__name__)

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
        ValueError: If they are kept elsewhere.
    """
    content: bytes | None = media.get("source", {}).get("bytes")
    if content is None:
        raise ValueError(f"{kind} must have its bytes in the request, got the source {media.get('source')!r}")
    return content


def base64_text(content: bytes) -> str:
    """Return bytes as base64."""
    return base64.b64encode(content).decode()


def with_bytes(content: Iterable[ContentBlock], *, provider: str) -> Iterator[ContentBlock]:
    """Yield the blocks, without media that the service would have to fetch; each of those is warned of.

    Args:
        content: Blocks of a message.
        provider: The provider's name, for the warning.
    """
    for block in content:
        if _has_location_source(block):
            logger.warning("Location sources are not supported by %s | skipping content block", provider)
        else:
            yield block


def unsupported(block: Mapping[str, Any]) -> TypeError:
    """Return the error for a block that the service cannot take."""
    return TypeError(f"content_type=<{', '.join(map(str, block)) or 'nothing'}> | unsupported type")
