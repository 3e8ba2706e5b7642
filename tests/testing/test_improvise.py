"""The script of the command line: sensible answers for any agent."""

from __future__ import annotations

from typing import Any

import pytest

from strands.testing import ModelRequest, text, use
from strands.testing._improvise import echo, example_of, improvise

WEATHER: Any = {
    "name": "weather",
    "description": "",
    "inputSchema": {"json": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}},
}
CLOCK: Any = {"name": "clock", "description": "", "inputSchema": {"json": {"type": "object"}}}
HI: Any = {"role": "user", "content": [{"text": "Ask the clock!"}]}
RESULT: Any = {"role": "user", "content": [{"toolResult": {"toolUseId": "t", "content": [{"text": "noon"}]}}]}


@pytest.mark.parametrize(
    ("request_", "turn"),
    [
        (
            ModelRequest(messages=[HI]),
            "You asked: Ask the clock! There is nothing to look up, so this is the answer.",
        ),
        (
            ModelRequest(messages=[HI], tool_specs=[WEATHER, CLOCK]),
            [text("Let me look that up."), use("clock", {})],
        ),
        (
            ModelRequest(messages=[HI], tool_specs=[WEATHER, CLOCK], tool_choice={"tool": {"name": "weather"}}),
            [text("Let me look that up."), use("weather", city="example")],
        ),
        (ModelRequest(messages=[HI, RESULT], tool_specs=[CLOCK]), "The tools say: noon."),
    ],
)
def test_tools_are_called_before_the_answer(request_: ModelRequest, turn: Any) -> None:
    """A program under development shows all its events with it."""
    assert improvise(request_) == turn


def test_an_echo_answers_with_the_prompt() -> None:
    """The plainest script of all."""
    assert echo(ModelRequest(messages=[HI])) == "Ask the clock!"


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "string"}, "example"),
        ({"type": "integer", "minimum": 5}, 5),
        ({"type": "string", "default": "x"}, "x"),
        ({"const": 3}, 3),
        ({"enum": ["a", "b"]}, "a"),
        ({"anyOf": [{"type": "number"}, {"type": "null"}]}, 1.5),
        ({"$ref": "#/$defs/Point"}, {"x": 1}),
        ({"type": "object"}, {}),
        ({}, "example"),
    ],
)
def test_an_example_fits_its_schema(schema: dict[str, Any], expected: Any) -> None:
    """Tools validate their input; an example that fails would show nothing but errors."""
    point = {"type": "object", "properties": {"x": {"type": "integer"}, "y": {}}, "required": ["x"]}
    assert example_of(schema, {"$defs": {"Point": point}}) == expected
