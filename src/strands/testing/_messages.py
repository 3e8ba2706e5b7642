"""The wire format of Anthropic's Messages API."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from strands.testing._converse import assembled
from strands.testing._endpoint import EndpointRequest
from strands.testing._replies import json_object, retry_after
from strands.testing._steps import Chunk, Failure
from strands.testing._wire_endpoint import COUNT_TOKENS, json_bytes, messages_in

OPERATIONS: Mapping[str, str] = {"/v1/messages": "messages", "/v1/messages/count_tokens": COUNT_TOKENS}

ERRORS: Mapping[str, tuple[int, str]] = {
    "AccessDeniedException": (403, "permission_error"),
    "InternalServerException": (500, "api_error"),
    "ResourceNotFoundException": (404, "not_found_error"),
    "ServiceUnavailableException": (529, "overloaded_error"),
    "ThrottlingException": (429, "rate_limit_error"),
    "UnknownOperationException": (404, "not_found_error"),
    "UnrecognizedClientException": (401, "authentication_error"),
}
"""Status and type of failures by Bedrock's name for them; all others are bad requests."""

STOP_REASONS: Mapping[str, str] = {"content_filtered": "refusal", "guardrail_intervened": "refusal"}


def parsed_request(path: str, headers: dict[str, str], body: bytes) -> EndpointRequest:
    """Return the request that an HTTP request stands for, with its messages in the shape that scripts know.

    Raises:
        LookupError: If the path is none of the API's.
        ValueError: If the body does not hold a conversation.
    """
    operation, content = OPERATIONS[path], json_object(body)
    messages = [
        {"role": message.get("role"), "content": [_block(part) for part in _parts(message.get("content"))]}
        for message in messages_in(content, "messages")
    ]
    return EndpointRequest(
        operation=operation,
        model_id=str(content.get("model", "")),
        path=path,
        headers=headers,
        body=content,
        messages=messages,  # type: ignore[arg-type]
        system=[_block(part) for part in _parts(content.get("system"))],  # type: ignore[misc]
        tool_specs=[_tool_spec(tool) for tool in content.get("tools", ()) if "input_schema" in tool],
        tool_choice=_tool_choice(content.get("tool_choice")),
        options={key: value for key, value in content.items() if key not in ("messages", "system", "tools")},
    )


class MessagesWire:
    """One response in the format of the Messages API."""

    stream_type = "text/event-stream"

    def __init__(self, model_id: str = "") -> None:
        """Begin a response of this model."""
        self._id = f"msg_{uuid.uuid4().hex}"
        self._model_id = model_id
        self._open: set[int] = set()
        self._stop_reason: str | None = None

    def headers(self) -> Mapping[str, str]:
        """Return a new request id."""
        return {"request-id": f"req_{uuid.uuid4().hex}"}

    def frames(self, operation: Chunk) -> bytes:
        """Return the events for a chunk; the service's own events go as they are."""
        events = [operation] if "type" in operation else self._events(operation)
        return b"".join(event_frame(event) for event in events)

    def last_frames(self) -> bytes:
        """Return nothing: the last event says that it is the last."""
        return b""

    def broken(self, failure: Failure) -> bytes:
        """Return the event that reports an error."""
        return event_frame(_error_body(failure))

    def refusal(self, failure: Failure) -> tuple[int, Mapping[str, str], bytes]:
        """Return status, headers and body with which a request is refused."""
        headers = {"Content-Type": "application/json", **retry_after(failure)}
        return ERRORS.get(failure.code, (400,))[0], headers, json_bytes(_error_body(failure))

    def whole(self, chunks: list[Chunk]) -> bytes:
        """Return the message whose stream would be these chunks."""
        response = assembled(chunks)
        usage = _usage(response.get("usage", {"inputTokens": 0, "outputTokens": 0}))
        reason = STOP_REASONS.get(response["stopReason"], response["stopReason"])
        content = [_whole_block(block) for block in response["output"]["message"]["content"]]
        return json_bytes({**self._message(usage), "content": content, "stop_reason": reason})

    def _message(self, usage: Mapping[str, int]) -> dict[str, Any]:
        fixed = {"id": self._id, "type": "message", "role": "assistant", "model": self._model_id}
        return {**fixed, "content": [], "stop_reason": None, "stop_sequence": None, "usage": usage}

    def _events(self, chunk: Chunk) -> Iterable[dict[str, Any]]:
        if "messageStart" in chunk:
            yield {"type": "message_start", "message": self._message({"input_tokens": 0, "output_tokens": 0})}
        elif "contentBlockStart" in chunk:
            yield from self._started(chunk["contentBlockStart"])
        elif "contentBlockDelta" in chunk:
            yield from self._continued(chunk["contentBlockDelta"])
        elif "contentBlockStop" in chunk:
            index = chunk["contentBlockStop"].get("contentBlockIndex", 0)
            if index in self._open:
                yield {"type": "content_block_stop", "index": index}
        elif "messageStop" in chunk:
            reason = chunk["messageStop"]["stopReason"]
            self._stop_reason = STOP_REASONS.get(reason, reason)
        elif "metadata" in chunk:
            ended = {"stop_reason": self._stop_reason, "stop_sequence": None}
            yield {"type": "message_delta", "delta": ended, "usage": _usage(chunk["metadata"]["usage"])}
            yield {"type": "message_stop"}

    def _started(self, block: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
        tool_use = block.get("start", {}).get("toolUse")
        if tool_use is not None:
            call = {"type": "tool_use", "id": tool_use["toolUseId"], "name": tool_use["name"], "input": {}}
            yield self._block_start(block.get("contentBlockIndex", 0), call)

    def _continued(self, block: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
        index, (kind, delta) = block.get("contentBlockIndex", 0), _delta(block["delta"])
        if index not in self._open:
            yield self._block_start(index, kind)
        if delta:
            yield {"type": "content_block_delta", "index": index, "delta": delta}

    def _block_start(self, index: int, block: Mapping[str, Any]) -> dict[str, Any]:
        self._open.add(index)
        return {"type": "content_block_start", "index": index, "content_block": block}


def event_frame(event: Mapping[str, Any]) -> bytes:
    """Return a server-sent event that is named by its type."""
    return b"event: %b\ndata: %b\n\n" % (event["type"].encode(), json_bytes(event))


def _delta(delta: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the empty block that a delta belongs to, and the delta; without one if the block has it all."""
    if "toolUse" in delta:
        return {}, {"type": "input_json_delta", "partial_json": delta["toolUse"]["input"]}
    if "citation" in delta:
        return {"type": "text", "text": ""}, {"type": "citations_delta", "citation": _citation(delta["citation"])}
    reasoning = delta.get("reasoningContent")
    if reasoning is None:
        return {"type": "text", "text": ""}, {"type": "text_delta", "text": delta["text"]}
    if "redactedContent" in reasoning:
        return {"type": "redacted_thinking", "data": reasoning["redactedContent"].decode()}, {}
    thinking = {"type": "thinking", "thinking": "", "signature": ""}
    if "signature" in reasoning:
        return thinking, {"type": "signature_delta", "signature": reasoning["signature"]}
    return thinking, {"type": "thinking_delta", "thinking": reasoning["text"]}


def _citation(citation: Mapping[str, Any]) -> dict[str, Any]:
    place = citation.get("location", {}).get("documentChar", {})
    return {
        "type": "char_location",
        "cited_text": "".join(part.get("text", "") for part in citation.get("sourceContent", ())),
        "document_index": place.get("documentIndex", 0),
        "document_title": citation.get("title"),
        "start_char_index": place.get("start", 0),
        "end_char_index": place.get("end", 0),
    }


def _usage(usage: Mapping[str, int]) -> dict[str, int]:
    counts = {"input_tokens": usage["inputTokens"], "output_tokens": usage["outputTokens"]}
    for ours, theirs in (
        ("cacheReadInputTokens", "cache_read_input_tokens"),
        ("cacheWriteInputTokens", "cache_creation_input_tokens"),
    ):
        if ours in usage:
            counts[theirs] = usage[ours]
    return counts


def _error_body(failure: Failure) -> dict[str, Any]:
    _, kind = ERRORS.get(failure.code, (400, "invalid_request_error"))
    return {"type": "error", "error": {"type": kind, "message": failure.message}}


def _whole_block(block: Mapping[str, Any]) -> dict[str, Any]:
    if "toolUse" in block:
        use = block["toolUse"]
        return {"type": "tool_use", "id": use["toolUseId"], "name": use["name"], "input": use["input"]}
    if "reasoningContent" in block:
        text = block["reasoningContent"].get("reasoningText", {})
        return {"type": "thinking", "thinking": text.get("text", ""), "signature": text.get("signature", "")}
    return {"type": "text", "text": block.get("text", "")}


def _parts(content: Any) -> list[Any]:
    return [{"type": "text", "text": content}] if isinstance(content, str) else list(content or ())


def _block(part: Mapping[str, Any]) -> dict[str, Any]:
    """Return a block as scripts know it; media stay as they are."""
    kind = part.get("type")
    if kind == "text":
        return {"text": part["text"]}
    if kind == "tool_use":
        return {"toolUse": {"toolUseId": part["id"], "name": part["name"], "input": part["input"]}}
    if kind == "tool_result":
        content = [_block(inner) for inner in _parts(part.get("content"))]
        status = "error" if part.get("is_error") else "success"
        return {"toolResult": {"toolUseId": part["tool_use_id"], "status": status, "content": content}}
    return dict(part)


def _tool_spec(tool: Mapping[str, Any]) -> Any:
    schema = {"json": tool["input_schema"]}
    return {"name": tool["name"], "description": tool.get("description", ""), "inputSchema": schema}


def _tool_choice(choice: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if choice is None:
        return None
    return {"tool": {"name": choice["name"]}} if choice["type"] == "tool" else {choice["type"]: {}}
