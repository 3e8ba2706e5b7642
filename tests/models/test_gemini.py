"""What is Gemini's own: signatures, whole calls, reasons to stop, errors with a status, streams that nobody reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import aclosing
from typing import Any

import pytest

from strands import Agent
from strands.models._chat.stream import StreamEndedEarlyError
from strands.testing import error, overflow, raw, throttled
from strands.types.exceptions import ContextWindowOverflowException, ModelThrottledException

genai = pytest.importorskip("google.genai")
httpx = pytest.importorskip("httpx")

from strands.models.gemini import GeminiModel  # noqa: E402
from strands.testing.gemini import GeminiEndpoint  # noqa: E402

PROMPT: list[Any] = [{"role": "user", "content": [{"text": "Hi"}]}]
SPEC: Any = {"name": "calc", "description": "Calculate", "inputSchema": {"json": {"type": "object", "properties": {}}}}
CALL = {"toolUse": {"toolUseId": "t1", "name": "calc", "input": {"x": 1}, "reasoningSignature": "c2ln"}}


@pytest.fixture
def endpoint() -> Iterator[GeminiEndpoint]:
    with GeminiEndpoint() as endpoint:
        yield endpoint


def candidate(*parts: Any, **fields: Any) -> dict[str, Any]:
    return {"candidates": [{"content": {"role": "model", "parts": list(parts)}, "index": 0, **fields}]}


async def chunks_of(model: GeminiModel, messages: list[Any] = PROMPT, **options: Any) -> list[Any]:
    async with aclosing(model.stream(messages, **options)) as stream:
        return [chunk async for chunk in stream]


def deltas_of(chunks: list[Any]) -> list[Any]:
    return [chunk["contentBlockDelta"]["delta"] for chunk in chunks if "contentBlockDelta" in chunk]


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        pytest.param({"text": "a"}, {"text": "a"}, id="text"),
        pytest.param(
            {"image": {"format": "png", "source": {"bytes": b"\xff\xfe"}}},
            {"inlineData": {"data": "__4=", "mimeType": "image/png"}},
            id="image",
        ),
        pytest.param(
            {"document": {"name": "n", "format": "md", "source": {"bytes": b"d"}}},
            {"inlineData": {"data": "ZA==", "mimeType": "text/markdown"}},
            id="document",
        ),
        pytest.param(
            {"reasoningContent": {"reasoningText": {"text": "t", "signature": "c2ln"}}},
            {"text": "t", "thought": True, "thoughtSignature": "c2ln"},
            id="thought",
        ),
        pytest.param(
            CALL,
            {"functionCall": {"id": "t1", "name": "calc", "args": {"x": 1}}, "thoughtSignature": "c2ln"},
            id="call, with its signature",
        ),
        pytest.param(
            {"toolResult": {"toolUseId": "t1", "status": "success", "content": [{"text": "a"}, {"json": [1]}]}},
            {"functionResponse": {"id": "t1", "name": "t1", "response": {"output": [{"text": "a"}, {"json": [1]}]}}},
            id="result of a call that the history lacks",
        ),
        pytest.param(
            {"citationsContent": {"content": [{"text": "a"}, {"text": "b"}]}}, {"text": "ab"}, id="cited text"
        ),
    ],
)
async def test_blocks_are_sent_in_the_services_shape(endpoint: GeminiEndpoint, block: Any, expected: Any) -> None:
    """A block in a wrong shape is refused, or worse: understood as something else."""
    endpoint.append("So.")
    await chunks_of(endpoint.model(), [{"role": "user", "content": [block]}])
    assert endpoint.requests[0].body["contents"] == [{"role": "user", "parts": [expected]}]


async def test_a_result_names_the_tool_again(endpoint: GeminiEndpoint) -> None:
    """The service tells results apart by the name of the tool."""
    endpoint.append("So.")
    result = {"toolResult": {"toolUseId": "t1", "status": "success", "content": [{"text": "a"}]}}
    conversation = [*PROMPT, {"role": "assistant", "content": [CALL]}, {"role": "user", "content": [result]}]
    await chunks_of(endpoint.model(), conversation)
    response = {"id": "t1", "name": "calc", "response": {"output": [{"text": "a"}]}}
    assert endpoint.requests[0].body["contents"][2]["parts"] == [{"functionResponse": response}]


@pytest.mark.parametrize(
    ("block", "error_class", "name"),
    [
        ({"video": {"format": "mp4", "source": {"bytes": b""}}}, TypeError, "video"),
        ({"cachePoint": {"type": "default"}}, TypeError, "cachePoint"),
        ({"reasoningContent": {"redactedContent": b"x"}}, TypeError, "redactedContent"),
        ({"reasoningContent": {"reasoningText": {"text": "t", "signature": "sig"}}}, ValueError, "signature"),
    ],
)
async def test_what_cannot_be_sent_is_refused(
    endpoint: GeminiEndpoint, block: Any, error_class: type[Exception], name: str
) -> None:
    """Left out in silence, it would change what the model is asked."""
    with pytest.raises(error_class, match=name):
        await chunks_of(endpoint.model(), [{"role": "user", "content": [block]}])
    assert endpoint.requests == []


async def test_params_win_and_tools_of_the_service_stand_beside_ours(endpoint: GeminiEndpoint) -> None:
    """Whatever the API can do, users can ask for."""
    endpoint.append("So.")
    search = genai.types.Tool(google_search=genai.types.GoogleSearch())
    model = endpoint.model(params={"temperature": 0.5, "system_instruction": "Be long."}, gemini_tools=[search])
    await chunks_of(model, tool_specs=[SPEC], tool_choice={"tool": {"name": "calc"}}, system_prompt="Be brief.")
    request = endpoint.requests[0]
    assert request.system == [{"text": "Be long."}]
    assert request.body["generationConfig"] == {"temperature": 0.5}
    assert {"googleSearch": {}} in request.body["tools"]
    assert (request.tool_names, request.tool_choice) == (["calc"], {"tool": {"name": "calc"}})


def test_functions_are_no_tools_of_the_service() -> None:
    """They would be called by nobody."""
    function = genai.types.Tool(function_declarations=[genai.types.FunctionDeclaration(name="calc")])
    with pytest.raises(ValueError, match="gemini_tools should not contain FunctionDeclarations"):
        GeminiModel(model_id="m", gemini_tools=[function])


async def test_signatures_come_back(endpoint: GeminiEndpoint) -> None:
    """Without them the model has to think anew."""
    endpoint.append(
        raw(
            candidate({"text": "Hm.", "thought": True, "thoughtSignature": "c2ln"}),
            candidate({"functionCall": {"id": "t1", "name": "calc"}, "thoughtSignature": "c2ln"}, finishReason="STOP"),
        )
    )
    chunks = await chunks_of(endpoint.model(), tool_specs=[SPEC])
    assert deltas_of(chunks) == [
        {"reasoningContent": {"text": "Hm."}},
        {"reasoningContent": {"signature": "c2ln"}},
        {"toolUse": {"input": "{}"}},
    ]
    started = {"toolUseId": "t1", "name": "calc", "reasoningSignature": "c2ln"}
    assert {"contentBlockStart": {"start": {"toolUse": started}}} in chunks
    assert chunks[-1] == {"messageStop": {"stopReason": "tool_use"}}


@pytest.mark.parametrize(
    ("response", "reason"),
    [
        (candidate({"text": "a"}, finishReason="STOP"), "end_turn"),
        (candidate({"text": "a"}, finishReason="MAX_TOKENS"), "max_tokens"),
        (candidate(finishReason="SAFETY"), "content_filtered"),
        ({"candidates": [{"finishReason": "RECITATION"}]}, "content_filtered"),
        ({"promptFeedback": {"blockReason": "SAFETY"}}, "content_filtered"),
    ],
)
async def test_reasons_to_stop(endpoint: GeminiEndpoint, response: Any, reason: str) -> None:
    """An answer that was cut or held back must not pass for a whole one."""
    endpoint.append(raw(response))
    assert (await chunks_of(endpoint.model()))[-1] == {"messageStop": {"stopReason": reason}}


async def test_thoughts_count_as_output(endpoint: GeminiEndpoint) -> None:
    """They are billed as such."""
    usage = {"promptTokenCount": 5, "candidatesTokenCount": 7, "thoughtsTokenCount": 2, "totalTokenCount": 14}
    endpoint.append(raw({**candidate({"text": "a"}, finishReason="STOP"), "usageMetadata": usage}))
    reported = (await chunks_of(endpoint.model()))[-1]["metadata"]["usage"]
    assert reported == {"inputTokens": 5, "outputTokens": 9, "totalTokens": 14}


async def test_parts_without_room_in_chunks_are_named(
    endpoint: GeminiEndpoint, caplog: pytest.LogCaptureFixture
) -> None:
    """An image that the model made is not to vanish without a word."""
    image = {"inlineData": {"mimeType": "image/png", "data": "aGk="}}
    endpoint.append(raw(candidate(image, finishReason="STOP")))
    await chunks_of(endpoint.model())
    assert "part=<inline_data>" in caplog.text


async def test_a_stream_without_an_end_is_an_error(endpoint: GeminiEndpoint) -> None:
    """A proxy that gives up may end the body in good order."""
    endpoint.append(raw(candidate({"text": "Half an"})))
    with pytest.raises(StreamEndedEarlyError):
        await chunks_of(endpoint.model())


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (throttled(retry_after_s=7), ModelThrottledException),
        (error("ServiceUnavailableException"), ModelThrottledException),
        (overflow(), ContextWindowOverflowException),
        (error("ValidationException", "quota RESOURCE_EXHAUSTED"), genai.errors.ClientError),
    ],
)
@pytest.mark.parametrize("content", [[], [raw(candidate({"text": "Half an"}))]], ids=["at once", "within the stream"])
async def test_failures_are_told_apart_by_their_status(
    endpoint: GeminiEndpoint, content: list[Any], failure: Any, expected: type[Exception]
) -> None:
    """Agents wait, shorten the conversation, or give up."""
    endpoint.append([*content, failure])
    with pytest.raises(expected) as caught:
        await chunks_of(endpoint.model())
    assert getattr(caught.value, "retry_after_s", None) == failure.retry_after_s


async def test_tokens_are_counted_by_the_service_if_asked(endpoint: GeminiEndpoint) -> None:
    """The service counts the conversation; tools and instructions are estimated."""
    model = endpoint.model(use_native_token_count=True)
    conversation = await model.count_tokens(PROMPT)
    assert endpoint.requests[0].path == "/v1beta/models/local:countTokens"
    assert await model.count_tokens(PROMPT, None, "Be brief.") == conversation + 3
    endpoint.stop()
    assert await model.count_tokens(PROMPT) == 1


def test_an_agent_can_be_called_again_without_await(endpoint: GeminiEndpoint) -> None:
    """Each such call has an event loop of its own, and connections do not move from loop to loop."""
    endpoint.append("one", "two")
    agent = Agent(model=endpoint.model(), callback_handler=None)
    assert [str(agent("Hi")).strip() for _ in range(2)] == ["one", "two"]
    assert endpoint.wait_until(lambda endpoint: endpoint.open_connections == 0)


async def test_a_client_of_the_user_serves_all_requests(endpoint: GeminiEndpoint) -> None:
    """It may have credentials that nobody else has."""
    endpoint.append("So.")
    async with httpx.AsyncClient() as connections:
        options = genai.types.HttpOptions(base_url=endpoint.url, httpx_async_client=connections)
        client = genai.Client(api_key="k", http_options=options)
        assert deltas_of(await chunks_of(GeminiModel(client=client, model_id="m"))) == [{"text": "So."}]
        assert not connections.is_closed
    with pytest.raises(ValueError, match="Only one of 'client' or 'client_args'"):
        GeminiModel(client=client, client_args={"api_key": "k"}, model_id="m")
