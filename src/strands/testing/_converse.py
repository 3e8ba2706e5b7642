"""The Converse API's wire format: requests to what a script sees, chunks and failures to what a client reads."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote

from strands.testing._endpoint import EndpointRequest
from strands.testing._event_stream import event_frame, frame
from strands.testing._replies import json_object, retry_after
from strands.testing._steps import Chunk, Failure

OPERATIONS: Mapping[str, str] = {
    "converse": "Converse",
    "converse-stream": "ConverseStream",
    "count-tokens": "CountTokens",
}

STATUS_OF_ERROR: Mapping[str, int] = {
    "AccessDeniedException": 403,
    "ExpiredTokenException": 403,
    "InternalServerException": 500,
    "ModelErrorException": 424,
    "ModelNotReadyException": 429,
    "ModelStreamErrorException": 424,
    "ModelTimeoutException": 408,
    "ResourceNotFoundException": 404,
    "ServiceQuotaExceededException": 400,
    "ServiceUnavailableException": 503,
    "ThrottlingException": 429,
    "UnknownOperationException": 404,
    "UnrecognizedClientException": 403,
    "ValidationException": 400,
}

STREAM_ERRORS = frozenset(
    {
        "InternalServerException",
        "ModelStreamErrorException",
        "ServiceUnavailableException",
        "ThrottlingException",
        "ValidationException",
    }
)
"""Errors that a stream may carry as events of their own; any other travels as an unmodelled error."""

BLOB_KEYS = frozenset({"bytes", "redactedContent"})
OPAQUE_KEYS = frozenset({"toolUse", "json", "inputSchema", "additionalModelRequestFields"})
"""Fields whose content is the user's: what looks like a blob there is none."""


def parsed_request(path: str, headers: dict[str, str], body: bytes) -> EndpointRequest:
    """Return the request that an HTTP request stands for.

    Raises:
        LookupError: If the path names no operation of ours.
        ValueError: If the body does not hold a conversation.
    """
    root, _, rest = path.partition("?")[0].lstrip("/").partition("/")
    model_id, _, action = rest.rpartition("/")
    if root != "model" or action not in OPERATIONS:
        raise LookupError(f"path is {path!r}, expected /model/<model id>/ with one of {sorted(OPERATIONS)!r}")
    content = _with_blobs(json_object(body))
    operation = OPERATIONS[action]
    asked = content.get("input", {}).get("converse", {}) if operation == "CountTokens" else content
    tool_config = asked.get("toolConfig", {})
    return EndpointRequest(
        operation=operation,
        model_id=unquote(model_id),
        path=path,
        headers=headers,
        body=content,
        messages=_checked_messages(asked.get("messages", [])),
        system=asked.get("system", []),
        tool_specs=[tool["toolSpec"] for tool in tool_config.get("tools", []) if "toolSpec" in tool],
        tool_choice=tool_config.get("toolChoice"),
        options={key: value for key, value in asked.items() if key not in ("messages", "system", "toolConfig")},
    )


def _checked_messages(messages: list[Any]) -> list[Any]:
    """Return the messages if they look like messages; boto3 checks more, other clients may not."""
    for at, message in enumerate(messages):
        if not isinstance(message, dict) or "role" not in message or not isinstance(message.get("content"), list):
            raise ValueError(f"messages.{at} is {message!r}, expected a role and a list of content blocks")
    return messages


class ConverseWire:
    """One response of Converse or ConverseStream."""

    stream_type = "application/vnd.amazon.eventstream"

    def __init__(self, *, traces_guardrail: bool = False) -> None:
        self._traces_guardrail = traces_guardrail

    @classmethod
    def for_request(cls, request: EndpointRequest) -> ConverseWire:
        """Return the format of the answer to a request, with what the client asked to be told."""
        trace = request.body.get("guardrailConfig", {}).get("trace")
        return cls(traces_guardrail=trace in ("enabled", "enabled_full"))

    def headers(self) -> Mapping[str, str]:
        """Return a new request id."""
        return {"x-amzn-RequestId": str(uuid.uuid4())}

    def frames(self, operation: Chunk) -> bytes:
        """Return a chunk as event-stream messages; what Bedrock does not send (redactions, phases) has none."""
        if "redactContent" in operation or "phase" in operation.get("contentBlockStart", {}).get("start", {}):
            return b""
        return b"".join(event_frame(kind, to_json(body)) for kind, body in self._reported(operation).items())

    def last_frames(self) -> bytes:
        """Return nothing: the stream just ends."""
        return b""

    def broken(self, failure: Failure) -> bytes:
        """Return the message with which a stream breaks."""
        if failure.code not in STREAM_ERRORS:
            headers = {":message-type": "error", ":error-code": failure.code, ":error-message": failure.message}
            return frame(headers, b"")
        headers = {
            ":exception-type": failure.code[0].lower() + failure.code[1:],
            ":content-type": "application/json",
            ":message-type": "exception",
        }
        body: dict[str, str | int] = {"message": failure.message}
        if failure.code == "ModelStreamErrorException":
            body.update(originalMessage=failure.message, originalStatusCode=500)
        return frame(headers, to_json(body))

    def refusal(self, failure: Failure) -> tuple[int, Mapping[str, str], bytes]:
        """Return status, headers and body with which a request is refused."""
        headers = {"Content-Type": "application/json", "x-amzn-errortype": failure.code, **retry_after(failure)}
        return STATUS_OF_ERROR.get(failure.code, 400), headers, to_json({"message": failure.message})

    def whole(self, chunks: list[Chunk]) -> bytes:
        """Return the response of Converse."""
        return to_json(assembled(self._reported(chunk) for chunk in chunks))

    def _reported(self, chunk: Chunk) -> Chunk:
        """Return a chunk without the guardrail's trace, unless the client asked for it."""
        if self._traces_guardrail or "trace" not in chunk.get("metadata", {}):
            return chunk
        return {"metadata": {key: value for key, value in chunk["metadata"].items() if key != "trace"}}


def assembled(chunks: Iterable[Chunk]) -> dict[str, Any]:
    """Return the Converse response whose stream would be these chunks."""
    blocks: dict[int, dict[str, Any]] = {}
    response: dict[str, Any] = {"output": {"message": {"role": "assistant", "content": []}}}
    for chunk in chunks:
        if "contentBlockStart" in chunk and "toolUse" in chunk["contentBlockStart"].get("start", {}):
            started = chunk["contentBlockStart"]
            blocks[started.get("contentBlockIndex", 0)] = {"toolUse": {**started["start"]["toolUse"], "input": ""}}
        elif "contentBlockDelta" in chunk:
            _add_delta(blocks.setdefault(chunk["contentBlockDelta"].get("contentBlockIndex", 0), {}), chunk)
        elif "messageStop" in chunk or "metadata" in chunk:
            response.update(chunk.get("messageStop") or chunk["metadata"])
    response["output"]["message"]["content"] = [_closed_block(block) for _, block in sorted(blocks.items())]
    return response


def to_json(value: Any) -> bytes:
    """Return compact JSON, with bytes in base64 as the service has them."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_base64).encode()


def _add_delta(block: dict[str, Any], chunk: Chunk) -> None:
    """Add a delta to its block, in the block's own shape."""
    delta = chunk["contentBlockDelta"]["delta"]
    if "text" in delta:
        block["text"] = block.get("text", "") + delta["text"]
    elif "toolUse" in delta:
        block["toolUse"]["input"] += delta["toolUse"]["input"]
    elif "citation" in delta:
        block.setdefault("citations", []).append(delta["citation"])
    elif "reasoningContent" in delta:
        _add_reasoning(block.setdefault("reasoningContent", {}), delta["reasoningContent"])


def _add_reasoning(reasoning: dict[str, Any], delta: Mapping[str, Any]) -> None:
    if "redactedContent" in delta:
        reasoning["redactedContent"] = reasoning.get("redactedContent", b"") + delta["redactedContent"]
        return
    legible = reasoning.setdefault("reasoningText", {"text": ""})
    for key, piece in delta.items():
        legible[key] = legible.get(key, "") + piece


def _closed_block(block: dict[str, Any]) -> dict[str, Any]:
    if "toolUse" in block:
        return {"toolUse": {**block["toolUse"], "input": _parsed_input(block["toolUse"]["input"])}}
    if "citations" in block:
        return {"citationsContent": {"content": [{"text": block.get("text", "")}], "citations": block["citations"]}}
    return block


def _parsed_input(raw_input: str) -> Any:
    """Return the input as the service parses it: what is no JSON becomes an empty input."""
    try:
        return json.loads(raw_input)
    except ValueError:
        return {}


def _with_blobs(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_blobs(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: _field(key, item) for key, item in value.items()}


def _field(key: str, value: Any) -> Any:
    if key in BLOB_KEYS and isinstance(value, str):
        return base64.b64decode(value)
    return value if key in OPAQUE_KEYS else _with_blobs(value)


def _base64(value: Any) -> str:
    if not isinstance(value, bytes):
        raise TypeError(f"value is {value!r}, expected what JSON can hold, or bytes")
    return base64.b64encode(value).decode()
