"""What is Anthropic's own: thinking, caching, citations, blocks of the service's tools, and its clients."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import aclosing
from typing import Any

import pytest

from strands import Agent
from strands.models._chat.stream import StreamEndedEarlyError
from strands.testing import cited, error, overflow, raw, reasoning, text, use
from strands.types.exceptions import ContextWindowOverflowException, ModelThrottledException

anthropic = pytest.importorskip("anthropic")

from strands.models.anthropic import AnthropicModel  # noqa: E402
from strands.testing.anthropic import AnthropicEndpoint  # noqa: E402

PROMPT: list[Any] = [{"role": "user", "content": [{"text": "Hi"}]}]
SPEC: Any = {"name": "calc", "description": "Calculate", "inputSchema": {"json": {"type": "object", "properties": {}}}}
USAGE = {"input_tokens": 1, "output_tokens": 1}
STARTED = {
    "type": "message_start",
    "message": {"id": "m", "type": "message", "role": "assistant", "model": "c", "content": [], "usage": USAGE},
}


@pytest.fixture
def endpoint() -> Iterator[AnthropicEndpoint]:
    with AnthropicEndpoint() as endpoint:
        yield endpoint


async def chunks_of(model: AnthropicModel, messages: list[Any] = PROMPT, **options: Any) -> list[Any]:
    async with aclosing(model.stream(messages, **options)) as stream:
        return [chunk async for chunk in stream]


def deltas_of(chunks: list[Any]) -> list[Any]:
    return [chunk["contentBlockDelta"]["delta"] for chunk in chunks if "contentBlockDelta" in chunk]


def request_of(*content: Any, role: str = "user") -> Any:
    model = AnthropicModel(client_args={"api_key": "k"}, model_id="m", max_tokens=1)
    messages: Any = [{"role": role, "content": list(content)}]
    return model.format_request(messages)["messages"][0]["content"]


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        pytest.param({"text": "a"}, {"type": "text", "text": "a"}, id="text"),
        pytest.param(
            {"image": {"format": "webp", "source": {"bytes": b"i"}}},
            {"type": "image", "source": {"type": "base64", "media_type": "image/webp", "data": "aQ=="}},
            id="image",
        ),
        pytest.param(
            {
                "document": {
                    "name": "n",
                    "format": "txt",
                    "source": {"bytes": b"t"},
                    "context": "c",
                    "citations": {"enabled": True},
                }
            },
            {
                "type": "document",
                "title": "n",
                "source": {"type": "text", "media_type": "text/plain", "data": "t"},
                "context": "c",
                "citations": {"enabled": True},
            },
            id="document of text, to cite from",
        ),
        pytest.param(
            {"document": {"name": "n", "format": "pdf", "source": {"bytes": b"p"}}},
            {
                "type": "document",
                "title": "n",
                "source": {"type": "base64", "media_type": "application/pdf", "data": "cA=="},
            },
            id="document",
        ),
        pytest.param(
            {"reasoningContent": {"reasoningText": {"text": "t", "signature": "s"}}},
            {"type": "thinking", "thinking": "t", "signature": "s"},
            id="thinking",
        ),
        pytest.param(
            {"reasoningContent": {"redactedContent": b"x"}}, {"type": "redacted_thinking", "data": "x"}, id="redacted"
        ),
        pytest.param(
            {"citationsContent": {"content": [{"text": "a"}, {"text": "b"}], "citations": []}},
            {"type": "text", "text": "ab"},
            id="cited text",
        ),
        pytest.param(
            {"toolResult": {"toolUseId": "i", "status": "error", "content": [{"json": {"a": 1}}]}},
            {
                "type": "tool_result",
                "tool_use_id": "i",
                "is_error": True,
                "content": [{"type": "text", "text": '{"a": 1}'}],
            },
            id="failed tool",
        ),
    ],
)
def test_blocks_are_sent_in_the_services_shape(block: Any, expected: Any) -> None:
    """A block in a wrong shape is refused, or worse: understood as something else."""
    assert request_of(block) == [expected]


@pytest.mark.parametrize(
    ("block", "error_class", "name"),
    [
        ({"video": {"format": "mp4", "source": {"bytes": b""}}}, TypeError, "video"),
        ({"guardContent": {"text": {"text": "a", "qualifiers": []}}}, TypeError, "guardContent"),
        ({"reasoningContent": {"reasoningText": {"text": "t"}}}, ValueError, "signature"),
        ({"cachePoint": {"type": "default"}}, ValueError, "cachePoint"),
    ],
)
def test_what_cannot_be_sent_is_refused(block: Any, error_class: type[Exception], name: str) -> None:
    """Left out in silence, it would change what the model is asked."""
    with pytest.raises(error_class, match=name):
        request_of(block)


@pytest.mark.parametrize(
    ("choice", "sent"),
    [
        (None, None),
        ({"auto": {}}, {"type": "auto"}),
        ({"any": {}}, {"type": "any"}),
        ({"tool": {"name": "calc"}}, {"type": "tool", "name": "calc"}),
    ],
)
def test_tool_choices(choice: Any, sent: Any) -> None:
    """Structured output depends on a forced tool."""
    model = AnthropicModel(client_args={"api_key": "k"}, model_id="m", max_tokens=1)
    assert model.format_request(PROMPT, [SPEC], None, choice).get("tool_choice") == sent


async def test_cache_points_mark_what_is_before_them(endpoint: AnthropicEndpoint) -> None:
    """What is cached costs a tenth."""
    endpoint.append("So.")
    content = [{"text": "long"}, {"cachePoint": {"type": "default", "ttl": "1h"}}, {"text": "short"}]
    system = [{"text": "rules"}, {"cachePoint": {"type": "default"}}]
    await chunks_of(
        endpoint.model(),
        [{"role": "user", "content": content}],
        system_prompt="rules",
        system_prompt_content=system,
    )
    body = endpoint.requests[0].body
    assert body["messages"][0]["content"] == [
        {"type": "text", "text": "long", "cache_control": {"type": "ephemeral", "ttl": "1h"}},
        {"type": "text", "text": "short"},
    ]
    assert body["system"] == [{"type": "text", "text": "rules", "cache_control": {"type": "ephemeral"}}]


async def test_thinking_comes_back_with_its_signature(endpoint: AnthropicEndpoint) -> None:
    """Without it the service refuses the next request."""
    endpoint.append([reasoning(["Hm."], signature="sig"), reasoning(redacted=b"enc"), use("calc", {})])
    assert deltas_of(await chunks_of(endpoint.model(), tool_specs=[SPEC]))[:3] == [
        {"reasoningContent": {"text": "Hm."}},
        {"reasoningContent": {"signature": "sig"}},
        {"reasoningContent": {"redactedContent": b"enc"}},
    ]


async def test_citations_are_handed_on(endpoint: AnthropicEndpoint) -> None:
    """Readers want to check what the answer rests on."""
    citation = {
        "title": "Report",
        "location": {"documentChar": {"documentIndex": 0, "start": 1, "end": 4}},
        "sourceContent": [{"text": "src"}],
    }
    endpoint.append(cited(["So."], citation))
    assert deltas_of(await chunks_of(endpoint.model())) == [{"text": "So."}, {"citation": citation}]


async def test_blocks_of_the_services_own_tools_are_passed_over(endpoint: AnthropicEndpoint) -> None:
    """The service has run them already: as a tool use, the agent would try to run them again."""
    call = {"type": "server_tool_use", "id": "s", "name": "web_search", "input": {}}
    delta = {"type": "input_json_delta", "partial_json": "{}"}
    endpoint.append(
        raw(
            STARTED,
            {"type": "content_block_start", "index": 0, "content_block": call},
            {"type": "content_block_delta", "index": 0, "delta": delta},
            {"type": "content_block_stop", "index": 0},
            {"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": None}, "usage": USAGE},
            {"type": "message_stop"},
        )
    )
    chunks = await chunks_of(endpoint.model())
    assert [next(iter(chunk)) for chunk in chunks] == ["messageStart", "messageStop", "metadata"]


async def test_a_stream_without_an_end_is_an_error(endpoint: AnthropicEndpoint) -> None:
    """A proxy that gives up may end the body in good order."""
    endpoint.append(raw(STARTED))
    with pytest.raises(StreamEndedEarlyError):
        await chunks_of(endpoint.model())


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (error("ThrottlingException"), ModelThrottledException),
        (overflow("prompt is too long: 2 tokens > 1 maximum"), ContextWindowOverflowException),
        (error("ServiceUnavailableException"), anthropic.APIStatusError),
    ],
)
async def test_a_failure_within_the_stream_is_told_apart(
    endpoint: AnthropicEndpoint, failure: Any, expected: type[Exception]
) -> None:
    """The status was 200 by then: only the error's type tells what to do."""
    endpoint.append([raw(STARTED), failure])
    with pytest.raises(expected):
        await chunks_of(endpoint.model())


async def test_an_overridden_format_takes_effect(endpoint: AnthropicEndpoint) -> None:
    """Clients subclass models to change what is sent and what is understood."""

    class Shouting(AnthropicModel):
        def format_request(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
            return {**super().format_request(*args, **kwargs), "temperature": 0.5}

        def format_chunk(self, event: dict[str, Any]) -> Any:
            if event["type"] == "content_block_delta":
                event["delta"]["text"] = event["delta"]["text"].upper()
            return super().format_chunk(event)

    endpoint.append(text(["hel", "lo"]))
    args = {"api_key": "k", "base_url": endpoint.url}
    chunks = await chunks_of(Shouting(client_args=args, model_id="m", max_tokens=1))
    assert deltas_of(chunks) == [{"text": "HEL"}, {"text": "LO"}]
    assert endpoint.requests[0].body["temperature"] == 0.5


async def test_tokens_are_counted_by_the_service_if_asked(endpoint: AnthropicEndpoint) -> None:
    """The service knows its tokens; an estimate costs no request."""
    model = endpoint.model(use_native_token_count=True, params={"temperature": 1})
    assert await model.count_tokens(PROMPT, [SPEC], "Be brief.") > 0
    assert set(endpoint.requests[0].body) == {"model", "messages", "tools", "system"}
    endpoint.stop()
    assert await model.count_tokens(PROMPT) == 1


def test_an_agent_can_be_called_again_without_await(endpoint: AnthropicEndpoint) -> None:
    """Each such call has an event loop of its own, and connections do not move from loop to loop."""
    endpoint.append("one", "two", "three")
    agent = Agent(model=endpoint.model(), callback_handler=None)
    assert [str(agent("Hi")).strip() for _ in range(3)] == ["one", "two", "three"]
    assert endpoint.wait_until(lambda endpoint: endpoint.open_connections == 0)


async def test_a_client_put_in_place_serves_all_requests(endpoint: AnthropicEndpoint) -> None:
    """Clients replace it, to talk to another service or to none."""
    endpoint.append("So.")
    model = AnthropicModel(client_args={"api_key": "k", "base_url": "http://127.0.0.1:9"}, model_id="m", max_tokens=1)
    async with anthropic.AsyncAnthropic(api_key="k", base_url=endpoint.url) as model.client:
        assert deltas_of(await chunks_of(model)) == [{"text": "So."}]


@pytest.mark.parametrize(
    ("settings", "missing"),
    [({"max_tokens": 1}, "model_id"), ({"model_id": "m"}, "max_tokens")],
)
async def test_a_setting_that_is_needed_and_missing_is_named(settings: Any, missing: str) -> None:
    """A bare key in the middle of a run does not say where it should have been given."""
    model = AnthropicModel(client_args={"api_key": "k"}, **settings)
    with pytest.raises(KeyError, match=rf"{missing} is missing: AnthropicModel\({missing}=\.\.\.\)"):
        await chunks_of(model)
    assert model.get_config() == settings
