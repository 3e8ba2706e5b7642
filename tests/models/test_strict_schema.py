"""Schemas for strict tool calls."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from strands.models._strict_schema import ensure_strict_json_schema

CLOSED = {"type": "object", "additionalProperties": False}
OPEN = {"type": "object"}

CASES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "empty": ({}, {}),
    "not an object": ({"type": "string", "minLength": 1}, {"type": "string", "minLength": 1}),
    "object": (OPEN, CLOSED),
    "free by choice": ({"type": "object", "additionalProperties": True},) * 2,
    "map of strings": ({"type": "object", "additionalProperties": {"type": "string"}},) * 2,
    "properties": ({**OPEN, "properties": {"a": OPEN, "b": True}}, {**CLOSED, "properties": {"a": CLOSED, "b": True}}),
    "property called properties": (
        {**OPEN, "properties": {"properties": {**OPEN, "properties": {"type": {"type": "string"}}}}},
        {**CLOSED, "properties": {"properties": {**CLOSED, "properties": {"type": {"type": "string"}}}}},
    ),
    "items": ({"type": "array", "items": OPEN}, {"type": "array", "items": CLOSED}),
    "combined": (
        {"anyOf": [OPEN, {"type": "null"}], "oneOf": [OPEN], "allOf": [OPEN]},
        {"anyOf": [CLOSED, {"type": "null"}], "oneOf": [CLOSED], "allOf": [CLOSED]},
    ),
    "definitions": (
        {"$ref": "#/$defs/D", "$defs": {"D": OPEN}, "definitions": {"E": OPEN}},
        {**CLOSED, "$defs": {"D": CLOSED}, "definitions": {"E": CLOSED}},
    ),
    "values are not schemas": ({"enum": [OPEN], "default": OPEN, "not": OPEN},) * 2,
    "lone reference": ({"items": {"$ref": "#/$defs/D"}, "$defs": {"D": OPEN}},) * 1
    + ({"items": {"$ref": "#/$defs/D"}, "$defs": {"D": CLOSED}},),
    "described reference": (
        {"items": {"$ref": "#/$defs/D", "description": "mine"}, "$defs": {"D": {**OPEN, "description": "general"}}},
        {"items": {**CLOSED, "description": "mine"}, "$defs": {"D": {**CLOSED, "description": "general"}}},
    ),
    "escaped reference": (
        {"items": {"$ref": "#/$defs/a~1b", "title": "t"}, "$defs": {"a/b": OPEN}},
        {"items": {**CLOSED, "title": "t"}, "$defs": {"a/b": CLOSED}},
    ),
    "reference to nothing": ({"items": {"$ref": "#/$defs/D/E", "title": "t"}, "$defs": {"D": True}},) * 2,
    "reference elsewhere": ({"items": {"$ref": "https://example.com/schema", "title": "t"}},) * 2,
    "schema that contains itself": (
        {
            **OPEN,
            "properties": {"next": {"$ref": "#/$defs/N", "title": "t"}},
            "$defs": {"N": {"items": {"$ref": "#/$defs/N", "title": "u"}}},
        },
        {
            **CLOSED,
            "properties": {"next": {"items": {"$ref": "#/$defs/N", "title": "u"}, "title": "t"}},
            "$defs": {"N": {"items": {"items": {"$ref": "#/$defs/N", "title": "u"}, "title": "u"}}},
        },
    ),
}


@pytest.mark.parametrize(("schema", "strict"), CASES.values(), ids=CASES.keys())
def test_strict_schema(schema: dict[str, Any], strict: dict[str, Any]) -> None:
    """A strict call is refused if any object is open or any reference has company."""
    before = deepcopy(schema)
    assert ensure_strict_json_schema(schema) == strict
    assert schema == before


def test_every_property_becomes_required_on_demand() -> None:
    schema = {"type": "object", "properties": {"a": {"properties": {}}, "b": {}}, "required": ["a"]}
    assert ensure_strict_json_schema(schema, require_all_properties=True) == {
        "type": "object",
        "properties": {"a": {"properties": {}, "required": []}, "b": {}},
        "required": ["a", "b"],
        "additionalProperties": False,
    }


def test_the_copy_shares_nothing_with_the_schema() -> None:
    """Tool specifications outlive requests; a change of one must not reach the other."""
    schema = {"type": "object", "required": ["a"], "properties": {"a": {"enum": [1]}}}
    strict = ensure_strict_json_schema(schema)
    strict["required"].append("b")
    strict["properties"]["a"]["enum"].append(2)
    assert schema == {"type": "object", "required": ["a"], "properties": {"a": {"enum": [1]}}}
