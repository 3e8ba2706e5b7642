"""The wire format of the Gemini API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from strands.testing._chat_completions import sse
from strands.testing._endpoint import EndpointRequest
from strands.testing._replies import json_object
from strands.testing._steps import Chunk, Failure
from strands.testing._wire_endpoint import COUNT_TOKENS, json_bytes, messages_in, parsed_json

OPERATIONS: Mapping[str, str] = {
    "streamGenerateContent": "streamGenerateContent",
    "generateContent": "generateContent",
    "countTokens": COUNT_TOKENS,
}

ERRORS: Mapping[str, tuple[int, str]] = {
    "AccessDeniedException": (403, "PERMISSION_DENIED"),
    "InternalServerException": (500, "INTERNAL"),
    "ResourceNotFoundException": (404, "NOT_FOUND"),
    "ServiceUnavailableException": (503, "UNAVAILABLE"),
    "ThrottlingException": (429, "RESOURCE_EXHAUSTED"),
    "UnknownOperationException": (404, "NOT_FOUND"),
    "UnrecognizedClientException": (401, "UNAUTHENTICATED"),
}
"""Code and status of failures by Bedrock's name for them; all others are invalid arguments."""

OVERFLOW = "The input token count (200001) exceeds the maximum number of tokens allowed (200000)."
FINISH_REASONS: Mapping[str, str] = {
    "content_filtered": "SAFETY",
    "guardrail_intervened": "SAFETY",
    "max_tokens": "MAX_TOKENS",
}
CALLING_MODES: Mapping[str, dict[str, Any]] = {"ANY": {"any": {}}, "AUTO": {"auto": {}}}


def parsed_request(path: str, headers: dict[str, str], body: bytes) -> EndpointRequest:
    """Return the request that an HTTP request stands for, with its messages in the shape that scripts know.

    Raises:
        LookupError: If the path is none of the API's.
        ValueError: If the body does not hold a conversation.
    """
    model_id, _, action = path.rpartition("/")[2].partition(":")
    operation, content = OPERATIONS[action], json_object(body)
    messages = [
        {
            "role": "assistant" if turn.get("role") == "model" else "user",
            "content": [_block(part) for part in turn.get("parts", ())],
        }
        for turn in messages_in(content, "contents")
    ]
    calling = content.get("toolConfig", {}).get("functionCallingConfig", {})
    allowed = calling.get("allowedFunctionNames")
    return EndpointRequest(
        operation=operation,
        model_id=model_id,
        path=path,
        headers=headers,
        body=content,
        messages=messages,  # type: ignore[arg-type]
        system=[_block(part) for part in content.get("systemInstruction", {}).get("parts", ())],  # type: ignore[misc]
        tool_specs=[
            _tool_spec(function)
            for tool in content.get("tools", ())
            for function in tool.get("functionDeclarations", ())
        ],
        tool_choice={"tool": {"name": allowed[0]}} if allowed else CALLING_MODES.get(calling.get("mode", "")),
        options=content.get("generationConfig", {}),
    )


class ContentWire:
    """One response in the format of the Gemini API."""

    stream_type = "text/event-stream"

    def __init__(self, model_id: str = "") -> None:
        """Begin a response of this model."""
        self._model_id = model_id
        self._calls: dict[int, dict[str, Any]] = {}
        """Calls that are not complete, by the index of their block: the service sends them whole."""
        self._finish_reason = "STOP"

    def headers(self) -> Mapping[str, str]:
        """Return no headers."""
        return {}

    def frames(self, operation: Chunk) -> bytes:
        """Return the events for a chunk; the service's own pieces go as they are."""
        is_services_own = not operation.keys().isdisjoint(("candidates", "usageMetadata", "promptFeedback"))
        pieces = [operation] if is_services_own else self._pieces(operation)
        return b"".join(sse(piece) for piece in pieces)

    def last_frames(self) -> bytes:
        """Return nothing: the last piece has a finish reason."""
        return b""

    def broken(self, failure: Failure) -> bytes:
        """Return the event that reports an error."""
        return sse(_error_body(failure))

    def refusal(self, failure: Failure) -> tuple[int, Mapping[str, str], bytes]:
        """Return status, headers and body with which a request is refused."""
        body = _error_body(failure)
        return body["error"]["code"], {"Content-Type": "application/json"}, json_bytes(body)

    def whole(self, chunks: list[Chunk]) -> bytes:
        """Return the response whose stream would be these chunks."""
        pieces = [piece for chunk in chunks for piece in self._pieces(chunk)]
        parts = [part for piece in pieces for part in piece["candidates"][0]["content"]["parts"]]
        return json_bytes({**pieces[-1], **self._piece(*parts, finishReason=self._finish_reason)})

    def _pieces(self, chunk: Chunk) -> Iterable[dict[str, Any]]:
        if "contentBlockStart" in chunk:
            self._begin(chunk["contentBlockStart"])
        elif "contentBlockDelta" in chunk:
            yield from self._continued(chunk["contentBlockDelta"])
        elif "contentBlockStop" in chunk:
            call = self._calls.pop(chunk["contentBlockStop"].get("contentBlockIndex", 0), None)
            if call is not None:
                yield self._piece({"functionCall": {**call, "args": parsed_json(call["args"])}})
        elif "messageStop" in chunk:
            self._finish_reason = FINISH_REASONS.get(chunk["messageStop"]["stopReason"], "STOP")
        elif "metadata" in chunk:
            ended = self._piece(finishReason=self._finish_reason)
            yield {**ended, "usageMetadata": _usage(chunk["metadata"]["usage"])}

    def _begin(self, block: Mapping[str, Any]) -> None:
        tool_use = block.get("start", {}).get("toolUse")
        if tool_use is not None:
            call = {"id": tool_use["toolUseId"], "name": tool_use["name"], "args": ""}
            self._calls[block.get("contentBlockIndex", 0)] = call

    def _continued(self, block: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
        delta = block["delta"]
        reasoning = delta.get("reasoningContent", {})
        if "text" in delta:
            yield self._piece({"text": delta["text"]})
        elif "toolUse" in delta:
            self._calls[block.get("contentBlockIndex", 0)]["args"] += delta["toolUse"]["input"]
        elif "text" in reasoning:
            yield self._piece({"text": reasoning["text"], "thought": True})

    def _piece(self, *parts: Mapping[str, Any], **fields: Any) -> dict[str, Any]:
        content = {"role": "model", "parts": list(parts)}
        return {"candidates": [{"content": content, "index": 0, **fields}], "modelVersion": self._model_id}


def _usage(usage: Mapping[str, int]) -> dict[str, int]:
    counts = {
        "promptTokenCount": usage["inputTokens"],
        "candidatesTokenCount": usage["outputTokens"],
        "totalTokenCount": usage["totalTokens"],
    }
    if "cacheReadInputTokens" in usage:
        counts["cachedContentTokenCount"] = usage["cacheReadInputTokens"]
    return counts


def _error_body(failure: Failure) -> dict[str, Any]:
    code, status = ERRORS.get(failure.code, (400, "INVALID_ARGUMENT"))
    message = f"{failure.message} {OVERFLOW}" if failure.overflow else failure.message
    described: dict[str, Any] = {"code": code, "message": message, "status": status}
    if failure.retry_after_s is not None:
        delay = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": f"{failure.retry_after_s}s"}
        described["details"] = [delay]
    return {"error": described}


def _block(part: Mapping[str, Any]) -> dict[str, Any]:
    """Return a block as scripts know it; media stay as they are."""
    if "text" in part:
        return {"text": part["text"]}
    if "functionCall" in part:
        call = part["functionCall"]
        return {"toolUse": {"toolUseId": call.get("id"), "name": call["name"], "input": call.get("args", {})}}
    if "functionResponse" in part:
        response = part["functionResponse"]
        content = response.get("response", {}).get("output", [])
        return {"toolResult": {"toolUseId": response.get("id"), "status": "success", "content": content}}
    return dict(part)


def _tool_spec(function: Mapping[str, Any]) -> Any:
    schema = function.get("parametersJsonSchema") or function.get("parameters_json_schema") or {}
    return {
        "name": function["name"],
        "description": function.get("description", ""),
        "inputSchema": {"json": schema},
    }
