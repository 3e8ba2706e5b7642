"""What becomes of the answers of Bedrock, good and bad."""

# mypy: disable-error-code="call-arg, list-item"
# Wrong use is looked at, too.

from __future__ import annotations

import asyncio
import warnings
from typing import Any

import boto3
from botocore.config import Config
from pydantic import BaseModel

from compat.bedrock_bench import (
    CLAUDE,
    SPEC,
    USER,
    WITH_TOOLS,
    converse_answer,
    endpoint_and_model,
    model_at,
    stream,
)
from compat.endpoint import Failure, StreamFailure, serving
from compat.normalise import observed
from compat.observing import attempt, attempt_async, event_seen
from compat.registry import scenario, table
from compat.sample_tools import noop
from compat.scripted import USAGE, block, call, message, start, text, text_block, tool_block
from strands import Agent
from strands.models.bedrock import BedrockModel

CITED = {
    "title": "T",
    "location": {"documentChar": {"documentIndex": 0, "start": 0, "end": 3}},
    "sourceContent": [{"text": "s"}],
}
TRACE_BLOCKED = {
    "guardrail": {
        "inputAssessment": {
            "g": {"topicPolicy": {"topics": [{"name": "x", "type": "DENY", "action": "BLOCKED", "detected": True}]}}
        }
    }
}
TRACE_OUTPUT_BLOCKED = {
    "guardrail": {
        "outputAssessments": {
            "g": [
                {
                    "contentPolicy": {
                        "filters": [{"type": "HATE", "confidence": "HIGH", "action": "BLOCKED", "detected": True}]
                    }
                }
            ]
        }
    }
}
TRACE_FINE = {
    "guardrail": {
        "inputAssessment": {
            "g": {"topicPolicy": {"topics": [{"name": "x", "type": "DENY", "action": "NONE", "detected": False}]}}
        }
    }
}


def traced(trace: Any, reason: str = "guardrail_intervened") -> list[Any]:
    return [
        *start(),
        *text_block("bad"),
        {"messageStop": {"stopReason": reason}},
        {"metadata": {"usage": USAGE, "metrics": {"latencyMs": 7}, "trace": trace}},
    ]


ANSWERS: dict[str, Any] = {
    "text": text("a", "b"),
    "tool use": call("noop", '{"x": 1}', before="t"),
    "tool use with end_turn": call("noop", '{"x": 1}', reason="end_turn"),
    "reasoning": message(
        block({"reasoningContent": {"text": "r"}}, {"reasoningContent": {"signature": "s"}}), text_block("a")
    ),
    "redacted reasoning": message(block({"reasoningContent": {"redactedContent": "eHg="}}), text_block("a")),
    "citation": message(block({"text": "a"}, {"citation": CITED})),
    "cache usage": message(text_block("a"), cacheReadInputTokens=1, cacheWriteInputTokens=2),
    "two tool uses": message(tool_block("noop", "{}", "a"), tool_block("noop", "{}", "b"), reason="tool_use"),
    "max tokens": text("a", reason="max_tokens"),
    "stop sequence": text("a", reason="stop_sequence"),
    "content filtered": text("a", reason="content_filtered"),
    "context window exceeded": text("a", reason="model_context_window_exceeded"),
    "nothing": [],
    "throttled in mid-stream": [
        *start(),
        *text_block("par")[:2],
        StreamFailure(kind="throttlingException", message="slow down"),
    ],
    "model stream error": [*start(), StreamFailure(kind="modelStreamErrorException", message="broken")],
    "internal error in mid-stream": [*start(), StreamFailure(kind="internalServerException", message="broken")],
    "validation in mid-stream": [
        *start(),
        StreamFailure(kind="validationException", message="Input is too long for requested model"),
    ],
    "unavailable in mid-stream": [*start(), StreamFailure(kind="serviceUnavailableException", message="busy")],
    "throttled": Failure(status=429, kind="ThrottlingException", message="Too many requests"),
    "throttled by quota": Failure(status=400, kind="ServiceQuotaExceededException", message="quota"),
    "too many tokens": Failure(status=400, kind="ValidationException", message="Input is too long for requested model"),
    "input length exceeds": Failure(
        status=400, kind="ValidationException", message="input length and `max_tokens` exceed context limit"
    ),
    "too many total text bytes": Failure(status=400, kind="ValidationException", message="too many total text bytes"),
    "prompt is too long": Failure(
        status=400, kind="ValidationException", message="prompt is too long: 200001 tokens > 200000 maximum"
    ),
    "validation": Failure(status=400, kind="ValidationException", message="something is wrong"),
    "access denied": Failure(
        status=403,
        kind="AccessDeniedException",
        message="You don't have access to the model with the specified model ID.",
    ),
    "access denied otherwise": Failure(status=403, kind="AccessDeniedException", message="no"),
    "on-demand unsupported": Failure(
        status=400,
        kind="ValidationException",
        message=(
            "Invocation of model ID x with on-demand throughput isn\u2019t supported. Retry your request with the ID "
            "or ARN of an inference profile that contains this model."
        ),
    ),
    "not found": Failure(status=404, kind="ResourceNotFoundException", message="no such model"),
    "internal error": Failure(status=500, kind="InternalServerException", message="broken"),
    "unavailable": Failure(status=503, kind="ServiceUnavailableException", message="busy"),
    "model error": Failure(status=424, kind="ModelErrorException", message="model broke"),
    "model timeout": Failure(status=408, kind="ModelTimeoutException", message="slow"),
}


@table(ANSWERS)
async def answer(scripted: Any) -> Any:
    with endpoint_and_model(scripted) as (_, model):
        return await stream(model, [USER], [SPEC])


@table({"input blocked": TRACE_BLOCKED, "output blocked": TRACE_OUTPUT_BLOCKED, "nothing blocked": TRACE_FINE})
async def guardrail_trace(trace: Any) -> Any:
    seen = {}
    configs: dict[str, dict[str, Any]] = {
        "by default": {},
        "redacting output": {"guardrail_redact_output": True},
        "redacting nothing": {"guardrail_redact_input": False, "guardrail_redact_output": False},
        "own words": {
            "guardrail_redact_input_message": "[in]",
            "guardrail_redact_output": True,
            "guardrail_redact_output_message": "[out]",
        },
    }
    for name, config in configs.items():
        with endpoint_and_model(traced(trace), guardrail_id="g", guardrail_version="1", **config) as (_, model):
            seen[name] = await stream(model, [USER])
    return seen


@table(
    {
        "text": converse_answer({"text": "a"}),
        "tool use": converse_answer(
            {"text": "t"}, {"toolUse": {"toolUseId": "t1", "name": "noop", "input": {"x": 1}}}, reason="tool_use"
        ),
        "reasoning": converse_answer(
            {"reasoningContent": {"reasoningText": {"text": "r", "signature": "s"}}}, {"text": "a"}
        ),
        "redacted reasoning": converse_answer({"reasoningContent": {"redactedContent": "eHg="}}, {"text": "a"}),
        "citations": converse_answer({"citationsContent": {"content": [{"text": "c"}], "citations": [CITED]}}),
        "tool use with end_turn": converse_answer({"toolUse": {"toolUseId": "t1", "name": "noop", "input": {}}}),
        "blocked": converse_answer({"text": "bad"}, reason="guardrail_intervened", trace=TRACE_BLOCKED),
        "additional fields": converse_answer({"text": "a"}, additionalModelResponseFields={"a": 1}),
        "throttled": Failure(status=429, kind="ThrottlingException", message="Too many requests"),
    },
)
async def answer_without_streaming(scripted: Any) -> Any:
    with endpoint_and_model(scripted, streaming=False, guardrail_id="g", guardrail_version="1") as (endpoint, model):
        return {**await stream(model, [USER], [SPEC]), "path": endpoint.requests[0]["path"]}


async def run(model: BedrockModel, prompt: Any = "hi", **keywords: Any) -> Any:
    agent = Agent(model=model, tools=[noop], callback_handler=None, retry_strategy=None)
    events: list[Any] = []
    seen: dict[str, Any] = {"events": events}
    try:
        async for event in agent.stream_async(prompt, **keywords):
            events.append(event_seen(event))  # noqa: PERF401  -- events before an error count
    except Exception as error:
        seen["raised"] = observed(error)
    return {**seen, "messages": observed(agent.messages)}


@table(
    {
        "tool run": [call("noop", '{"x": 1}', before="t"), text("done")],
        "blocked input": [traced(TRACE_BLOCKED)],
        "blocked on turn two": [call("noop"), traced(TRACE_BLOCKED)],
        "overflow": [ANSWERS["too many tokens"]],
        "access denied": [ANSWERS["access denied"]],
        "citations": [ANSWERS["citation"]],
        "reasoning": [ANSWERS["reasoning"], text("b")],
    },
)
async def agent_run(answers: Any) -> Any:
    with endpoint_and_model(*answers, guardrail_id="g", guardrail_version="1", guardrail_redact_output=True) as (
        endpoint,
        model,
    ):
        seen = await run(model)
        return {**seen, "requests": observed([one["body"] for one in endpoint.requests])}


@scenario
async def agent_run_without_streaming() -> Any:
    turns = [
        converse_answer({"toolUse": {"toolUseId": "t1", "name": "noop", "input": {"x": 1}}}, reason="tool_use"),
        converse_answer({"text": "done"}),
    ]
    with endpoint_and_model(*turns, streaming=False) as (endpoint, model):
        seen = await run(model)
        return {**seen, "requests": observed([one["body"] for one in endpoint.requests])}


class Person(BaseModel):
    """A person."""

    name: str


@scenario
async def structured_output_of_the_model() -> Any:
    with endpoint_and_model(call("Person", '{"name": "Ada"}'), text("prose")) as (endpoint, model):
        first = [observed(event) async for event in model.structured_output(Person, [USER], "s")]

        async def second() -> Any:
            return [observed(event) async for event in model.structured_output(Person, [USER])]

        return {"first": first, "second": await attempt_async(second()), "requests": observed(endpoint.requests)}


@table({"plain": {}, "native": {"use_native_token_count": True}})
async def token_count(config: dict[str, Any]) -> Any:
    with endpoint_and_model(
        {"inputTokens": 42},
        Failure(status=400, kind="ValidationException", message="no count for this model"),
        {"inputTokens": 43},
        **config,
    ) as (endpoint, model):
        seen = [await attempt_async(model.count_tokens(WITH_TOOLS, [SPEC], "s")) for _ in range(3)]
        return {"counts": seen, "requests": observed(endpoint.requests)}


@scenario
async def configuration() -> Any:
    with serving() as endpoint, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model = model_at(endpoint, temperature=0.1)
        before = observed(dict(model.get_config()))
        model.update_config(temperature=0.2, max_tokens=5)
        seen = {
            "before": before,
            "after": observed(dict(model.get_config())),
            "stateful": model.stateful,
            "limit": model.context_window_limit,
            "unknown key": attempt(lambda: model_at(endpoint, surprise=1).get_config().get("surprise")),
            "unknown update": attempt(lambda: model.update_config(surprise=1)),
        }
        return {**seen, "warnings": [warning.category.__name__ for warning in caught]}


@scenario
async def regions() -> Any:
    session = boto3.Session(aws_access_key_id="id", aws_secret_access_key="secret", region_name="eu-west-1")
    return [
        BedrockModel(boto_session=session).client.meta.region_name,
        BedrockModel(region_name="ap-northeast-1").client.meta.region_name,
        BedrockModel().client.meta.region_name,
        attempt(lambda: BedrockModel(boto_session=session, region_name="eu-west-1").client.meta.region_name),
        BedrockModel(region_name="us-east-1").client.meta.config.read_timeout,
        "strands-agents"
        in BedrockModel(
            region_name="us-east-1", boto_client_config=Config(user_agent_extra="mine")
        ).client.meta.config.user_agent_extra,
        [
            BedrockModel(region_name=region).get_config()["model_id"]
            for region in ("us-east-1", "eu-west-1", "ap-southeast-2", "ca-central-1", "us-gov-west-1", "me-south-1")
        ],
    ]


@scenario
async def no_credentials() -> Any:
    model = BedrockModel(region_name="us-east-1", model_id=CLAUDE, endpoint_url="http://127.0.0.1:9")
    return await asyncio.wait_for(stream(model, [USER]), 20)


@scenario
async def connection_refused() -> Any:
    with serving() as endpoint:
        model = model_at(endpoint)
    return await stream(model, [USER])
