"""The wire shapes: which keys they have, which must be there, and that their annotations can be read."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
from typing_extensions import get_type_hints

from strands.types import citations, content, event_loop, guardrails, interrupt, media, streaming, tools

MODULES = [
    importlib.import_module(f"strands.types.{name}")
    for name in (
        "_snapshot",
        "citations",
        "content",
        "event_loop",
        "guardrails",
        "interrupt",
        "media",
        "streaming",
        "tools",
    )
]
TYPED_DICTS = [
    shape
    for module in MODULES
    for shape in vars(module).values()
    if hasattr(shape, "__required_keys__") and shape.__module__ == module.__name__
]


@pytest.mark.parametrize("shape", TYPED_DICTS, ids=lambda shape: shape.__name__)
def test_annotations_resolve(shape: Any) -> None:
    """Pydantic and schema generators read them; a name only imported for type checkers would fail there."""
    assert set(get_type_hints(shape)) == shape.__required_keys__ | shape.__optional_keys__


@pytest.mark.parametrize(
    ("shape", "required", "optional"),
    [
        (content.Message, "content role", "metadata"),
        (content.CachePoint, "type", "ttl"),
        (content.ContentBlockStartToolUse, "name toolUseId", "reasoningSignature"),
        (content.ReasoningTextBlock, "", "signature text"),
        (
            content.ContentBlock,
            "",
            "cachePoint citationsContent document guardContent image reasoningContent text toolResult toolUse video",
        ),
        (content.SystemContentBlock, "", "cachePoint text"),
        (content.MessageMetadata, "", "custom metrics usage"),
        (tools.ToolSpec, "description inputSchema name", "outputSchema"),
        (tools.ToolUse, "input name toolUseId", "reasoningSignature"),
        (tools.ToolResult, "content status toolUseId", ""),
        (tools.ToolResultContent, "", "document image json text"),
        (tools.ToolConfig, "toolChoice tools", ""),
        (
            event_loop.Usage,
            "inputTokens outputTokens totalTokens",
            "cacheReadInputTokens cacheWriteInputTokens",
        ),
        (event_loop.Metrics, "latencyMs", "timeToFirstByteMs"),
        (media.S3Location, "uri", "bucketOwner type"),
        (media.Location, "type", ""),
        (media.ImageContent, "format source", ""),
        (media.DocumentContent, "", "citations context format name source"),
        (media.VideoSource, "", "bytes location"),
        (citations.DocumentPageLocation, "", "documentIndex end start"),
        (citations.CitationsConfig, "enabled", ""),
        (guardrails.GuardrailConfig, "", "guardrailIdentifier guardrailVersion streamProcessingMode trace"),
        (interrupt.InterruptResponseContent, "interruptResponse", ""),
        (interrupt.InterruptResponse, "interruptId response", ""),
        (streaming.ModelStreamErrorEvent, "message originalMessage originalStatusCode", ""),
        (
            streaming.StreamEvent,
            "",
            "contentBlockDelta contentBlockStart contentBlockStop internalServerException messageStart messageStop "
            "metadata modelStreamErrorException redactContent serviceUnavailableException throttlingException "
            "validationException",
        ),
    ],
)
def test_keys(shape: Any, required: str, optional: str) -> None:
    """Whoever builds these dicts relies on what may be left out."""
    assert (shape.__required_keys__, shape.__optional_keys__) == (set(required.split()), set(optional.split()))


def test_metadata_of_a_message_without_any_is_empty_and_stays_unattached() -> None:
    """Asking must not change a message that is sent or stored."""
    message: Any = {"role": "user", "content": []}
    content.get_message_metadata(message)["custom"] = {"a": 1}
    assert message == {"role": "user", "content": []}


def test_metadata_of_a_message_is_the_attached_dict() -> None:
    """Applications add their own values through it."""
    message: content.Message = {"role": "user", "content": [], "metadata": {}}
    content.get_message_metadata(message)["custom"] = {"a": 1}
    assert message["metadata"] == {"custom": {"a": 1}}
