"""A script for any agent: it calls the tools that it is offered, then answers with what they returned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from strands.testing._script import ModelRequest
from strands.testing._steps import Turn
from strands.testing._vocabulary import text, use

EXAMPLE_OF_TYPE: Mapping[str, Any] = {
    "array": [],
    "boolean": True,
    "integer": 1,
    "null": None,
    "number": 1.5,
    "string": "example",
}


def improvise(request: ModelRequest) -> Turn:
    """Call a tool of the request with an example of its input, then answer with the results."""
    if request.tool_results:
        return f"The tools say: {'; '.join(request.tool_results)}."
    tool = _tool_to_call(request)
    if tool is None:
        return f"You asked: {request.prompt} There is nothing to look up, so this is the answer."
    schema = tool["inputSchema"].get("json", tool["inputSchema"])
    return [text("Let me look that up."), use(tool["name"], example_of(schema, schema))]


def echo(request: ModelRequest) -> Turn:
    """Answer with the prompt."""
    return request.prompt or "..."


def example_of(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Any:
    """Return a value that fits a JSON schema, with the required fields only.

    Args:
        schema: The schema, or a part of it.
        root: The whole schema, where `$ref` points into.
    """
    if "$ref" in schema:
        target: Any = root
        for key in schema["$ref"].lstrip("#/").split("/"):
            target = target[key]
        return example_of(target, root)
    for key in ("default", "const"):
        if key in schema:
            return schema[key]
    if "enum" in schema:
        return schema["enum"][0]
    for key in ("anyOf", "oneOf", "allOf"):
        if key in schema:
            return example_of(schema[key][0], root)
    if schema.get("type") == "object" or "properties" in schema:
        fields = schema.get("properties", {})
        return {name: example_of(fields.get(name, {}), root) for name in schema.get("required", [])}
    return schema.get("minimum", EXAMPLE_OF_TYPE.get(schema.get("type", "string"), "example"))


def _tool_to_call(request: ModelRequest) -> Any:
    """Return the tool that the request forces, or whose name the prompt mentions, or the first; None without tools."""
    tools: dict[str, Any] = {spec["name"]: spec for spec in request.tool_specs}
    forced = (request.tool_choice or {}).get("tool", {}).get("name")
    mentioned = (name for name in tools if name.lower() in request.prompt.lower())
    return tools.get(forced or next(mentioned, next(iter(tools), "")))
