"""What is the Responses API's own: phases, kept conversations, failures within the stream, items in a conversation."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from typing import Any

import pytest

from strands import Agent, tool
from strands.models._chat.stream import StreamEndedEarlyError
from strands.testing import Gate, pause, raw, reasoning, stop, text, use
from strands.types.exceptions import ContextWindowOverflowException, ModelThrottledException

openai = pytest.importorskip("openai")

from strands.models.openai_responses import OpenAIResponsesModel  # noqa: E402
from strands.testing.openai_responses import OpenAIResponsesEndpoint  # noqa: E402

PROMPT: list[Any] = [{"role": "user", "content": [{"text": "Hi"}]}]
SPEC: Any = {"name": "calc", "description": "Calculate", "inputSchema": {"json": {"type": "object", "properties": {}}}}
CREATED = {"type": "response.created", "response": {"id": "resp_1", "output": []}}


@pytest.fixture
def endpoint() -> Iterator[OpenAIResponsesEndpoint]:
    with OpenAIResponsesEndpoint() as endpoint:
        yield endpoint


@tool
def weather(city: str) -> str:
    """Tell the weather.

    Args:
        city: The city.
    """
    return f"4 °C in {city}"


async def chunks_of(model: OpenAIResponsesModel, messages: list[Any] = PROMPT, **options: Any) -> list[Any]:
    async with aclosing(model.stream(messages, **options)) as stream:
        return [chunk async for chunk in stream]


async def test_a_marked_final_answer_streams_live_with_tools_offered(endpoint: OpenAIResponsesEndpoint) -> None:
    """The mark settles at once what would else be known only when the response is complete."""
    gate = Gate()
    endpoint.append(
        [text("Let me look.", phase="commentary"), use("weather", city="Oslo")],
        [text("I have it.", phase="commentary"), text(["It is ", pause(gate), "4 °C."], phase="final_answer")],
    )
    agent = Agent(model=endpoint.model(), tools=[weather], callback_handler=None)
    seen: list[str] = []
    async for event in agent.stream_async("How warm is it?", stream_final_turn_only=True):
        if "data" in event:
            seen.append(event["data"])
        if seen == ["It is "]:
            await gate.reached()  # the rest of the answer does not exist yet
            gate.open()
    assert seen == ["It is ", "4 °C."]


async def test_without_marks_the_answer_waits_for_the_end(endpoint: OpenAIResponsesEndpoint) -> None:
    """Older models mark nothing: then only the end tells that no tool call follows."""
    endpoint.append([text("Let me look."), use("weather", city="Oslo")], "It is 4 °C.")
    agent = Agent(model=endpoint.model(), tools=[weather], callback_handler=None)
    events = [event async for event in agent.stream_async("How warm?", stream_final_turn_only=True)]
    assert "".join(event["data"] for event in events if "data" in event) == "It is 4 °C."


async def test_phases_open_blocks_of_their_own(endpoint: OpenAIResponsesEndpoint) -> None:
    """Whoever reads raw chunks can tell commentary from answer, too."""
    endpoint.append([text(["Hm."], phase="commentary"), text(["So."], phase="final_answer")])
    chunks = await chunks_of(endpoint.model())
    assert chunks[1:-2] == [
        {"contentBlockStart": {"start": {"phase": "commentary"}}},
        {"contentBlockDelta": {"delta": {"text": "Hm."}}},
        {"contentBlockStop": {}},
        {"contentBlockStart": {"start": {"phase": "final_answer"}}},
        {"contentBlockDelta": {"delta": {"text": "So."}}},
        {"contentBlockStop": {}},
    ]


async def test_a_kept_conversation_goes_on_from_the_last_response(endpoint: OpenAIResponsesEndpoint) -> None:
    """The service knows what was said before; the next request names the response to go on from."""
    model, state = endpoint.model(stateful=True), dict[str, Any]()
    endpoint.append("One.", "Two.")
    await chunks_of(model, model_state=state)
    first_id = state["response_id"]
    await chunks_of(model, model_state=state)
    bodies = [request.body for request in endpoint.requests]
    assert [body.get("previous_response_id") for body in bodies] == [None, first_id]
    assert [body["store"] for body in bodies] == [True, True]
    assert state["response_id"] not in ("", first_id)


async def test_a_broken_response_is_not_gone_on_from(endpoint: OpenAIResponsesEndpoint) -> None:
    """The service refuses to go on from a response that it did not complete."""
    endpoint.append(raw(CREATED))
    state = {"response_id": "resp_0"}
    with pytest.raises(StreamEndedEarlyError):
        await chunks_of(endpoint.model(stateful=True), model_state=state)
    assert state == {"response_id": "resp_0"}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("rate_limit_exceeded", ModelThrottledException),
        ("context_length_exceeded", ContextWindowOverflowException),
        ("server_error", openai.APIError),
    ],
)
@pytest.mark.parametrize("kind", ["error", "response.failed"])
async def test_a_failure_within_the_stream_is_told_apart(
    endpoint: OpenAIResponsesEndpoint, kind: str, code: str, expected: type[Exception]
) -> None:
    """The status was 200 by then: only the code tells what to do."""
    described = {"code": code, "message": "It failed."}
    failed = (
        {"response": {"id": "resp_1", "output": [], "error": described}} if kind == "response.failed" else described
    )
    endpoint.append(raw(CREATED, {"type": kind, **failed}))
    with pytest.raises(expected, match=r"It failed\."):
        await chunks_of(endpoint.model())


@pytest.mark.parametrize(
    "error", [{"message": "It failed.", "type": "odd", "code": None}, {"type": "odd"}, "It failed."]
)
async def test_an_error_within_an_event_is_raised_as_by_the_sdk(endpoint: OpenAIResponsesEndpoint, error: Any) -> None:
    """Callers handle the errors of the SDK; how its responses are read must not change them."""
    endpoint.append(raw(CREATED, {"type": "error", "error": error}), raw(CREATED, {"type": "error", "error": error}))
    async with openai.AsyncOpenAI(api_key="local", base_url=endpoint.base_url) as client:
        with pytest.raises(openai.APIError) as theirs:
            async for _ in await client.responses.create(model="local", input="Hi", stream=True):
                pass
    with pytest.raises(openai.APIError) as ours:
        await chunks_of(endpoint.model())
    assert ours.type is theirs.type
    assert (ours.value.body, ours.value.request.url) == (theirs.value.body, theirs.value.request.url)
    assert ours.value.message in (theirs.value.message, error, "the response failed")


async def test_an_error_within_an_event_is_told_apart(endpoint: OpenAIResponsesEndpoint) -> None:
    """Such an error may say by its type alone that it will pass."""
    endpoint.append(raw(CREATED, {"type": "error", "error": {"message": "Slow down.", "type": "rate_limit_error"}}))
    with pytest.raises(ModelThrottledException, match=r"Slow down\."):
        await chunks_of(endpoint.model())


async def test_the_response_is_read_past_the_reader_of_the_sdk(
    endpoint: OpenAIResponsesEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That takes a third of a millisecond per token, during which no other stream of the event loop moves."""
    monkeypatch.delattr(openai.AsyncStream, "__aiter__")
    monkeypatch.delattr(openai.AsyncStream, "__anext__")
    endpoint.append([text(["a", "b"])])
    deltas = [chunk["contentBlockDelta"] for chunk in await chunks_of(endpoint.model()) if "contentBlockDelta" in chunk]
    assert deltas == [{"delta": {"text": "a"}}, {"delta": {"text": "b"}}]


async def test_what_wraps_a_stream_of_the_sdk_sees_its_events(
    endpoint: OpenAIResponsesEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tracers put themselves between the SDK and the model, as tests of users put stand-ins."""
    seen: list[str] = []
    create = openai.resources.responses.AsyncResponses.create

    class Traced:
        __class__ = openai.AsyncStream  # as proxies say

        def __init__(self, stream: Any) -> None:
            self.stream, self.response = stream, stream.response

        async def __aiter__(self) -> AsyncIterator[Any]:
            async for event in self.stream:
                seen.append(event.type)
                yield event

    async def traced(self: Any, **request: Any) -> Traced:
        return Traced(await create(self, **request))

    endpoint.append([text(["a", "b"])], [text(["a", "b"])])
    untraced = await chunks_of(endpoint.model())
    monkeypatch.setattr(openai.resources.responses.AsyncResponses, "create", traced)
    assert await chunks_of(endpoint.model()) == untraced
    assert seen.count("response.output_text.delta") == 2
    assert seen[-1] == "response.completed"


async def test_a_call_cut_at_the_limit_is_not_run(endpoint: OpenAIResponsesEndpoint) -> None:
    """Half a tool call would run the tool with an input that the model never finished."""
    endpoint.append([use("calc", ['{"x": ']), stop("max_tokens")])
    chunks = await chunks_of(endpoint.model(), tool_specs=[SPEC])
    assert {"messageStop": {"stopReason": "max_tokens"}} in chunks


async def test_calls_that_arrive_in_turn_are_kept_apart(endpoint: OpenAIResponsesEndpoint) -> None:
    """Pieces of parallel calls may alternate; chunks carry one call at a time."""
    calls = [
        {"id": f"fc_{n}", "type": "function_call", "call_id": f"call_{n}", "name": "calc", "arguments": ""}
        for n in (0, 1)
    ]
    kind = "response.function_call_arguments.delta"
    endpoint.append(
        raw(
            CREATED,
            *({"type": "response.output_item.added", "output_index": n, "item": calls[n]} for n in (0, 1)),
            *({"type": kind, "item_id": f"fc_{n}", "output_index": n, "delta": '{"x": '} for n in (0, 1)),
            *({"type": kind, "item_id": f"fc_{n}", "output_index": n, "delta": f"{n}}}"} for n in (0, 1)),
            {"type": "response.completed", "response": {"id": "resp_1", "output": [], "usage": None}},
        )
    )
    chunks = await chunks_of(endpoint.model(), tool_specs=[SPEC])
    kinds = [next(iter(chunk)).removeprefix("contentBlock") for chunk in chunks[1:-1]]
    inputs = [
        chunk["contentBlockDelta"]["delta"]["toolUse"]["input"] for chunk in chunks if "contentBlockDelta" in chunk
    ]
    assert kinds == ["Start", "Delta", "Delta", "Stop"] * 2
    assert inputs == ['{"x": ', "0}", '{"x": ', "1}"]
    assert chunks[-1] == {"messageStop": {"stopReason": "tool_use"}}


async def test_a_refusal_is_text(endpoint: OpenAIResponsesEndpoint) -> None:
    """The user should read why there is no answer."""
    endpoint.append(
        raw(
            CREATED,
            {"type": "response.refusal.delta", "item_id": "m", "output_index": 0, "content_index": 0, "delta": "No."},
            {"type": "response.completed", "response": {"id": "resp_1", "output": [], "usage": None}},
        )
    )
    assert {"contentBlockDelta": {"delta": {"text": "No."}}} in await chunks_of(endpoint.model())


async def test_a_citation_of_the_web_is_handed_on(endpoint: OpenAIResponsesEndpoint) -> None:
    """Readers want to check what the answer rests on."""
    note = {"type": "url_citation", "start_index": 0, "end_index": 3, "title": "Report", "url": "https://example.com"}
    where = {"item_id": "m", "output_index": 0, "content_index": 0}
    endpoint.append(
        raw(
            CREATED,
            {"type": "response.output_text.delta", **where, "delta": "So."},
            {"type": "response.output_text.annotation.added", **where, "annotation_index": 0, "annotation": note},
            {"type": "response.completed", "response": {"id": "resp_1", "output": [], "usage": None}},
        )
    )
    citation = {"title": "Report", "location": {"web": {"url": "https://example.com"}}}
    assert {"contentBlockDelta": {"delta": {"citation": citation}}} in await chunks_of(endpoint.model())


async def test_a_conversation_becomes_a_list_of_items(endpoint: OpenAIResponsesEndpoint) -> None:
    """Said, called, returned: each is an item of its own, and results may hold media."""
    image = {"image": {"format": "png", "source": {"bytes": b"png"}}}
    conversation: list[Any] = [
        *PROMPT,
        {
            "role": "assistant",
            "content": [{"text": "Wait."}, {"toolUse": {"toolUseId": "c1", "name": "calc", "input": {"x": 1}}}],
        },
        {
            "role": "user",
            "content": [
                {"toolResult": {"toolUseId": "c1", "status": "success", "content": [{"text": "a"}, {"json": [1]}]}},
                {"toolResult": {"toolUseId": "c2", "status": "success", "content": [image]}},
                {"text": "And?"},
            ],
        },
    ]
    endpoint.append("So.")
    params = {"tools": [{"type": "web_search"}], "store": True, "stream": False}
    model = endpoint.model(params=params)
    await chunks_of(model, conversation, tool_specs=[SPEC], tool_choice={"any": {}}, system_prompt="Be brief.")
    function = {
        "type": "function",
        "name": "calc",
        "description": "Calculate",
        "parameters": SPEC["inputSchema"]["json"],
    }
    picture = {"type": "input_image", "image_url": "data:image/png;base64,cG5n"}
    assert endpoint.requests[0].body == {
        "model": "local",
        "stream": True,
        "store": False,
        "instructions": "Be brief.",
        "tool_choice": "required",
        "tools": [{"type": "web_search"}, function],
        "input": [
            {"role": "user", "content": [{"type": "input_text", "text": "Hi"}]},
            {"role": "assistant", "content": [{"type": "output_text", "text": "Wait."}]},
            {"type": "function_call", "call_id": "c1", "name": "calc", "arguments": '{"x": 1}'},
            {"role": "user", "content": [{"type": "input_text", "text": "And?"}]},
            {"type": "function_call_output", "call_id": "c1", "output": "a\n[1]"},
            {"type": "function_call_output", "call_id": "c2", "output": [picture]},
        ],
    }


async def test_reasoning_is_left_out_of_a_request(
    endpoint: OpenAIResponsesEndpoint, caplog: pytest.LogCaptureFixture
) -> None:
    """The API takes only reasoning that it keeps itself; that is said, not hidden."""
    endpoint.append("So.")
    thought = {"reasoningContent": {"reasoningText": {"text": "Hm."}}}
    await chunks_of(endpoint.model(), [*PROMPT, {"role": "assistant", "content": [thought]}, *PROMPT])
    assert [message["role"] for message in endpoint.requests[0].messages] == ["user"]
    assert "reasoningContent is not yet supported" in caplog.text


async def test_media_that_are_too_large_are_refused() -> None:
    """The service would refuse them, after an upload of minutes."""
    model = OpenAIResponsesModel(model_id="m")
    document = {"document": {"name": "d", "format": "pdf", "source": {"bytes": bytes(20 * 1024**2 + 1)}}}
    with pytest.raises(ValueError, match=r"Document size 20971521 bytes exceeds maximum of 20971520 bytes \(20MB\)"):
        await chunks_of(model, [{"role": "user", "content": [document]}])


async def test_tokens_are_counted_by_the_service_if_asked(endpoint: OpenAIResponsesEndpoint) -> None:
    """The service knows its tokens; an estimate costs no request."""
    counted = await endpoint.model(use_native_token_count=True).count_tokens(PROMPT, [SPEC], "Be brief.")
    assert endpoint.requests[0].path == "/v1/responses/input_tokens"
    assert set(endpoint.requests[0].body) == {"model", "input", "instructions", "tools"}
    assert counted > 0
    assert await endpoint.model().count_tokens(PROMPT) == 1
    assert len(endpoint.requests) == 1


async def test_reasoning_before_a_call_is_kept_apart(endpoint: OpenAIResponsesEndpoint) -> None:
    """A thought in the tool's input would break it."""
    endpoint.append([reasoning(["Hm."]), use("calc", {"x": 1})])
    chunks = await chunks_of(endpoint.model(), tool_specs=[SPEC])
    assert {"contentBlockDelta": {"delta": {"reasoningContent": {"text": "Hm."}}}} in chunks
    assert chunks[-2] == {"messageStop": {"stopReason": "tool_use"}}


def test_what_follows_from_bedrock_cannot_be_given() -> None:
    """Two addresses would leave open which one counts."""
    with pytest.raises(ValueError, match="api_key"):
        OpenAIResponsesModel({"api_key": "k"}, {"region": "us-east-1"}, model_id="m")
