"""What is Ollama's own: a message for each block, whole calls without ids, options, a queue that is full."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import aclosing
from types import SimpleNamespace
from typing import Any

import pytest

from strands import Agent
from strands.models._chat.stream import StreamEndedEarlyError
from strands.testing import error, raw, reasoning, stop, text, use
from strands.types.exceptions import ModelThrottledException

ollama = pytest.importorskip("ollama")

from strands.models.ollama import OllamaModel  # noqa: E402
from strands.testing.ollama import OllamaEndpoint  # noqa: E402

PROMPT: list[Any] = [{"role": "user", "content": [{"text": "Hi"}]}]
SPEC: Any = {"name": "calc", "description": "Calculate", "inputSchema": {"json": {"type": "object", "properties": {}}}}


@pytest.fixture
def endpoint() -> Iterator[OllamaEndpoint]:
    with OllamaEndpoint() as endpoint:
        yield endpoint


async def chunks_of(model: OllamaModel, messages: list[Any] = PROMPT, **options: Any) -> list[Any]:
    async with aclosing(model.stream(messages, **options)) as stream:
        return [chunk async for chunk in stream]


def deltas_of(chunks: list[Any]) -> list[Any]:
    return [chunk["contentBlockDelta"]["delta"] for chunk in chunks if "contentBlockDelta" in chunk]


async def test_each_block_is_a_message(endpoint: OllamaEndpoint) -> None:
    """Ollama has no blocks."""
    endpoint.append("So.")
    image = {"image": {"format": "png", "source": {"bytes": b"png"}}}
    conversation: list[Any] = [
        {"role": "user", "content": [{"text": "Look:"}, image]},
        {
            "role": "assistant",
            "content": [
                {"reasoningContent": {"reasoningText": {"text": "Hm."}}},
                {"citationsContent": {"content": [{"text": "Wait."}]}},
                {"toolUse": {"toolUseId": "t1", "name": "calc", "input": {"x": 1}}},
            ],
        },
        {
            "role": "user",
            "content": [
                {"toolResult": {"toolUseId": "t1", "status": "success", "content": [{"json": [1]}, image]}},
            ],
        },
    ]
    await chunks_of(endpoint.model(), conversation, system_prompt="Be brief.")
    assert endpoint.requests[0].body["messages"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Look:"},
        {"role": "user", "images": ["cG5n"]},
        {"role": "assistant", "thinking": "Hm."},
        {"role": "assistant", "content": "Wait."},
        {"role": "assistant", "tool_calls": [{"function": {"name": "calc", "arguments": {"x": 1}}}]},
        {"role": "tool", "content": "[1]"},
        {"role": "tool", "images": ["cG5n"]},
    ]


@pytest.mark.parametrize(
    ("block", "name"),
    [
        ({"document": {"name": "n", "format": "pdf", "source": {"bytes": b"d"}}}, "document"),
        ({"video": {"format": "mp4", "source": {"bytes": b""}}}, "video"),
        ({"cachePoint": {"type": "default"}}, "cachePoint"),
        ({"reasoningContent": {"redactedContent": b"x"}}, "redactedContent"),
        (
            {"toolResult": {"toolUseId": "t", "content": [{"document": {"name": "n", "source": {"bytes": b""}}}]}},
            "document",
        ),
    ],
)
async def test_what_cannot_be_sent_is_refused(endpoint: OllamaEndpoint, block: Any, name: str) -> None:
    """Left out in silence, it would change what the model is asked."""
    with pytest.raises(TypeError, match=name):
        await chunks_of(endpoint.model(), [{"role": "user", "content": [block]}])
    assert endpoint.requests == []


def test_settings_become_options() -> None:
    """Settings with a name of their own win over `options`, additional arguments over all."""
    model = OllamaModel(
        None,
        model_id="m",
        max_tokens=5,
        temperature=0.0,
        top_p=0.2,
        stop_sequences=["END"],
        keep_alive="3m",
        options={"num_ctx": 9, "temperature": 0.9},
        additional_args={"think": True, "keep_alive": "9m"},
    )
    assert model.format_request(PROMPT, [SPEC]) == {
        "messages": [{"role": "user", "content": "Hi"}],
        "model": "m",
        "options": {"num_ctx": 9, "num_predict": 5, "temperature": 0.0, "top_p": 0.2, "stop": ["END"]},
        "stream": True,
        "tools": [
            {
                "type": "function",
                "function": {"name": "calc", "description": "Calculate", "parameters": SPEC["inputSchema"]["json"]},
            }
        ],
        "keep_alive": "9m",
        "think": True,
    }


async def test_a_tool_choice_is_refused_with_a_warning(endpoint: OllamaEndpoint) -> None:
    """Ollama cannot be told to call a tool; whoever counts on it should know."""
    endpoint.append("So.")
    with pytest.warns(UserWarning, match="ToolChoice"):
        await chunks_of(endpoint.model(), tool_specs=[SPEC], tool_choice={"any": {}})


async def test_thoughts_and_calls_are_blocks_of_their_own(endpoint: OllamaEndpoint) -> None:
    """Thoughts are not part of the answer, and every call needs an id."""
    endpoint.append([reasoning(["Hm."]), "So.", use("calc", x=1), use("calc", {})])
    chunks = await chunks_of(endpoint.model(), tool_specs=[SPEC])
    assert deltas_of(chunks) == [
        {"reasoningContent": {"text": "Hm."}},
        {"text": "So."},
        {"toolUse": {"input": '{"x": 1}'}},
        {"toolUse": {"input": "{}"}},
    ]
    starts = [chunk["contentBlockStart"]["start"] for chunk in chunks if "contentBlockStart" in chunk]
    ids = {start["toolUse"]["toolUseId"] for start in starts if "toolUse" in start}
    assert len(ids) == 2
    assert all(call_id.startswith("tooluse_") for call_id in ids)
    assert {"messageStop": {"stopReason": "tool_use"}} in chunks


async def test_a_published_chunk_format_takes_calls_of_the_sdk() -> None:
    """Clients hand the SDK's own objects to `format_chunk`, which have whole arguments and no id."""
    call = SimpleNamespace(function=SimpleNamespace(name="calc", arguments={"x": 1}))
    model = OllamaModel("h", model_id="m")
    started: Any = model.format_chunk({"chunk_type": "content_start", "data_type": "tool", "data": call})
    assert started["contentBlockStart"]["start"]["toolUse"]["toolUseId"].startswith("tooluse_")
    delta: Any = model.format_chunk({"chunk_type": "content_delta", "data_type": "tool", "data": call})
    assert delta == {"contentBlockDelta": {"delta": {"toolUse": {"input": '{"x": 1}'}}}}


async def test_an_overridden_format_takes_effect(endpoint: OllamaEndpoint) -> None:
    """Clients subclass models to change what is sent and what is understood."""

    class Shouting(OllamaModel):
        def format_request(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
            return {**super().format_request(*args, **kwargs), "think": True}

        def format_chunk(self, event: dict[str, Any]) -> Any:
            if event.get("data_type") == "text" and "data" in event and event["data"]:
                event = {**event, "data": event["data"].upper()}
            return super().format_chunk(event)

    endpoint.append(text(["hel", "lo"]))
    assert deltas_of(await chunks_of(Shouting(endpoint.url, model_id="m"))) == [{"text": "HEL"}, {"text": "LO"}]
    assert endpoint.requests[0].body["think"] is True


async def test_usage_and_latency_are_the_servers(endpoint: OllamaEndpoint) -> None:
    """A prompt that is in memory already may not be counted."""
    last = {"model": "m", "message": {"role": "assistant", "content": "a"}, "done": True, "done_reason": "stop"}
    endpoint.append(raw({**last, "eval_count": 7, "total_duration": 5_000_000}))
    assert (await chunks_of(endpoint.model()))[-1] == {
        "metadata": {"usage": {"inputTokens": 0, "outputTokens": 7, "totalTokens": 7}, "metrics": {"latencyMs": 5}}
    }


async def test_a_stream_without_an_end_is_an_error(endpoint: OllamaEndpoint) -> None:
    """A proxy that gives up may end the body in good order."""
    endpoint.append(raw({"model": "m", "message": {"role": "assistant", "content": "Half an"}, "done": False}))
    with pytest.raises(StreamEndedEarlyError):
        await chunks_of(endpoint.model())


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (error("ThrottlingException"), ModelThrottledException),
        (error("ServiceUnavailableException"), ModelThrottledException),
        (error("InternalServerException", "too many requests"), ollama.ResponseError),
    ],
)
async def test_a_full_queue_is_throttling(endpoint: OllamaEndpoint, failure: Any, expected: type[Exception]) -> None:
    """The server says so by its status; the same request will do later."""
    endpoint.append(failure)
    with pytest.raises(expected):
        await chunks_of(endpoint.model())


async def test_structured_output_that_does_not_fit_is_an_error(endpoint: OllamaEndpoint) -> None:
    """Small models miss the schema at times."""
    from pydantic import BaseModel

    class Answer(BaseModel):
        degrees: int

    endpoint.append(["hello", stop("end_turn")])
    with pytest.raises(ValueError, match="Failed to parse or load content into model"):
        async with aclosing(endpoint.model().structured_output(Answer, PROMPT)) as events:
            assert [event async for event in events] == []
    assert endpoint.requests[0].body["format"] == Answer.model_json_schema()


def test_an_agent_can_be_called_again_without_await(endpoint: OllamaEndpoint) -> None:
    """Each such call has an event loop of its own, and connections do not move from loop to loop."""
    endpoint.append("one", "two")
    agent = Agent(model=endpoint.model(), callback_handler=None)
    assert [str(agent("Hi")).strip() for _ in range(2)] == ["one", "two"]
    assert endpoint.wait_until(lambda endpoint: endpoint.open_connections == 0)
