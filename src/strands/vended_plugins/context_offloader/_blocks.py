"""Blocks of a tool result: what is stored of each, and what remains of it in the conversation."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from strands.types.tools import ToolResultContent

_UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Storable:
    """What is stored of a block."""

    content: bytes
    content_type: str
    label: str
    """What it is, for the model: kind, name and size."""
    preview: str | None = None
    """Its text, if it has one."""
    placeholder: str | None = None
    """What stands in its place, without the reference; None for blocks that only the preview shows."""


def storable(block: ToolResultContent) -> Storable | None:
    """Return what can be stored of a block, or None: empty blocks, other kinds, and media that is elsewhere already."""
    if "text" in block:
        text = block["text"]
        return _text(text) if text else None
    if "json" in block:
        return _json(block["json"])
    if "image" in block:
        return _media("image", block["image"])
    if "document" in block:
        return _media("document", block["document"])
    return None


def _text(text: str) -> Storable:
    return Storable(
        content=text.encode("utf-8", errors="surrogatepass"),
        content_type="text/plain",
        label=f"text, {len(text):,} chars",
        preview=text,
    )


def _json(value: Any) -> Storable:
    text = json.dumps(value, indent=2)
    return Storable(
        content=text.encode(), content_type="application/json", label=f"json, {len(text):,} bytes", preview=text
    )


def _media(kind: str, media: Any) -> Storable | None:
    content = media.get("source", {}).get("bytes")
    if not content:
        return None
    format_ = media.get("format", _UNKNOWN)
    size = len(content)
    if kind == "image":
        content_type = f"image/{format_}"
        return Storable(
            content=content,
            content_type=content_type,
            label=f"{content_type}, {size:,} bytes",
            placeholder=f"image: {format_}, {size} bytes",
        )
    name = media.get("name", _UNKNOWN)
    return Storable(
        content=content,
        content_type=f"application/{format_}",
        label=f"{name}, {size:,} bytes",
        placeholder=f"document: {format_}, {name}, {size} bytes",
    )


def block_from(content: bytes, content_type: str, reference: str) -> ToolResultContent:
    """Return stored content as the block that it was.

    Raises:
        ValueError: If the content does not fit its type.
    """
    kind, _, format_ = content_type.partition("/")
    if content_type == "application/json":
        return {"json": json.loads(content)}
    media: Any = {"format": format_, "source": {"bytes": content}}
    if kind == "image":
        return {"image": media}
    if kind == "application":
        return {"document": media | {"name": _document_name(reference)}}
    return {"text": content.decode("utf-8")}


def _document_name(reference: str) -> str:
    """Return a name for a document; Amazon Bedrock refuses requests in which other characters occur."""
    return re.sub(r"[^A-Za-z0-9()\[\] -]+", "-", reference).strip("-") or "document"
