"""Schemas and names that every tool shares, and tools made of a module's function."""

from __future__ import annotations

import asyncio
import copy
import logging
from typing import Any

import pytest

from strands.tools.tools import (
    InvalidToolUseNameException,
    PythonAgentTool,
    normalize_schema,
    normalize_tool_spec,
    validate_tool_use,
    validate_tool_use_name,
)
from strands.types._events import ToolResultEvent
from strands.types.exceptions import StrandsException
from tests.tools._running import result_of

EMPTY = {"type": "object", "properties": {}, "required": []}
COMPLETED: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({}, EMPTY),
    ({"type": "string"}, {**EMPTY, "type": "string"}),
    (
        {"properties": {"a": {}}, "additionalProperties": False},
        {
            **EMPTY,
            "properties": {"a": {"type": "string", "description": "Property a"}},
            "additionalProperties": False,
        },
    ),
    (
        {"properties": {"a": {"type": "integer", "description": "d", "enum": [1]}}, "required": ["a"]},
        {
            **EMPTY,
            "properties": {"a": {"type": "integer", "description": "d", "enum": [1]}},
            "required": ["a"],
        },
    ),
    (
        {"properties": {"o": {"type": "object", "properties": {"p": {}}}}},
        {
            **EMPTY,
            "properties": {
                "o": {**EMPTY, "properties": {"p": {"type": "string", "description": "Property p"}}},
            },
        },
    ),
    (
        {"properties": {"r": {"$ref": "#/$defs/X"}, "u": {"anyOf": [{"type": "string"}]}, "j": "junk"}},
        {
            **EMPTY,
            "properties": {
                "r": {"$ref": "#/$defs/X"},
                "u": {"anyOf": [{"type": "string"}], "description": "Property u"},
                "j": {"type": "string", "description": "Property j"},
            },
        },
    ),
]


@pytest.mark.parametrize(("schema", "completed"), COMPLETED)
def test_schemas_are_completed_in_a_copy(schema: dict[str, Any], completed: dict[str, Any]) -> None:
    """Providers refuse schemas without types; a user's schema is not ours to change."""
    before = copy.deepcopy(schema)
    assert normalize_schema(schema) == completed
    assert schema == before


@pytest.mark.parametrize(
    ("input_schema", "normalized"),
    [({}, {"json": EMPTY}), ({"json": {}}, {"json": EMPTY}), ({"json": {}, "x": 1}, {"json": EMPTY, "x": 1})],
)
def test_specifications_get_a_wrapped_schema(input_schema: dict[str, Any], normalized: dict[str, Any]) -> None:
    """Both spellings are in use."""
    spec: Any = {"name": "n", "description": "d", "inputSchema": input_schema, "outputSchema": {"json": {}}}
    assert normalize_tool_spec(spec) == {**spec, "inputSchema": normalized}


@pytest.mark.parametrize("name", ["a", "a-b_C9", "9", "-", "a" * 64])
def test_valid_names_pass(name: str) -> None:
    validate_tool_use({"toolUseId": "t1", "name": name, "input": {}})


LONG = "a" * 65


@pytest.mark.parametrize(
    ("use", "message"),
    [
        ({}, "tool name missing"),
        ({"name": ""}, "tool_name=<> | invalid tool name pattern"),
        ({"name": "a b"}, "tool_name=<a b> | invalid tool name pattern"),
        ({"name": "é"}, "tool_name=<é> | invalid tool name pattern"),
        ({"name": "a\n"}, "tool_name=<a\n> | invalid tool name pattern"),
        ({"name": None}, "tool_name=<None> | invalid tool name pattern"),
        ({"name": LONG}, f"tool_name=<{LONG}>, tool_name_max_length=<64> | invalid tool name length"),
    ],
)
def test_names_that_no_tool_can_have_are_refused(use: Any, message: str, caplog: pytest.LogCaptureFixture) -> None:
    """Models invent names, and a provider that sees one again refuses the whole history."""
    with caplog.at_level(logging.WARNING), pytest.raises(InvalidToolUseNameException) as raised:
        validate_tool_use_name(use)
    assert str(raised.value) == message
    assert isinstance(raised.value, StrandsException)
    assert caplog.messages == [message]


SPEC: Any = {"name": "legacy", "description": "d", "inputSchema": {"json": {}}}
RESULT: Any = {"toolUseId": "t1", "status": "success", "content": [{"text": "x"}]}


def plain(tool: Any, **kwargs: Any) -> Any:
    return {**RESULT, "content": [{"json": [tool, kwargs]}]}


async def a_plain(tool: Any, **kwargs: Any) -> Any:
    return plain(tool, **kwargs)


def hands_out_a_coroutine(tool: Any, **kwargs: Any) -> Any:
    return a_plain(tool, **kwargs)


@pytest.mark.parametrize("function", [plain, a_plain, hands_out_a_coroutine])
async def test_a_module_function_gets_the_request_and_the_invocation_state(function: Any) -> None:
    """The older kind of tool, which strands-agents-tools still has many of."""
    use = {"toolUseId": "t1", "name": "legacy", "input": {"a": 1}}
    result = await result_of(PythonAgentTool("legacy", SPEC, function), {"a": 1}, user="u")
    assert result["content"] == [{"json": [use, {"user": "u"}]}]


async def test_a_blocking_module_function_does_not_block_the_event_loop() -> None:
    """It ends only after the event loop did something in between."""
    loop = asyncio.get_running_loop()

    def function(tool: Any, **kwargs: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(asyncio.sleep(0, RESULT), loop).result(30)

    assert await result_of(PythonAgentTool("legacy", SPEC, function)) == RESULT


def test_a_module_tool_describes_itself() -> None:
    tool = PythonAgentTool("legacy", SPEC, plain)
    assert (tool.tool_name, tool.tool_spec, tool.tool_type, tool.supports_hot_reload) == (
        "legacy",
        SPEC,
        "python",
        True,
    )
    assert tool.get_display_properties() == {"Name": "legacy", "Type": "python"}
    new: Any = {**SPEC, "description": "New."}
    tool.tool_spec = new
    assert tool.tool_spec is new
    with pytest.raises(ValueError, match=r"cannot change tool name via tool_spec \(expected 'legacy', got 'other'\)"):
        tool.tool_spec = {**new, "name": "other"}


async def test_results_are_events() -> None:
    stream = PythonAgentTool("legacy", SPEC, a_plain).stream({"toolUseId": "t1", "name": "legacy", "input": {}}, {})
    (event,) = [event async for event in stream]
    assert isinstance(event, ToolResultEvent)
