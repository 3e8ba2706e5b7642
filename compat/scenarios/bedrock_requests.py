"""The requests that reach Bedrock, by configuration and content."""

# mypy: disable-error-code="call-arg, list-item"
# Wrong use is looked at, too.

from __future__ import annotations

from typing import Any

from compat.bedrock_bench import (
    NOVA,
    SPEC,
    USER,
    WITH_TOOLS,
    request_for,
)
from compat.registry import scenario, table
from strands.models.model import CacheConfig, CacheToolsConfig

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


@table(CONFIGS)
async def request_with_config(config: dict[str, Any]) -> Any:
    return await request_for(WITH_TOOLS, [SPEC], "be terse", config=config)


@table(
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


@scenario
async def request_with_thinking_and_a_forced_tool() -> Any:
    config = {"additional_request_fields": {"thinking": {"type": "enabled", "budget_tokens": 1024}, "other": 1}}
    return await request_for([USER], [SPEC], config=config, tool_choice={"any": {}})


@table(
    {"nothing": (None, None), "empty": ([], ""), "system only": (None, "s"), "tool choice without tools": ([], None)},
)
async def request_without_tools(case: Any) -> Any:
    specs, system_prompt = case
    return await request_for(
        [USER], specs, system_prompt, tool_choice={"any": {}} if system_prompt is None and specs == [] else None
    )


@scenario
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


@table(CONTENTS)
async def request_with_content(messages: Any) -> Any:
    return await request_for(messages)


@table(
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
    {
        "ends in text": WITH_TOOLS,
        "ends in a tool result": WITH_TOOLS[:3],
        "has a cache point": [*WITH_TOOLS[:4], *user({"text": "t"}, {"cachePoint": {"type": "default"}})],
        "one message": [USER],
    },
)
async def caching_automatically(messages: Any) -> Any:
    return await request_for(messages, [SPEC], "s", config={"cache_config": CacheConfig(), "cache_tools": "default"})
