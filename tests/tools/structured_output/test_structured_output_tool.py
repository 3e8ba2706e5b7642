"""The tool by which a model hands in structured output."""

from __future__ import annotations

import logging
from contextlib import aclosing
from typing import Any

import pytest
from pydantic import BaseModel, Field, field_validator, model_validator

from strands.tools.structured_output._structured_output_context import StructuredOutputContext
from strands.tools.structured_output.structured_output_tool import StructuredOutputTool
from strands.types.tools import ToolResult
from tests.tools._running import failure, success


class Address(BaseModel):
    street: str


class Person(BaseModel):
    """A person."""

    age: int = Field(ge=0)
    name: str
    address: Address | None = None

    @field_validator("name")
    @classmethod
    def no_nobody(cls, name: str) -> str:
        if name == "nobody":
            raise ValueError("must be somebody")
        return name

    @model_validator(mode="after")
    def not_too_old(self) -> Person:
        if self.age == 999:
            raise RuntimeError("cannot look this up")
        if self.age > 150:
            raise ValueError("too old")
        return self


async def handed_in(arguments: Any, context: StructuredOutputContext) -> ToolResult:
    stream = StructuredOutputTool(Person).stream(
        {"toolUseId": "t1", "name": "Person", "input": arguments}, {}, structured_output_context=context
    )
    async with aclosing(stream):
        (event,) = [event async for event in stream]
    result: ToolResult = event.tool_result
    return result


async def test_what_fits_is_kept() -> None:
    context = StructuredOutputContext(Person)
    assert await handed_in({"age": "4", "name": "x"}, context) == success(
        "Successfully validated Person structured output"
    )
    assert context.results == {"t1": Person(age=4, name="x")}


FIX = "Validation failed for Person. Please fix the following errors:\n"
REFUSED: list[tuple[Any, str]] = [
    (
        {"age": -1, "name": "nobody", "address": {"street": 5}},
        FIX
        + "- Field 'age': Input should be greater than or equal to 0\n"
        + "- Field 'name': Value error, must be somebody\n"
        + "- Field 'address -> street': Input should be a valid string",
    ),
    ({}, FIX + "- Field 'age': Field required\n- Field 'name': Field required"),
    ({"age": 200, "name": "x"}, FIX + "- Field 'root': Value error, too old"),
    ({"age": 999, "name": "x"}, "Unexpected error validating Person: cannot look this up"),
    ("text", "Unexpected error validating Person: expected an object, got str: 'text'"),
]


@pytest.mark.parametrize(("arguments", "text"), REFUSED)
async def test_what_does_not_fit_goes_back_to_the_model(
    arguments: Any, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Every problem at once, by field, or the model fixes one per turn."""
    context = StructuredOutputContext(Person)
    with caplog.at_level(logging.WARNING):
        assert await handed_in(arguments, context) == failure(text)
    assert context.results == {}
    assert len(caplog.records) == 1


def test_the_tool_is_announced_as_the_last_one() -> None:
    """A model that calls it first would answer before it knows."""
    tool = StructuredOutputTool(Person)
    assert (tool.tool_name, tool.tool_type, tool.structured_output_model) == ("Person", "structured_output", Person)
    assert tool.tool_spec["description"] == (
        "IMPORTANT: This StructuredOutputTool should only be invoked as the last and final tool before returning the "
        "completed result to the caller. <description>A person.</description>"
    )
    assert list(tool.tool_spec["inputSchema"]["json"]["properties"]) == ["age", "name", "address"]
