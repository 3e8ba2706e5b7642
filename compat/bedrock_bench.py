"""A Bedrock model on real boto3 whose requests go to a scripted endpoint."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.config import Config

from compat.endpoint import Endpoint, serving
from compat.normalise import observed
from compat.scripted import USAGE, text
from strands.models.bedrock import BedrockModel

CLAUDE = "us.anthropic.claude-sonnet-4-20250514-v1:0"
NOVA = "us.amazon.nova-pro-v1:0"
SPEC = {
    "name": "noop",
    "description": "Return.",
    "inputSchema": {"json": {"type": "object", "properties": {"x": {"type": "integer"}}}},
}
USER = {"role": "user", "content": [{"text": "question"}]}


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
