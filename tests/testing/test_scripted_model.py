"""`ScriptedModel`: a model whose answers are known beforehand."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from strands.testing import (
    Gate,
    ModelRequest,
    ScriptedError,
    ScriptedModel,
    ScriptExhausted,
    Turn,
    disconnect,
    error,
    overflow,
    pause,
    per_conversation,
    text,
    throttled,
    use,
)
from strands.types.content import Messages
from strands.types.exceptions import ContextWindowOverflowException, ModelThrottledException
from strands.types.tools import ToolChoiceAutoDict, ToolSpec

PROMPT: Messages = [{"role": "user", "content": [{"text": "Hi"}]}]
SPEC: ToolSpec = {"name": "weather", "description": "The weather", "inputSchema": {"json": {"type": "object"}}}
BOOM = ValueError("boom")


class Weather(BaseModel):
    city: str
    celsius: float


async def answer(model: ScriptedModel, messages: Messages = PROMPT) -> str:
    """Return the text of the model's next response."""
    chunks: list[Any] = [chunk async for chunk in model.stream(messages)]
    return "".join(chunk.get("contentBlockDelta", {}).get("delta", {}).get("text", "") for chunk in chunks)


async def test_turns_are_played_in_their_order_until_none_is_left() -> None:
    """An agent that asks once too often has a bug, so the script says so instead of inventing an answer."""
    model = ScriptedModel(["One.", "Two."])
    assert [await answer(model), await answer(model)] == ["One.", "Two."]
    with pytest.raises(ScriptExhausted) as raised:
        await answer(model)
    assert str(raised.value) == "script is played out after 2 turns, but the model got another request: 'Hi'"


async def test_turns_can_be_added_later() -> None:
    """A test of several runs reads better with the turns next to each run."""
    model = ScriptedModel(["One."])
    model.append("Two.", "Three.")
    assert [await answer(model) for _ in range(3)] == ["One.", "Two.", "Three."]


async def test_a_function_chooses_the_turn_by_the_request() -> None:
    """One model can serve many agents at once."""
    model = ScriptedModel(lambda request: f"You said: {request.prompt}")
    assert await answer(model) == "You said: Hi"
    with pytest.raises(ValueError, match="expected a list of turns to add to"):
        model.append("Two.")


async def test_every_conversation_plays_a_script_of_its_own() -> None:
    """Concurrent agents must not steal each other's turns."""
    model = ScriptedModel(per_conversation(["One.", "Two."]))
    later: Messages = [*PROMPT, {"role": "assistant", "content": [{"text": "One."}]}, *PROMPT]
    assert [await answer(model), await answer(model, later), await answer(model)] == ["One.", "Two.", "One."]
    with pytest.raises(ScriptExhausted, match="after 2 turns"):
        await answer(model, [*later, {"role": "assistant", "content": [{"text": "Two."}]}, *PROMPT])


@pytest.mark.parametrize(
    ("failure", "expected", "message"),
    [
        (throttled("Slow down."), ModelThrottledException, "Slow down."),
        (overflow(), ContextWindowOverflowException, "Input is too long for requested model."),
        (error("AccessDeniedException", "No."), ScriptedError, "AccessDeniedException: No."),
        (error(BOOM), ValueError, "boom"),
        (disconnect(), ConnectionError, "the model's connection was cut, as the script says"),
    ],
)
@pytest.mark.parametrize("words_before", [0, 2])
async def test_failures_are_raised_where_the_script_has_them(
    failure: Any, expected: type[Exception], message: str, words_before: int
) -> None:
    """A request that is refused and a stream that breaks are different days for an agent."""
    turn = [text(["word"] * words_before), failure] if words_before else failure
    stream = ScriptedModel([turn]).stream(PROMPT)
    chunks = [await anext(stream) for _ in range(words_before + 2 if words_before else 0)]
    with pytest.raises(expected) as raised:
        await anext(stream)
    assert str(raised.value) == message
    assert sum("contentBlockDelta" in chunk for chunk in chunks) == words_before


async def test_a_throttled_request_carries_the_wait_that_was_asked_for() -> None:
    """Retry strategies may honour it."""
    with pytest.raises(ModelThrottledException) as raised:
        await answer(ScriptedModel([throttled(retry_after_s=7)]))
    assert raised.value.retry_after_s == 7


async def test_requests_are_recorded_as_they_were_at_their_time() -> None:
    """The agent goes on to append to its list of messages; the record must not grow with it."""
    model = ScriptedModel(["One."])
    messages = list(PROMPT)
    choice: ToolChoiceAutoDict = {"auto": {}}
    stream = model.stream(messages, [SPEC], "Be brief.", tool_choice=choice, invocation_state={"a": 1}, extra=2)
    async for _ in stream:
        pass
    messages.append({"role": "assistant", "content": [{"text": "One."}]})
    assert model.requests == [
        ModelRequest(
            messages=PROMPT,
            system=[{"text": "Be brief."}],
            tool_specs=[SPEC],
            tool_choice={"auto": {}},
            options={"invocation_state": {"a": 1}, "extra": 2},
        )
    ]


async def test_a_stream_that_is_closed_early_is_no_longer_open() -> None:
    """Tests of cancellation ask whether the provider's stream was closed."""
    model = ScriptedModel([text(["a", pause(Gate())])])
    stream = model.stream(PROMPT)
    await anext(stream)
    assert model.open_streams == 1
    await stream.aclose()
    assert model.open_streams == 0


async def test_pauses_pass_seconds() -> None:
    """Slow tokens are a script's matter, not the test's."""
    assert await answer(ScriptedModel([text(["a", pause(0.001), "b", pause(0), "c"])])) == "abc"


async def test_structured_output_is_the_input_of_the_tool_call() -> None:
    """It goes the way of real models: a forced tool call whose input is validated."""
    model = ScriptedModel([use("Weather", city="Oslo", celsius=4)])
    events = [event async for event in model.structured_output(Weather, PROMPT, "Be exact.")]
    assert events[-1] == {"output": Weather(city="Oslo", celsius=4)}
    assert [spec["name"] for spec in model.requests[0].tool_specs] == ["Weather"]
    assert model.requests[0].tool_choice == {"any": {}}


@pytest.mark.parametrize(
    ("turn", "expected"), [(use("Weather", city="Oslo"), ValidationError), ("In prose.", ValueError)]
)
async def test_structured_output_fails_as_the_script_makes_it(turn: Turn, expected: type[Exception]) -> None:
    """A model that misses the schema is a case to test."""
    with pytest.raises(expected):
        async for _ in ScriptedModel([turn]).structured_output(Weather, PROMPT):
            pass


def test_the_configuration_is_that_of_any_model() -> None:
    """Agents read the context window's size from it."""
    model = ScriptedModel([], stateful=True, context_window_limit=1000)
    model.update_config(model_id="mine")
    assert model.get_config() == {"model_id": "mine", "context_window_limit": 1000}
    assert (model.stateful, model.context_window_limit) == (True, 1000)
    with pytest.raises(ValueError, match=r"config has \['temperature'\]"):
        model.update_config(temperature=1)


def test_a_request_tells_scripts_what_they_decide_by() -> None:
    """Functions that choose turns should be one line long."""
    result: Any = {"toolUseId": "t", "status": "success", "content": [{"text": "4"}, {"json": {"unit": "°C"}}]}
    request = ModelRequest(messages=[*PROMPT, {"role": "user", "content": [{"toolResult": result}]}], tool_specs=[SPEC])
    assert (request.prompt, request.tool_results, request.tool_names) == ("Hi", ["4 {'unit': '°C'}"], ["weather"])
    nothing = ModelRequest(messages=[])
    assert (nothing.prompt, nothing.tool_results, nothing.tool_names) == ("", [], [])


@pytest.mark.parametrize("turns", ["Hello!", text("Hello!")])
def test_a_single_turn_needs_its_list(turns: Any) -> None:
    """A text would be played letter by letter, one for each request."""
    with pytest.raises(TypeError, match=r"^turns must be a list of turns, or a function of the request, got "):
        ScriptedModel(turns)
