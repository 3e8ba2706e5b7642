"""Streams of a Bedrock model: real boto3 over HTTP, against the local endpoint."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Iterator
from contextlib import aclosing
from typing import Any
from unittest.mock import patch

import pytest
from botocore.config import Config
from botocore.exceptions import HTTPClientError
from pydantic import BaseModel, ValidationError
from urllib3.exceptions import HTTPError, ReadTimeoutError

from strands.models import BedrockModel
from strands.testing import (
    BedrockEndpoint,
    Gate,
    Turn,
    blocked,
    cited,
    disconnect,
    error,
    pause,
    raw,
    reasoning,
    silence,
    stop,
    text,
    throttled,
    usage,
    use,
)
from strands.types.content import Messages
from tests.models._notes import notes_on

HI: Messages = [{"role": "user", "content": [{"text": "hi"}]}]
TIMEOUT_S = 10.0
THREAD = "strands-bedrock-stream"
SOURCE = {
    "title": "t",
    "location": {"documentChar": {"documentIndex": 0, "start": 1, "end": 2}},
    "sourceContent": [{"text": "s"}],
}


@pytest.fixture
def endpoint() -> Iterator[BedrockEndpoint]:
    with BedrockEndpoint() as running:
        yield running


async def chunks_of(model: BedrockModel, **arguments: Any) -> list[Any]:
    async with aclosing(model.stream(HI, **arguments)) as chunks:
        return [chunk async for chunk in chunks]


def stream_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == THREAD]


async def no_thread_left() -> bool:
    """Wait for the end of all stream threads; False if one goes on."""
    for thread in stream_threads():
        await asyncio.to_thread(thread.join, TIMEOUT_S)
    return not stream_threads()


def metadata(tokens: int, **more: Any) -> dict[str, Any]:
    counts = {"inputTokens": 10, "outputTokens": tokens, "totalTokens": 10 + tokens}
    return {"metadata": {"usage": counts, "metrics": {"latencyMs": 10}, **more}}


def delta(index: int, content: dict[str, Any]) -> dict[str, Any]:
    return {"contentBlockDelta": {"delta": content, "contentBlockIndex": index}}


def end(index: int) -> dict[str, Any]:
    return {"contentBlockStop": {"contentBlockIndex": index}}


START = {"messageStart": {"role": "assistant"}}
END_TURN = {"messageStop": {"stopReason": "end_turn"}}

STREAMS: dict[str, tuple[Turn, list[Any]]] = {
    "text": (
        text(["a", "b"]),
        [
            START,
            delta(0, {"text": "a"}),
            delta(0, {"text": "b"}),
            end(0),
            END_TURN,
            metadata(2),
        ],
    ),
    "tool use": (
        [text(["a"]), use("t", ['{"x":', "1}"], tool_use_id="1")],
        [
            START,
            delta(0, {"text": "a"}),
            end(0),
            {"contentBlockStart": {"start": {"toolUse": {"toolUseId": "1", "name": "t"}}, "contentBlockIndex": 1}},
            delta(1, {"toolUse": {"input": '{"x":'}}),
            delta(1, {"toolUse": {"input": "1}"}}),
            end(1),
            {"messageStop": {"stopReason": "tool_use"}},
            metadata(3),
        ],
    ),
    "reasoning": (
        [reasoning(["r"], signature="s"), reasoning(redacted=b"zz")],
        [
            START,
            delta(0, {"reasoningContent": {"text": "r"}}),
            delta(0, {"reasoningContent": {"signature": "s"}}),
            end(0),
            delta(1, {"reasoningContent": {"redactedContent": b"zz"}}),
            end(1),
            END_TURN,
            metadata(3),
        ],
    ),
    "citation": (
        cited(["a"], SOURCE),
        [
            START,
            delta(0, {"text": "a"}),
            delta(0, {"citation": SOURCE}),
            end(0),
            END_TURN,
            metadata(2),
        ],
    ),
    "additional fields": (
        [text(["a"]), stop("stop_sequence", additional_fields={"x": 1})],
        [
            START,
            delta(0, {"text": "a"}),
            end(0),
            {"messageStop": {"stopReason": "stop_sequence", "additionalModelResponseFields": {"x": 1}}},
            metadata(1),
        ],
    ),
    "cached tokens": (
        [usage(input_tokens=1, output_tokens=2, cache_read_tokens=4, cache_write_tokens=5, latency_ms=7)],
        [
            START,
            END_TURN,
            {
                "metadata": {
                    "usage": {
                        "inputTokens": 1,
                        "outputTokens": 2,
                        "totalTokens": 3,
                        "cacheReadInputTokens": 4,
                        "cacheWriteInputTokens": 5,
                    },
                    "metrics": {"latencyMs": 7},
                }
            },
        ],
    ),
}


@pytest.mark.parametrize(("turn", "chunks"), STREAMS.values(), ids=STREAMS.keys())
async def test_chunks_pass_as_they_come(turn: Turn, chunks: list[Any], endpoint: BedrockEndpoint) -> None:
    endpoint.append(turn)
    assert await chunks_of(endpoint.model()) == chunks
    assert endpoint.requests[0].operation == "ConverseStream"
    assert await no_thread_left()


WHOLE: dict[str, tuple[Turn, list[Any], str]] = {
    "text": (text(["a", "b"]), [{"text": "ab"}], "end_turn"),
    "reasoning": (
        [reasoning(["r"], signature="s")],
        [{"reasoningContent": {"text": "r"}}, {"reasoningContent": {"signature": "s"}}],
        "end_turn",
    ),
    "redacted reasoning": ([reasoning(redacted=b"z")], [{"reasoningContent": {"redactedContent": b"z"}}], "end_turn"),
    "citation": (cited(["a", "b"], SOURCE), [{"text": "ab"}, {"citation": SOURCE}], "end_turn"),
}


@pytest.mark.parametrize(("turn", "deltas", "reason"), WHOLE.values(), ids=WHOLE.keys())
async def test_a_whole_response_becomes_chunks(
    turn: Turn, deltas: list[Any], reason: str, endpoint: BedrockEndpoint
) -> None:
    """With `streaming=False` callers must see no other kind of chunk than with it."""
    endpoint.append(turn)
    chunks = await chunks_of(endpoint.model(streaming=False))
    assert chunks[:-1] == [
        START,
        *({"contentBlockDelta": {"delta": each}} for each in deltas),
        {"contentBlockStop": {}},
        {"messageStop": {"stopReason": reason, "additionalModelResponseFields": None}},
    ]
    assert set(chunks[-1]["metadata"]) == {"usage", "metrics"}
    assert endpoint.requests[0].operation == "Converse"


async def test_a_whole_response_with_a_tool_use_becomes_chunks(endpoint: BedrockEndpoint) -> None:
    endpoint.append([text(["a"]), use("t", {"x": [1]}, tool_use_id="1"), stop("tool_use", additional_fields={"f": 1})])
    chunks = await chunks_of(endpoint.model(streaming=False))
    assert chunks[:-1] == [
        START,
        {"contentBlockDelta": {"delta": {"text": "a"}}},
        {"contentBlockStop": {}},
        {"contentBlockStart": {"start": {"toolUse": {"toolUseId": "1", "name": "t"}}}},
        {"contentBlockDelta": {"delta": {"toolUse": {"input": '{"x": [1]}'}}}},
        {"contentBlockStop": {}},
        {"messageStop": {"stopReason": "tool_use", "additionalModelResponseFields": {"f": 1}}},
    ]


IN, OUT = "redactUserContentMessage", "redactAssistantContentMessage"
GUARDRAIL: dict[str, Any] = {"guardrail_id": "g", "guardrail_version": "1"}
OUTPUT_ONLY = {"guardrail_redact_input": False, "guardrail_redact_output": True}

REDACTIONS: dict[str, tuple[dict[str, Any], list[dict[str, str]]]] = {
    "input by default": ({}, [{IN: "[User input redacted.]"}]),
    "both": (
        {"guardrail_redact_output": True},
        [{IN: "[User input redacted.]"}, {OUT: "[Assistant output redacted.]"}],
    ),
    "output only": ({**OUTPUT_ONLY, "guardrail_redact_output_message": "O"}, [{OUT: "O"}]),
    "own words": ({"guardrail_redact_input_message": "I"}, [{IN: "I"}]),
    "none": ({"guardrail_redact_input": False}, []),
}


@pytest.mark.parametrize("streaming", [True, False])
@pytest.mark.parametrize("side", ["input", "output"])
@pytest.mark.parametrize(("config", "redactions"), REDACTIONS.values(), ids=REDACTIONS.keys())
async def test_a_guardrail_that_blocks_redacts(
    config: Any, redactions: list[dict[str, str]], side: Any, streaming: bool, endpoint: BedrockEndpoint
) -> None:
    """What was blocked must not stay in the history, where it would be sent again."""
    endpoint.append([text(["No."]), blocked(side)])
    chunks = await chunks_of(endpoint.model(streaming=streaming, **GUARDRAIL, **config))
    assert [chunk["redactContent"] for chunk in chunks if "redactContent" in chunk] == redactions
    kinds = [next(iter(chunk)) for chunk in chunks]
    last = ["redactContent"] * len(redactions) + ["metadata"]
    assert kinds[-len(last) :] == (last if streaming else last[::-1])


TRACES: dict[str, dict[str, Any]] = {
    "found but let through": {"topics": [{"name": "x", "type": "DENY", "action": "BLOCKED", "detected": False}]},
    "not said whether found": {"topics": [{"name": "x", "type": "DENY", "action": "BLOCKED"}]},
    "only masked": {"topics": [{"name": "x", "type": "DENY", "action": "NONE", "detected": True}]},
}


@pytest.mark.parametrize("policy", TRACES.values(), ids=TRACES.keys())
async def test_a_guardrail_that_does_not_block_redacts_nothing(policy: Any, endpoint: BedrockEndpoint) -> None:
    trace = {"guardrail": {"inputAssessment": {"g": {"topicPolicy": policy}}}}
    endpoint.append(raw(START, END_TURN, metadata(1, trace=trace)))
    assert [next(iter(chunk)) for chunk in await chunks_of(endpoint.model(**GUARDRAIL))] == [
        "messageStart",
        "messageStop",
        "metadata",
    ]


@pytest.mark.parametrize(
    ("system_prompt", "content", "sent"),
    [
        ("a", None, [{"text": "a"}]),
        ("a", [{"text": "b"}], [{"text": "b"}]),
        ("a", [], []),
        ("", None, []),
        (None, None, []),
    ],
)
async def test_system_prompt_as_text_or_blocks(
    system_prompt: str | None, content: Any, sent: Any, endpoint: BedrockEndpoint
) -> None:
    endpoint.append("ok")
    await chunks_of(endpoint.model(), system_prompt=system_prompt, system_prompt_content=content)
    assert endpoint.requests[0].system == sent


async def test_unknown_keywords_are_ignored(endpoint: BedrockEndpoint) -> None:
    """Agents pass more along than a provider needs to know."""
    endpoint.append("ok")
    await chunks_of(endpoint.model(), invocation_state={"a": 1}, anything=object())
    assert len(endpoint.requests) == 1


@pytest.mark.parametrize("leave", ["aclose", "cancel"])
async def test_leaving_early_hangs_up_and_ends_the_thread(leave: str, endpoint: BedrockEndpoint) -> None:
    """In mid-silence, when no chunk is coming that could be refused: the model must stop, the thread must end."""
    gate = Gate()
    endpoint.append(text(["first", pause(gate), "never"]))
    stream = endpoint.model().stream(HI)
    assert [await anext(stream), await anext(stream)] == [START, delta(0, {"text": "first"})]
    if leave == "aclose":
        await stream.aclose()
    else:
        waiting = asyncio.ensure_future(anext(stream))
        await gate.reached()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    await endpoint.disconnected()
    assert await no_thread_left()
    await endpoint.until(lambda each: each.open_connections == 0)


async def test_leaving_before_the_answer_hangs_up_when_it_begins(endpoint: BedrockEndpoint) -> None:
    """Botocore gives no access to a request under way; the thread must not outlive the first sign of an answer."""
    gate = Gate()
    endpoint.append([pause(gate), "too late"])
    waiting = asyncio.ensure_future(anext(endpoint.model().stream(HI)))
    await gate.reached()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    gate.open()
    assert await no_thread_left()


async def test_an_abandoned_request_is_not_sent_again(endpoint: BedrockEndpoint) -> None:
    """Botocore repeats a throttled request by itself, after a wait; by then nobody may want the answer."""
    gate = Gate()
    endpoint.append([pause(gate), throttled()], "paid for nothing")
    model = endpoint.model(boto_client_config=Config(retries={"total_max_attempts": 3, "mode": "standard"}))
    waiting = asyncio.ensure_future(anext(model.stream(HI)))
    await gate.reached()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    gate.open()
    assert await no_thread_left()
    assert len(endpoint.requests) == 1


async def test_a_finished_stream_leaves_its_connection_to_the_next(endpoint: BedrockEndpoint) -> None:
    """A new connection costs a TLS handshake per turn."""
    endpoint.append("one", "two", "three")
    model = endpoint.model()
    for _ in range(3):
        await chunks_of(model)
        assert await no_thread_left()
    assert endpoint.open_connections == 1


async def test_many_streams_run_at_once(caplog: pytest.LogCaptureFixture) -> None:
    """Each stream waits until all have begun, which a shared pool of a few threads or connections never allows."""
    streams, gate = 64, Gate()
    with BedrockEndpoint(lambda _: text(["a", pause(gate), "b"])) as endpoint, caplog.at_level(logging.WARNING):
        model = endpoint.model()
        running = asyncio.gather(*(chunks_of(model) for _ in range(streams)))
        await endpoint.until(lambda each: each.open_streams == streams)
        gate.open()
        assert [len(chunks) for chunks in await running] == [6] * streams
    assert caplog.records == []  # urllib3 warns when it drops connections
    assert await no_thread_left()


@pytest.mark.parametrize(
    "turn",
    [text(["a", disconnect()]), raw(START, delta(0, {"text": "a"})), silence()],
    ids=["connection cut", "no end of message", "nothing at all"],
)
async def test_a_stream_that_breaks_off_is_an_error(turn: Turn, endpoint: BedrockEndpoint) -> None:
    """Half an answer must not pass for a whole one."""
    endpoint.append(turn, text(["usable", " at once"]))
    model = endpoint.model()
    with pytest.raises(HTTPError) as caught:
        await chunks_of(model)
    assert "└ Bedrock region: us-east-1" in notes_on(caught.value)
    assert (await chunks_of(model))[-1] == metadata(2)
    assert await no_thread_left()


async def test_a_connection_lost_before_the_answer_is_an_error(endpoint: BedrockEndpoint) -> None:
    endpoint.append([disconnect()])
    with pytest.raises((HTTPClientError, HTTPError)):
        await chunks_of(endpoint.model())


async def test_silence_beyond_the_read_timeout_is_an_error(endpoint: BedrockEndpoint) -> None:
    endpoint.append(text(["a", pause(Gate())]))
    config = Config(read_timeout=0.05, retries={"total_max_attempts": 1})
    with pytest.raises(ReadTimeoutError):
        await chunks_of(endpoint.model(boto_client_config=config))
    assert await no_thread_left()


async def test_a_stand_in_for_the_client_may_stream_a_plain_list() -> None:
    """Users' tests patch boto3 and answer with a few chunks, not with a connection."""
    with patch("strands.models.bedrock.boto3") as sdk:
        model = BedrockModel(model_id="m")
    client = sdk.Session.return_value.client.return_value
    client.converse_stream.return_value = {"stream": [START, delta(0, {"text": "a"})]}
    assert await chunks_of(model) == [START, delta(0, {"text": "a"})]
    client.converse_stream.assert_called_once_with(modelId="m", messages=HI, system=[], inferenceConfig={})


class Person(BaseModel):
    """Somebody."""

    name: str
    age: int


async def outputs(model: BedrockModel) -> list[Any]:
    async with aclosing(model.structured_output(Person, HI, system_prompt="Be exact.")) as events:
        return [event async for event in events]


@pytest.mark.parametrize("streaming", [True, False])
@pytest.mark.parametrize("reason", ["tool_use", "end_turn"])
async def test_structured_output(reason: str, streaming: bool, endpoint: BedrockEndpoint) -> None:
    """The model has to call the one tool it is offered, and some say `end_turn` although they did."""
    endpoint.append([use("Person", name="Ada", age=36), stop(reason)])
    events = await outputs(endpoint.model(streaming=streaming))
    assert events[-1] == {"output": Person(name="Ada", age=36)}
    assert {"event", "stop"} <= {key for event in events for key in event}
    request = endpoint.requests[0]
    assert (request.tool_choice, request.tool_names, request.system) == (
        {"any": {}},
        ["Person"],
        [{"text": "Be exact."}],
    )


async def test_structured_output_is_the_last_call(endpoint: BedrockEndpoint) -> None:
    """A model that calls twice has thought better of it."""
    endpoint.append([use("Person", name="Eda", age=3), use("Person", name="Ada", age=36)])
    assert (await outputs(endpoint.model()))[-1] == {"output": Person(name="Ada", age=36)}


@pytest.mark.parametrize(
    ("turn", "failure", "message"),
    [
        ([use("Person")], ValidationError, "name\n  Field required"),
        ("Just words.", ValueError, 'Model returned stop_reason: end_turn instead of "tool_use".'),
        ([use("Other", x=1)], ValueError, "No valid tool use or tool use input was found in the Bedrock response."),
        ([use("Person", name="Ada")], ValidationError, "age\n  Field required"),
        ([text(["a"]), error("ModelStreamErrorException", "broke")], Exception, "broke"),
    ],
)
async def test_structured_output_that_fails(
    turn: Turn, failure: type[Exception], message: str, endpoint: BedrockEndpoint
) -> None:
    endpoint.append(turn)
    with pytest.raises(failure) as caught:
        await outputs(endpoint.model())
    assert message in str(caught.value)
    assert await no_thread_left()
