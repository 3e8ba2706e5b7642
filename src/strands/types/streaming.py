"""The chunks of a streamed response, as every model provider yields them."""

from typing import Any

from typing_extensions import TypedDict

from strands.types.citations import CitationLocation
from strands.types.content import ContentBlockStart, Role
from strands.types.event_loop import Metrics, StopReason, Usage
from strands.types.guardrails import Trace


class MessageStartEvent(TypedDict):
    """Opens the message."""

    role: Role


class ContentBlockStartEvent(TypedDict, total=False):
    """Opens a content block."""

    start: ContentBlockStart
    contentBlockIndex: int | None


class ContentBlockDeltaText(TypedDict):
    """A piece of text."""

    text: str


class ContentBlockDeltaToolUse(TypedDict):
    """A piece of a tool request's input: JSON text that is complete only with all pieces."""

    input: str


class CitationSourceContentDelta(TypedDict, total=False):
    """A piece of a citation's source text."""

    text: str


class CitationsDelta(TypedDict, total=False):
    """A citation for the text of the current block."""

    title: str
    location: CitationLocation
    sourceContent: list[CitationSourceContentDelta]


class ReasoningContentBlockDelta(TypedDict, total=False):
    """A piece of reasoning: text, the signature of the text so far, or encrypted content."""

    text: str | None
    signature: str | None
    redactedContent: bytes | None


class ContentBlockDelta(TypedDict, total=False):
    """A piece of a content block; exactly one key is set."""

    text: str
    toolUse: ContentBlockDeltaToolUse
    reasoningContent: ReasoningContentBlockDelta
    citation: CitationsDelta


class ContentBlockDeltaEvent(TypedDict, total=False):
    """Carries a piece of a content block."""

    delta: ContentBlockDelta
    contentBlockIndex: int | None


class ContentBlockStopEvent(TypedDict, total=False):
    """Closes a content block."""

    contentBlockIndex: int | None


class MessageStopEvent(TypedDict, total=False):
    """Closes the message."""

    stopReason: StopReason
    additionalModelResponseFields: dict[str, Any] | list[Any] | int | float | str | bool | None


class MetadataEvent(TypedDict, total=False):
    """What the response cost; the last chunk of a stream."""

    usage: Usage
    metrics: Metrics
    trace: Trace | None


class ExceptionEvent(TypedDict):
    """An error that the provider reports within the stream."""

    message: str


class ModelStreamErrorEvent(ExceptionEvent):
    """An error of the model behind the provider."""

    originalStatusCode: int
    originalMessage: str


class RedactContentEvent(TypedDict, total=False):
    """A guardrail's order to replace content of the history by the given text."""

    redactUserContentMessage: str | None
    redactAssistantContentMessage: str | None


class StreamEvent(TypedDict, total=False):
    """One chunk of a streamed response; exactly one key is set."""

    messageStart: MessageStartEvent
    contentBlockStart: ContentBlockStartEvent
    contentBlockDelta: ContentBlockDeltaEvent
    contentBlockStop: ContentBlockStopEvent
    messageStop: MessageStopEvent
    metadata: MetadataEvent
    redactContent: RedactContentEvent
    internalServerException: ExceptionEvent
    modelStreamErrorException: ModelStreamErrorEvent
    serviceUnavailableException: ExceptionEvent
    throttlingException: ExceptionEvent
    validationException: ExceptionEvent
