"""Schemas for structured output: complete in themselves, whatever the model nests."""

from __future__ import annotations

import datetime
import enum
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field, create_model

from strands.tools.structured_output import convert_pydantic_to_tool_spec


class Inner(BaseModel):
    x: int


class Optionals(BaseModel):
    """Has a docstring."""

    x: int = 3


class Color(enum.Enum):
    RED = "red"


class Cat(BaseModel):
    kind: Literal["cat"]


class Dog(BaseModel):
    kind: Literal["dog"]


class Tree(BaseModel):
    children: list[Tree] = []


class Forest(BaseModel):
    tree: Tree


INNER = {"title": "Inner", "type": "object", "properties": {"x": {"title": "X", "type": "integer"}}, "required": ["x"]}
OPTIONALS = {
    "description": "Has a docstring.",
    "title": "Optionals",
    "type": "object",
    "properties": {"x": {"default": 3, "title": "X", "type": ["integer", "null"]}},
}


def without(schema: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in schema.items() if key not in keys}


def kind(title: str, value: str) -> dict[str, Any]:
    properties = {"kind": {"const": value, "title": "Kind", "type": "string"}}
    return {"title": title, "type": "object", "properties": properties, "required": ["kind"]}


FIELDS: dict[str, tuple[Any, dict[str, Any], bool]] = {
    "required": ((int, ...), {"title": "F", "type": "integer"}, True),
    "default": ((int, 3), {"default": 3, "title": "F", "type": ["integer", "null"]}, False),
    "optional": (
        (int | None, Field(None, ge=1, description="d")),
        {"minimum": 1, "type": ["integer", "null"], "description": "d"},
        False,
    ),
    "optional without default": ((str | None, ...), {"type": ["string", "null"]}, False),
    "format": ((datetime.date, ...), {"format": "date", "title": "F", "type": "string"}, True),
    "anything": ((Any, ...), {"title": "F"}, True),
    "nested": ((Inner, ...), {**without(INNER, "title"), "description": "The f"}, True),
    "nested, described": ((Inner, Field(description="d")), {**without(INNER, "title"), "description": "d"}, True),
    "nested with optional fields": ((Optionals, ...), {**without(OPTIONALS, "title"), "description": "The f"}, True),
    "nested with default": (
        (Inner, Inner(x=1)),
        {**without(INNER, "title"), "type": ["object", "null"], "description": "The f"},
        False,
    ),
    "nested, optional": ((Inner | None, None), {**INNER, "type": ["object", "null"]}, False),
    "nested, optional, described": (
        (Optionals | None, Field(None, description="d")),
        {**OPTIONALS, "type": ["object", "null"], "description": "d"},
        False,
    ),
    "list": ((list[Inner], ...), {"items": INNER, "title": "F", "type": "array"}, True),
    "optional list": ((list[Inner] | None, None), {"items": INNER, "type": ["array", "null"]}, False),
    "mapping": ((dict[str, Inner], ...), {"additionalProperties": INNER, "title": "F", "type": "object"}, True),
    "tuple": (
        (tuple[Inner, int], ...),
        {"prefixItems": [INNER, {"type": "integer"}], "minItems": 2, "maxItems": 2, "title": "F", "type": "array"},
        True,
    ),
    "enum": ((Color, ...), {"enum": ["red"], "title": "Color", "type": "string"}, True),
    "enum with default": (
        (Color, Field(Color.RED, description="d")),
        {"enum": ["red"], "title": "Color", "type": "string", "default": "red", "description": "d"},
        False,
    ),
    "optional enum": ((Color | None, None), {"enum": ["red"], "title": "Color", "type": ["string", "null"]}, False),
    "union": ((int | Inner, ...), {"anyOf": [{"type": "integer"}, INNER], "title": "F"}, True),
    "optional union": (
        (int | str | None, None),
        {"anyOf": [{"type": "integer"}, {"type": "string"}, {"type": "null"}], "default": None, "title": "F"},
        False,
    ),
    "discriminated union": (
        (Annotated[Cat | Dog, Field(discriminator="kind")], ...),
        {"oneOf": [kind("Cat", "cat"), kind("Dog", "dog")], "title": "F"},
        True,
    ),
}


@pytest.mark.parametrize(("field", "schema", "is_required"), FIELDS.values(), ids=FIELDS)
def test_fields_are_written_out(field: Any, schema: dict[str, Any], is_required: bool) -> None:
    """Not every provider follows references, and what may be null or left out must be known as such."""
    model: type[BaseModel] = create_model("M", f=field)
    required = {"required": ["f"]} if is_required else {}
    assert convert_pydantic_to_tool_spec(model)["inputSchema"]["json"] == {
        "type": "object",
        "properties": {"f": schema},
        "title": "M",
        **required,
    }


def test_nesting_has_no_limit() -> None:
    class Middle(BaseModel):
        inner: Inner
        maybe: Inner | None = None
        color: Color

    class Outer(BaseModel):
        middle: Middle

    middle = convert_pydantic_to_tool_spec(Outer)["inputSchema"]["json"]["properties"]["middle"]
    assert middle["properties"] == {
        "inner": INNER,
        "maybe": {**INNER, "type": ["object", "null"]},
        "color": {"enum": ["red"], "title": "Color", "type": "string"},
    }
    assert middle["required"] == ["inner", "color"]


@pytest.mark.parametrize(("model", "path"), [(Tree, "Tree -> Tree"), (Forest, "Tree -> Tree")])
def test_a_model_that_contains_itself_is_refused(model: type[BaseModel], path: str) -> None:
    """Written out it would have no end."""
    with pytest.raises(ValueError, match=rf"Circular reference detected and not supported: {path}\."):
        convert_pydantic_to_tool_spec(model)


@pytest.mark.parametrize(
    ("model", "description", "expected"),
    [
        (Inner, None, "Inner structured output tool"),
        (Optionals, None, "Has a docstring."),
        (Optionals, "Mine.", "Mine."),
    ],
)
def test_the_description_is_the_docstring_or_a_default(
    model: type[BaseModel], description: str | None, expected: str
) -> None:
    spec = convert_pydantic_to_tool_spec(model, description)
    assert (spec["name"], spec["description"]) == (model.__name__, expected)
