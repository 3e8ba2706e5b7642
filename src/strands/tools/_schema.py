"""JSON schemas of tools: what pydantic makes of a signature, and what providers insist on."""

from __future__ import annotations

from typing import Any

_COMPOSITION_KEYWORDS = ("anyOf", "oneOf", "allOf", "not")


def input_schema(model_schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a tool's input from that of its pydantic model, without what only costs tokens.

    Titles go, and so does the null alternative of parameters that may be left out anyway.
    """
    required = model_schema.get("required", [])
    properties = model_schema.get("properties", {})
    return {
        **{key: value for key, value in model_schema.items() if key not in ("title", "additionalProperties")},
        "properties": {name: _plain_property(schema, name in required) for name, schema in properties.items()},
    }


def _plain_property(schema: dict[str, Any], required: bool) -> dict[str, Any]:
    plain = dict(schema)
    if not required:
        plain = _without_null(plain)
    for key in ("title", "additionalProperties"):
        plain.pop(key, None)
    return plain


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    alternatives = schema.get("anyOf", [])
    others = [alternative for alternative in alternatives if alternative.get("type") != "null"]
    if len(alternatives) != 2 or len(others) != 1:
        return schema
    return {**{key: value for key, value in schema.items() if key != "anyOf"}, **others[0]}


def normalized_properties(properties: dict[str, Any]) -> dict[str, Any]:
    """Return a copy of an object's properties in which each is complete, however deep."""
    return {name: _normalized_property(name, schema) for name, schema in properties.items()}


def _normalized_property(name: str, schema: Any) -> dict[str, Any]:
    if isinstance(schema, dict) and schema.get("type") == "object" and "properties" in schema:
        return {"required": [], **schema, "properties": normalized_properties(schema["properties"])}
    return completed_property(name, schema)


def completed_property(name: str, schema: Any) -> dict[str, Any]:
    """Return a copy of a property's schema with a type and a description; a reference stays as it is."""
    if not isinstance(schema, dict):
        schema = {}
    if "$ref" in schema:
        return dict(schema)
    completed = dict(schema)
    if not any(keyword in schema for keyword in _COMPOSITION_KEYWORDS):
        completed.setdefault("type", "string")
    completed.setdefault("description", f"Property {name}")
    return completed
