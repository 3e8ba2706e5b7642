"""`@tool`: what a model is told about a function, and what calling it does."""

from __future__ import annotations

import asyncio
import contextvars
import dataclasses
import datetime
import enum
import functools
import inspect
import threading
from collections.abc import AsyncGenerator, Callable, Generator
from typing import Annotated, Any, Literal, Optional, Union

import pytest
from pydantic import BaseModel, Field

from strands.interrupt import Interrupt, InterruptException
from strands.tools.decorator import DecoratedFunctionTool, FunctionToolMetadata, tool
from strands.types._events import ToolInterruptEvent, ToolResultEvent, ToolStreamEvent
from strands.types.tools import ToolContext
from tests.tools._running import events_of, failure, result_of, success


class Color(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Address(BaseModel):
    """Where someone lives."""

    street: str
    zip: str | None = None


ADDRESS_SCHEMA = {
    "description": "Where someone lives.",
    "properties": {
        "street": {"title": "Street", "type": "string"},
        "zip": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None, "title": "Zip"},
    },
    "required": ["street"],
    "title": "Address",
    "type": "object",
}


def parameters_of(function: Callable[..., Any], **options: Any) -> dict[str, Any]:
    schema = tool(**options)(function).tool_spec["inputSchema"]["json"]
    assert schema["type"] == "object"
    return dict(schema)


def scalars(a: int, b: str = "x", c: float = 1.5, d: bool = False) -> None: ...
def untyped(a, b=3): ...  # type: ignore[no-untyped-def]
def optional(a: int | None, b: str | None = None, c: Optional[int] = 5, d: Union[int, str, None] = None) -> None: ...  # noqa: UP007, UP045
def choices(a: Literal["x", "y"], b: Color, c: Color | None = None) -> None: ...
def nested(a: Address, b: Address | None = None, c: list[Address] = []) -> None: ...  # noqa: B006
def containers(a: dict[str, int], b: set[int], c: tuple[int, str], d: list[dict[str, Any]]) -> None: ...
def described(a: Annotated[int, "the a"], b: Annotated[str, "ignored", "the b"] = "z") -> None: ...
def fields(a: int = Field(default=4, description="the a"), b: int = Field(ge=1)) -> None: ...
def reserved(_a: str, schema: str, model_config: int = 1, copy: bool = True) -> None: ...
def injected(self: Any, cls: Any, agent: Any, a: int) -> None: ...


PARAMETERS: list[tuple[Callable[..., Any], dict[str, Any], list[str]]] = [
    (
        scalars,
        {
            "a": {"description": "Parameter a", "type": "integer"},
            "b": {"description": "Parameter b", "type": "string", "default": "x"},
            "c": {"description": "Parameter c", "type": "number", "default": 1.5},
            "d": {"description": "Parameter d", "type": "boolean", "default": False},
        },
        ["a"],
    ),
    (untyped, {"a": {"description": "Parameter a"}, "b": {"description": "Parameter b", "default": 3}}, ["a"]),
    (
        optional,
        {
            "a": {"description": "Parameter a", "anyOf": [{"type": "integer"}, {"type": "null"}]},
            "b": {"description": "Parameter b", "type": "string", "default": None},
            "c": {"description": "Parameter c", "type": "integer", "default": 5},
            "d": {
                "description": "Parameter d",
                "anyOf": [{"type": "integer"}, {"type": "string"}, {"type": "null"}],
                "default": None,
            },
        },
        ["a"],
    ),
    (
        choices,
        {
            "a": {"description": "Parameter a", "enum": ["x", "y"], "type": "string"},
            "b": {"description": "Parameter b", "$ref": "#/$defs/Color"},
            "c": {"description": "Parameter c", "$ref": "#/$defs/Color", "default": None},
        },
        ["a", "b"],
    ),
    (
        nested,
        {
            "a": {"description": "Parameter a", "$ref": "#/$defs/Address"},
            "b": {"description": "Parameter b", "$ref": "#/$defs/Address", "default": None},
            "c": {
                "description": "Parameter c",
                "type": "array",
                "items": {"$ref": "#/$defs/Address"},
                "default": [],
            },
        },
        ["a"],
    ),
    (
        containers,
        {
            "a": {"description": "Parameter a", "type": "object"},
            "b": {"description": "Parameter b", "type": "array", "items": {"type": "integer"}, "uniqueItems": True},
            "c": {
                "description": "Parameter c",
                "type": "array",
                "prefixItems": [{"type": "integer"}, {"type": "string"}],
                "minItems": 2,
                "maxItems": 2,
            },
            "d": {
                "description": "Parameter d",
                "type": "array",
                "items": {"type": "object", "additionalProperties": True},
            },
        },
        ["a", "b", "c", "d"],
    ),
    (
        described,
        {
            "a": {"description": "the a", "type": "integer"},
            "b": {"description": "the b", "type": "string", "default": "z"},
        },
        ["a"],
    ),
    (
        fields,
        {
            "a": {"description": "the a", "type": "integer", "default": 4},
            "b": {"description": "Parameter b", "type": "integer", "minimum": 1},
        },
        ["b"],
    ),
    (
        reserved,
        {
            "_a": {"description": "Parameter _a", "type": "string"},
            "schema": {"description": "Parameter schema", "type": "string"},
            "model_config": {"description": "Parameter model_config", "type": "integer", "default": 1},
            "copy": {"description": "Parameter copy", "type": "boolean", "default": True},
        },
        ["_a", "schema"],
    ),
    (injected, {"a": {"description": "Parameter a", "type": "integer"}}, ["a"]),
]


@pytest.mark.parametrize(
    ("function", "properties", "required"), PARAMETERS, ids=[row[0].__name__ for row in PARAMETERS]
)
def test_schema_follows_the_signature(
    function: Callable[..., Any], properties: dict[str, Any], required: list[str]
) -> None:
    """The schema is all that a model knows of a tool's input."""
    schema = parameters_of(function)
    assert (schema["properties"], schema["required"]) == (properties, required)


def test_definitions_of_nested_types_come_along() -> None:
    """A reference is worth nothing without what it refers to."""
    assert parameters_of(nested)["$defs"] == {"Address": ADDRESS_SCHEMA}


def test_a_function_without_parameters_has_no_required_ones() -> None:
    """Some providers refuse an empty list of required properties."""

    def nothing() -> None: ...

    assert parameters_of(nothing) == {"properties": {}, "type": "object"}


DOCSTRINGS = {
    "one line": ("Adds numbers.", "Adds numbers.", {}),
    "google": (
        """Adds.

        At length.

        Args:
            a: First
                summand.
            b (int): Second summand.

        Returns:
            The sum.
        """,
        "Adds.\n\nAt length.\n\nReturns:\n    The sum.",
        {"a": "First\nsummand.", "b": "Second summand."},
    ),
    "google, other heading": ("Adds.\n\nParameters:\n    a: First.\n", "Adds.", {"a": "First."}),
    "numpy": (
        "Adds.\n\nParameters\n----------\na : int\n    First.\n",
        "Adds.\n\nParameters\n----------\na : int\n    First.",
        {"a": "First."},
    ),
    "sphinx": ("Adds.\n\n:param a: First.\n", "Adds.\n\n:param a: First.", {"a": "First."}),
    "prose after the arguments": (
        "Adds.\n\nArgs:\n    a: First.\n\nAnd more.\n\nNote:\n    Slow.",
        "Adds.\n\nNote:\n    Slow.",
        {"a": "First."},
    ),
    "mentions a heading": ("Adds.\n\nWhat Args: means.", "Adds.\n\nWhat Args: means.", {}),
    "only arguments": ("Args:\n    a: First.", "adds", {}),
    "none": (None, "adds", {}),
}


@pytest.mark.parametrize(("docstring", "description", "parameters"), DOCSTRINGS.values(), ids=DOCSTRINGS)
def test_descriptions_come_from_the_docstring(
    docstring: str | None, description: str, parameters: dict[str, str]
) -> None:
    """Docstrings are written once, for people and models alike; arguments belong to the schema alone."""

    def adds(a: int, b: int = 1) -> int:
        return a + b

    adds.__doc__ = docstring
    spec = tool(adds).tool_spec
    found = {name: schema["description"] for name, schema in spec["inputSchema"]["json"]["properties"].items()}
    assert spec["description"] == description
    assert found == {"a": "Parameter a", "b": "Parameter b", **parameters}


def test_overrides_replace_what_the_function_says() -> None:
    """Names and texts for models are tuned without touching the code."""
    schema = {"json": {"type": "object", "properties": {}}}
    decorated = tool(name="my-tool", description="Mine.", inputSchema=schema)(scalars)
    assert decorated.tool_spec == {"name": "my-tool", "description": "Mine.", "inputSchema": schema}
    assert decorated.tool_name == "my-tool"


def two_ways(ctx: ToolContext) -> None: ...


REFUSED: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (lambda: tool(two_ways), ValueError, "@tool(context) must be set if passing in ToolContext param"),
    (
        lambda: tool(context=True)(two_ways),
        ValueError,
        "param_name=<ctx> | ToolContext param must be named 'tool_context'",
    ),
    (lambda: tool(context="")(two_ways), ValueError, "Context parameter name cannot be empty"),
    (
        lambda: tool("weather"),
        TypeError,
        "func must be a function, got 'weather'; settings are keywords: @tool(name=...)",
    ),
    (lambda: tool(name=5)(scalars), ValueError, "Tool name must be a string, got <class 'int'>"),  # type: ignore[call-overload]
]


@pytest.mark.parametrize(("decorate", "error", "message"), REFUSED)
def test_mistakes_surface_when_the_function_is_decorated(
    decorate: Callable[[], Any], error: type[Exception], message: str
) -> None:
    """A tool that cannot work must not wait for a model to find out."""
    with pytest.raises(error) as raised:
        decorate()
    assert str(raised.value) == message


def test_field_within_annotated_is_refused() -> None:
    """As in the original, which clients may catch."""

    def function(a: Annotated[int, Field(ge=1)]) -> None: ...

    with pytest.raises(NotImplementedError, match=r"pydantic\.Field within Annotated .*parameter 'a'"):
        tool(function)


@tool
def add(a: int, b: int = 2) -> int:
    """Add."""
    return a + b


@pytest.mark.parametrize(
    ("arguments", "text"),
    [({"a": 1}, "3"), ({"a": "5", "b": 3.0}, "8"), ({"a": 1, "surplus": True}, "3")],
    ids=["default", "coerced", "surplus"],
)
async def test_input_becomes_arguments(arguments: dict[str, Any], text: str) -> None:
    """Models send numbers as strings, and fields that nobody asked for."""
    assert await result_of(add, arguments) == success(text)


async def test_invalid_input_tells_the_model_what_to_fix() -> None:
    """Another attempt can only be better if the model learns what was wrong with this one."""
    (event,) = await events_of(add, {"a": "x"})
    text = event.tool_result["content"][0]["text"]
    assert event.tool_result["status"] == "error"
    assert text.startswith("Error: Validation failed for input parameters: 1 validation error for AddTool\na\n  Input ")
    assert isinstance(event.exception, ValueError)


@pytest.mark.parametrize("arguments", [[1], "text", 5])
async def test_input_that_is_no_object_is_refused(arguments: Any) -> None:
    """Providers pass on whatever JSON a model wrote."""
    kind = type(arguments).__name__
    expected = f"Error: Validation failed for input parameters: expected an object, got {kind}: {arguments!r}"
    assert await result_of(add, arguments) == failure(expected)


async def test_rich_types_arrive_as_annotated_but_models_as_dicts() -> None:
    """Tools written for the original read nested models as dicts."""
    received: dict[str, Any] = {}

    @tool
    def take(who: Address, color: Color, day: datetime.date, numbers: set[int] = set()) -> None:  # noqa: B006
        received.update(who=who, color=color, day=day, numbers=numbers)

    await result_of(take, {"who": {"street": "s"}, "color": "red", "day": "2020-01-31", "numbers": [1, 1]})
    assert received == {
        "who": {"street": "s", "zip": None},
        "color": Color.RED,
        "day": datetime.date(2020, 1, 31),
        "numbers": {1},
    }


async def test_names_that_pydantic_reserves_reach_the_function() -> None:
    """A tool may call its parameters as it likes."""

    @tool
    def function(_a: str, schema: str, model_config: int = 1) -> str:
        return f"{_a} {schema} {model_config}"

    assert await result_of(function, {"_a": "x", "schema": "y"}) == success("x y 1")


async def test_a_default_need_not_fit_its_annotation() -> None:
    """`a: int = None` is everywhere, and neither an error nor worth a warning."""

    @tool
    def function(a: int = None) -> str:  # type: ignore[assignment]  # noqa: RUF013
        return repr(a)

    assert await result_of(function) == success("None")


async def test_mutable_defaults_are_not_shared_between_calls() -> None:
    """What one call appends must not be there in the next."""

    @tool
    def function(items: list[int] = []) -> int:  # noqa: B006
        items.append(1)
        return len(items)

    assert [await result_of(function) for _ in range(2)] == [success("1")] * 2


@dataclasses.dataclass
class Point:
    x: int


RESULTS = [
    ("text", "text"),
    (None, "null"),
    (3, "3"),
    (True, "true"),
    ([1, "é"], '[1, "\\u00e9"]'),
    ({"a": {"b": None}}, '{"a": {"b": null}}'),
    ((1, 2), "[1, 2]"),
    ({1}, "{1}"),
    (b"ab", "b'ab'"),
    (Address(street="x"), '{"street":"x","zip":null}'),
    ([Address(street="x")], "[Address(street='x', zip=None)]"),
    (Color.RED, "Color.RED"),
    (Point(1), "Point(x=1)"),
    ({"status": "success"}, '{"status": "success"}'),
]


@pytest.mark.parametrize(("value", "text"), RESULTS, ids=[text for _, text in RESULTS])
async def test_any_value_becomes_text_for_the_model(value: Any, text: str) -> None:
    """Tools return what is natural to them; a value that is no JSON must not make the call fail."""

    @tool
    async def give() -> Any:
        return value

    assert await result_of(give) == success(text)


async def test_a_finished_result_passes_through_under_the_id_of_the_request() -> None:
    """Errors, images and JSON need the full form; the id decides whether the history is valid."""
    finished = {"toolUseId": "other", "status": "error", "content": [{"json": {"a": 1}}], "extra": True}

    @tool
    def give() -> dict[str, Any]:
        return finished

    assert await result_of(give) == {**finished, "toolUseId": "t1"}
    assert finished["toolUseId"] == "other"


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (RuntimeError("kaput"), "Error: RuntimeError - kaput"),
        (ValueError("bad"), "Error: bad"),
        (KeyError("k"), "Error: KeyError - 'k'"),
        (StopIteration("s"), "Error: RuntimeError - coroutine raised StopIteration"),
    ],
)
async def test_an_exception_becomes_an_error_that_keeps_it(error: Exception, text: str) -> None:
    """The model reads the text, hooks need the exception."""

    @tool
    def fail() -> None:
        raise error

    (event,) = await events_of(fail)
    assert event.tool_result == failure(text)
    assert error in (event.exception, event.exception.__cause__)


async def test_an_interrupt_is_no_error() -> None:
    """It asks a person, and the call is made again with the answer."""
    interrupt = Interrupt("id", "approval", "why")

    @tool
    def ask() -> None:
        raise InterruptException(interrupt)

    (event,) = await events_of(ask)
    assert isinstance(event, ToolInterruptEvent)
    assert event.interrupts == [interrupt]


async def test_cancellation_is_not_swallowed() -> None:
    """A cancelled task that goes on is a leak."""

    @tool
    async def cancelled() -> None:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await events_of(cancelled)


async def a_counting(n: int) -> AsyncGenerator[int, None]:
    for number in range(n):
        yield number


def counting(n: int) -> Generator[int, None, None]:
    yield from range(n)


def hands_out_a_generator(n: int) -> Any:
    return a_counting(n)


@pytest.mark.parametrize("function", [a_counting, counting, hands_out_a_generator])
@pytest.mark.parametrize(("n", "text"), [(3, "2"), (0, "null")])
async def test_what_a_generator_yields_streams_and_the_last_value_is_the_result(
    function: Callable[..., Any], n: int, text: str
) -> None:
    """Progress of a long tool is visible while it runs; one without progress still has a result."""
    *streamed, last = await events_of(tool(function), {"n": n})
    assert all(isinstance(event, ToolStreamEvent) for event in streamed)
    assert [event["tool_stream_event"]["data"] for event in streamed] == list(range(n))
    assert last.tool_result == success(text)


async def test_an_exception_after_some_progress_is_an_error() -> None:
    """A stream that began may still fail."""

    @tool
    async def fail() -> AsyncGenerator[str, None]:
        yield "mid"
        raise RuntimeError("x")

    streamed, last = await events_of(fail)
    assert (streamed["tool_stream_event"]["data"], last.tool_result) == ("mid", failure("Error: RuntimeError - x"))


@pytest.mark.parametrize("is_async", [True, False])
async def test_closing_the_stream_closes_the_generator(is_async: bool) -> None:
    """A tool's clean-up runs when its consumer leaves, not when the garbage collector comes."""
    closed = threading.Event()

    async def a_endless() -> AsyncGenerator[int, None]:
        try:
            while True:
                yield 1
        finally:
            closed.set()

    def endless() -> Generator[int, None, None]:
        try:
            while True:
                yield 1
        finally:
            closed.set()

    stream = tool(a_endless if is_async else endless).stream({"toolUseId": "t1", "name": "endless", "input": {}}, {})
    await anext(stream)
    await stream.aclose()
    assert closed.is_set()


async def test_cancelling_does_not_wait_for_a_blocked_generator() -> None:
    """Its thread cannot be stopped; trying to close the generator meanwhile would only raise."""
    begun, release = threading.Event(), threading.Event()

    @tool
    def blocks() -> Generator[int, None, None]:
        begun.set()
        release.wait()
        yield 1

    task = asyncio.create_task(events_of(blocks))
    await asyncio.to_thread(begun.wait)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    release.set()


async def test_a_wrapped_async_function_is_awaited() -> None:
    """A decorator in between hides that the function is async."""

    async def inner() -> str:
        return "done"

    @functools.wraps(inner)
    def outer() -> Any:
        return inner()

    assert await result_of(tool(outer)) == success("done")


async def test_plain_functions_run_beside_the_event_loop_with_its_context() -> None:
    """A blocking tool must not stop everyone else; request ids and spans live in context variables."""
    variable = contextvars.ContextVar("variable", default="unset")
    variable.set("outer")
    seen: list[Any] = []

    @tool
    def function() -> None:
        seen.extend([threading.current_thread() is threading.main_thread(), variable.get()])
        variable.set("inner")

    await result_of(function)
    assert (seen, variable.get()) == ([False, "outer"], "outer")


async def test_async_functions_run_in_the_event_loop() -> None:
    """They share its connections and locks."""
    loops: list[Any] = []

    @tool
    async def function() -> None:
        loops.append(asyncio.get_running_loop())

    await result_of(function)
    assert loops == [asyncio.get_running_loop()]


class Counter:
    def __init__(self, start: int) -> None:
        self.start = start

    @tool
    def plus(self, a: int) -> int:
        """Add to the start."""
        return self.start + a

    @staticmethod
    @tool
    def double(a: int) -> int:
        return 2 * a


async def test_methods_are_tools_of_their_instance() -> None:
    """State that several tools share belongs into an object."""
    assert await result_of(Counter(10).plus, {"a": 1}) == success("11")
    assert await result_of(Counter(20).plus, {"a": 1}) == success("21")
    assert await result_of(Counter(0).double, {"a": 4}) == success("8")
    assert Counter.plus.tool_spec["inputSchema"]["json"]["required"] == ["a"]


def test_a_tool_stays_callable_as_the_function_it_is() -> None:
    """Tests and other code call the function directly."""
    counter = Counter(1)
    assert (add(1), add(1, b=5), counter.plus(2), Counter.plus(counter, 3), Counter.double(4)) == (3, 6, 3, 4, 8)
    with pytest.raises(TypeError):
        add()  # type: ignore[call-arg]


def test_a_tool_looks_like_its_function() -> None:
    """Editors, documentation tools and `inspect` see what was written."""
    assert (add.__name__, add.__doc__, inspect.signature(add)) == ("add", "Add.", inspect.signature(add.__wrapped__))  # type: ignore[attr-defined]
    assert add.get_display_properties() == {"Name": "add", "Type": "function", "Function": "add"}
    assert (add.tool_type, add.supports_hot_reload, add.is_dynamic) == ("function", True, False)


async def test_the_context_goes_to_the_parameter_of_its_name() -> None:
    """Tools reach the agent, its state and the caller's values, and a model cannot forge them."""
    contexts: list[ToolContext] = []

    @tool(context="ctx")
    def function(ctx: ToolContext, a: int = 1) -> None:
        contexts.append(ctx)

    state = {"agent": object(), "user": "u"}
    await result_of(function, {"ctx": "forged"}, **state)
    (context,) = contexts
    assert (context.agent, context.invocation_state, context.tool_use["toolUseId"]) == (state["agent"], state, "t1")


async def test_the_agent_goes_to_the_parameter_of_its_name() -> None:
    """The older way to reach the agent."""
    agents: list[Any] = []

    @tool
    def function(agent: Any = "none") -> None:
        agents.append(agent)

    await result_of(function, {"agent": "forged"}, agent="real")
    await result_of(function)
    assert agents == ["real", "none"]


def test_a_new_specification_must_be_complete_and_keep_the_name() -> None:
    """Registries know tools by name."""
    decorated: DecoratedFunctionTool[..., Any] = tool(scalars)
    spec: Any = {"name": "scalars", "description": "New.", "inputSchema": {"json": {}}}
    decorated.tool_spec = spec
    assert decorated.tool_spec is spec
    refused: list[tuple[Any, str]] = [
        ({**spec, "name": "other"}, "cannot change tool name via tool_spec (expected 'scalars', got 'other')"),
        ({"name": "scalars", "inputSchema": {}}, "tool_spec must contain 'description'"),
        ({"name": "scalars", "description": ""}, "tool_spec must contain 'inputSchema'"),
    ]
    for bad, message in refused:
        with pytest.raises(ValueError) as raised:
            decorated.tool_spec = bad
        assert str(raised.value) == message


async def test_a_request_without_id_or_input_is_answered() -> None:
    """Hand-written requests are often incomplete."""

    @tool
    def function() -> str:
        return "x"

    stream: Any = function.stream({"name": "function"}, {})  # type: ignore[typeddict-item]
    assert [event async for event in stream] == [
        ToolResultEvent({"toolUseId": "unknown", "status": "success", "content": [{"text": "x"}]})
    ]


def test_metadata_tells_what_was_read() -> None:
    """Frameworks on top inspect tools through it."""
    metadata = FunctionToolMetadata(scalars)
    assert metadata.type_hints["a"] is int
    assert metadata.doc.params == []
    assert metadata.validate_input({"a": "3"}) == {"a": 3, "b": "x", "c": 1.5, "d": False}
    assert metadata.input_model.__name__ == "ScalarsTool"
