"""What an answer means: chunks from a whole response, and a guardrail's verdict."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

from strands.models._bedrock.config import BedrockConfig
from strands.types.streaming import StreamEvent

DEFAULT_INPUT_REDACTION = "[User input redacted.]"
DEFAULT_OUTPUT_REDACTION = "[Assistant output redacted.]"

Chunk = dict[str, Any]


def chunks_of_response(response: Mapping[str, Any]) -> Iterator[StreamEvent]:
    """Yield the chunks that ConverseStream would have sent for a response of Converse."""
    message = response["output"]["message"]
    yield {"messageStart": {"role": message["role"]}}
    for block in message["content"]:
        yield from cast("Iterator[StreamEvent]", _chunks_of_block(block))
    yield {
        "messageStop": {
            "stopReason": response["stopReason"],
            "additionalModelResponseFields": response.get("additionalModelResponseFields"),
        }
    }
    reported = {key: response[key] for key in ("usage", "metrics", "trace", "performanceConfig") if key in response}
    yield cast("StreamEvent", {"metadata": reported})


def redactions(chunk: StreamEvent, config: BedrockConfig) -> list[StreamEvent]:
    """Return the orders to replace content that follow from a chunk; none unless a guardrail blocked."""
    trace = chunk["metadata"].get("trace") if "metadata" in chunk else None
    if not trace or not _blocked(trace.get("guardrail")):
        return []
    orders: list[StreamEvent] = []
    if config.get("guardrail_redact_input", True):
        text = config.get("guardrail_redact_input_message") or DEFAULT_INPUT_REDACTION
        orders.append({"redactContent": {"redactUserContentMessage": text}})
    if config.get("guardrail_redact_output", False):
        text = config.get("guardrail_redact_output_message") or DEFAULT_OUTPUT_REDACTION
        orders.append({"redactContent": {"redactAssistantContentMessage": text}})
    return orders


def _blocked(assessment: Any) -> bool:
    """Tell whether something was found and blocked, at any depth of a guardrail's report."""
    if isinstance(assessment, Mapping):
        if assessment.get("action") == "BLOCKED" and assessment.get("detected") is True:
            return True
        return any(_blocked(part) for part in assessment.values())
    return isinstance(assessment, list) and any(_blocked(part) for part in assessment)


def _chunks_of_block(block: Mapping[str, Any]) -> Iterator[Chunk]:
    if "toolUse" in block:
        tool_use = block["toolUse"]
        start = {"toolUseId": tool_use["toolUseId"], "name": tool_use["name"]}
        yield {"contentBlockStart": {"start": {"toolUse": start}}}
    for kind, deltas in _DELTAS.items():
        if kind in block:
            yield from ({"contentBlockDelta": {"delta": delta}} for delta in deltas(block[kind]))
    yield {"contentBlockStop": {}}


def _tool_use_deltas(tool_use: Mapping[str, Any]) -> Iterator[Chunk]:
    yield {"toolUse": {"input": json.dumps(tool_use["input"])}}


def _text_deltas(text: str) -> Iterator[Chunk]:
    yield {"text": text}


def _reasoning_deltas(reasoning: Mapping[str, Any]) -> Iterator[Chunk]:
    text = reasoning.get("reasoningText", {})
    for key in ("text", "signature"):
        if key in text:
            yield {"reasoningContent": {key: text[key]}}
    if "redactedContent" in reasoning:
        yield {"reasoningContent": {"redactedContent": reasoning["redactedContent"]}}


def _citations_deltas(cited: Mapping[str, Any]) -> Iterator[Chunk]:
    if "content" in cited:
        yield {"text": "".join(part["text"] for part in cited["content"])}
    for citation in cited.get("citations", ()):
        known = ("title", "location", "sourceContent")
        yield {"citation": {key: citation[key] for key in known if key in citation}}


_DELTAS: dict[str, Callable[[Any], Iterator[Chunk]]] = {
    "toolUse": _tool_use_deltas,
    "text": _text_deltas,
    "reasoningContent": _reasoning_deltas,
    "citationsContent": _citations_deltas,
}
