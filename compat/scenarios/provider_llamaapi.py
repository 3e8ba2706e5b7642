"""The Llama API, which streams events of its own."""

from __future__ import annotations

from typing import Any

from compat.chat_completions import failure
from compat.endpoint import Raw
from compat.providers import Provider, as_json, register, sse
from strands.models.llamaapi import LlamaAPIModel


def model(url: str, **config: Any) -> LlamaAPIModel:
    arguments = {"base_url": f"{url}/v1", "api_key": "k", "max_retries": 0}
    return LlamaAPIModel(client_args=arguments, **{"model_id": "m", **config})


def event(kind: str, text: str = "", **more: Any) -> dict[str, Any]:
    return {"event": {"event_type": kind, "delta": {"type": "text", "text": text}, **more}}


def call(arguments: str = "", **more: Any) -> dict[str, Any]:
    function = {"name": "noop"} if more else {"arguments": arguments}
    return {"event": {"event_type": "progress", "delta": {"type": "tool_call", "function": function, **more}}}


ANN = '{"name": "Ann"}'
METRICS = event(
    "metrics",
    metrics=[
        {"metric": "num_prompt_tokens", "value": 10},
        {"metric": "num_completion_tokens", "value": 5},
        {"metric": "num_total_tokens", "value": 15},
    ],
)
TEXT = sse(
    event("start"),
    event("progress", "a"),
    event("progress", "b"),
    event("complete", stop_reason="stop"),
    METRICS,
    done=False,
)
ANSWERS: dict[str, Raw] = {
    "text": TEXT,
    "tool call": sse(
        event("start"),
        call(id="call_1"),
        call('{"x": 1}'),
        event("complete", stop_reason="tool_calls"),
        METRICS,
        done=False,
    ),
    "length": sse(event("start"), event("progress", "a"), event("complete", stop_reason="length"), METRICS, done=False),
    "refused for rate": failure(429, "slow down", "rate_limit_exceeded"),
    "bad request": failure(400, "no"),
}
CONFIGS: dict[str, dict[str, Any]] = {
    "plain": {},
    "inference": {
        "temperature": 0.5,
        "max_completion_tokens": 9,
        "top_p": 0.9,
        "top_k": 3,
        "repetition_penalty": 1.1,
    },
    "nones": {"temperature": None, "top_k": None},
}
STRUCTURED = as_json(
    {
        "id": "c",
        "completion_message": {"role": "assistant", "stop_reason": "stop", "content": {"type": "text", "text": ANN}},
        "metrics": [],
    }
)
register("provider_llamaapi", Provider(model=model, text=TEXT, answers=ANSWERS, configs=CONFIGS, structured=STRUCTURED))
