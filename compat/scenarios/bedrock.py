"""Bedrock on real boto3: the requests that reach an endpoint, and the events for what it answers."""

# mypy: disable-error-code="call-arg, list-item"
# Wrong use is looked at, too.

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.config import Config
from pydantic import BaseModel

from compat.endpoint import Endpoint, Failure, StreamFailure, serving
from compat.normalise import observed
from compat.observing import attempt, attempt_async, event_seen
from compat.registry import scenario, table
from compat.scripted import USAGE, block, call, message, start, text, text_block, tool_block
from strands import Agent, tool
from strands.models.bedrock import BedrockModel
from strands.models.model import CacheConfig, CacheToolsConfig

CLAUDE = "us.anthropic.claude-sonnet-4-20250514-v1:0"
NOVA = "us.amazon.nova-pro-v1:0"
SPEC = {
    "name": "noop",
    "description": "Return.",
    "inputSchema": {"json": {"type": "object", "properties": {"x": {"type": "integer"}}}},
}
USER = {"role": "user", "content": [{"text": "question"}]}


@tool
def noop(x: int = 0) -> str:
    """Return the number."""
    return f"r{x}"


# One session for all clients: it keeps the parsed service description.
SESSION = boto3.Session(aws_access_key_id="id", aws_secret_access_key="secret", region_name="us-east-1")


def model_at(endpoint: Endpoint, **config: Any) -> BedrockModel:
    one_try = Config(retries={"total_max_attempts": 1, "mode": "standard"}, read_timeout=5)
    return BedrockModel(
        boto_session=SESSION, endpoint_url=endpoint.url, boto_client_config=one_try, **{"model_id": CLAUDE, **config}
    )


@contextmanager
def endpoint_and_model(*answers: Any, **config: Any) -> Iterator[tuple[Endpoint, BedrockModel]]:
    with serving(*answers) as endpoint:
        yield endpoint, model_at(endpoint, **config)


async def stream(model: BedrockModel, *arguments: Any, **keywords: Any) -> Any:
    """Return the chunks of one call, and the error that ended it."""
    chunks: list[Any] = []
    seen: dict[str, Any] = {"chunks": chunks}
    try:
        async for chunk in model.stream(*arguments, **keywords):
            chunks.append(observed(chunk))  # noqa: PERF401  -- chunks before an error count
    except Exception as error:
        seen["raised"] = observed(error)
        if notes := getattr(error, "__notes__", None):
            seen["notes"] = len(notes)
    return seen


async def request_for(
    messages: Any,
    specs: Any = None,
    system_prompt: Any = None,
    *,
    config: dict[str, Any] | None = None,
    **keywords: Any,
) -> Any:
    """Return the request that a call makes, and how it ended if not well."""
    config = config or {}
    answer: Any = text("a") if config.get("streaming", True) is not False else converse_answer({"text": "a"})
    with endpoint_and_model(answer, **config) as (endpoint, model):
        seen = await stream(model, messages, specs, system_prompt, **keywords)
        return {
            "requests": observed(endpoint.requests),
            **{key: value for key, value in seen.items() if key != "chunks"},
        }


def converse_answer(*content: Any, reason: str = "end_turn", **more: Any) -> dict[str, Any]:
    return {
        "output": {"message": {"role": "assistant", "content": list(content)}},
        "stopReason": reason,
        "usage": USAGE,
        "metrics": {"latencyMs": 7},
        **more,
    }


CONFIGS: dict[str, dict[str, Any]] = {
    "plain": {},
    "inference": {"max_tokens": 100, "temperature": 0.5, "top_p": 0.9, "stop_sequences": ["END"]},
    "zero temperature": {"temperature": 0.0, "max_tokens": 0},
    "empty stop sequences": {"stop_sequences": []},
    "nones": {"max_tokens": None, "temperature": None, "top_p": None, "stop_sequences": None},
    "not streaming": {"streaming": False},
    "cache prompt": {"cache_prompt": "default"},
    "cache tools": {"cache_tools": "default"},
    "cache tools with ttl": {"cache_tools": CacheToolsConfig(ttl="1h")},
    "cache auto on claude": {"cache_config": CacheConfig()},
    "cache auto with ttl": {"cache_config": CacheConfig(ttl="1h")},
    "cache auto on another model": {"cache_config": CacheConfig(), "model_id": NOVA},
    "cache anthropic on another model": {
        "cache_config": CacheConfig(strategy="anthropic"),
        "model_id": "arn:aws:bedrock:us-east-1:1:application-inference-profile/x",
    },
    "guardrail": {"guardrail_id": "g1", "guardrail_version": "1"},
    "guardrail with all": {
        "guardrail_id": "g1",
        "guardrail_version": "1",
        "guardrail_trace": "enabled_full",
        "guardrail_stream_processing_mode": "async",
    },
    "guardrail without version": {"guardrail_id": "g1"},
    "guardrail latest message": {"guardrail_id": "g1", "guardrail_version": "1", "guardrail_latest_message": True},
    "additional request fields": {
        "additional_request_fields": {"thinking": {"type": "enabled", "budget_tokens": 1024}}
    },
    "additional response fields": {"additional_response_field_paths": ["/stop_sequence"]},
    "additional arguments": {"additional_args": {"requestMetadata": {"k": "v"}}},
    "service tier": {"service_tier": "priority"},
    "strict tools": {"strict_tools": True},
    "result status on": {"include_tool_result_status": True},
    "result status off": {"include_tool_result_status": False},
    "another model": {"model_id": NOVA},
    "context window": {"context_window_limit": 5},
}

WITH_TOOLS: list[Any] = [
    {"role": "user", "content": [{"text": "old question"}]},
    {
        "role": "assistant",
        "content": [{"text": "wait"}, {"toolUse": {"toolUseId": "t1", "name": "noop", "input": {"x": 1}}}],
    },
    {
        "role": "user",
        "content": [
            {"toolResult": {"toolUseId": "t1", "status": "error", "content": [{"text": "r"}, {"json": {"a": 1}}]}}
        ],
    },
    {"role": "assistant", "content": [{"text": "answer"}]},
    {"role": "user", "content": [{"text": "new question"}]},
]


@table("bedrock", CONFIGS)
async def request_with_config(config: dict[str, Any]) -> Any:
    return await request_for(WITH_TOOLS, [SPEC], "be terse", config=config)


@table(
    "bedrock",
    {
        "none": {},
        "auto": {"tool_choice": {"auto": {}}},
        "any": {"tool_choice": {"any": {}}},
        "tool": {"tool_choice": {"tool": {"name": "noop"}}},
        "system blocks": {"system_prompt_content": [{"text": "s"}, {"cachePoint": {"type": "default"}}]},
        "unknown keyword": {"surprise": 1},
    },
)
async def request_with_keywords(keywords: dict[str, Any]) -> Any:
    return await request_for([USER], [SPEC], **keywords)


@scenario("bedrock")
async def request_with_thinking_and_a_forced_tool() -> Any:
    config = {"additional_request_fields": {"thinking": {"type": "enabled", "budget_tokens": 1024}, "other": 1}}
    return await request_for([USER], [SPEC], config=config, tool_choice={"any": {}})


@table(
    "bedrock",
    {"nothing": (None, None), "empty": ([], ""), "system only": (None, "s"), "tool choice without tools": ([], None)},
)
async def request_without_tools(case: Any) -> Any:
    specs, system_prompt = case
    return await request_for(
        [USER], specs, system_prompt, tool_choice={"any": {}} if system_prompt is None and specs == [] else None
    )


@scenario("bedrock")
async def system_text_and_cache_prompt() -> Any:
    return await request_for(
        [USER], None, None, config={"cache_prompt": "default"}, system_prompt_content=[{"text": "s"}]
    )


def user(*content: Any) -> list[Any]:
    return [{"role": "user", "content": list(content)}]


def result(*content: Any, **more: Any) -> list[Any]:
    return user({"toolResult": {"toolUseId": "t1", "content": list(content), "status": "success", **more}})


CONTENTS: dict[str, list[Any]] = {
    "image bytes": user({"image": {"format": "png", "source": {"bytes": b"img"}}}),
    "image from s3": user(
        {"image": {"format": "png", "source": {"location": {"type": "s3", "uri": "s3://b/k", "bucketOwner": "1"}}}}
    ),
    "image from elsewhere": user(
        {"text": "t"}, {"image": {"format": "png", "source": {"location": {"type": "web", "uri": "https://x"}}}}
    ),
    "document": user(
        {
            "document": {
                "name": "d",
                "format": "pdf",
                "source": {"bytes": b"doc"},
                "citations": {"enabled": True},
                "context": "c",
            }
        }
    ),
    "document without format": user({"document": {"name": "d", "source": {"bytes": b"doc"}}}),
    "document text": user({"document": {"name": "d", "format": "txt", "source": {"text": "t"}}}),
    "document from s3": user(
        {"document": {"name": "d", "format": "pdf", "source": {"location": {"type": "s3", "uri": "s3://b/k"}}}}
    ),
    "video": user({"video": {"format": "mp4", "source": {"bytes": b"vid"}}}),
    "video from s3": user({"video": {"format": "mp4", "source": {"location": {"type": "s3", "uri": "s3://b/k"}}}}),
    "cache point": user({"text": "t"}, {"cachePoint": {"type": "default"}}),
    "guard content": user({"guardContent": {"text": {"text": "t", "qualifiers": ["query"]}}}),
    "guard image": user({"guardContent": {"image": {"format": "png", "source": {"bytes": b"img"}}}}),
    "reasoning": [
        USER,
        {
            "role": "assistant",
            "content": [{"reasoningContent": {"reasoningText": {"text": "r", "signature": "s"}}}, {"text": "a"}],
        },
        USER,
    ],
    "reasoning without signature": [
        USER,
        {"role": "assistant", "content": [{"reasoningContent": {"reasoningText": {"text": "r"}}}, {"text": "a"}]},
        USER,
    ],
    "redacted reasoning": [
        USER,
        {"role": "assistant", "content": [{"reasoningContent": {"redactedContent": b"x"}}, {"text": "a"}]},
        USER,
    ],
    "citations": [
        USER,
        {
            "role": "assistant",
            "content": [
                {
                    "citationsContent": {
                        "citations": [
                            {
                                "title": "T",
                                "location": {"documentChar": {"documentIndex": 0, "start": 0, "end": 3}},
                                "sourceContent": [{"text": "s"}],
                            }
                        ],
                        "content": [{"text": "c"}],
                    }
                }
            ],
        },
        USER,
    ],
    "citations with a web location": [
        USER,
        {
            "role": "assistant",
            "content": [
                {
                    "citationsContent": {
                        "citations": [
                            {"location": {"web": {"url": "https://x", "domain": "x"}}, "sourceContent": [{"text": "s"}]}
                        ],
                        "content": [{"text": "c"}],
                    }
                }
            ],
        },
        USER,
    ],
    "tool use with extra keys": [
        USER,
        {
            "role": "assistant",
            "content": [
                {"toolUse": {"toolUseId": "t1", "name": "n", "input": {}, "reasoningSignature": "s", "extra": 1}}
            ],
        },
        *result({"text": "r"}),
    ],
    "result text": result({"text": "r"}),
    "result json": result({"json": {"a": 1}}),
    "result image": result({"image": {"format": "png", "source": {"bytes": b"img"}}}),
    "result document": result({"document": {"name": "d", "format": "txt", "source": {"bytes": b"doc"}}}),
    "result video": result({"video": {"format": "mp4", "source": {"bytes": b"vid"}}}),
    "result empty": result(),
    "result unknown": result({"surprise": 1}),
    "result with extra keys": result({"text": "r"}, extra=1),
    "unknown block": user({"surprise": 1}, {"text": "t"}),
    "metadata on the message": [{**USER, "metadata": {"a": 1}}],
    "empty content": [{"role": "user", "content": []}],
    "unknown keys beside text": user({"text": "t", "extra": 1}),
}


@table("bedrock", CONTENTS)
async def request_with_content(messages: Any) -> Any:
    return await request_for(messages)


@table(
    "bedrock",
    {
        "last user text": WITH_TOOLS,
        "only tool result": WITH_TOOLS[:3],
        "image in the last message": user({"text": "t"}, {"image": {"format": "png", "source": {"bytes": b"i"}}}),
        "document in the last message": user(
            {"text": "t"}, {"document": {"name": "d", "format": "txt", "source": {"bytes": b"i"}}}
        ),
    },
)
async def guarding_the_latest_message(messages: Any) -> Any:
    return await request_for(
        messages, config={"guardrail_id": "g", "guardrail_version": "1", "guardrail_latest_message": True}
    )


@table(
    "bedrock",
    {
        "ends in text": WITH_TOOLS,
        "ends in a tool result": WITH_TOOLS[:3],
        "has a cache point": [*WITH_TOOLS[:4], *user({"text": "t"}, {"cachePoint": {"type": "default"}})],
        "one message": [USER],
    },
)
async def caching_automatically(messages: Any) -> Any:
    return await request_for(messages, [SPEC], "s", config={"cache_config": CacheConfig(), "cache_tools": "default"})


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


@table("bedrock", ANSWERS)
async def answer(scripted: Any) -> Any:
    with endpoint_and_model(scripted) as (_, model):
        return await stream(model, [USER], [SPEC])


@table(
    "bedrock", {"input blocked": TRACE_BLOCKED, "output blocked": TRACE_OUTPUT_BLOCKED, "nothing blocked": TRACE_FINE}
)
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
    "bedrock",
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
    "bedrock",
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


@scenario("bedrock")
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


@scenario("bedrock")
async def structured_output_of_the_model() -> Any:
    with endpoint_and_model(call("Person", '{"name": "Ada"}'), text("prose")) as (endpoint, model):
        first = [observed(event) async for event in model.structured_output(Person, [USER], "s")]

        async def second() -> Any:
            return [observed(event) async for event in model.structured_output(Person, [USER])]

        return {"first": first, "second": await attempt_async(second()), "requests": observed(endpoint.requests)}


@table("bedrock", {"plain": {}, "native": {"use_native_token_count": True}})
async def token_count(config: dict[str, Any]) -> Any:
    with endpoint_and_model(
        {"inputTokens": 42},
        Failure(status=400, kind="ValidationException", message="no count for this model"),
        {"inputTokens": 43},
        **config,
    ) as (endpoint, model):
        seen = [await attempt_async(model.count_tokens(WITH_TOOLS, [SPEC], "s")) for _ in range(3)]
        return {"counts": seen, "requests": observed(endpoint.requests)}


@scenario("bedrock")
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


@scenario("bedrock")
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


@scenario("bedrock")
async def no_credentials() -> Any:
    model = BedrockModel(region_name="us-east-1", model_id=CLAUDE, endpoint_url="http://127.0.0.1:9")
    return await asyncio.wait_for(stream(model, [USER]), 20)


@scenario("bedrock")
async def connection_refused() -> Any:
    with serving() as endpoint:
        model = model_at(endpoint)
    return await stream(model, [USER])
