"""OpenAI's Responses API."""

from __future__ import annotations

import json
from typing import Any

from compat.providers import QUESTION, Provider, as_json, register, sse, streamed
from compat.registry import table
from strands.models.openai_responses import OpenAIResponsesModel


def model(url: str, **config: Any) -> OpenAIResponsesModel:
    arguments = {"base_url": f"{url}/v1", "api_key": "k", "max_retries": 0}
    return OpenAIResponsesModel(client_args=arguments, **{"model_id": "m", **config})


USAGE = {
    "input_tokens": 10,
    "input_tokens_details": {"cached_tokens": 0},
    "output_tokens": 5,
    "output_tokens_details": {"reasoning_tokens": 0},
    "total_tokens": 15,
}


def response(status: str = "completed", **fields: Any) -> dict[str, Any]:
    fixed = {"object": "response", "created_at": 1, "model": "m", "parallel_tool_calls": True, "tool_choice": "auto"}
    return {**fixed, "id": "resp_1", "status": status, "output": [], "tools": [], "usage": USAGE, **fields}


def whole(*events: dict[str, Any], last: dict[str, Any] | None = None) -> Any:
    ended = last or {"type": "response.completed", "response": response()}
    started = {"type": "response.created", "response": response("in_progress", usage=None)}
    numbered = ({**event, "sequence_number": number} for number, event in enumerate((started, *events, ended)))
    return sse(*numbered, done=False, named=True)


def text(*parts: str, item: str = "msg_1", index: int = 0, phase: str | None = None) -> list[dict[str, Any]]:
    message = {"id": item, "type": "message", "status": "in_progress", "role": "assistant", "content": []}
    where = {"item_id": item, "output_index": index, "content_index": 0, "logprobs": []}
    return [
        {
            "type": "response.output_item.added",
            "output_index": index,
            "item": {**message, **({"phase": phase} if phase else {})},
        },
        *({"type": "response.output_text.delta", **where, "delta": part} for part in parts),
    ]


def call(*parts: str, index: int = 0) -> list[dict[str, Any]]:
    item = {"id": f"fc_{index}", "type": "function_call", "call_id": f"call_{index}", "name": "noop", "arguments": ""}
    where = {"item_id": item["id"], "output_index": index}
    return [
        {"type": "response.output_item.added", "output_index": index, "item": {**item, "status": "in_progress"}},
        *({"type": "response.function_call_arguments.delta", **where, "delta": part} for part in parts),
        {"type": "response.function_call_arguments.done", **where, "name": "noop", "arguments": "".join(parts)},
    ]


def failure(status: int, code: str | None, words: str) -> Any:
    return as_json({"error": {"type": "invalid_request_error", "code": code, "message": words, "param": None}}, status)


def incomplete(reason: str) -> dict[str, Any]:
    return {"type": "response.incomplete", "response": response("incomplete", incomplete_details={"reason": reason})}


THOUGHT = [
    {
        "type": "response.output_item.added",
        "output_index": 0,
        "item": {"id": "rs_1", "type": "reasoning", "summary": []},
    },
    {
        "type": "response.reasoning_summary_text.delta",
        "item_id": "rs_1",
        "output_index": 0,
        "summary_index": 0,
        "delta": "hm",
    },
]
CITED = {"type": "url_citation", "start_index": 0, "end_index": 1, "title": "T", "url": "https://example.com"}
FAILED = {"code": "server_error", "message": "boom"}
ANSWERS = {
    "tool call": whole(*call('{"x": 1}')),
    "text and tool call": whole(*text("wait"), *call('{"x": 1}', index=1)),
    "two tool calls": whole(*call('{"x": 1}'), *call("{}", index=1)),
    "tool call in pieces": whole(*call('{"x"', ": 1}")),
    "tool call without arguments": whole(*call()),
    "reasoning": whole(*THOUGHT, *text("a", index=1)),
    "phases": whole(*text("wait", phase="commentary"), *text("a", item="msg_2", index=1, phase="final_answer")),
    "citation": whole(
        *text("a"),
        {
            "type": "response.output_text.annotation.added",
            "item_id": "msg_1",
            "output_index": 0,
            "content_index": 0,
            "annotation_index": 0,
            "annotation": CITED,
        },
    ),
    "refusal": whole(
        {"type": "response.refusal.delta", "item_id": "m", "output_index": 0, "content_index": 0, "delta": "no"}
    ),
    "max tokens": whole(*text("a"), last=incomplete("max_output_tokens")),
    "max tokens in a tool call": whole(*call('{"x"')[:-1], last=incomplete("max_output_tokens")),
    "content filter": whole(*text("a"), last=incomplete("content_filter")),
    "failed": whole(*text("a"), last={"type": "response.failed", "response": response("failed", error=FAILED)}),
    "refused for rate": failure(429, "rate_limit_exceeded", "slow down"),
    "context too long": failure(400, "context_length_exceeded", "too long"),
    "bad request": failure(400, None, "something is wrong"),
    "unauthorised": failure(401, "invalid_api_key", "no"),
    "server error": failure(500, None, "boom"),
}
CONFIGS: dict[str, dict[str, Any]] = {
    "plain": {},
    "params": {"params": {"temperature": 0.5, "max_output_tokens": 9}},
    "params with tools": {"params": {"tools": [{"type": "web_search"}], "store": True}},
    "stateful": {"stateful": True},
}
PERSON = {"id": "msg_1", "type": "message", "status": "completed", "role": "assistant"}
PROVIDER = Provider(
    model=model,
    text=whole(*text("a", "b")),
    answers=ANSWERS,
    structured=as_json(
        response(
            output=[
                {**PERSON, "content": [{"type": "output_text", "text": json.dumps({"name": "Ada"}), "annotations": []}]}
            ]
        )
    ),
    configs=CONFIGS,
)
register("provider_openai_responses", PROVIDER)


@table({"new": {}, "going on": {"response_id": "resp_0"}})
async def stateful(state: dict[str, Any]) -> Any:
    kept = dict(state)
    seen = await streamed(
        PROVIDER, PROVIDER.text, config={"stateful": True}, messages=QUESTION, model_state=kept, system_prompt="s"
    )
    return {"requests": seen["requests"], "state": kept}
