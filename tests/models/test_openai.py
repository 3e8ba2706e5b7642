"""What is OpenAI's own, beyond the contract of all providers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import aclosing
from functools import wraps
from typing import Any
from unittest.mock import patch

import pytest
from typing_extensions import override

openai = pytest.importorskip("openai", reason="OpenAI's models need its SDK")

from strands.models.openai import OpenAIModel  # noqa: E402 - after the check for its SDK
from strands.testing import OpenAIEndpoint, raw, text, use  # noqa: E402
from strands.types.exceptions import ContextWindowOverflowException  # noqa: E402

PROMPT: list[Any] = [{"role": "user", "content": [{"text": "Hi"}]}]


@pytest.fixture
def endpoint() -> Iterator[OpenAIEndpoint]:
    with OpenAIEndpoint() as started:
        yield started


async def chunks_of(model: OpenAIModel, messages: list[Any] = PROMPT, **options: Any) -> list[Any]:
    async with aclosing(model.stream(messages, **options)) as stream:
        return [chunk async for chunk in stream]


class Shouting(OpenAIModel):
    """Overrides every published step."""

    @override
    @classmethod
    def format_request_message_content(cls, content: Any, **kwargs: Any) -> dict[str, Any]:
        return {"type": "text", "text": content["text"].upper()}

    @override
    @classmethod
    def format_request_message_tool_call(cls, tool_use: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().format_request_message_tool_call(tool_use), "id": "CALL"}

    @override
    @classmethod
    def format_request_tool_message(cls, tool_result: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().format_request_tool_message(tool_result), "tool_call_id": "CALL"}

    @override
    def format_request(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().format_request(*args, **kwargs), "user": "me"}

    @override
    def format_chunk(self, event: dict[str, Any], **kwargs: Any) -> Any:
        if event.get("data_type") == "text" and "data" in event:
            event = {**event, "data": str(event["data"]).upper()}
        return super().format_chunk(event, **kwargs)


async def test_a_formatter_put_in_place_makes_every_chunk(
    endpoint: OpenAIEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Deltas of text are made without calling the published formatter, but only as long as it is the published one."""
    published = OpenAIModel.format_chunk

    @wraps(published)
    def numbered(self: OpenAIModel, event: dict[str, Any], **kwargs: Any) -> Any:
        seen.append(event["chunk_type"])
        return published(self, event, **kwargs)

    seen: list[str] = []
    monkeypatch.setattr(OpenAIModel, "format_chunk", numbered)
    endpoint.append(text(["a", "b", "c"]))
    await chunks_of(endpoint.model())
    assert seen.count("content_delta") == 3


async def test_a_subclass_changes_what_it_overrides(endpoint: OpenAIEndpoint) -> None:
    """Clients subclass the model to adapt it to a service of theirs."""
    endpoint.append(text(["hel", "lo"]))
    model = Shouting(client_args={"api_key": "k", "base_url": endpoint.base_url}, model_id="m")
    result = {"toolUseId": "1", "status": "success", "content": [{"text": "r"}]}
    messages = [
        *PROMPT,
        {"role": "assistant", "content": [{"toolUse": {"toolUseId": "1", "name": "f", "input": {}}}]},
        {"role": "user", "content": [{"toolResult": result}]},
    ]
    answer = [
        c["contentBlockDelta"]["delta"]["text"] for c in await chunks_of(model, messages) if "contentBlockDelta" in c
    ]
    assert answer == ["HEL", "LO"]
    body = endpoint.requests[0].body
    assert body["user"] == "me"
    assert body["messages"] == [
        {"role": "user", "content": [{"type": "text", "text": "HI"}]},
        {
            "role": "assistant",
            "tool_calls": [{"id": "CALL", "type": "function", "function": {"name": "f", "arguments": "{}"}}],
        },
        {"role": "tool", "tool_call_id": "CALL", "content": "r"},
    ]


async def test_a_client_of_ones_own_stays_open(endpoint: OpenAIEndpoint) -> None:
    """Whoever made it may use it for more."""
    endpoint.append("a", "b")
    async with openai.AsyncOpenAI(api_key="k", base_url=endpoint.base_url) as client:
        model = OpenAIModel(client=client, model_id="m")
        await chunks_of(model)
        await chunks_of(model)
        assert not client.is_closed()


async def test_an_http_client_of_ones_own_stays_open(endpoint: OpenAIEndpoint) -> None:
    """The SDK would close it with the first of its clients."""
    endpoint.append("a")
    async with openai.DefaultAsyncHttpxClient() as http_client:
        arguments = {"api_key": "k", "base_url": endpoint.base_url, "http_client": http_client}
        await chunks_of(OpenAIModel(client_args=arguments, model_id="m"))
        assert not http_client.is_closed


async def test_the_sdk_is_found_where_users_patch_it(endpoint: OpenAIEndpoint) -> None:
    """Their tests replace `strands.models.openai.openai`."""
    endpoint.append("a")
    made: list[Any] = []

    def make(**arguments: Any) -> Any:
        made.append(arguments)
        return openai.AsyncOpenAI(**arguments)

    with patch("strands.models.openai.openai") as sdk:
        sdk.AsyncOpenAI.side_effect = make
        await chunks_of(endpoint.model())
    assert made == [{"api_key": "local", "base_url": endpoint.base_url, "max_retries": 0}]


async def test_bedrock_hosts_models_behind_the_same_interface(endpoint: OpenAIEndpoint) -> None:
    """The token is made from AWS credentials; overflow has no code there, only words."""
    from strands.testing import error

    endpoint.append("a", error("ValidationException", "Input is too long for requested model"))
    resolved = {"api_key": "token", "base_url": endpoint.base_url, "max_retries": 0}
    with patch("strands.models.openai.resolve_bedrock_client_args", return_value=resolved):
        model = OpenAIModel(model_id="openai.gpt-oss-120b", bedrock_mantle_config={"region": "us-east-1"})
        await chunks_of(model)
        with pytest.raises(ContextWindowOverflowException):
            await chunks_of(model)
    assert endpoint.requests[0].headers["authorization"] == "Bearer token"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({"client": object(), "client_args": {"api_key": "k"}}, "Only one of"),
        ({"client": object(), "bedrock_mantle_config": {}}, "cannot be combined"),
        ({"client_args": {"base_url": "x"}, "bedrock_mantle_config": {}}, "must not contain"),
    ],
)
def test_arguments_that_exclude_each_other(arguments: dict[str, Any], complaint: str) -> None:
    """One of them would be ignored."""
    with pytest.raises(ValueError, match=complaint):
        OpenAIModel(model_id="m", **arguments)


def test_settings_that_are_not_known_are_warned_of() -> None:
    """Most are misspelled."""
    with pytest.warns(UserWarning, match=r"Invalid configuration parameters: \['temperature'\]"):
        OpenAIModel(model_id="m", temperature=0.5)  # type: ignore[call-arg]


async def test_a_refusal_is_the_answer(endpoint: OpenAIEndpoint) -> None:
    """It is what the model says."""
    delta = {"index": 0, "delta": {"refusal": "I cannot."}, "finish_reason": "stop"}
    endpoint.append(raw({"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [delta]}))
    deltas = [c["contentBlockDelta"]["delta"] for c in await chunks_of(endpoint.model()) if "contentBlockDelta" in c]
    assert deltas == [{"text": "I cannot."}]


async def test_images_of_tools_go_into_a_message_of_their_own(endpoint: OpenAIEndpoint) -> None:
    """The service takes none in tool results, and results have to follow their calls at once."""
    endpoint.append("I see.")
    image = {"image": {"format": "png", "source": {"bytes": b"x"}}}
    results: list[Any] = [
        {"toolResult": {"toolUseId": str(at), "status": "success", "content": [{"text": "r"}, image]}} for at in (1, 2)
    ]
    await chunks_of(endpoint.model(), [{"role": "user", "content": [*results, {"text": "more"}]}])
    sent = endpoint.requests[0].body["messages"]
    assert [message["role"] for message in sent] == ["tool", "tool", "user", "user", "user"]
    assert sent[2]["content"][0]["image_url"]["url"] == "data:image/png;base64,eA=="


async def test_a_forced_call_ends_in_tool_use(endpoint: OpenAIEndpoint) -> None:
    """OpenAI says `stop` when a certain tool was demanded."""
    from strands.testing import stop

    endpoint.append([text("a"), use("f", {}), stop("end_turn")])
    assert {"messageStop": {"stopReason": "tool_use"}} in await chunks_of(endpoint.model())
