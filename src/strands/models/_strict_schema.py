"""JSON schemas for strict tool calls, where the model may only use what the schema names."""

from __future__ import annotations

import logging
from copy import deepcopy
from typing import Any

logger = logging.getLogger(__name__)

_SCHEMAS_BY_NAME = ("properties", "$defs", "definitions")
_LISTS_OF_SCHEMAS = ("anyOf", "oneOf", "allOf")


def ensure_strict_json_schema(schema: dict[str, Any], *, require_all_properties: bool = False) -> dict[str, Any]:
    """Return a copy in which no object takes properties beyond those that are named.

    An `additionalProperties` that is already there stays. A `$ref` with keywords beside it is replaced by what it
    points to, since strict providers allow nothing beside a `$ref`.

    Args:
        schema: The schema; it is left as it is.
        require_all_properties: Also make every property required, as some providers demand.
    """
    strict: dict[str, Any] = _Strict(schema, require_all_properties).copy_of(schema, ())
    return strict


class _Strict:
    """Makes the copy of one schema."""

    def __init__(self, root: dict[str, Any], require_all_properties: bool) -> None:
        self._root = root
        self._require_all_properties = require_all_properties

    def copy_of(self, schema: Any, within: tuple[str, ...]) -> Any:
        """Return the strict copy of a part of the schema; `within` are the references being replaced around it."""
        if not isinstance(schema, dict):
            return schema
        if "$ref" in schema and len(schema) > 1:
            resolved = self._merged(schema, within)
            if resolved is not None:
                return self.copy_of(resolved, (*within, schema["$ref"]))
        strict = {key: self._copy_of_value(key, value, within) for key, value in schema.items()}
        if schema.get("type") == "object":
            strict.setdefault("additionalProperties", False)
        if self._require_all_properties and isinstance(schema.get("properties"), dict):
            strict["required"] = list(schema["properties"])
        return strict

    def _copy_of_value(self, key: str, value: Any, within: tuple[str, ...]) -> Any:
        if key in _SCHEMAS_BY_NAME and isinstance(value, dict):
            return {name: self.copy_of(part, within) for name, part in value.items()}
        if key in _LISTS_OF_SCHEMAS and isinstance(value, list):
            return [self.copy_of(part, within) for part in value]
        if key == "items":
            return self.copy_of(value, within)
        return deepcopy(value)

    def _merged(self, schema: dict[str, Any], within: tuple[str, ...]) -> dict[str, Any] | None:
        """Return the schema with its reference replaced, or None if the reference has to stay."""
        ref = schema["$ref"]
        if ref in within:  # a schema that contains itself can only be written with a reference
            return None
        target = self._target(ref)
        if target is None:
            return None
        return {**target, **{key: value for key, value in schema.items() if key != "$ref"}}

    def _target(self, ref: Any) -> dict[str, Any] | None:
        if not isinstance(ref, str) or not ref.startswith("#/"):
            logger.warning("ref=<%s> | reference points outside of the schema | left as it is", ref)
            return None
        found: Any = self._root
        for part in ref[2:].split("/"):
            found = found.get(part.replace("~1", "/").replace("~0", "~")) if isinstance(found, dict) else None
        if not isinstance(found, dict):
            logger.warning("ref=<%s> | reference points to nothing | left as it is", ref)
            return None
        return found
