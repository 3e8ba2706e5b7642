"""`BedrockEndpoint`, as an unmodified boto3 client sees it."""

from __future__ import annotations

import asyncio
import http.client
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from typing import Any
from zlib import crc32

import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, EventStreamError
from botocore.session import Session
from urllib3.exceptions import ProtocolError

from strands.testing import (
    BedrockEndpoint,
    EndpointRequest,
    Gate,
    ScriptedModel,
    Turn,
    blocked,
    cited,
    disconnect,
    error,
    overflow,
    pause,
    per_conversation,
    raw,
    reasoning,
    silence,
    stop,
    text,
    throttled,
    usage,
    use,
)
from strands.testing._boto import local_session
from strands.types.exceptions import ModelThrottledException

PROMPT: list[Any] = [{"role": "user", "content": [{"text": "Hi"}]}]
CITATION = {
    "title": "Report",
    "source": "weather.pdf",
    "sourceContent": [{"text": "4 °C"}],
    "location": {"documentPage": {"documentIndex": 0, "start": 1, "end": 2}},
}
TURNS: dict[str, Turn] = {
    "text": "Hello, wörld!",
    "no content": [],
    "tool use": ["Wait.", use("weather", city="Osló", when={"day": 1}), use("f")],
    "reasoning": [reasoning("Hm ok", signature="s"), reasoning(redacted=b"\x00\xff"), "So."],
    "citation": cited("So.", CITATION),
    "stop reason": ["a", stop("stop_sequence", additional_fields={"stop_sequence": "END"})],
    "usage": ["a", usage(input_tokens=1, cache_read_tokens=2, cache_write_tokens=3, latency_ms=4)],
    "raw": raw({"contentBlockDelta": {"delta": {"text": "a"}, "contentBlockIndex": 7}}),
    "nothing": silence(),
}


@pytest.fixture
def endpoint() -> Iterator[BedrockEndpoint]:
    with BedrockEndpoint() as endpoint:
        yield endpoint


def stream(endpoint: BedrockEndpoint, **request: Any) -> list[dict[str, Any]]:
    """Return the events of one streamed response."""
    with closing(body_of(endpoint, **request)) as body:
        return list(body)


def body_of(endpoint: BedrockEndpoint, **request: Any) -> Any:
    """Return the body of a streamed response; whoever reads from it closes it."""
    return endpoint.client().converse_stream(**{"modelId": "model", "messages": PROMPT, **request})["stream"]


def converse(endpoint: BedrockEndpoint, **request: Any) -> dict[str, Any]:
    """Return one whole response."""
    response = endpoint.client().converse(**{"modelId": "model", "messages": PROMPT, **request})
    del response["ResponseMetadata"]
    return dict(response)


@pytest.mark.parametrize("turn", TURNS.values(), ids=TURNS)
async def test_the_client_reads_what_the_scripted_model_plays(endpoint: BedrockEndpoint, turn: Turn) -> None:
    """One script must mean the same on both players, down to the order of the keys."""
    endpoint.append(turn)
    expected = [chunk async for chunk in ScriptedModel([turn]).stream(PROMPT)]
    assert [repr(event) for event in stream(endpoint)] == [repr(chunk) for chunk in expected]


@pytest.mark.parametrize(
    ("turn", "expected"),
    [
        ("Hello, wörld!", [{"text": "Hello, wörld!"}]),
        ([], []),
        (
            ["Wait.", use("weather", city="Osló"), use("f", '{"broken')],
            [
                {"text": "Wait."},
                {"toolUse": {"toolUseId": "tooluse_1", "name": "weather", "input": {"city": "Osló"}}},
                {"toolUse": {"toolUseId": "tooluse_2", "name": "f", "input": {}}},
            ],
        ),
        (
            [reasoning("Hm ok", signature="s"), reasoning(redacted=b"\x00\xff")],
            [
                {"reasoningContent": {"reasoningText": {"text": "Hm ok", "signature": "s"}}},
                {"reasoningContent": {"redactedContent": b"\x00\xff"}},
            ],
        ),
        (cited("So.", CITATION), [{"citationsContent": {"content": [{"text": "So."}], "citations": [CITATION]}}]),
    ],
)
def test_converse_answers_with_the_whole_message(
    endpoint: BedrockEndpoint, turn: Turn, expected: list[dict[str, Any]]
) -> None:
    """Models without streaming get the same turn in one piece."""
    endpoint.append(turn)
    assert converse(endpoint)["output"] == {"message": {"role": "assistant", "content": expected}}


def test_converse_answers_with_the_reason_the_counts_and_the_trace(endpoint: BedrockEndpoint) -> None:
    """They stand beside the message there, not after it."""
    endpoint.append(["Sorry.", blocked("input"), usage(input_tokens=1, latency_ms=2)])
    guardrail = {"guardrailIdentifier": "g", "guardrailVersion": "1", "trace": "enabled"}
    assessment = {
        "topicPolicy": {"topics": [{"name": "blocked", "type": "DENY", "action": "BLOCKED", "detected": True}]}
    }
    assert converse(endpoint, guardrailConfig=guardrail) == {
        "output": {"message": {"role": "assistant", "content": [{"text": "Sorry."}]}},
        "stopReason": "guardrail_intervened",
        "usage": {"inputTokens": 1, "outputTokens": 1, "totalTokens": 2},
        "metrics": {"latencyMs": 2},
        "trace": {"guardrail": {"inputAssessment": {"guardrail": assessment}}},
    }


def test_a_guardrails_redaction_is_left_to_the_client(endpoint: BedrockEndpoint) -> None:
    """The service sends a trace if it is asked to; what to replace is the client's configuration."""
    turn: Turn = ["Bad.", blocked("output")]
    endpoint.append(turn, turn)
    guardrail = {"guardrailIdentifier": "g", "guardrailVersion": "1"}
    told = stream(endpoint, guardrailConfig={**guardrail, "trace": "enabled"})
    untold = stream(endpoint, guardrailConfig=guardrail)
    assert [next(iter(event)) for event in told][-3:] == ["contentBlockStop", "messageStop", "metadata"]
    assert list(told[-1]["metadata"].pop("trace")["guardrail"]) == ["outputAssessments"]
    assert untold == told


def test_a_phase_is_nothing_that_bedrock_sends(endpoint: BedrockEndpoint) -> None:
    """boto3 would turn it into a member of its own that the service never sends."""
    endpoint.append(text("Hi", phase="final_answer"), text("Hi"))
    assert stream(endpoint) == stream(endpoint)


@pytest.mark.parametrize("call", [stream, converse])
@pytest.mark.parametrize(
    ("failure", "code", "status"),
    [
        (throttled(), "ThrottlingException", 429),
        (overflow(), "ValidationException", 400),
        (error("AccessDeniedException", "No."), "AccessDeniedException", 403),
        (error("ServiceUnavailableException"), "ServiceUnavailableException", 503),
        (error(ValueError("boom")), "InternalServerException", 500),
        (error("BrandNewException"), "BrandNewException", 400),
    ],
)
def test_a_failure_before_content_refuses_the_request(
    endpoint: BedrockEndpoint, call: Any, failure: Any, code: str, status: int
) -> None:
    """boto3 raises its class for the error, with the service's status and message."""
    endpoint.append([pause(0), failure])
    with pytest.raises(ClientError) as raised:
        call(endpoint)
    assert raised.value.response["Error"] == {"Code": code, "Message": failure.message}
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == status


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (throttled(), "throttlingException"),
        (overflow(), "validationException"),
        (error("ModelStreamErrorException"), "modelStreamErrorException"),
        (error(ValueError("boom")), "internalServerException"),
        (error("BrandNewException"), "BrandNewException"),
    ],
)
def test_a_failure_after_content_breaks_the_stream(endpoint: BedrockEndpoint, failure: Any, code: str) -> None:
    """What was sent arrives; the exception follows in the stream, where the service puts it."""
    endpoint.append(["Hello", failure, "never"])
    with closing(body_of(endpoint)) as body:
        events = iter(body)
        assert [next(iter(next(events))) for _ in range(3)] == ["messageStart", "contentBlockDelta", "contentBlockStop"]
        with pytest.raises(EventStreamError) as raised:
            next(events)
    assert raised.value.response["Error"] == {"Code": code, "Message": failure.message}


@pytest.mark.parametrize("call", [stream, converse])
@pytest.mark.parametrize("turn", [disconnect(), ["Hello", disconnect()]], ids=["before content", "after content"])
def test_a_cut_connection_reaches_the_client(endpoint: BedrockEndpoint, call: Any, turn: Turn) -> None:
    """Networks fail in mid-stream, and clients must notice instead of taking half an answer for a whole one."""
    endpoint.append(turn)
    with pytest.raises((BotoCoreError, ProtocolError)):
        call(endpoint)


def test_boto3_retries_a_throttled_request_by_itself(endpoint: BedrockEndpoint) -> None:
    """The wait that the response asks for is 0 seconds here; each attempt takes a turn."""
    endpoint.append(throttled(retry_after_s=0), "Hello")
    client = endpoint.client(config=Config(retries={"total_max_attempts": 2, "mode": "standard"}))
    response = client.converse(modelId="model", messages=PROMPT)
    assert response["output"]["message"]["content"] == [{"text": "Hello"}]
    assert response["ResponseMetadata"]["RetryAttempts"] == 1


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("AWS_PROFILE", "nobody"),
        ("AWS_BEARER_TOKEN_BEDROCK", "secret"),
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:9"),
        ("AWS_USE_FIPS_ENDPOINT", "true"),
        ("HTTP_PROXY", "http://127.0.0.1:9"),
    ],
)
def test_the_users_environment_is_left_out(
    endpoint: BedrockEndpoint, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    """Tests must pass on a machine that is set up for the real service, and must not send its secrets."""
    monkeypatch.setenv(variable, value)
    local_session.cache_clear()
    endpoint.append("Hello")
    assert converse(endpoint)["stopReason"] == "end_turn"
    assert "Credential=local/" in endpoint.requests[0].headers["authorization"]


async def test_the_endpoints_model_is_a_bedrock_model(endpoint: BedrockEndpoint) -> None:
    """Its retries are those of the agent: boto3 hands on the first failure."""
    endpoint.append(throttled(), "Hello")
    model = endpoint.model(model_id="mine", boto_client_config=Config(user_agent_extra="tests"))
    with pytest.raises(ModelThrottledException):
        _ = [chunk async for chunk in model.stream(PROMPT)]
    chunks = [chunk async for chunk in model.stream(PROMPT)]
    assert chunks[0] == {"messageStart": {"role": "assistant"}}
    assert [request.model_id for request in endpoint.requests] == ["mine", "mine"]
    assert "tests" in endpoint.requests[0].headers["user-agent"]


def test_requests_are_recorded_with_their_blobs_decoded(endpoint: BedrockEndpoint) -> None:
    """Tests look at what would have gone to the service, not at its encoding."""
    endpoint.append("Hello")
    image = {"image": {"format": "png", "source": {"bytes": b"\x89PNG"}}}
    call = {"toolUse": {"toolUseId": "t", "name": "f", "input": {"bytes": "not base64!"}}}
    result = {"toolResult": {"toolUseId": "t", "content": [{"json": {"bytes": "nor this!"}}]}}
    messages: list[Any] = [
        {"role": "user", "content": [{"text": "Hi"}, image]},
        {"role": "assistant", "content": [call]},
        {"role": "user", "content": [result]},
    ]
    spec = {"name": "f", "description": "F", "inputSchema": {"json": {"type": "object"}}}
    tool_config = {"tools": [{"toolSpec": spec}, {"cachePoint": {"type": "default"}}], "toolChoice": {"any": {}}}
    body = {
        "messages": messages,
        "system": [{"text": "Be brief."}],
        "inferenceConfig": {"maxTokens": 5},
        "toolConfig": tool_config,
    }
    stream(endpoint, modelId="arn:aws:bedrock:eu-north-1:1:inference-profile/a.b", **body)
    [request] = endpoint.requests
    assert request.headers.pop("authorization").startswith("AWS4-HMAC-SHA256 Credential=local/")
    assert request == EndpointRequest(
        operation="ConverseStream",
        model_id="arn:aws:bedrock:eu-north-1:1:inference-profile/a.b",
        path="/model/arn%3Aaws%3Abedrock%3Aeu-north-1%3A1%3Ainference-profile%2Fa.b/converse-stream",
        headers=request.headers,
        body=body,
        messages=messages,
        system=[{"text": "Be brief."}],
        tool_specs=[spec],  # type: ignore[list-item]
        tool_choice={"any": {}},
        options={"inferenceConfig": {"maxTokens": 5}},
    )


def test_tokens_are_counted_without_using_up_a_turn() -> None:
    """Counting is another operation than answering."""
    counted = {"converse": {"messages": PROMPT}}
    with BedrockEndpoint(input_tokens=7) as endpoint:
        assert endpoint.client().count_tokens(modelId="model", input=counted)["inputTokens"] == 7
        assert endpoint.requests[0].messages == PROMPT
    with BedrockEndpoint() as endpoint:
        assert endpoint.client().count_tokens(modelId="model", input=counted)["inputTokens"] > 0
    with BedrockEndpoint(input_tokens=error("AccessDeniedException")) as endpoint, pytest.raises(ClientError):
        endpoint.client().count_tokens(modelId="model", input=counted)


def test_a_script_that_is_played_out_is_an_error_that_clients_do_not_repeat(endpoint: BedrockEndpoint) -> None:
    """A server error would be retried for seconds before the test shows its mistake."""
    endpoint.append("Hello")
    stream(endpoint)
    with pytest.raises(ClientError, match="script is played out after 1 turns, but the model got another") as raised:
        stream(endpoint)
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_a_script_that_fails_says_why(caplog: pytest.LogCaptureFixture) -> None:
    """The author of the script sees the traceback, the client a message."""
    scripted = BedrockEndpoint(lambda request: request.nonsense)
    with scripted as endpoint, pytest.raises(ClientError, match="script failed: AttributeError"):
        stream(endpoint)
    assert [record.message for record in caplog.records] == [
        "path=</model/model/converse-stream> | script cannot choose a turn"
    ]


def test_a_chunk_that_is_no_json_cuts_the_connection(
    endpoint: BedrockEndpoint, caplog: pytest.LogCaptureFixture
) -> None:
    """A mistake in a script must end the request, not leave the client waiting."""
    endpoint.append(raw({"contentBlockDelta": {"delta": {"text": object()}}}))
    with pytest.raises(BotoCoreError):
        stream(endpoint)
    assert [record.message for record in caplog.records] == [
        "path=</model/model/converse-stream> | request cannot be answered"
    ]


def test_stopping_what_was_not_started_is_harmless() -> None:
    """Clean-up code runs after a failed start, too."""
    BedrockEndpoint().stop()


def test_concurrent_conversations_play_their_own_scripts() -> None:
    """A hundred agents on one endpoint must all get sensible answers."""
    with BedrockEndpoint(per_conversation(["One.", "Two."])) as endpoint:
        later = [*PROMPT, {"role": "assistant", "content": [{"text": "One."}]}, *PROMPT]
        texts = [converse(endpoint, messages=messages) for messages in (PROMPT, later, PROMPT)]
    assert [answer["output"]["message"]["content"][0]["text"] for answer in texts] == ["One.", "Two.", "One."]


def test_a_client_that_goes_away_is_noticed(endpoint: BedrockEndpoint) -> None:
    """Closing a stream early must free the connection; this is where tests see it."""
    gate = Gate()
    endpoint.append(text(["a", pause(gate), "b"]))
    body = body_of(endpoint)
    assert gate.wait_reached()
    assert (endpoint.open_streams, endpoint.open_connections, endpoint.disconnects) == (1, 1, 0)
    body.close()
    assert endpoint.wait_disconnect()
    assert endpoint.wait_until(lambda endpoint: endpoint.open_connections == 0)
    assert (endpoint.open_streams, endpoint.disconnects) == (0, 1)


async def test_an_event_loop_waits_for_the_endpoint_without_blocking() -> None:
    """Async tests of disconnects run beside the agent they watch."""
    with BedrockEndpoint([text(["a", pause(Gate())])]) as endpoint:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(endpoint.url.rpartition(":")[2]))
        body = json.dumps({"messages": PROMPT}).encode()
        writer.write(b"POST /model/m/converse-stream HTTP/1.1\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
        await endpoint.until(lambda endpoint: endpoint.open_streams == 1)
        await reader.readuntil(b"contentBlockDelta")
        writer.close()
        await endpoint.disconnected()
        assert endpoint.open_streams == 0


def test_stopping_cuts_streams_and_ends_the_thread() -> None:
    """A test that fails in mid-stream must not leave a server behind."""
    gate = Gate()
    before = set(threading.enumerate())
    with BedrockEndpoint([text(["a", pause(gate)])]) as endpoint:
        connection = http.client.HTTPConnection(endpoint.url.removeprefix("http://"))
        connection.request("POST", "/model/m/converse-stream", json.dumps({"messages": PROMPT}))
        assert gate.wait_reached()
    assert set(threading.enumerate()) == before
    connection.close()


def test_a_taken_port_is_an_error_at_the_start(endpoint: BedrockEndpoint) -> None:
    """Two endpoints on one port would mix their scripts."""
    with pytest.raises(OSError, match="in use"):
        BedrockEndpoint(port=int(endpoint.url.rpartition(":")[2])).start()


@pytest.mark.parametrize(
    ("path", "body", "status", "message"),
    [
        ("/model/m/invoke", "{}", 404, "expected /model/<model id>/ with one of"),
        ("/other/m/converse", "{}", 404, "expected /model/<model id>/ with one of"),
        ("/model/m/converse", "[]", 400, "body is [], expected a JSON object"),
        ("/model/m/converse", '{"messages": [{"role": "user"}]}', 400, "messages.0 is {'role': 'user'}, expected"),
        ("/model/m/converse", "{", 400, "Expecting property name"),
    ],
)
def test_what_is_no_request_is_refused(
    endpoint: BedrockEndpoint, path: str, body: str, status: int, message: str
) -> None:
    """Other clients than boto3 may send anything."""
    connection = http.client.HTTPConnection(endpoint.url.removeprefix("http://"))
    connection.request("POST", path, body, {"Connection": "close"})
    response = connection.getresponse()
    assert response.status == status
    assert message in json.loads(response.read())["message"]
    connection.close()


@pytest.mark.parametrize("junk", [b"\x16\x03\x01 TLS\r\n\r\n", b"x" * 70_000])
def test_what_is_no_http_is_cut(endpoint: BedrockEndpoint, junk: bytes) -> None:
    """A client with the wrong scheme gets an end instead of a silence."""
    host, _, port = endpoint.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(junk)
        try:
            assert connection.recv(100) == b""
        except ConnectionResetError:
            return


def test_a_connection_serves_request_after_request(endpoint: BedrockEndpoint) -> None:
    """boto3 keeps connections open; a new one for each request would hide leaks."""
    endpoint.append("One.", "Two.")
    client = endpoint.client()
    for _ in range(2):
        client.converse(modelId="model", messages=PROMPT)
    assert endpoint.open_connections == 1


def test_frames_carry_valid_checksums(endpoint: BedrockEndpoint) -> None:
    """boto3 checks them; this checks them without boto3."""
    endpoint.append("Hi")
    connection = http.client.HTTPConnection(endpoint.url.removeprefix("http://"))
    connection.request("POST", "/model/m/converse-stream", json.dumps({"messages": PROMPT}), {"Connection": "close"})
    body = connection.getresponse().read()
    connection.close()
    frames = 0
    while body:
        length = int.from_bytes(body[:4], "big")
        message, body = body[:length], body[length:]
        assert crc32(message[:8]) == int.from_bytes(message[8:12], "big")
        assert crc32(message[:-4]) == int.from_bytes(message[-4:], "big")
        frames += 1
    assert frames == 5


def test_a_slow_reader_gets_everything(endpoint: BedrockEndpoint) -> None:
    """More than the socket holds: the endpoint waits for the reader instead of filling its memory."""
    endpoint.append(text(["x" * 10_000] * 1_000))
    deltas = (event["contentBlockDelta"]["delta"] for event in stream(endpoint) if "contentBlockDelta" in event)
    assert sum(len(delta["text"]) for delta in deltas) == 10**7


def test_tokens_come_in_the_pace_that_was_asked_for() -> None:
    """Benchmarks of concurrent streams rest on it: the gap lies before every delta."""
    with BedrockEndpoint(["a b c"], token_gap_s=0.001) as endpoint:
        assert [next(iter(event)) for event in stream(endpoint)].count("contentBlockDelta") == 3


def test_every_chunk_has_a_shape_in_the_service_model() -> None:
    """boto3 drops what it does not know in silence; the script's chunks must hold nothing of the kind."""
    operation: Any = Session().get_service_model("bedrock-runtime").operation_model("ConverseStream")
    known = operation.get_event_stream_output().members

    def check(value: Any, shape: Any, path: str) -> None:
        if shape.type_name == "structure" and not getattr(shape, "is_document_type", False):
            assert set(value) <= set(shape.members), path
            for key, item in value.items():
                check(item, shape.members[key], f"{path}.{key}")
        if shape.type_name == "list":
            for item in value:
                check(item, shape.member, path)

    async def chunks() -> list[Any]:
        model = ScriptedModel([*TURNS.values(), ["Bad.", blocked("output")], ["Bad.", blocked("input")]])
        return [chunk for _ in range(len(TURNS) + 2) async for chunk in model.stream(PROMPT)]

    for chunk in asyncio.run(chunks()):
        [(kind, body)] = chunk.items()
        if kind != "redactContent":
            check(body, known[kind], kind)
