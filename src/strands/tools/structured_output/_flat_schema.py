"""JSON schemas without references: not every provider follows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_REFERENCE_PREFIX = "#/$defs/"
_NULL = {"type": "null"}


def flat_schema(model_schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a model's schema with all definitions written out in place.

    A field that may be null or has a default accepts null and is not required.

    Raises:
        ValueError: If a definition contains itself.
    """
    if "$ref" in model_schema:  # the model contains itself: this ends in the error that says so
        return dict(_Flattening(model_schema["$defs"]).resolved(model_schema))
    flattening = _Flattening(model_schema.get("$defs", {}))
    flat = {
        "type": "object",
        "properties": flattening.fields(model_schema, top=True),
        **{key: model_schema[key] for key in ("title", "description") if key in model_schema},
    }
    required = _required(model_schema)
    return {**flat, "required": required} if required else flat


def _required(schema: Mapping[str, Any]) -> list[str]:
    properties = schema.get("properties", {})
    return [name for name in schema.get("required", []) if _NULL not in properties[name].get("anyOf", ())]


@dataclass(frozen=True, slots=True)
class _Flattening:
    """One pass over the definitions; `within` names those being written out."""

    definitions: Mapping[str, Any]
    within: tuple[str, ...] = ()

    def fields(self, schema: Mapping[str, Any], *, top: bool = False) -> dict[str, Any]:
        """Return the flat schemas of an object's fields; those of the model itself are told apart by `top`."""
        required = schema.get("required", [])
        return {
            name: self._field(name, field, required=name in required, top=top)
            for name, field in schema.get("properties", {}).items()
        }

    def _field(self, name: str, field: Mapping[str, Any], *, required: bool, top: bool) -> dict[str, Any]:
        alternatives = field.get("anyOf", [])
        others = [alternative for alternative in alternatives if alternative != _NULL]
        if len(others) == 1 and len(alternatives) == 2:
            return {**_nullable(self.resolved(others[0])), **_picked(field, "description")}
        if "$ref" not in field:
            flat = self.resolved(field)
            return flat if required else _nullable(flat)
        flat = self.resolved({"$ref": field["$ref"]})
        if "properties" not in flat:  # an enum: its default is one of its values, so null is not
            return {**flat, **_picked(field, "description", "default")}
        if top:
            described = {"type": "object", "description": field.get("description", f"The {name}")}
            flat = {**described, **_picked(flat, "properties", "required")}
        else:
            flat = {**flat, **_picked(field, "description")}
        return flat if required else _nullable(flat)

    def resolved(self, schema: Any) -> Any:
        """Return any part of a schema with its references resolved."""
        if isinstance(schema, list):
            return [self.resolved(item) for item in schema]
        if not isinstance(schema, dict):
            return schema
        if "$ref" in schema:
            rest = {key: value for key, value in schema.items() if key != "$ref"}
            return {**self._definition(schema["$ref"].removeprefix(_REFERENCE_PREFIX)), **rest}
        # A discriminator only maps values to references, which are gone.
        return {key: self.resolved(value) for key, value in schema.items() if key != "discriminator"}

    def _definition(self, name: str) -> dict[str, Any]:
        if name in self.within:
            raise ValueError(f"Circular reference detected and not supported: {' -> '.join((*self.within, name))}.")
        definition = self.definitions[name]
        inner = _Flattening(self.definitions, (*self.within, name))
        if "properties" not in definition:
            return dict(inner.resolved(definition))
        flat = {**_picked(definition, "description", "title", "type"), "properties": inner.fields(definition)}
        required = _required(definition)
        return {**flat, "required": required} if required else flat


def _picked(schema: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    return {key: schema[key] for key in keys if key in schema}


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    return {**schema, "type": [schema["type"], "null"]} if isinstance(schema.get("type"), str) else schema
