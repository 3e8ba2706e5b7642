"""What every provider does alike with content that its service knows no form for: refuse it, or send its text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def unsupported(content_type: object, *, hint: str = "") -> TypeError:
    """Return the error for content that the service cannot take; this is the one that all providers raise.

    Args:
        content_type: The kind of a block, or the block.
        hint: What the service would take instead.
    """
    if isinstance(content_type, Mapping):
        content_type = ", ".join(map(str, content_type)) or "nothing"
    return TypeError(f"content_type=<{content_type}> | unsupported type{hint and f': {hint}'}")


def cited_text(cited: Mapping[str, Any]) -> str:
    """Return what a model wrote with citations, without them."""
    return "".join(part["text"] for part in cited.get("content", ()))
