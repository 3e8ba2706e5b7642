"""The model contract: token estimates, configuration checks, strict schemas, context windows."""

from __future__ import annotations

import warnings
from typing import Any

from typing_extensions import TypedDict

from compat.observing import attempt
from compat.registry import scenario, table
from compat.scripted import ScriptedModel
from strands.models._defaults import get_context_window_limit, resolve_config_metadata
from strands.models._strict_schema import ensure_strict_json_schema
from strands.models._validation import validate_config_keys, warn_on_tool_choice_not_supported

SPEC = {
    "name": "noop",
    "description": "Return.",
    "inputSchema": {"json": {"type": "object", "properties": {"x": {"type": "integer"}}}},
}


def user(*content: Any) -> list[Any]:
    return [{"role": "user", "content": list(content)}]


MESSAGES: dict[str, list[Any]] = {
    "nothing": [],
    "short text": user({"text": "hi"}),
    "text of 100": user({"text": "x" * 100}),
    "umlauts": user({"text": "ä" * 100}),
    "tool use": [
        {"role": "assistant", "content": [{"toolUse": {"toolUseId": "t", "name": "noop", "input": {"x": "y" * 50}}}]}
    ],
    "tool result text": user({"toolResult": {"toolUseId": "t", "status": "success", "content": [{"text": "x" * 100}]}}),
    "tool result json": user(
        {"toolResult": {"toolUseId": "t", "status": "success", "content": [{"json": {"a": "x" * 100}}]}}
    ),
    "tool result image": user(
        {
            "toolResult": {
                "toolUseId": "t",
                "status": "success",
                "content": [{"image": {"format": "png", "source": {"bytes": b"x" * 100}}}],
            }
        }
    ),
    "reasoning": [
        {
            "role": "assistant",
            "content": [{"reasoningContent": {"reasoningText": {"text": "x" * 100, "signature": "s"}}}],
        }
    ],
    "citations": [
        {
            "role": "assistant",
            "content": [{"citationsContent": {"content": [{"text": "x" * 100}], "citations": [{"title": "T"}]}}],
        }
    ],
    "image": user({"image": {"format": "png", "source": {"bytes": b"x" * 1000}}}),
    "document": user({"document": {"format": "pdf", "name": "d", "source": {"bytes": b"x" * 1000}}}),
    "video": user({"video": {"format": "mp4", "source": {"bytes": b"x" * 1000}}}),
    "guard content": user({"guardContent": {"text": {"text": "x" * 100}}}),
    "cache point": user({"cachePoint": {"type": "default"}}),
    "unknown": user({"surprise": "x" * 100}),
}


@table(MESSAGES)
async def token_estimate(messages: Any) -> Any:
    return await ScriptedModel().count_tokens(messages)


@table(
    {
        "tools": {"tool_specs": [SPEC]},
        "system prompt": {"system_prompt": "x" * 100},
        "system blocks": {"system_prompt_content": [{"text": "x" * 100}, {"cachePoint": {"type": "default"}}]},
        "both": {"system_prompt": "x" * 100, "system_prompt_content": [{"text": "y" * 50}]},
        "all": {"tool_specs": [SPEC], "system_prompt": "x" * 10},
    },
)
async def token_estimate_with(arguments: dict[str, Any]) -> Any:
    return await ScriptedModel().count_tokens(MESSAGES["short text"], **arguments)


class Known(TypedDict, total=False):
    """A configuration."""

    model_id: str
    temperature: float


@table(
    {
        "known": {"model_id": "m"},
        "unknown": {"surprise": 1},
        "both": {"model_id": "m", "surprise": 1, "other": 2},
        "nothing": {},
    },
)
async def config_keys(config: dict[str, Any]) -> Any:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        validate_config_keys(config, Known)
    return [[warning.category.__name__, str(warning.message)] for warning in caught]


@table({"none": None, "auto": {"auto": {}}, "any": {"any": {}}})
async def tool_choice_warning(choice: Any) -> Any:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warn_on_tool_choice_not_supported(choice)
    return [warning.category.__name__ for warning in caught]


SCHEMAS: dict[str, dict[str, Any]] = {
    "object": {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "integer"}}, "required": ["a"]},
    "nested": {"type": "object", "properties": {"a": {"type": "object", "properties": {"b": {"type": "string"}}}}},
    "array": {
        "type": "object",
        "properties": {"a": {"type": "array", "items": {"type": "object", "properties": {"b": {}}}}},
    },
    "any of": {
        "type": "object",
        "properties": {"a": {"anyOf": [{"type": "object", "properties": {}}, {"type": "null"}]}},
    },
    "defs": {
        "type": "object",
        "$defs": {"A": {"type": "object", "properties": {"x": {}}}},
        "properties": {"a": {"$ref": "#/$defs/A"}},
    },
    "additional properties": {"type": "object", "properties": {}, "additionalProperties": True},
    "typed additional properties": {"type": "object", "additionalProperties": {"type": "object", "properties": {}}},
    "empty": {},
    "all of": {"allOf": [{"type": "object", "properties": {"a": {}}}]},
    "reference with more": {
        "type": "object",
        "properties": {"a": {"$ref": "#/$defs/A", "description": "d"}},
        "$defs": {"A": {"type": "string"}},
    },
    "default": {"type": "object", "properties": {"a": {"type": "string", "default": "x"}}},
}


@table(SCHEMAS)
async def strict_schema(schema: dict[str, Any]) -> Any:
    import copy

    given = copy.deepcopy(schema)
    return [
        attempt(lambda: ensure_strict_json_schema(given)),
        attempt(lambda: ensure_strict_json_schema(given, require_all_properties=True)),
        given == schema,
    ]


@scenario
async def context_windows() -> Any:
    names = [
        "us.anthropic.claude-sonnet-4-20250514-v1:0",
        "anthropic.claude-3-haiku-20240307-v1:0",
        "global.anthropic.claude-sonnet-4-6",
        "amazon.nova-pro-v1:0",
        "us.amazon.nova-lite-v1:0",
        "claude-3-5-sonnet-20241022",
        "gpt-4o",
        "gpt-4o-mini",
        "o3",
        "gemini-2.5-pro",
        "openai/gpt-4o",
        "unknown-model",
        "",
        "meta.llama3-1-70b-instruct-v1:0",
        "mistral-large-latest",
        "gpt-5",
        "arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-sonnet-4-20250514-v1:0",
        "eu.anthropic.claude-opus-4-1-20250805-v1:0",
    ]
    return {name: get_context_window_limit(name) for name in names}


@scenario
async def config_metadata() -> Any:
    return [
        attempt(lambda: resolve_config_metadata({"model_id": "gpt-4o"}, "gpt-4o")),
        attempt(lambda: resolve_config_metadata({"model_id": "gpt-4o", "context_window_limit": 5}, "gpt-4o")),
        attempt(lambda: resolve_config_metadata({}, "unknown-model")),
        attempt(lambda: resolve_config_metadata({"context_window_limit": None}, "gpt-4o")),
    ]


@scenario
async def model_properties() -> Any:
    return [
        ScriptedModel().stateful,
        ScriptedModel().context_window_limit,
        ScriptedModel(config={"context_window_limit": 7}).context_window_limit,
    ]
