"""What Bedrock is asked: from settings and a conversation to the arguments of Converse."""

from __future__ import annotations

import warnings
from copy import deepcopy
from typing import Any, cast

import pytest

from strands.models import CacheConfig, CacheToolsConfig
from strands.models._bedrock.config import BedrockConfig
from strands.models._bedrock.request import converse_request, count_tokens_request

CLAUDE = "us.anthropic.claude-sonnet-4-6"
NOVA = "us.amazon.nova-lite-v1:0"
HI = {"text": "hi"}
POINT = {"cachePoint": {"type": "default"}}
IMAGE = {"image": {"format": "png", "source": {"bytes": b"i"}}}
SPEC = {"name": "t", "description": "d", "inputSchema": {"json": {"type": "object", "properties": {"a": {}}}}}
USE = {"toolUse": {"toolUseId": "1", "name": "t", "input": {"a": 1}}}
RESULT = {"toolResult": {"toolUseId": "1", "status": "success", "content": [{"text": "r"}]}}
NOOP = {
    "name": "noop",
    "description": "This is a fake tool that MUST be completely ignored.",
    "inputSchema": {"json": {"type": "object", "properties": {}}},
}


def user(*content: Any) -> dict[str, Any]:
    return {"role": "user", "content": list(content)}


def assistant(*content: Any) -> dict[str, Any]:
    return {"role": "assistant", "content": list(content)}


def request(
    config: dict[str, Any] | None = None,
    messages: list[Any] | None = None,
    *,
    tools: list[Any] | None = None,
    system: list[Any] | None = None,
    choice: Any = None,
) -> dict[str, Any]:
    """Make a request, and check that nothing it was made from has changed."""
    parts: Any = (config or {}, [user(HI)] if messages is None else messages, tools, system, choice)
    before = deepcopy(parts)
    made = converse_request(
        cast("BedrockConfig", {"model_id": CLAUDE, **parts[0]}),
        parts[1],
        tool_specs=tools,
        system_prompt_content=system,
        tool_choice=choice,
    )
    assert parts == before
    return made


def content_of(*blocks: Any, **config: Any) -> Any:
    """Return the content of the only message of a request, or None if there is no message."""
    messages = request(config, [user(*blocks)])["messages"]
    return messages[0]["content"] if messages else None


def test_the_least_request() -> None:
    assert request() == {"modelId": CLAUDE, "messages": [user(HI)], "system": [], "inferenceConfig": {}}


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        (
            {"max_tokens": 5, "temperature": 0.0, "top_p": 0.5, "stop_sequences": ["x"]},
            {"inferenceConfig": {"maxTokens": 5, "temperature": 0.0, "topP": 0.5, "stopSequences": ["x"]}},
        ),
        ({"max_tokens": None, "temperature": None}, {}),
        ({"stop_sequences": []}, {"inferenceConfig": {"stopSequences": []}}),
        ({"additional_request_fields": {"x": 1}}, {"additionalModelRequestFields": {"x": 1}}),
        ({"additional_request_fields": {}}, {}),
        ({"additional_response_field_paths": ["/a"]}, {"additionalModelResponseFieldPaths": ["/a"]}),
        ({"additional_response_field_paths": []}, {}),
        ({"service_tier": "flex"}, {"serviceTier": {"type": "flex"}}),
        ({"service_tier": ""}, {}),
        (
            {"temperature": 0.5, "additional_args": {"modelId": "mine", "inferenceConfig": {}, "requestMetadata": {}}},
            {"modelId": "mine", "inferenceConfig": {}, "requestMetadata": {}},
        ),
        (
            {"guardrail_id": "g", "guardrail_version": "1"},
            {"guardrailConfig": {"guardrailIdentifier": "g", "guardrailVersion": "1", "trace": "enabled"}},
        ),
        (
            {
                "guardrail_id": "g",
                "guardrail_version": "1",
                "guardrail_trace": "enabled_full",
                "guardrail_stream_processing_mode": "async",
            },
            {
                "guardrailConfig": {
                    "guardrailIdentifier": "g",
                    "guardrailVersion": "1",
                    "trace": "enabled_full",
                    "streamProcessingMode": "async",
                }
            },
        ),
        ({"guardrail_id": "g"}, {}),
        ({"guardrail_version": "1"}, {}),
    ],
)
def test_settings(config: dict[str, Any], expected: dict[str, Any]) -> None:
    """What is not set is left to the service; what is set by hand wins."""
    assert request(config) == {**request(), **expected}


@pytest.mark.parametrize(
    ("system", "config", "expected"),
    [
        ([{"text": "a"}, POINT], {}, [{"text": "a"}, POINT]),
        ([{"text": "a"}], {"cache_prompt": None}, [{"text": "a"}]),
        (None, {}, []),
    ],
)
def test_system_blocks_pass_as_they_are(system: Any, config: dict[str, Any], expected: Any) -> None:
    assert request(config, system=system)["system"] == expected


@pytest.mark.parametrize("system", [None, [], [{"text": "a"}]])
def test_cache_prompt_adds_a_cache_point_and_a_warning(system: Any) -> None:
    with pytest.warns(UserWarning, match="cache_prompt is deprecated"):
        made = request({"cache_prompt": "default"}, system=system)
    assert made["system"] == [*(system or []), POINT]


@pytest.mark.parametrize(
    ("choice", "sent"),
    [
        (None, {"auto": {}}),
        ({}, {"auto": {}}),
        ({"any": {}}, {"any": {}}),
        ({"tool": {"name": "t"}}, {"tool": {"name": "t"}}),
    ],
)
def test_tools_and_tool_choice(choice: Any, sent: Any) -> None:
    """Keys that Bedrock does not know, such as an output schema, make it refuse the request."""
    made = request(tools=[{**SPEC, "outputSchema": {"json": {}}}], choice=choice)
    assert made["toolConfig"] == {"tools": [{"toolSpec": SPEC}], "toolChoice": sent}
    assert "toolConfig" not in request(choice=choice)


def test_strict_tools_have_closed_schemas() -> None:
    assert request({"strict_tools": True}, tools=[SPEC])["toolConfig"]["tools"] == [
        {
            "toolSpec": {
                **SPEC,
                "inputSchema": {"json": {**SPEC["inputSchema"]["json"], "additionalProperties": False}},  # type: ignore[index]
                "strict": True,
            }
        }
    ]


@pytest.mark.parametrize(
    ("cache_tools", "point"),
    [
        ("default", {"type": "default"}),
        (CacheToolsConfig(), {"type": "default"}),
        (CacheToolsConfig(type="other", ttl="1h"), {"type": "other", "ttl": "1h"}),
    ],
)
def test_cache_point_after_the_tools(cache_tools: Any, point: dict[str, Any]) -> None:
    config = {"cache_tools": cache_tools}
    assert request(config, tools=[SPEC])["toolConfig"]["tools"] == [{"toolSpec": SPEC}, {"cachePoint": point}]
    assert "toolConfig" not in request(config)


@pytest.mark.parametrize("history", [[user(HI), assistant(USE), user(RESULT)], [user(RESULT)], [assistant(USE)]])
def test_a_history_with_tools_needs_a_tool(history: list[Any]) -> None:
    """Bedrock refuses tool uses in the history of a request that offers no tools."""
    expected = {"tools": [{"toolSpec": NOOP}], "toolChoice": {"auto": {}}}
    assert request(messages=history)["toolConfig"] == expected
    assert request(messages=history, tools=[])["toolConfig"] == expected
    assert request(messages=history, tools=[SPEC])["toolConfig"]["tools"] == [{"toolSpec": SPEC}]


@pytest.mark.parametrize(
    ("choice", "kept"),
    [(None, True), ({"auto": {}}, True), ({"any": {}}, False), ({"tool": {"name": "t"}}, False)],
)
def test_thinking_yields_to_a_forced_tool(choice: Any, kept: bool) -> None:
    """Claude refuses to think when it is forced to call a tool, as structured output does."""
    thinking = {"thinking": {"type": "enabled", "budget_tokens": 1024}}
    made = request({"additional_request_fields": {**thinking, "y": 2}}, tools=[SPEC], choice=choice)
    assert made["additionalModelRequestFields"] == ({**thinking, "y": 2} if kept else {"y": 2})
    alone = request({"additional_request_fields": thinking}, tools=[SPEC], choice=choice)
    assert ("additionalModelRequestFields" in alone) is kept


S3 = {"type": "s3", "uri": "s3://b/k", "bucketOwner": "1"}
AT_S3 = {"s3Location": {"uri": "s3://b/k", "bucketOwner": "1"}}
BYTES = {"bytes": b"b"}
PLACE = {"documentChar": {"documentIndex": 0, "start": 1, "end": 2}}

BLOCKS: dict[str, tuple[Any, Any]] = {
    "text": ({"text": "a", "zz": 1}, {"text": "a"}),
    "empty text": ({"text": ""}, {"text": ""}),
    "image": ({"image": {"format": "png", "source": BYTES, "zz": 1}}, {"image": {"format": "png", "source": BYTES}}),
    "image at s3": (
        {"image": {"format": "png", "source": {"location": S3}}},
        {"image": {"format": "png", "source": AT_S3}},
    ),
    "video": ({"video": {"format": "mp4", "source": BYTES}},) * 2,
    "video at s3": (
        {"video": {"format": "mp4", "source": {"location": {"type": "s3", "uri": "s3://b/k"}}}},
        {"video": {"format": "mp4", "source": {"s3Location": {"uri": "s3://b/k"}}}},
    ),
    "document": (
        {"document": {"format": "pdf", "name": "n", "source": BYTES, "citations": None, "context": None, "zz": 1}},
        {"document": {"format": "pdf", "name": "n", "source": BYTES}},
    ),
    "document to cite": (
        {
            "document": {
                "format": "pdf",
                "name": "n",
                "source": {"location": S3},
                "citations": {"enabled": True, "zz": 1},
                "context": "c",
            }
        },
        {
            "document": {
                "format": "pdf",
                "name": "n",
                "source": AT_S3,
                "citations": {"enabled": True},
                "context": "c",
            }
        },
    ),
    "document of text": ({"document": {"format": "txt", "name": "n", "source": {"text": "t"}}},) * 2,
    "tool use": ({"toolUse": {**USE["toolUse"], "reasoningSignature": "s"}}, USE),
    "reasoning": (
        {"reasoningContent": {"reasoningText": {"text": "a", "signature": None, "zz": 1}}},
        {"reasoningContent": {"reasoningText": {"text": "a"}}},
    ),
    "signed reasoning": ({"reasoningContent": {"reasoningText": {"text": "a", "signature": "s"}}},) * 2,
    "redacted reasoning": ({"reasoningContent": {"redactedContent": b"x"}},) * 2,
    "citations": (
        {
            "citationsContent": {
                "content": [{"text": "a", "zz": 1}],
                "citations": [{"location": PLACE, "sourceContent": [{"text": "q", "z": 1}], "title": "t", "z": 1}, {}],
                "zz": 1,
            }
        },
        {
            "citationsContent": {
                "content": [{"text": "a"}],
                "citations": [{"location": PLACE, "sourceContent": [{"text": "q"}], "title": "t"}, {}],
            }
        },
    ),
    "no citations": ({"citationsContent": {}},) * 2,
    "guarded text": (
        {"guardContent": {"text": {"text": "a", "qualifiers": ["query"], "zz": 1}}},
        {"guardContent": {"text": {"text": "a", "qualifiers": ["query"]}}},
    ),
    "guarded text without qualifiers": ({"guardContent": {"text": {"text": "a"}}},) * 2,
    "guarded image": ({"guardContent": {"image": {"format": "png", "source": BYTES}}},) * 2,
    "cache point": ({"cachePoint": {"type": "default", "zz": 1}}, POINT),
    "cache point with ttl": ({"cachePoint": {"type": "default", "ttl": "1h"}},) * 2,
}


@pytest.mark.parametrize(("block", "sent"), BLOCKS.values(), ids=BLOCKS.keys())
def test_blocks_are_sent_with_the_keys_that_bedrock_knows(block: Any, sent: Any) -> None:
    """Bedrock refuses a whole conversation over one unknown key, and other providers leave theirs in the history."""
    assert content_of(HI, block) == [HI, sent]


RESULT_PARTS: dict[str, tuple[list[Any], list[Any]]] = {
    "text": ([{"text": "x", "zz": 1}], [{"text": "x"}]),
    "json": ([{"json": {"a": [1]}}], [{"json": {"a": [1]}}]),
    "image": ([IMAGE], [IMAGE]),
    "nothing": ([], [{"text": ""}]),
}


@pytest.mark.parametrize(("parts", "sent"), RESULT_PARTS.values(), ids=RESULT_PARTS.keys())
def test_tool_results(parts: list[Any], sent: list[Any]) -> None:
    """A result must not be empty, whatever the tool returned."""
    result = {"toolResult": {**RESULT["toolResult"], "content": parts, "zz": 1}}
    assert content_of(result) == [{"toolResult": {**RESULT["toolResult"], "content": sent}}]


@pytest.mark.parametrize(
    ("model_id", "setting", "included"),
    [
        (CLAUDE, "auto", True),
        (CLAUDE, None, True),
        (CLAUDE, False, False),
        (NOVA, "auto", False),
        (NOVA, None, False),
        (NOVA, True, True),
    ],
)
def test_status_of_tool_results(model_id: str, setting: Any, included: bool) -> None:
    """Some models need the status to see an error as one; others refuse it."""
    [result] = content_of(RESULT, model_id=model_id, include_tool_result_status=setting)
    assert ("status" in result["toolResult"]) is included


@pytest.mark.parametrize("kind", ["image", "document", "video"])
def test_media_that_bedrock_cannot_fetch_are_refused(kind: str) -> None:
    """Left out, they would leave an answer about something else."""
    block = {kind: {"format": "f", "source": {"location": {"type": "http", "uri": "u"}}}}
    with pytest.raises(TypeError, match=rf"content_type=<{kind}> .* from S3 only, got the location .*http"):
        content_of(HI, block)
    with pytest.raises(TypeError, match=f"content_type=<{kind}>"):
        content_of({"toolResult": {**RESULT["toolResult"], "content": [block]}})


@pytest.mark.parametrize(
    ("block", "error", "message"),
    [
        ({"audio": {}}, TypeError, "content_type=<audio> | unsupported type"),
        ({}, TypeError, "content_type=<nothing> | unsupported type"),
        ({"cachePoint": {}}, ValueError, "cachePoint block must have the key 'type', got {}"),
        ({"image": {"source": BYTES}}, ValueError, "image block must have the key 'format', got"),
        ({"text": None}, ValueError, "text block must hold a string, got None"),
        (
            {"image": {"format": "png", "source": {"url": "u"}}},
            ValueError,
            "media source must have bytes or a location, got the keys ['url']",
        ),
        ({"toolResult": {"content": [{"foo": 1}]}}, TypeError, "content_type=<foo> | unsupported type"),
    ],
)
def test_a_malformed_block_is_named(block: Any, error: type[Exception], message: str) -> None:
    """The service would complain about a path in the request, which the user never saw."""
    with pytest.raises(error) as caught:
        content_of(block)
    assert message in str(caught.value)


def test_messages_without_content_are_left_out() -> None:
    """Bedrock refuses empty messages."""
    assert request(messages=[user(), user(HI), assistant()])["messages"] == [user(HI)]


def test_only_role_and_content_are_sent() -> None:
    message = {**user(HI), "metadata": {"usage": {}}, "tracking": 1}
    assert request(messages=[message])["messages"] == [user(HI)]


@pytest.mark.parametrize(("model_id", "kept"), [("us.deepseek.r1-v1:0", False), ("DeepSeek-x", False), (CLAUDE, True)])
def test_deepseek_is_not_sent_its_own_reasoning(model_id: str, kept: bool, caplog: pytest.LogCaptureFixture) -> None:
    """DeepSeek refuses conversations that hold its reasoning."""
    thought = {"reasoningContent": {"reasoningText": {"text": "hm"}}}
    sent = request({"model_id": model_id}, [user(HI), assistant(thought, HI), user(HI), assistant(thought)])["messages"]
    assert sent == (
        [user(HI), assistant(thought, HI), user(HI), assistant(thought)]
        if kept
        else [user(HI), assistant(HI), user(HI)]
    )
    assert ("content_type=<reasoningContent>" in caplog.text) is not kept


LATEST: dict[str, tuple[list[Any], list[Any]]] = {
    "one message": ([user(HI)], [user({"guardContent": {"text": HI}})]),
    "text and image": (
        [user(HI), assistant(HI), user(HI, IMAGE)],
        [user(HI), assistant(HI), user({"guardContent": {"text": HI}}, {"guardContent": IMAGE})],
    ),
    "tool results came after": (
        [user(HI), assistant(USE), user(RESULT)],
        [user({"guardContent": {"text": HI}}), assistant(USE), user(RESULT)],
    ),
    "tool result beside text": ([user(RESULT, HI)], [user(RESULT, {"guardContent": {"text": HI}})]),
    "cache point": ([user(HI, POINT)], [user({"guardContent": {"text": HI}}, POINT)]),
    "marked by the user already": (
        [user(HI, {"guardContent": {"text": HI}})],
        [user({"guardContent": {"text": HI}}, {"guardContent": {"text": HI}})],
    ),
    "nothing by the user": ([assistant(HI)], [assistant(HI)]),
}


@pytest.mark.parametrize(("messages", "sent"), LATEST.values(), ids=LATEST.keys())
def test_the_guardrail_can_look_at_the_latest_message_only(messages: list[Any], sent: list[Any]) -> None:
    """Otherwise one blocked message stays in the history and blocks all that come after it."""
    assert request({"guardrail_latest_message": True}, messages)["messages"] == sent
    assert request({"guardrail_latest_message": False}, messages)["messages"] == messages


@pytest.mark.parametrize(
    ("model_id", "strategy", "placed"),
    [
        (CLAUDE, "auto", True),
        ("my-Claude-alias", "auto", True),
        (NOVA, "auto", False),
        (NOVA, "anthropic", True),
        ("arn:aws:bedrock:us-west-2:1:application-inference-profile/abc", "anthropic", True),
    ],
)
def test_managed_cache_point(model_id: str, strategy: Any, placed: bool, caplog: pytest.LogCaptureFixture) -> None:
    """One point after the last user message: the next turn finds all before it in the cache."""
    made = request({"model_id": model_id, "cache_config": CacheConfig(strategy)}, [user(HI), assistant(HI), user(HI)])
    assert made["messages"] == [user(HI), assistant(HI), user(HI, POINT) if placed else user(HI)]
    assert ("does not support automatic caching" in caplog.text) is not placed


MANAGED: dict[str, tuple[list[Any], list[Any]]] = {
    "after tool results": ([user(HI), assistant(USE), user(RESULT)], [user(HI), assistant(USE), user(RESULT, POINT)]),
    "last word is the model's": ([user(HI), assistant(HI)], [user(HI, POINT), assistant(HI)]),
    "empty messages do not count": ([user(HI), user()], [user(HI, POINT)]),
    "nothing by the user": ([assistant(HI)], [assistant(HI)]),
    "points of the user's own": ([user(HI, POINT), assistant(POINT), user(POINT, HI)], [user(HI), user(HI, POINT)]),
}


@pytest.mark.parametrize(("messages", "sent"), MANAGED.values(), ids=MANAGED.keys())
def test_place_of_the_managed_cache_point(messages: list[Any], sent: list[Any]) -> None:
    """Bedrock allows four cache points, so those of earlier turns must not pile up."""
    assert request({"cache_config": CacheConfig()}, messages)["messages"] == sent


def test_managed_cache_point_with_ttl() -> None:
    made = request({"cache_config": CacheConfig(ttl="1h")})
    assert made["messages"] == [user(HI, {"cachePoint": {"type": "default", "ttl": "1h"}})]


def test_cache_points_of_the_user_are_reported_when_they_are_dropped(caplog: pytest.LogCaptureFixture) -> None:
    request({"cache_config": CacheConfig()}, [user(HI, POINT)])
    assert "message_index=<0>, block_index=<1>" in caplog.text


def test_cache_points_of_the_user_stay_without_automatic_caching() -> None:
    assert content_of(HI, POINT) == [HI, POINT]


def test_tokens_are_counted_of_what_the_model_reads() -> None:
    """CountTokens refuses the settings of a real request."""
    made = request(
        {"temperature": 1.0, "guardrail_id": "g", "guardrail_version": "1", "additional_request_fields": {"x": 1}},
        tools=[SPEC],
        system=[{"text": "s"}],
    )
    assert count_tokens_request(made) == {
        "modelId": CLAUDE,
        "input": {
            "converse": {
                "messages": [user(HI)],
                "system": [{"text": "s"}],
                "toolConfig": {"tools": [{"toolSpec": SPEC}], "toolChoice": {"auto": {}}},
            }
        },
    }


def test_a_request_warns_of_nothing_by_itself() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        request({"cache_tools": "default"}, tools=[SPEC], system=[{"text": "a"}])
