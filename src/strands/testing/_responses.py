"""The wire format of OpenAI's Responses API."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from strands.testing._chat_completions import ERRORS, error_body
from strands.testing._endpoint import EndpointRequest
from strands.testing._messages import event_frame
from strands.testing._replies import json_object, retry_after
from strands.testing._steps import Chunk, Failure
from strands.testing._wire_endpoint import COUNT_TOKENS, json_bytes, messages_in, parsed_json

OPERATIONS: Mapping[str, str] = {"responses": "responses", "input_tokens": COUNT_TOKENS}
INCOMPLETE: Mapping[str, str] = {
    "content_filtered": "content_filter",
    "guardrail_intervened": "content_filter",
    "max_tokens": "max_output_tokens",
}
TOOL_CHOICES: Mapping[str, dict[str, Any]] = {"auto": {"auto": {}}, "required": {"any": {}}}


def parsed_request(path: str, headers: dict[str, str], body: bytes) -> EndpointRequest:
    """Return the request that an HTTP request stands for, with its items as messages in the shape that scripts know.

    Raises:
        LookupError: If the path is none of the API's.
        ValueError: If the body does not hold a conversation.
    """
    operation, content = OPERATIONS[path.rpartition("/")[2]], json_object(body)
    given = content.get("input")
    items = [{"role": "user", "content": given}] if isinstance(given, str) else messages_in(content, "input")
    choice = content.get("tool_choice")
    return EndpointRequest(
        operation=operation,
        model_id=str(content.get("model", "")),
        path=path,
        headers=headers,
        body=content,
        messages=_conversation(items),
        system=[{"text": content["instructions"]}] if content.get("instructions") else [],
        tool_specs=[_tool_spec(tool) for tool in content.get("tools", ()) if tool.get("type") == "function"],
        tool_choice={"tool": {"name": choice["name"]}} if isinstance(choice, dict) else TOOL_CHOICES.get(str(choice)),
        options={key: value for key, value in content.items() if key not in ("input", "instructions", "tools")},
    )


class ResponsesWire:
    """One response in the format of the Responses API."""

    stream_type = "text/event-stream"

    def __init__(self, model_id: str = "") -> None:
        """Begin a response of this model."""
        self._common = {
            "id": f"resp_{uuid.uuid4().hex}",
            "object": "response",
            "created_at": 1_700_000_000,
            "model": model_id,
            "parallel_tool_calls": True,
            "tool_choice": "auto",
            "tools": [],
        }
        self._events_sent = 0
        self._items: dict[int, dict[str, Any]] = {}
        """Items of the output, by the index of their block."""
        self._stop_reason = "end_turn"

    def headers(self) -> Mapping[str, str]:
        """Return a new request id."""
        return {"x-request-id": f"req_{uuid.uuid4().hex}"}

    def frames(self, operation: Chunk) -> bytes:
        """Return the events for a chunk; the service's own events go as they are."""
        events = [operation] if "type" in operation else self._events(operation)
        return b"".join(self._frame(event) for event in events)

    def last_frames(self) -> bytes:
        """Return nothing: the last event says that it is the last."""
        return b""

    def broken(self, failure: Failure) -> bytes:
        """Return the event that reports an error."""
        error = error_body(failure)["error"]
        described = {"code": error["code"], "message": error["message"]}
        return self._frame({"type": "response.failed", "response": self._response("failed", error=described)})

    def refusal(self, failure: Failure) -> tuple[int, Mapping[str, str], bytes]:
        """Return status, headers and body with which a request is refused."""
        headers = {"Content-Type": "application/json", **retry_after(failure)}
        return ERRORS.get(failure.code, (400,))[0], headers, json_bytes(error_body(failure))

    def whole(self, chunks: list[Chunk]) -> bytes:
        """Return the response whose stream would be these chunks."""
        events = [event for chunk in chunks for event in self._events(chunk)]
        return json_bytes(events[-1]["response"])

    def _frame(self, event: Mapping[str, Any]) -> bytes:
        self._events_sent += 1
        return event_frame({"sequence_number": self._events_sent, **event})

    def _response(self, status: str, **fields: Any) -> dict[str, Any]:
        return {**self._common, "status": status, "output": list(self._items.values()), **fields}

    def _events(self, chunk: Chunk) -> Iterable[dict[str, Any]]:
        if "messageStart" in chunk:
            yield {"type": "response.created", "response": self._response("in_progress")}
        elif "contentBlockStart" in chunk:
            block = chunk["contentBlockStart"]
            yield self._added(block.get("contentBlockIndex", 0), _item_of(block.get("start", {})))
        elif "contentBlockDelta" in chunk:
            yield from self._continued(chunk["contentBlockDelta"])
        elif "contentBlockStop" in chunk:
            yield from self._done(chunk["contentBlockStop"].get("contentBlockIndex", 0))
        elif "messageStop" in chunk:
            self._stop_reason = chunk["messageStop"]["stopReason"]
        elif "metadata" in chunk:
            yield self._end(_usage(chunk["metadata"]["usage"]))

    def _added(self, index: int, item: dict[str, Any]) -> dict[str, Any]:
        self._items[index] = item
        return {"type": "response.output_item.added", "output_index": index, "item": {**item, "status": "in_progress"}}

    def _continued(self, block: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
        index, delta = block.get("contentBlockIndex", 0), block["delta"]
        reasoning = delta.get("reasoningContent")
        if index not in self._items:
            yield self._added(index, _item_of({}) if reasoning is None else _reasoning_item())
        item = self._items[index]
        where = {"item_id": item["id"], "output_index": index}
        if "text" in delta:
            item["content"][0]["text"] += delta["text"]
            yield {"type": "response.output_text.delta", **where, "content_index": 0, "delta": delta["text"]}
        elif "toolUse" in delta:
            item["arguments"] += delta["toolUse"]["input"]
            yield {"type": "response.function_call_arguments.delta", **where, "delta": delta["toolUse"]["input"]}
        elif reasoning is not None and "text" in reasoning:
            item["summary"][0]["text"] += reasoning["text"]
            yield {
                "type": "response.reasoning_summary_text.delta",
                **where,
                "summary_index": 0,
                "delta": reasoning["text"],
            }

    def _done(self, index: int) -> Iterable[dict[str, Any]]:
        item = self._items.get(index)
        if item is None:
            return
        if item["type"] == "function_call":
            where = {"item_id": item["id"], "output_index": index}
            yield {"type": "response.function_call_arguments.done", **where, "arguments": item["arguments"]}
        yield {"type": "response.output_item.done", "output_index": index, "item": item}

    def _end(self, usage: Mapping[str, Any]) -> dict[str, Any]:
        reason = INCOMPLETE.get(self._stop_reason)
        if reason is None:
            return {"type": "response.completed", "response": self._response("completed", usage=usage)}
        details = {"reason": reason}
        response = self._response("incomplete", usage=usage, incomplete_details=details)
        return {"type": "response.incomplete", "response": response}


def _item_of(start: Mapping[str, Any]) -> dict[str, Any]:
    """Return the empty item that a block begins with: a call, or a message with its phase."""
    tool_use = start.get("toolUse")
    if tool_use is not None:
        call = {"call_id": tool_use["toolUseId"], "name": tool_use["name"], "arguments": ""}
        return {"id": _new_id("fc"), "type": "function_call", **call}
    part = {"type": "output_text", "text": "", "annotations": []}
    phase = {"phase": start["phase"]} if "phase" in start else {}
    return {"id": _new_id("msg"), "type": "message", "role": "assistant", "content": [part], **phase}


def _reasoning_item() -> dict[str, Any]:
    return {"id": _new_id("rs"), "type": "reasoning", "summary": [{"type": "summary_text", "text": ""}]}


def _new_id(prefix: str) -> str:
    return f"{prefix}_{uuid.uuid4().hex}"


def _usage(usage: Mapping[str, int]) -> dict[str, Any]:
    return {
        "input_tokens": usage["inputTokens"],
        "input_tokens_details": {"cached_tokens": usage.get("cacheReadInputTokens", 0)},
        "output_tokens": usage["outputTokens"],
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": usage["totalTokens"],
    }


def _conversation(items: Iterable[Mapping[str, Any]]) -> list[Any]:
    """Return the items as messages; those that follow each other from the same side stand in one."""
    conversation: list[dict[str, Any]] = []
    for item in items:
        role, content = _role_and_content(item)
        if conversation and conversation[-1]["role"] == role:
            conversation[-1]["content"] += content
        else:
            conversation.append({"role": role, "content": content})
    return conversation


def _role_and_content(item: Mapping[str, Any]) -> tuple[str, list[dict[str, Any]]]:
    kind = item.get("type")
    if kind == "function_call":
        call = {"toolUseId": item["call_id"], "name": item["name"], "input": parsed_json(item["arguments"])}
        return "assistant", [{"toolUse": call}]
    if kind == "function_call_output":
        result = {"toolUseId": item["call_id"], "status": "success", "content": _blocks(item["output"])}
        return "user", [{"toolResult": result}]
    return str(item.get("role", "user")), _blocks(item.get("content", ()))


def _blocks(content: Any) -> list[dict[str, Any]]:
    """Return content as blocks; parts other than text stay as they are."""
    if isinstance(content, str):
        return [{"text": content}]
    return [{"text": part["text"]} if "text" in part else dict(part) for part in content]


def _tool_spec(tool: Mapping[str, Any]) -> Any:
    schema = {"json": tool.get("parameters", {})}
    return {"name": tool["name"], "description": tool.get("description", ""), "inputSchema": schema}
