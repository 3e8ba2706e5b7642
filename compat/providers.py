"""The same questions for every model provider: which HTTP requests it makes, and what it makes of scripted answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from compat.endpoint import Raw, serving
from compat.normalise import observed
from compat.registry import table

SPEC = {
    "name": "noop",
    "description": "Return.",
    "inputSchema": {"json": {"type": "object", "properties": {"x": {"type": "integer"}}, "required": ["x"]}},
}


class Person(BaseModel):
    """A person."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """How to make a model for an address, and how its service words answers."""

    model: Callable[..., Any]
    """Takes the address of the endpoint and configuration, returns the model."""
    text: Raw
    """An answer of some text."""
    answers: dict[str, Raw]
    """Other answers by name."""
    configs: dict[str, dict[str, Any]]
    """Configurations by name."""
    structured: Raw | None = None
    """An answer for structured output of a `Person`."""


def user(*content: Any) -> list[Any]:
    return [{"role": "user", "content": list(content)}]


def history(*results: Any, status: str = "success") -> list[Any]:
    """Return a conversation with a tool call and its result."""
    tool_use = {"toolUse": {"toolUseId": "t1", "name": "noop", "input": {"x": 1}}}
    result = {"toolResult": {"toolUseId": "t1", "status": status, "content": list(results)}}
    return [*user({"text": "q"}), {"role": "assistant", "content": [{"text": "wait"}, tool_use]}, *user(result)]


IMAGE = {"image": {"format": "png", "source": {"bytes": b"\x89PNG"}}}
ELSEWHERE = {"location": {"type": "s3", "uri": "s3://bucket/object", "bucketOwner": "1"}}
QUESTION = user({"text": "question"})
REQUESTS: dict[str, dict[str, Any]] = {
    "text": {"messages": QUESTION},
    "two texts": {"messages": user({"text": "one"}, {"text": "two"})},
    "system prompt": {"messages": QUESTION, "system_prompt": "be terse"},
    "system blocks": {
        "messages": QUESTION,
        "system_prompt_content": [{"text": "be"}, {"text": "terse"}, {"cachePoint": {"type": "default"}}],
    },
    "tools": {"messages": QUESTION, "tool_specs": [SPEC]},
    "no tools": {"messages": QUESTION, "tool_specs": []},
    "tool choice auto": {"messages": QUESTION, "tool_specs": [SPEC], "tool_choice": {"auto": {}}},
    "tool choice any": {"messages": QUESTION, "tool_specs": [SPEC], "tool_choice": {"any": {}}},
    "tool choice tool": {"messages": QUESTION, "tool_specs": [SPEC], "tool_choice": {"tool": {"name": "noop"}}},
    "tool result text": {"messages": history({"text": "r"}), "tool_specs": [SPEC]},
    "tool result json": {"messages": history({"json": {"a": 1}})},
    "tool result of several": {"messages": history({"text": "r"}, {"json": {"a": 1}}, {"text": "s"})},
    "tool result image": {"messages": history({"text": "r"}, IMAGE)},
    "tool result error": {"messages": history({"text": "r"}, status="error")},
    "tool result and text": {
        "messages": [*history({"text": "r"})[:-1], *user(*history({"text": "r"})[-1]["content"], {"text": "more"})]
    },
    "tool use without text": {
        "messages": [
            *QUESTION,
            {"role": "assistant", "content": history()[1]["content"][1:]},
            *history({"text": "r"})[2:],
        ]
    },
    "image": {"messages": user({"text": "look"}, IMAGE)},
    "document": {
        "messages": user({"document": {"name": "d", "format": "pdf", "source": {"bytes": b"%PDF"}}}, {"text": "read"})
    },
    "text document": {
        "messages": user({"document": {"name": "d", "format": "txt", "source": {"bytes": b"words"}}}, {"text": "read"})
    },
    "video": {"messages": user({"video": {"format": "mp4", "source": {"bytes": b"v"}}}, {"text": "watch"})},
    "cache point": {"messages": user({"text": "long"}, {"cachePoint": {"type": "default"}})},
    "reasoning": {
        "messages": [
            *QUESTION,
            {
                "role": "assistant",
                "content": [{"reasoningContent": {"reasoningText": {"text": "hm", "signature": "s"}}}, {"text": "a"}],
            },
            *QUESTION,
        ]
    },
    "guard content": {"messages": user({"guardContent": {"text": {"text": "t"}}}, {"text": "q"})},
    "guarded image": {
        "messages": user({"guardContent": {"image": {"format": "png", "source": {"bytes": b"\x89PNG"}}}}, {"text": "q"})
    },
    "encrypted reasoning": {
        "messages": [
            *QUESTION,
            {"role": "assistant", "content": [{"reasoningContent": {"redactedContent": b"x"}}, {"text": "a"}]},
            *QUESTION,
        ]
    },
    "citations": {
        "messages": [
            *QUESTION,
            {"role": "assistant", "content": [{"citationsContent": {"content": [{"text": "a"}], "citations": []}}]},
            *QUESTION,
        ]
    },
    "image elsewhere": {"messages": user({"text": "look"}, {"image": {"format": "png", "source": ELSEWHERE}})},
    "document elsewhere": {
        "messages": user({"text": "read"}, {"document": {"name": "d", "format": "pdf", "source": ELSEWHERE}})
    },
    "video elsewhere": {"messages": user({"text": "watch"}, {"video": {"format": "mp4", "source": ELSEWHERE}})},
    "tool result image elsewhere": {
        "messages": history({"text": "r"}, {"image": {"format": "png", "source": ELSEWHERE}})
    },
    "tool result document": {
        "messages": history({"document": {"name": "d", "format": "pdf", "source": {"bytes": b"%PDF"}}})
    },
    "tool result video": {"messages": history({"video": {"format": "mp4", "source": {"bytes": b"v"}}})},
    "empty messages": {"messages": []},
    "unknown block": {"messages": user({"surprise": 1})},
}


async def streamed(
    provider: Provider, *answers: Raw, config: dict[str, Any] | None = None, **request: Any
) -> dict[str, Any]:
    """Return the chunks of one call, the error that ended it, and the requests that arrived."""
    chunks: list[Any] = []
    seen: dict[str, Any] = {}
    with serving(*answers) as endpoint:
        try:
            model = provider.model(endpoint.url, **(config or {}))
            async for chunk in model.stream(**request):
                chunks.append(observed(chunk))  # noqa: PERF401  -- chunks before an error count
        except Exception as error:
            seen["raised"] = observed(error)
        seen["requests"] = [{"path": one["path"], "body": observed(one["body"])} for one in endpoint.requests]
    return {"chunks": chunks, **seen}


def register(area: str, provider: Provider) -> None:
    """Register the scenarios of a provider."""

    @table(REQUESTS, area=area)
    async def request(case: dict[str, Any]) -> Any:
        seen = await streamed(provider, provider.text, **case)
        del seen["chunks"]
        return seen

    @table(provider.configs, area=area)
    async def config(case: dict[str, Any]) -> Any:
        return (await streamed(provider, provider.text, config=case, messages=QUESTION, tool_specs=[SPEC]))["requests"]

    @table({"text": provider.text, **provider.answers}, area=area)
    async def answer(scripted: Raw) -> Any:
        seen = await streamed(provider, scripted, messages=QUESTION, tool_specs=[SPEC])
        del seen["requests"]
        return seen

    @table({"person": provider.structured} if provider.structured else {}, area=area)
    async def structured_output(scripted: Raw) -> Any:
        with serving(scripted) as endpoint:
            model = provider.model(endpoint.url)
            try:
                outputs = [observed(event) async for event in model.structured_output(Person, QUESTION, "be terse")]
            except Exception as error:
                outputs = [observed(error)]
            return {
                "outputs": outputs,
                "requests": [{"path": one["path"], "body": observed(one["body"])} for one in endpoint.requests],
            }


def sse(*data: Any, done: bool = True, named: bool = False) -> Raw:
    """Return server-sent events."""
    lines = [(f"event: {one['type']}\n" if named else "") + f"data: {json.dumps(one)}\n\n" for one in data]
    return Raw(body="".join([*lines, "data: [DONE]\n\n" * done]).encode(), content_type="text/event-stream")


def ndjson(*data: Any) -> Raw:
    """Return JSON documents, one a line."""
    return Raw(body="".join(json.dumps(one) + "\n" for one in data).encode(), content_type="application/x-ndjson")


def as_json(data: Any, status: int = 200) -> Raw:
    """Return one JSON document."""
    return Raw(status=status, body=json.dumps(data).encode(), content_type="application/json")
