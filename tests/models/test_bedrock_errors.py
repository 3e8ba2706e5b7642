"""Bedrock's errors, as agents see them."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import aclosing
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError

from strands.models import BedrockModel
from strands.models.bedrock import BEDROCK_CONTEXT_WINDOW_OVERFLOW_MESSAGES, _clear_skip_count_tokens_cache
from strands.testing import BedrockEndpoint, error, text, throttled
from strands.testing._steps import Failure
from strands.types.content import Messages
from strands.types.exceptions import ContextWindowOverflowException, ModelThrottledException
from tests.models._notes import notes_on

HI: Messages = [{"role": "user", "content": [{"text": "hello world"}]}]
MODEL_ID = "us.amazon.nova-lite-v1:0"
WHERE = ["└ Bedrock region: us-east-1", f"└ Model id: {MODEL_ID}"]
GUIDE = (
    "└ For more information see https://strandsagents.com/latest/user-guide/concepts/model-providers/amazon-bedrock/"
)


@pytest.fixture
def endpoint() -> Iterator[BedrockEndpoint]:
    with BedrockEndpoint() as running:
        yield running


@pytest.fixture(params=[True, False], ids=["stream", "whole"])
def model(request: pytest.FixtureRequest, endpoint: BedrockEndpoint) -> BedrockModel:
    return endpoint.model(model_id=MODEL_ID, streaming=request.param)


async def error_of(model: BedrockModel) -> BaseException:
    with pytest.raises(BaseException) as caught:  # the caller says which
        async with aclosing(model.stream(HI)) as chunks:
            async for _ in chunks:
                pass
    return caught.value


@pytest.mark.parametrize(("retry_after_s", "expected"), [(None, None), (7, 7.0)])
async def test_throttling(
    retry_after_s: float | None, expected: float | None, model: BedrockModel, endpoint: BedrockEndpoint
) -> None:
    """Agents wait and try again, for as long as the service asks."""
    endpoint.append(throttled("slow", retry_after_s=retry_after_s))
    raised = await error_of(model)
    assert isinstance(raised, ModelThrottledException)
    assert raised.message.endswith(": slow")
    assert raised.retry_after_s == expected
    assert isinstance(raised.__cause__, ClientError)


@pytest.mark.parametrize("message", BEDROCK_CONTEXT_WINDOW_OVERFLOW_MESSAGES)
async def test_context_overflow(
    message: str, model: BedrockModel, endpoint: BedrockEndpoint, caplog: pytest.LogCaptureFixture
) -> None:
    """Conversation managers shorten the context on this error, and on no other."""
    endpoint.append(error("ValidationException", f"The {message}: 300000 tokens."))
    raised = await error_of(model)
    assert isinstance(raised, ContextWindowOverflowException)
    assert isinstance(raised.__cause__, ClientError)
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == [
        "bedrock threw context window overflow error"
    ]


@pytest.mark.parametrize(
    ("code", "message", "more"),
    [
        ("ValidationException", "No.", []),
        ("ResourceNotFoundException", "No such model.", []),
        ("InternalServerException", "Oops.", []),
        ("AccessDeniedException", "User is not authorized.", []),
        (
            "AccessDeniedException",
            "You don't have access to the model with the specified model ID.",
            [f"{GUIDE}#model-access-issue"],
        ),
        (
            "ValidationException",
            "Invocation of model ID m with on-demand throughput isn\u2019t supported. Retry with a profile.",
            [f"{GUIDE}#on-demand-throughput-isnt-supported"],
        ),
    ],
)
async def test_other_errors_keep_their_type_and_say_what_was_asked_of_whom(
    code: str, message: str, more: list[str], model: BedrockModel, endpoint: BedrockEndpoint
) -> None:
    """Most of these come from the wrong region or the wrong model, which the service does not repeat."""
    endpoint.append(error(code, message))
    raised = await error_of(model)
    assert isinstance(raised, ClientError)
    assert raised.response["Error"]["Code"] == code
    assert message in str(raised)
    assert notes_on(raised) == [*WHERE, *more]


@pytest.mark.parametrize(
    ("code", "message", "expected"),
    [
        ("ThrottlingException", "slow", ModelThrottledException),
        ("ValidationException", "prompt is too long", ContextWindowOverflowException),
        ("ModelStreamErrorException", "broke", ClientError),
        ("InternalServerException", "oops", ClientError),
    ],
)
async def test_errors_within_a_stream(
    code: str, message: str, expected: type[Exception], endpoint: BedrockEndpoint
) -> None:
    """Once the answer has begun, errors are events whose codes begin in lower case."""
    endpoint.append([text(["a"]), error(code, message)])
    raised = await error_of(endpoint.model(model_id=MODEL_ID))
    assert isinstance(raised, expected)
    assert message in str(raised)
    if expected is ClientError:
        assert notes_on(raised) == WHERE


async def test_without_credentials_the_error_says_where_they_come_from() -> None:
    """This is the first error that most users ever see."""
    raised = await error_of(BedrockModel(region_name="us-east-1", model_id=MODEL_ID))
    assert isinstance(raised, NoCredentialsError)
    assert notes_on(raised)[:2] == WHERE
    assert "AWS_ACCESS_KEY_ID" in notes_on(raised)[2]


async def test_an_endpoint_that_cannot_be_reached_says_what_to_check() -> None:
    """A region that does not exist has no address, so a misspelled one looks like a network that is down."""
    with BedrockEndpoint() as endpoint:
        model = endpoint.model(model_id=MODEL_ID)
    raised = await error_of(model)
    assert isinstance(raised, EndpointConnectionError)
    assert notes_on(raised) == [
        *WHERE,
        "└ Check the network, the proxy (HTTPS_PROXY) and the name of the region (AWS_REGION, region_name=...)",
    ]


async def test_a_message_that_cannot_be_sent_is_no_request(endpoint: BedrockEndpoint) -> None:
    malformed: Any = [{"role": "user", "content": [{"audio": {}}]}]
    with pytest.raises(TypeError, match="content_type=<audio>"):
        await anext(endpoint.model().stream(malformed))
    assert endpoint.requests == []


@pytest.fixture
def _nothing_known_about_counting() -> Iterator[None]:
    _clear_skip_count_tokens_cache()
    yield
    _clear_skip_count_tokens_cache()


ESTIMATE = 3


@pytest.mark.usefixtures("_nothing_known_about_counting")
class TestCountTokens:
    """Counts by the service, and what happens without."""

    @pytest.mark.parametrize(("native", "count"), [(True, 42), (False, ESTIMATE), (None, ESTIMATE)])
    async def test_the_service_counts_if_it_is_asked_to(self, native: Any, count: int) -> None:
        with BedrockEndpoint(input_tokens=42) as endpoint:
            model = endpoint.model(use_native_token_count=native)
            assert await model.count_tokens(HI, system_prompt="") == count
            assert [request.operation for request in endpoint.requests] == (["CountTokens"] if native else [])

    async def test_system_prompt_and_tools_count(self) -> None:
        spec: Any = {"name": "t", "description": "d", "inputSchema": {"json": {"type": "object"}}}
        with BedrockEndpoint(input_tokens=42) as endpoint:
            model = endpoint.model(use_native_token_count=True, temperature=0.5)
            await model.count_tokens(HI, [spec], "s")
            assert endpoint.requests[0].body == {
                "input": {
                    "converse": {
                        "messages": HI,
                        "system": [{"text": "s"}],
                        "toolConfig": {"tools": [{"toolSpec": spec}], "toolChoice": {"auto": {}}},
                    }
                }
            }

    @pytest.mark.parametrize(
        ("failure", "asks_again", "warns"),
        [
            (Failure("ValidationException", "The provided model doesn't support counting tokens."), False, False),
            (Failure("AccessDeniedException", "No."), False, True),
            (Failure("ValidationException", "No."), True, False),
            (Failure("ThrottlingException", "Slow."), True, False),
        ],
    )
    async def test_a_refusal_leads_to_an_estimate(
        self, failure: Failure, asks_again: bool, warns: bool, caplog: pytest.LogCaptureFixture
    ) -> None:
        """A refusal for good must not cost a request per turn."""
        with BedrockEndpoint(input_tokens=failure) as endpoint:
            model = endpoint.model(use_native_token_count=True)
            assert [await model.count_tokens(HI), await model.count_tokens(HI)] == [ESTIMATE, ESTIMATE]
            assert len(endpoint.requests) == (2 if asks_again else 1)
        assert ("permission denied" in caplog.text) is warns

    async def test_a_message_that_cannot_be_sent_is_estimated(self) -> None:
        malformed: Any = [{"role": "user", "content": [{"audio": {}}, {"text": "hello world"}]}]
        with BedrockEndpoint(input_tokens=42) as endpoint:
            assert await endpoint.model(use_native_token_count=True).count_tokens(malformed) == ESTIMATE
            assert endpoint.requests == []

    async def test_an_answer_without_a_count_is_estimated(self, caplog: pytest.LogCaptureFixture) -> None:
        model = BedrockModel(region_name="us-east-1", use_native_token_count=True)
        model.client = SimpleNamespace(count_tokens=lambda **_: {})
        with caplog.at_level(logging.DEBUG, logger="strands.models.bedrock"):
            assert await model.count_tokens(HI) == ESTIMATE
        assert "response has no token count" in caplog.text
