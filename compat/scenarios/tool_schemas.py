"""The tool specs that `@tool` makes of signatures, type hints and docstrings."""

# mypy: disable-error-code="assignment, name-defined, no-untyped-def, type-arg"
# Wrong use is looked at, too.

# ruff: noqa: UP007, UP045, D205, D212, D417  -- old spellings and odd docstrings are what is looked at

# No `from __future__ import annotations`: half of the functions below show how real annotations are read,
# `deferred_annotations` shows the other half.

import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Optional, Union

from pydantic import BaseModel, Field
from typing_extensions import TypedDict

from compat.normalise import observed
from compat.observing import attempt, attempt_async
from compat.registry import scenario, table
from strands import ToolContext, tool


class Color(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Address(BaseModel):
    """Where somebody lives."""

    street: str = Field(description="The street.")
    number: Optional[int] = None


class Customer(BaseModel):
    name: str
    addresses: list[Address] = []
    favourite: Color = Color.RED


class Options(TypedDict, total=False):
    depth: int
    label: str


@dataclass
class Point:
    x: int
    y: int = 0


def nothing():
    pass


def no_hints(a, b=1):
    """No hints."""


def primitives(a: str, b: int, c: float, d: bool) -> str:
    """All primitives.

    Args:
        a: First.
        b: Second.
        c: Third.
        d: Fourth.
    """
    return ""


def defaults(a: str = "x", b: int = 1, c: Optional[str] = None, d: bool = False, e: float = 1.5) -> str:
    """Defaults."""
    return ""


def optional_without_default(a: Optional[int]) -> str:
    """Optional."""
    return ""


def unions(a: Union[int, str], b: "int | str | None" = None) -> str:
    """Unions."""
    return ""


def collections(a: list[str], b: dict[str, int], c: tuple[int, str], d: set[str], e: list[dict[str, Any]]) -> str:
    """Collections."""
    return ""


def bare_collections(a: list, b: dict, c: Any) -> str:
    """Bare."""
    return ""


def literals(a: Literal["x", "y"], b: Literal[1, 2] = 1) -> str:
    """Literals."""
    return ""


def enums(a: Color, b: Color = Color.BLUE) -> str:
    """Enums."""
    return ""


def models(customer: Customer, maybe: Optional[Address] = None) -> str:
    """Models."""
    return ""


def typed_dict(options: Options) -> str:
    """Typed dict."""
    return ""


def dataclass_parameter(point: Point) -> str:
    """Dataclass."""
    return ""


def fields(a: int = Field(description="From the field.", ge=1, le=9), b: str = Field(default="z", max_length=3)) -> str:
    """Fields as defaults."""
    return ""


def annotated(
    a: Annotated[int, "From the annotation"],
    b: Annotated[str, Field(description="From the field", min_length=2)] = "bb",
) -> str:
    """Annotated."""
    return ""


def annotated_and_docstring(a: Annotated[int, "From the annotation"]) -> str:
    """Annotated and described.

    Args:
        a: From the docstring.
    """
    return ""


def variadic(a: int, *args: str, **kwargs: Any) -> str:
    """Variadic."""
    return ""


def keyword_only(a: int, *, b: str, c: int = 3) -> str:
    """Keyword only."""
    return ""


def positional_only(a: int, /, b: str) -> str:
    """Positional only."""
    return ""


def with_callable(callback: Callable[[], None]) -> str:
    """Take a callable."""
    return ""


def long_docstring(a: str) -> str:
    """First line.

    A second paragraph that says more,
    over two lines.

    Args:
        a: A parameter whose description
            runs over two lines.

    Returns:
        Something.

    Raises:
        ValueError: Never.

    Example:
        >>> long_docstring("x")
    """
    return ""


def numpy_docstring(a: str, b: int = 0) -> str:
    """Numpy style.

    Parameters
    ----------
    a : str
        The first.
    b : int, optional
        The second.
    """
    return ""


def sphinx_docstring(a: str, b: int = 0) -> str:
    """Sphinx style.

    :param a: The first.
    :param b: The second.
    :returns: Nothing.
    """
    return ""


def partly_described(a: str, b: str) -> str:
    """Partly.

    Args:
        a: Described.
    """
    return ""


def described_with_types(a: str, b: int = 0) -> str:
    """With types.

    Args:
        a (str): The first.
        b (int, optional): The second: with a colon. Defaults to 0.
    """
    return ""


def args_only(a: str) -> str:
    """
    Args:
        a: The only.
    """
    return ""


def describes_a_stranger(a: str) -> str:
    """Stranger.

    Args:
        a: Known.
        b: Unknown.
    """
    return ""


def special_names(
    agent: Any, self_: int = 0, cls: int = 0, name: str = "n", description: str = "d", type: str = "t"
) -> str:
    """Names that mean something elsewhere."""
    return ""


def reserved_pydantic_names(model_config: str, schema: str = "", json: str = "", copy: int = 0) -> str:
    """Names that pydantic uses."""
    return ""


def underscored(_private: int = 0, value_: int = 0) -> str:
    """Underscores."""
    return ""


def mutable_defaults(a: list[int] = [1], b: dict[str, int] = {}) -> str:  # noqa: B006
    """Mutable defaults."""
    return ""


def model_default(a: Address = Address(street="s")) -> str:  # noqa: B008
    """Model as default."""
    return ""


def returns_a_model(a: int) -> Customer:
    """Return a model."""
    return Customer(name="x")


def returns_a_dict() -> dict[str, Any]:
    """Return a dict."""
    return {}


def returns_none() -> None:
    """Return nothing."""


def unicode_docstring(größe: int) -> str:
    """Grüße — “quoted”.

    Args:
        größe: Die Größe.
    """
    return ""


async def asynchronous(a: int) -> str:
    """Asynchronous.

    Args:
        a: A number.
    """
    return ""


FUNCTIONS = (
    nothing, no_hints, primitives, defaults, optional_without_default, unions, collections, bare_collections, literals,
    enums, models, typed_dict, dataclass_parameter, fields, annotated, annotated_and_docstring, variadic, keyword_only,
    positional_only, with_callable, long_docstring, numpy_docstring, sphinx_docstring, partly_described,
    described_with_types, args_only, describes_a_stranger, special_names, reserved_pydantic_names, underscored,
    mutable_defaults, model_default, returns_a_model, returns_a_dict, returns_none, unicode_docstring, asynchronous,
)  # fmt: skip


@table({function.__name__: function for function in FUNCTIONS})
async def signature(function: Any) -> Any:
    return attempt(lambda: tool(function).tool_spec)


@table(
    {
        "name": {"name": "renamed"},
        "description": {"description": "Another description."},
        "input schema": {
            "inputSchema": {"json": {"type": "object", "properties": {"q": {"type": "string"}}, "required": ["q"]}}
        },
        "bare input schema": {"inputSchema": {"type": "object", "properties": {"q": {"type": "string"}}}},
        "empty call": {},
        "bad name": {"name": "bad name"},
        "empty name": {"name": ""},
        "empty description": {"description": ""},
        "unknown keyword": {"colour": "red"},
    },
)
async def decorator_arguments(arguments: dict[str, Any]) -> Any:
    return attempt(lambda: tool(**arguments)(primitives).tool_spec)


@scenario
async def deferred_annotations() -> Any:
    from compat import deferred

    return {function.__name__: attempt(lambda: tool(function).tool_spec) for function in deferred.FUNCTIONS}  # noqa: B023


@scenario
async def annotation_that_cannot_be_resolved() -> Any:
    def local() -> Any:
        def unresolved(a: "NoSuchName") -> str:  # noqa: F821
            """Unresolved."""
            return ""

        return tool(unresolved).tool_spec

    return attempt(local)


@scenario
async def lambda_and_partial_and_callable() -> Any:
    import functools

    class Callable_:
        def __call__(self, a: int) -> str:
            """Call."""
            return ""

    return {
        "lambda": attempt(lambda: tool(lambda a: a).tool_spec),
        "partial": attempt(lambda: tool(functools.partial(primitives, "x")).tool_spec),
        "object": attempt(lambda: tool(Callable_()).tool_spec),
        "class": attempt(lambda: tool(Callable_).tool_spec),
    }


@scenario
async def context_is_not_in_the_schema() -> Any:
    @tool(context=True)
    def first(a: int, tool_context: ToolContext) -> str:
        """First."""
        return ""

    @tool(context="ctx")
    def second(ctx: ToolContext, a: int = 1) -> str:
        """Second.

        Args:
            ctx: The context.
            a: A number.
        """
        return ""

    return [observed(first.tool_spec), observed(second.tool_spec)]


@scenario
async def spec_can_be_replaced() -> Any:
    made = tool(primitives)
    spec = {**made.tool_spec, "description": "new"}

    def replace() -> Any:
        made.tool_spec = spec
        return made.tool_spec["description"]

    return attempt(replace)


INPUTS = {
    "primitives": {"a": "x", "b": 1, "c": 2.5, "d": True},
    "defaults": {},
    "literals": {"a": "z"},
    "enums": {"a": "red"},
    "models": {"customer": {"name": "Ada", "addresses": [{"street": "s", "number": "4"}]}},
    "typed_dict": {"options": {"depth": "x"}},
    "dataclass_parameter": {"point": {"x": 1}},
    "fields": {"a": 100},
    "annotated": {"a": 1, "b": "b"},
    "variadic": {"a": 1},
    "keyword_only": {"a": 1, "b": "x"},
    "positional_only": {"a": 1, "b": "x"},
    "optional_without_default": {},
    "reserved_pydantic_names": {"model_config": "x"},
    "underscored": {"_private": 1},
    "model_default": {},
    "returns_a_model": {"a": 1},
    "no_hints": {"a": [1]},
}


@table({name: (name, given) for name, given in INPUTS.items()})
async def validated(case: tuple[str, dict[str, Any]]) -> Any:
    name, given = case

    async def results() -> list[Any]:
        events = tool(globals()[name]).stream({"toolUseId": "t1", "name": name, "input": given}, {})
        return [[type(event).__name__, dict(event)] async for event in events]

    return await attempt_async(results())
