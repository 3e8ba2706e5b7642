"""The wire format of Ollama's chat API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from strands.testing._endpoint import EndpointRequest
from strands.testing._replies import json_object
from strands.testing._steps import Chunk, Failure
from strands.testing._wire_endpoint import json_bytes, messages_in, parsed_json

STATUS_OF_ERROR: Mapping[str, int] = {
    "AccessDeniedException": 403,
    "InternalServerException": 500,
    "ResourceNotFoundException": 404,
    "ServiceUnavailableException": 503,
    "ThrottlingException": 429,
    "UnknownOperationException": 404,
    "UnrecognizedClientException": 401,
}
"""By Bedrock's name for the failure; all others are bad requests."""

NANOSECONDS_PER_MS = 1_000_000


def parsed_request(path: str, headers: dict[str, str], body: bytes) -> EndpointRequest:
    """Return the request that an HTTP request stands for, with its messages in the shape that scripts know.

    Raises:
        LookupError: If the path is none of the API's.
        ValueError: If the body does not hold a conversation.
    """
    if path != "/api/chat":
        raise LookupError(path)
    content = json_object(body)
    messages = messages_in(content, "messages")
    return EndpointRequest(
        operation="chat",
        model_id=str(content.get("model", "")),
        path=path,
        headers=headers,
        body=content,
        messages=_conversation(message for message in messages if message.get("role") != "system"),
        system=[{"text": message["content"]} for message in messages if message.get("role") == "system"],
        tool_specs=[_tool_spec(tool["function"]) for tool in content.get("tools") or ()],
        options=content.get("options") or {},
    )


class ChatWire:
    """One response in the format of Ollama's chat API: a JSON document per line."""

    stream_type = "application/x-ndjson"

    def __init__(self, model_id: str = "") -> None:
        """Begin a response of this model."""
        self._common = {"model": model_id, "created_at": "2026-01-01T00:00:00Z"}
        self._calls: dict[int, dict[str, Any]] = {}
        """Calls that are not complete, by the index of their block: Ollama sends them whole."""
        self._done_reason = "stop"

    def headers(self) -> Mapping[str, str]:
        """Return no headers."""
        return {}

    def frames(self, operation: Chunk) -> bytes:
        """Return the lines for a chunk; the service's own pieces go as they are."""
        pieces = [operation] if "done" in operation else self._pieces(operation)
        return b"".join(json_bytes(piece) + b"\n" for piece in pieces)

    def last_frames(self) -> bytes:
        """Return nothing: the last piece says that it is the last."""
        return b""

    def broken(self, failure: Failure) -> bytes:
        """Return the line that reports an error."""
        return json_bytes({"error": failure.message}) + b"\n"

    def refusal(self, failure: Failure) -> tuple[int, Mapping[str, str], bytes]:
        """Return status, headers and body with which a request is refused."""
        headers = {"Content-Type": "application/json"}
        return STATUS_OF_ERROR.get(failure.code, 400), headers, json_bytes({"error": failure.message})

    def whole(self, chunks: list[Chunk]) -> bytes:
        """Return the response whose stream would be these chunks."""
        pieces = [piece for chunk in chunks for piece in self._pieces(chunk)]
        message: dict[str, Any] = {"role": "assistant"}
        for key in ("content", "thinking"):
            message[key] = "".join(piece["message"].get(key, "") for piece in pieces)
        message["tool_calls"] = [call for piece in pieces for call in piece["message"].get("tool_calls", ())]
        return json_bytes({**pieces[-1], "message": message})

    def _pieces(self, chunk: Chunk) -> Iterable[dict[str, Any]]:
        if "contentBlockStart" in chunk:
            self._begin(chunk["contentBlockStart"])
        elif "contentBlockDelta" in chunk:
            yield from self._continued(chunk["contentBlockDelta"])
        elif "contentBlockStop" in chunk:
            call = self._calls.pop(chunk["contentBlockStop"].get("contentBlockIndex", 0), None)
            if call is not None:
                function = {"name": call["name"], "arguments": parsed_json(call["input"])}
                yield self._piece(tool_calls=[{"function": function}])
        elif "messageStop" in chunk:
            self._done_reason = "length" if chunk["messageStop"]["stopReason"] == "max_tokens" else "stop"
        elif "metadata" in chunk:
            yield {**self._piece(), **self._end(chunk["metadata"])}

    def _begin(self, block: Mapping[str, Any]) -> None:
        tool_use = block.get("start", {}).get("toolUse")
        if tool_use is not None:
            self._calls[block.get("contentBlockIndex", 0)] = {"name": tool_use["name"], "input": ""}

    def _continued(self, block: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
        delta = block["delta"]
        if "text" in delta:
            yield self._piece(content=delta["text"])
        elif "toolUse" in delta:
            self._calls[block.get("contentBlockIndex", 0)]["input"] += delta["toolUse"]["input"]
        elif "text" in delta.get("reasoningContent", {}):
            yield self._piece(thinking=delta["reasoningContent"]["text"])

    def _piece(self, **fields: Any) -> dict[str, Any]:
        return {**self._common, "message": {"role": "assistant", "content": "", **fields}, "done": False}

    def _end(self, metadata: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "done": True,
            "done_reason": self._done_reason,
            "prompt_eval_count": metadata["usage"]["inputTokens"],
            "eval_count": metadata["usage"]["outputTokens"],
            "total_duration": metadata["metrics"]["latencyMs"] * NANOSECONDS_PER_MS,
        }


def _conversation(messages: Iterable[Mapping[str, Any]]) -> list[Any]:
    """Return the messages as scripts know them; results stand together in one message of the user."""
    conversation: list[dict[str, Any]] = []
    for message in messages:
        if message.get("role") != "tool":
            conversation.append({"role": message.get("role"), "content": list(_blocks(message))})
            continue
        block = {"toolResult": {"toolUseId": None, "status": "success", "content": list(_blocks(message))}}
        if conversation and "toolResult" in conversation[-1]["content"][-1]:
            conversation[-1]["content"].append(block)
        else:
            conversation.append({"role": "user", "content": [block]})
    return conversation


def _blocks(message: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    if message.get("content"):
        yield {"text": message["content"]}
    for image in message.get("images") or ():
        yield {"image": image}
    for call in message.get("tool_calls") or ():
        yield {"toolUse": {"toolUseId": None, "name": call["function"]["name"], "input": call["function"]["arguments"]}}


def _tool_spec(function: Mapping[str, Any]) -> Any:
    schema = {"json": function.get("parameters", {})}
    return {"name": function["name"], "description": function.get("description", ""), "inputSchema": schema}
