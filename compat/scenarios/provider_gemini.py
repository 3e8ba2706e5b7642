"""Google's Gemini."""

from __future__ import annotations

from typing import Any

from compat.providers import Provider, as_json, register, sse
from strands.models.gemini import GeminiModel


def model(url: str, **config: Any) -> GeminiModel:
    return GeminiModel(client_args={"api_key": "k", "http_options": {"base_url": url}}, **{"model_id": "m", **config})


def part(*parts: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    candidate: dict[str, Any] = {"content": {"role": "model", "parts": list(parts)}, "index": 0}
    if finish:
        candidate["finishReason"] = finish
    return {
        "candidates": [candidate],
        "usageMetadata": {"promptTokenCount": 10, "candidatesTokenCount": 5, "totalTokenCount": 15},
    }


def whole(*parts: dict[str, Any]) -> Any:
    return sse(*parts, done=False)


def failure(status: int, kind: str, words: str) -> Any:
    return as_json({"error": {"code": status, "status": kind, "message": words}}, status)


CALL = {"functionCall": {"id": "f1", "name": "noop", "args": {"x": 1}}}
ANSWERS = {
    "tool call": whole(part(CALL, finish="STOP")),
    "text and tool call": whole(part({"text": "wait"}), part(CALL, finish="STOP")),
    "two tool calls": whole(part(CALL, {"functionCall": {"id": "f2", "name": "noop", "args": {}}}, finish="STOP")),
    "thought": whole(part({"text": "hm", "thought": True}), part({"text": "a"}, finish="STOP")),
    "thought signature": whole(part({**CALL, "thoughtSignature": "c2ln"}, finish="STOP")),
    "max tokens": whole(part({"text": "a"}, finish="MAX_TOKENS")),
    "safety": whole(part({"text": "a"}, finish="SAFETY")),
    "nothing": whole(part(finish="STOP")),
    "refused for rate": failure(429, "RESOURCE_EXHAUSTED", "slow down"),
    "context too long": failure(
        400, "INVALID_ARGUMENT", "The input token count exceeds the maximum number of tokens allowed"
    ),
    "bad request": failure(400, "INVALID_ARGUMENT", "something is wrong"),
    "unavailable": failure(503, "UNAVAILABLE", "busy"),
}
CONFIGS: dict[str, dict[str, Any]] = {
    "plain": {},
    "params": {"params": {"temperature": 0.5, "max_output_tokens": 9, "top_k": 3}},
}
STRUCTURED = as_json(part({"text": '{"name": "Ada"}'}, finish="STOP"))
TEXT = whole(part({"text": "a"}), part({"text": "b"}, finish="STOP"))
register("provider_gemini", Provider(model=model, text=TEXT, answers=ANSWERS, structured=STRUCTURED, configs=CONFIGS))
