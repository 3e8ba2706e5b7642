"""Answers in the words of the chat completions protocol, which several providers speak."""

from __future__ import annotations

from typing import Any

from compat.endpoint import Raw
from compat.providers import as_json, sse

USAGE = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}


def chunk(delta: dict[str, Any] | None = None, finish: str | None = None, **more: Any) -> dict[str, Any]:
    """Return one chunk of a streamed completion."""
    choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish}]
    return {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": choices, **more}


def calling(name: str = "noop", arguments: str = "", index: int = 0, identity: str | None = "call_1") -> dict[str, Any]:
    """Return a delta that calls a tool."""
    function = {"name": name, "arguments": arguments} if identity else {"arguments": arguments}
    return {
        "tool_calls": [
            {"index": index, **({"id": identity, "type": "function"} if identity else {}), "function": function}
        ]
    }


def completed(content: str | None, **message: Any) -> Raw:
    """Return a completion in one piece."""
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": content, **message}}
    return as_json(
        {"id": "c1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], "usage": USAGE}
    )


def failure(status: int, message: str, code: str | None = None) -> Raw:
    """Return an error of the service."""
    return as_json({"error": {"message": message, "type": "error", "code": code, "param": None}}, status)


USED = chunk(usage=USAGE)
TEXT = sse(chunk({"role": "assistant", "content": "a"}), chunk({"content": "b"}), chunk({}, "stop"), USED)
ANSWERS: dict[str, Raw] = {
    "tool call": sse(
        chunk({"role": "assistant", **calling()}),
        chunk(calling(arguments='{"x"', identity=None)),
        chunk(calling(arguments=": 1}", identity=None)),
        chunk({}, "tool_calls"),
        USED,
    ),
    "text and tool call": sse(
        chunk({"content": "wait"}), chunk(calling(arguments='{"x": 1}')), chunk({}, "tool_calls"), USED
    ),
    "two tool calls": sse(
        chunk(calling(arguments="{}")),
        chunk(calling(arguments="{}", index=1, identity="call_2")),
        chunk({}, "tool_calls"),
        USED,
    ),
    "reasoning": sse(
        chunk({"reasoning_content": "hm"}),
        chunk({"reasoning_content": "m"}),
        chunk({"content": "a"}),
        chunk({}, "stop"),
        USED,
    ),
    "length": sse(chunk({"content": "a"}), chunk({}, "length"), USED),
    "content filter": sse(chunk({"content": "a"}), chunk({}, "content_filter"), USED),
    "unknown finish": sse(chunk({"content": "a"}), chunk({}, "surprise"), USED),
    "no usage": sse(chunk({"content": "a"}), chunk({}, "stop")),
    "cached usage": sse(
        chunk({"content": "a"}),
        chunk({}, "stop"),
        chunk(usage={**USAGE, "prompt_tokens_details": {"cached_tokens": 4}}),
    ),
    "empty": sse(chunk({"role": "assistant"}), chunk({}, "stop"), USED),
    "refused for rate": failure(429, "slow down", "rate_limit_exceeded"),
    "context too long": failure(400, "This model's maximum context length is 10 tokens", "context_length_exceeded"),
    "bad request": failure(400, "something is wrong"),
    "unauthorised": failure(401, "no"),
    "server error": failure(500, "broken"),
}
STRUCTURED = completed('{"name": "Ada"}')
STRUCTURED_BY_TOOL = completed(
    None,
    tool_calls=[{"id": "call_1", "type": "function", "function": {"name": "Person", "arguments": '{"name": "Ada"}'}}],
)
