"""The chat-completions wire format: requests to what a script sees, chunks and failures to what a client reads."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from strands.testing._endpoint import EndpointRequest
from strands.testing._replies import json_object, retry_after
from strands.testing._steps import Chunk, Failure

FINISH_REASONS: Mapping[str, str] = {
    "content_filtered": "content_filter",
    "guardrail_intervened": "content_filter",
    "max_tokens": "length",
    "tool_use": "tool_calls",
}
ERRORS: Mapping[str, tuple[int, str, str]] = {
    "AccessDeniedException": (403, "permission_error", "permission_denied"),
    "InternalServerException": (500, "server_error", "internal_error"),
    "ResourceNotFoundException": (404, "invalid_request_error", "model_not_found"),
    "ServiceUnavailableException": (503, "server_error", "overloaded"),
    "ThrottlingException": (429, "requests", "rate_limit_exceeded"),
    "UnknownOperationException": (404, "invalid_request_error", "unknown_url"),
    "UnrecognizedClientException": (401, "invalid_request_error", "invalid_api_key"),
}
"""Status, type and code of failures by Bedrock's name for them; all others are bad requests."""

TOOL_CHOICES: Mapping[str, dict[str, Any]] = {"auto": {"auto": {}}, "required": {"any": {}}, "any": {"any": {}}}


def parsed_request(path: str, headers: dict[str, str], body: bytes) -> EndpointRequest:
    """Return the request that an HTTP request stands for, with its messages in the shape that scripts know.

    Raises:
        ValueError: If the body does not hold a conversation.
    """
    content = json_object(body)
    messages = content.get("messages")
    if not isinstance(messages, list) or not all(
        isinstance(message, dict) and "role" in message for message in messages
    ):
        raise ValueError(f"messages is {messages!r}, expected a list of objects with a role")
    choice = content.get("tool_choice")
    if isinstance(choice, dict) and "value" in choice:  # as Writer has it
        choice = choice["value"]
    forced = choice.get("function", {}).get("name") if isinstance(choice, dict) else None
    return EndpointRequest(
        operation="chat.completions",
        model_id=str(content.get("model", "")),
        path=path,
        headers=headers,
        body=content,
        messages=_conversation(message for message in messages if message["role"] not in ("system", "developer")),
        system=[
            block
            for message in messages
            if message["role"] in ("system", "developer")
            for block in _blocks(message.get("content"))
        ],
        tool_specs=[_tool_spec(tool["function"]) for tool in content.get("tools") or []],
        tool_choice={"tool": {"name": forced}} if forced else TOOL_CHOICES.get(str(choice)),
        options={key: value for key, value in content.items() if key not in ("messages", "tools", "tool_choice")},
    )


class ChatCompletionsWire:
    """One response in the format of chat completions."""

    stream_type = "text/event-stream"

    def __init__(self, model_id: str = "", *, usage_on_request: bool = True, wants_usage: bool = True) -> None:
        """Begin a response.

        Args:
            model_id: The model that the client asked for.
            usage_on_request: Whether usage has a chunk of its own, as with OpenAI; otherwise the last one has it.
            wants_usage: Whether the client asked for that chunk.
        """
        self._common = {"id": f"chatcmpl-{uuid.uuid4().hex}", "created": 1_700_000_000, "model": model_id}
        self._usage_on_request = usage_on_request
        self._wants_usage = wants_usage
        self._calls: dict[int, int] = {}
        """Numbers of the tool calls, by the index of their block."""
        self._finish_reason: str | None = None

    def headers(self) -> Mapping[str, str]:
        """Return a new request id."""
        return {"x-request-id": f"req_{uuid.uuid4().hex}"}

    def frames(self, operation: Chunk) -> bytes:
        """Return what carries a chunk, if the service has the like; the service's own chunks go as they are."""
        if "choices" in operation:
            return sse(operation)
        return b"".join(sse(self._chunk(**fields)) for fields in self._fields(operation))

    def last_frames(self) -> bytes:
        """Return what ends a stream."""
        return b"data: [DONE]\n\n"

    def broken(self, failure: Failure) -> bytes:
        """Return the error that a stream carries when the model fails in the middle."""
        return sse(error_body(failure))

    def refusal(self, failure: Failure) -> tuple[int, Mapping[str, str], bytes]:
        """Return status, headers and body with which a request is refused."""
        headers = {"Content-Type": "application/json", **retry_after(failure)}
        return ERRORS.get(failure.code, (400,))[0], headers, json.dumps(error_body(failure)).encode()

    def whole(self, chunks: list[Chunk]) -> bytes:
        """Return the chat completion whose stream would be these chunks."""
        fields = [field for chunk in chunks for field in self._fields(chunk)]
        message: dict[str, Any] = {"role": "assistant", "content": None}
        usage: Any = None
        for field in fields:
            _merge(message, field.get("delta", {}))
            usage = field.get("usage", usage)
        choice = {"index": 0, "message": message, "finish_reason": self._finish_reason, "logprobs": None}
        body = {**self._common, "object": "chat.completion", "choices": [choice], "usage": usage}
        return json.dumps(body, ensure_ascii=False).encode()

    def _fields(self, operation: Chunk) -> Iterable[dict[str, Any]]:
        """Yield what the chunks for an operation hold: a delta, a finish reason, a usage."""
        if "messageStart" in operation:
            yield {"delta": {"role": "assistant", "content": ""}}
        elif "contentBlockStart" in operation:
            yield from self._started(operation["contentBlockStart"])
        elif "contentBlockDelta" in operation:
            yield from self._continued(operation["contentBlockDelta"])
        elif "messageStop" in operation:
            reason = operation["messageStop"]["stopReason"]
            self._finish_reason = FINISH_REASONS.get(reason, "stop")
            if self._usage_on_request:
                yield {"delta": {}, "finish_reason": self._finish_reason}
        elif "metadata" in operation:
            usage = usage_body(operation["metadata"]["usage"])
            if not self._usage_on_request:
                yield {"delta": {}, "finish_reason": self._finish_reason, "usage": usage}
            elif self._wants_usage:
                yield {"usage": usage}

    def _started(self, block: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
        tool_use = block.get("start", {}).get("toolUse")
        if tool_use is None:
            return
        number = self._calls[block.get("contentBlockIndex", 0)] = len(self._calls)
        function = {"name": tool_use["name"], "arguments": ""}
        call = {"index": number, "id": tool_use["toolUseId"], "type": "function", "function": function}
        yield {"delta": {"tool_calls": [call]}}

    def _continued(self, block: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
        delta = block["delta"]
        if "text" in delta:
            yield {"delta": {"content": delta["text"]}}
        elif "toolUse" in delta:
            number = self._calls.get(block.get("contentBlockIndex", 0), 0)
            yield {"delta": {"tool_calls": [{"index": number, "function": {"arguments": delta["toolUse"]["input"]}}]}}
        elif "text" in delta.get("reasoningContent", {}):
            yield {"delta": {"reasoning_content": delta["reasoningContent"]["text"]}}

    def _chunk(
        self, *, delta: Mapping[str, Any] | None = None, finish_reason: str | None = None, usage: Any = None
    ) -> dict[str, Any]:
        choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish_reason}]
        chunk = {**self._common, "object": "chat.completion.chunk", "choices": choices}
        return chunk if usage is None else {**chunk, "usage": usage}


class MistralWire(ChatCompletionsWire):
    """The same as Mistral has it: tool calls come whole, and thoughts as parts of the content."""

    _call: dict[str, Any] | None = None

    def _started(self, block: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
        for field in super()._started(block):
            self._call = field["delta"]["tool_calls"][0]
        return ()

    def _continued(self, block: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
        delta = block["delta"]
        if "toolUse" in delta and self._call is not None:
            self._call["function"]["arguments"] += delta["toolUse"]["input"]
        elif "text" in delta.get("reasoningContent", {}):
            thought = {"type": "text", "text": delta["reasoningContent"]["text"]}
            yield {"delta": {"content": [{"type": "thinking", "thinking": [thought]}]}}
        else:
            yield from super()._continued(block)

    def _fields(self, operation: Chunk) -> Iterable[dict[str, Any]]:
        if "contentBlockStop" in operation and self._call is not None:
            call, self._call = self._call, None
            yield {"delta": {"tool_calls": [call]}}
        yield from super()._fields(operation)


def sse(content: object) -> bytes:
    """Return a server-sent event with JSON in it."""
    return b"data: " + json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode() + b"\n\n"


def usage_body(usage: Mapping[str, int]) -> dict[str, Any]:
    """Return token counts by the names of chat completions."""
    body: dict[str, Any] = {
        "prompt_tokens": usage["inputTokens"],
        "completion_tokens": usage["outputTokens"],
        "total_tokens": usage["totalTokens"],
    }
    if "cacheReadInputTokens" in usage:
        body["prompt_tokens_details"] = {"cached_tokens": usage["cacheReadInputTokens"]}
    return body


def error_body(failure: Failure) -> dict[str, Any]:
    """Return the body that describes a failure."""
    _, kind, code = ERRORS.get(failure.code, (400, "invalid_request_error", "invalid_value"))
    if failure.overflow:
        code = "context_length_exceeded"
    return {"error": {"message": failure.message, "type": kind, "param": None, "code": code}}


def _merge(message: dict[str, Any], delta: Mapping[str, Any]) -> None:
    """Add a delta to a whole message."""
    for key in ("content", "reasoning_content"):
        if delta.get(key):
            message[key] = (message.get(key) or "") + delta[key]
    for call in delta.get("tool_calls", ()):
        calls = message.setdefault("tool_calls", [])
        if call["index"] >= len(calls):
            calls.append({key: value for key, value in call.items() if key != "index"})
        else:
            calls[call["index"]]["function"]["arguments"] += call["function"]["arguments"]


def _conversation(messages: Iterable[Mapping[str, Any]]) -> list[Any]:
    """Return the messages with tool calls and results as blocks of theirs."""
    conversation: list[dict[str, Any]] = []
    for message in messages:
        role, blocks = message["role"], _blocks(message.get("content"))
        if role == "tool":
            result = {"toolUseId": message.get("tool_call_id"), "status": "success", "content": blocks}
            role, blocks = "user", [{"toolResult": result}]
            if conversation and conversation[-1]["role"] == "user":
                conversation[-1]["content"] += blocks
                continue
        blocks += [_tool_use(call) for call in message.get("tool_calls") or ()]
        conversation.append({"role": role, "content": blocks})
    return conversation


def _blocks(content: str | Mapping[str, Any] | Sequence[Mapping[str, Any]] | None) -> list[Any]:
    """Return content as blocks; parts other than text stay as they are. The Llama API takes one part without a list."""
    if isinstance(content, str):
        return [{"text": content}] if content else []
    if isinstance(content, Mapping):
        content = [content]
    return [{"text": part["text"]} if "text" in part else dict(part) for part in content or ()]


def _tool_use(call: Mapping[str, Any]) -> dict[str, Any]:
    function = call["function"]
    try:
        arguments = json.loads(function["arguments"] or "{}")
    except ValueError:
        arguments = function["arguments"]
    return {"toolUse": {"toolUseId": call.get("id"), "name": function["name"], "input": arguments}}


def _tool_spec(function: Mapping[str, Any]) -> Any:
    return {
        "name": function["name"],
        "description": function.get("description", ""),
        "inputSchema": {"json": function.get("parameters", {})},
    }
