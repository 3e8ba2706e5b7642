"""Messages and the blocks they consist of."""

from typing import Any, Literal

from typing_extensions import NotRequired, TypedDict

from strands.types.citations import CitationsContentBlock
from strands.types.event_loop import Metrics, Usage
from strands.types.media import DocumentContent, ImageContent, VideoContent
from strands.types.tools import ToolResult, ToolUse

Role = Literal["user", "assistant"]


class GuardContentText(TypedDict):
    """Text for a guardrail, and what the guardrail is to take it for."""

    text: str
    qualifiers: list[Literal["grounding_source", "query", "guard_content"]]


class GuardContent(TypedDict):
    """Content that a guardrail assesses."""

    text: GuardContentText


class ReasoningTextBlock(TypedDict, total=False):
    """Reasoning in plain text; the signature proves to the provider that it was not altered."""

    text: str
    signature: str | None


class ReasoningContentBlock(TypedDict, total=False):
    """The model's reasoning, in plain text or encrypted by the provider."""

    reasoningText: ReasoningTextBlock
    redactedContent: bytes


class CachePoint(TypedDict):
    """Marks the end of what the provider should cache; `ttl` is how long, such as `5m`."""

    type: str
    ttl: NotRequired[str]


class ContentBlock(TypedDict, total=False):
    """One block of a message; exactly one key is set."""

    text: str
    image: ImageContent
    document: DocumentContent
    video: VideoContent
    toolUse: ToolUse
    toolResult: ToolResult
    reasoningContent: ReasoningContentBlock
    citationsContent: CitationsContentBlock
    guardContent: GuardContent
    cachePoint: CachePoint


class SystemContentBlock(TypedDict, total=False):
    """One block of a system prompt; exactly one key is set."""

    text: str
    cachePoint: CachePoint


class DeltaContent(TypedDict, total=False):
    """A piece of a block that is still being streamed."""

    text: str
    toolUse: dict[Literal["input"], str]


class ContentBlockStartToolUse(TypedDict):
    """Opens a tool request; its input follows in pieces."""

    toolUseId: str
    name: str
    reasoningSignature: NotRequired[str]


class ContentBlockStart(TypedDict, total=False):
    """Opens a block; empty unless the block is a tool request or the provider says what its text is for."""

    toolUse: ContentBlockStartToolUse | None
    phase: Literal["commentary", "final_answer"]


class ContentBlockDelta(TypedDict):
    """A piece of block number `contentBlockIndex`."""

    delta: DeltaContent
    contentBlockIndex: int


class ContentBlockStop(TypedDict):
    """Closes block number `contentBlockIndex`."""

    contentBlockIndex: int


class MessageMetadata(TypedDict, total=False):
    """Facts about a message that are kept with it, but never sent to a model."""

    usage: Usage
    metrics: Metrics
    custom: dict[str, Any]


class Message(TypedDict):
    """One message of a conversation."""

    role: Role
    content: list[ContentBlock]
    metadata: NotRequired[MessageMetadata]


Messages = list[Message]


def get_message_metadata(message: Message) -> MessageMetadata:
    """Return the message's metadata; empty, and not attached to the message, when it has none."""
    return message.get("metadata", {})
