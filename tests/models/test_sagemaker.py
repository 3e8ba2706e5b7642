"""What is SageMaker's own, beyond the contract of all providers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from strands.testing import SageMakerEndpoint

pytest.importorskip("openai", reason="SageMaker's models build on OpenAI's, which need the SDK")

from strands.models.sagemaker import SageMakerAIModel, ToolCall, _completion_chunks

CALL: Any = {"toolUse": {"toolUseId": "1", "name": "f", "input": {}}}
RESULT: Any = {"toolResult": {"toolUseId": "1", "status": "success", "content": [{"text": "r"}, {"json": [1]}]}}
CONVERSATION: Any = [
    {"role": "user", "content": [{"text": "Hi"}]},
    {"role": "assistant", "content": [{"text": "Wait."}, CALL]},
    {"role": "user", "content": [RESULT]},
]


def sent(model: SageMakerAIModel) -> Any:
    return json.loads(model.format_request(CONVERSATION)["Body"])["messages"]


def test_messages_are_what_common_containers_take() -> None:
    """Their templates refuse words beside calls, and some know no role for results."""
    with SageMakerEndpoint() as endpoint:
        call = {"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
        asked = [
            {"role": "user", "content": [{"text": "Hi", "type": "text"}]},
            {"role": "assistant", "tool_calls": [call]},
        ]
        assert sent(endpoint.model()) == [*asked, {"role": "tool", "tool_call_id": "1", "content": "r [1]"}]
        spoken = {"role": "user", "content": "Tool call ID '1' returned: r [1]"}
        assert sent(endpoint.model(tool_results_as_user_messages=True)) == [*asked, spoken]


CHUNK = b'{"choices": [{"delta": {"content": "\xc3\xb6"}}]}'


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param([b"data: " + CHUNK + b"\n\n", b"data: [DONE]\n\n"], id="events"),
        pytest.param([b": hello\n", b"event: x\ndata:" + CHUNK[:9], CHUNK[9:], b"\n\n"], id="split anywhere"),
        pytest.param([CHUNK], id="JSON alone"),
        pytest.param([CHUNK + b"\n"], id="a line of JSON"),
    ],
)
def test_payloads_are_read_whatever_their_parts(parts: list[bytes]) -> None:
    """Containers differ in what they send, and SageMaker cuts it anywhere."""
    chunks = list(_completion_chunks({"PayloadPart": {"Bytes": part}} for part in parts))
    assert [chunk["choices"][0]["delta"]["content"] for chunk in chunks] == ["ö"]


def test_a_tool_call_may_be_made_of_dicts() -> None:
    """That is what JSON gives."""
    call = ToolCall(id="1", type="function", function={"name": "f", "arguments": "{}"})
    assert (call.id, call.function.name, call.function.arguments) == ("1", "f", "{}")
