"""Ollama's chat."""

from __future__ import annotations

from typing import Any

from compat.providers import Provider, as_json, ndjson, register
from strands.models.ollama import OllamaModel


def model(url: str, **config: Any) -> OllamaModel:
    return OllamaModel(host=url, **{"model_id": "m", **config})


def part(content: str = "", **more: Any) -> dict[str, Any]:
    return {
        "model": "m",
        "created_at": "2024-01-01T00:00:00Z",
        "message": {"role": "assistant", "content": content, **more},
        "done": False,
    }


def last(reason: str = "stop") -> dict[str, Any]:
    return {
        **part(),
        "done": True,
        "done_reason": reason,
        "eval_count": 5,
        "prompt_eval_count": 10,
        "total_duration": 7_000_000,
        "eval_duration": 2_000_000,
    }


CALL: dict[str, Any] = {"tool_calls": [{"function": {"name": "noop", "arguments": {"x": 1}}}]}
ANSWERS = {
    "tool call": ndjson(part(**CALL), last()),
    "text and tool call": ndjson(part("wait"), part(**CALL), last()),
    "two tool calls": ndjson(part(tool_calls=CALL["tool_calls"] * 2), last()),
    "length": ndjson(part("a"), last("length")),
    "thinking": ndjson(part(thinking="hm"), part("a"), last()),
    "empty": ndjson(last()),
    "error": as_json({"error": "model not found"}, 404),
    "server error": as_json({"error": "broken"}, 500),
}
CONFIGS: dict[str, dict[str, Any]] = {
    "plain": {},
    "inference": {
        "temperature": 0.5,
        "max_tokens": 9,
        "top_p": 0.9,
        "stop_sequences": ["END"],
        "keep_alive": "5m",
        "options": {"top_k": 3},
    },
    "additional arguments": {"additional_args": {"format": "json"}},
}
STRUCTURED = as_json({**last(), "message": {"role": "assistant", "content": '{"name": "Ada"}'}})
TEXT = ndjson(part("a"), part("b"), last())
register("provider_ollama", Provider(model=model, text=TEXT, answers=ANSWERS, structured=STRUCTURED, configs=CONFIGS))
