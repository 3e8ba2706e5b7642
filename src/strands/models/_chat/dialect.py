"""How services that speak chat completions differ in what they are sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Medium = Literal["image", "document", "video", "audio"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatDialect:
    """What a service's messages look like; the defaults are OpenAI's."""

    provider: str
    """The service's name, for logs."""
    media: frozenset[Medium] = frozenset({"image", "document"})
    """What messages may hold besides text; anything else is refused."""
    skipped_kinds: frozenset[str] = frozenset({"reasoningContent"})
    """Blocks that only the model's own history has, and that the service does not want back."""
    text_joint: str | None = None
    """What joins the texts of a message into one string; None sends a list of parts."""
    assistant_part: bool = False
    """Whether content of the assistant is one part of text instead of a list."""
    result_joint: str | None = "\n"
    """What joins the texts of a tool's result into one string; None sends a list of parts."""
    result_images: Literal["in place", "in a message", "refused"] = "in place"
    """Where images in tool results go: some services take them in a message of the user's only."""
    bare_call_content: dict[str, object] = field(default_factory=dict)
    """What a message holds for content if it only calls tools."""
    image_details: bool = True
    """Whether images come with `detail` and `format`."""
    call_type: bool = True
    """Whether tool calls say that they are calls of functions."""
    system_blocks: bool = False
    """Whether the system prompt is one message of parts, which may be marked for the cache; else a message a block."""
