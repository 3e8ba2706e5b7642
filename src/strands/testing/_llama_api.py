"""The Llama API's wire format; its requests are those of chat completions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from strands.testing._chat_completions import ChatCompletionsWire, sse
from strands.testing._steps import Chunk, Failure

STOP_REASONS: Mapping[str, str] = {"max_tokens": "length", "tool_use": "tool_calls"}


class LlamaAPIWire(ChatCompletionsWire):
    """One response of the Llama API."""

    def frames(self, operation: Chunk) -> bytes:
        """Return what carries a chunk, if the service has the like; the service's own chunks go as they are."""
        if "event" in operation:
            return sse(operation)
        return b"".join(sse({"event": event}) for event in _events(operation))

    def last_frames(self) -> bytes:
        """Return nothing: the stream just ends."""
        return b""

    def broken(self, failure: Failure) -> bytes:
        """Return the error that a stream carries when the model fails in the middle."""
        return b"event: error\n" + super().broken(failure)

    def whole(self, chunks: list[Chunk]) -> bytes:
        """Return the completion whose stream would be these chunks."""
        completion = json.loads(super().whole(chunks))
        message, usage = completion["choices"][0]["message"], completion["usage"]
        reason = completion["choices"][0]["finish_reason"]
        text = {"type": "text", "text": message["content"] or ""}
        metrics = _metrics(usage["prompt_tokens"], usage["completion_tokens"]) if usage else []
        body = {"completion_message": {**message, "content": text, "stop_reason": reason}, "metrics": metrics}
        return json.dumps(body, ensure_ascii=False).encode()


def _events(operation: Chunk) -> Iterator[dict[str, Any]]:
    if "messageStart" in operation:
        yield {"event_type": "start", "delta": {"type": "text", "text": ""}}
    elif "contentBlockStart" in operation and "toolUse" in operation["contentBlockStart"].get("start", {}):
        tool_use = operation["contentBlockStart"]["start"]["toolUse"]
        yield _call({"name": tool_use["name"]}, id=tool_use["toolUseId"])
    elif "contentBlockDelta" in operation:
        delta = operation["contentBlockDelta"]["delta"]
        if "text" in delta:
            yield {"event_type": "progress", "delta": {"type": "text", "text": delta["text"]}}
        elif "toolUse" in delta:
            yield _call({"arguments": delta["toolUse"]["input"]})
    elif "messageStop" in operation:
        reason = STOP_REASONS.get(operation["messageStop"]["stopReason"], "stop")
        yield {"event_type": "complete", "delta": {"type": "text", "text": ""}, "stop_reason": reason}
    elif "metadata" in operation:
        usage = operation["metadata"]["usage"]
        metrics = _metrics(usage["inputTokens"], usage["outputTokens"])
        yield {"event_type": "metrics", "delta": {"type": "text", "text": ""}, "metrics": metrics}


def _call(function: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"event_type": "progress", "delta": {"type": "tool_call", "function": function, **fields}}


def _metrics(prompt: int, completion: int) -> list[dict[str, Any]]:
    counts = {"num_prompt_tokens": prompt, "num_completion_tokens": completion, "num_total_tokens": prompt + completion}
    return [{"metric": name, "value": count, "unit": "tokens"} for name, count in counts.items()]
