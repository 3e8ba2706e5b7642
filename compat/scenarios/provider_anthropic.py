"""Anthropic's messages."""

from __future__ import annotations

from typing import Any

from compat.providers import Provider, as_json, register, sse
from strands.models.anthropic import AnthropicModel


def model(url: str, **config: Any) -> AnthropicModel:
    arguments = {"base_url": url, "api_key": "k", "max_retries": 0}
    return AnthropicModel(client_args=arguments, **{"model_id": "m", "max_tokens": 100, **config})


STARTED = {
    "type": "message_start",
    "message": {
        "id": "m1",
        "type": "message",
        "role": "assistant",
        "content": [],
        "model": "m",
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {"input_tokens": 10, "output_tokens": 1},
    },
}


def block(kind: dict[str, Any], *deltas: dict[str, Any], index: int = 0) -> list[dict[str, Any]]:
    return [
        {"type": "content_block_start", "index": index, "content_block": kind},
        *({"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas),
        {"type": "content_block_stop", "index": index},
    ]


def text(*parts: str, index: int = 0) -> list[dict[str, Any]]:
    return block({"type": "text", "text": ""}, *({"type": "text_delta", "text": part} for part in parts), index=index)


def call(*parts: str, name: str = "noop", index: int = 0) -> list[dict[str, Any]]:
    deltas = ({"type": "input_json_delta", "partial_json": part} for part in parts)
    return block({"type": "tool_use", "id": f"toolu_{index}", "name": name, "input": {}}, *deltas, index=index)


def whole(*events: dict[str, Any], reason: str = "end_turn") -> Any:
    delta = {
        "type": "message_delta",
        "delta": {"stop_reason": reason, "stop_sequence": None},
        "usage": {"output_tokens": 5},
    }
    return sse(STARTED, *events, delta, {"type": "message_stop"}, done=False, named=True)


def failure(status: int, kind: str, words: str) -> Any:
    return as_json({"type": "error", "error": {"type": kind, "message": words}}, status)


THINKING = block(
    {"type": "thinking", "thinking": "", "signature": ""},
    {"type": "thinking_delta", "thinking": "hm"},
    {"type": "signature_delta", "signature": "s"},
)
ANSWERS = {
    "tool call": whole(*call('{"x"', ": 1}"), reason="tool_use"),
    "text and tool call": whole(*text("wait"), *call('{"x": 1}', index=1), reason="tool_use"),
    "two tool calls": whole(*call("{}"), *call("{}", index=1), reason="tool_use"),
    "thinking": whole(*THINKING, *text("a", index=1)),
    "redacted thinking": whole(*block({"type": "redacted_thinking", "data": "xx"}), *text("a", index=1)),
    "max tokens": whole(*text("a"), reason="max_tokens"),
    "stop sequence": whole(*text("a"), reason="stop_sequence"),
    "refusal": whole(*text("a"), reason="refusal"),
    "ping": whole({"type": "ping"}, *text("a")),
    "error in mid-stream": sse(
        STARTED, {"type": "error", "error": {"type": "overloaded_error", "message": "busy"}}, done=False, named=True
    ),
    "refused for rate": failure(429, "rate_limit_error", "slow down"),
    "context too long": failure(400, "invalid_request_error", "prompt is too long: 200001 tokens"),
    "input too long": failure(400, "invalid_request_error", "input length and max_tokens exceed context limit"),
    "bad request": failure(400, "invalid_request_error", "something is wrong"),
    "unauthorised": failure(401, "authentication_error", "no"),
    "overloaded": failure(529, "overloaded_error", "busy"),
}
CONFIGS: dict[str, dict[str, Any]] = {
    "plain": {},
    "params": {"params": {"temperature": 0.5, "thinking": {"type": "enabled", "budget_tokens": 1024}}},
}
register(
    "provider_anthropic",
    Provider(
        model=model,
        text=whole(*text("a", "b")),
        answers=ANSWERS,
        structured=whole(*call('{"name": "Ada"}', name="Person"), reason="tool_use"),
        configs=CONFIGS,
    ),
)
