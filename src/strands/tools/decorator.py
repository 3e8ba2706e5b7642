"""The `@tool` decorator: a function becomes a tool, described by its signature and docstring."""

from __future__ import annotations

import functools
import inspect
import json
from collections.abc import Callable
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, cast, overload

from typing_extensions import override

from strands.interrupt import InterruptException
from strands.tools._calls import call, iteration_of
from strands.tools._docstring import description_from_docstring, parameter_descriptions, parse_docstring
from strands.tools._schema import input_schema
from strands.tools.tools import RespecifiableTool
from strands.types._events import ToolInterruptEvent, ToolResultEvent, ToolStreamEvent
from strands.types.tools import JSONSchema, ToolContext, ToolGenerator, ToolSpec, ToolUse

if TYPE_CHECKING:
    from docstring_parser import Docstring
    from pydantic import BaseModel

T = TypeVar("T")
P = ParamSpec("P")
R = TypeVar("R")

_UNKNOWN_TOOL_USE_ID = "unknown"
_DEFAULT_CONTEXT_PARAM = "tool_context"


class FunctionToolMetadata:
    """What a function's signature and docstring say about it as a tool."""

    def __init__(self, func: Callable[..., Any], context_param: str | None = None) -> None:
        """Read a function.

        Args:
            func: The function.
            context_param: Name of the parameter that receives the `ToolContext`, if any.

        Raises:
            ValueError: If a `ToolContext` parameter has another name.
            NotImplementedError: If an annotation holds a pydantic `Field`.
        """
        # pydantic is the better half of the time that importing the package takes, so it loads with the first tool.
        from strands.tools._signature import check_context_parameter, input_model, type_hints

        self.func = func
        self.signature = inspect.signature(func)
        self.type_hints = type_hints(func)
        self._context_param = context_param
        check_context_parameter(self.signature, self.type_hints, context_param)
        self.param_descriptions = parameter_descriptions(func.__doc__)
        self.input_model: type[BaseModel] = input_model(
            func.__name__, self.signature, self.type_hints, self.param_descriptions, context_param
        )

    @functools.cached_property
    def doc(self) -> Docstring:
        """The parsed docstring."""
        return parse_docstring(self.func.__doc__)

    @property
    def is_method(self) -> bool:
        """Whether the function wants an instance or class as its first argument."""
        return next(iter(self.signature.parameters), None) in ("self", "cls")

    def extract_metadata(self) -> ToolSpec:
        """Return the tool specification."""
        return {
            "name": self.func.__name__,
            "description": description_from_docstring(self.func.__doc__) or self.func.__name__,
            "inputSchema": {"json": input_schema(self.input_model.model_json_schema())},
        }

    def validate_input(self, input_data: dict[str, Any]) -> dict[str, Any]:
        """Return a model's input as arguments: coerced to the annotated types, defaults filled in, extras dropped.

        Nested models arrive as dicts.

        Raises:
            ValueError: If the input does not fit; the message tells the model what is wrong.
        """
        if not isinstance(input_data, dict):
            raise ValueError(
                "Validation failed for input parameters: "
                f"expected an object, got {type(input_data).__name__}: {input_data!r}"
            )
        try:
            validated = self.input_model.model_validate(input_data)
        except Exception as error:  # validators of users' types may raise anything
            raise ValueError(f"Validation failed for input parameters: {error}") from error
        return validated.model_dump(by_alias=True, warnings=False)  # a default need not fit its annotation

    def inject_special_parameters(
        self, validated_input: dict[str, Any], tool_use: ToolUse, invocation_state: dict[str, Any]
    ) -> None:
        """Add the arguments that the runtime provides to `validated_input`.

        Raises:
            KeyError: If a tool context is wanted and the invocation has no agent.
        """
        if self._context_param is not None and self._context_param in self.signature.parameters:
            validated_input[self._context_param] = ToolContext(
                tool_use=tool_use, agent=invocation_state["agent"], invocation_state=invocation_state
            )
        if "agent" in invocation_state and "agent" in self.signature.parameters:
            validated_input.setdefault("agent", invocation_state["agent"])


class DecoratedFunctionTool(RespecifiableTool, Generic[P, R]):
    """A function that an agent can call, and that stays callable as the function it is."""

    def __init__(
        self, tool_name: str, tool_spec: ToolSpec, tool_func: Callable[P, R], metadata: FunctionToolMetadata
    ) -> None:
        """Wrap a function.

        Args:
            tool_name: Name by which the model calls the tool.
            tool_spec: What the model is told.
            tool_func: The function.
            metadata: How input becomes arguments of the function.
        """
        super().__init__()
        self._tool_name = tool_name
        self._tool_spec = tool_spec
        self._tool_func = tool_func
        self._metadata = metadata
        functools.update_wrapper(wrapper=cast(Any, self), wrapped=self._tool_func)

    def __get__(self, instance: Any, obj_type: type | None = None) -> DecoratedFunctionTool[..., R]:
        """Return the tool with its method bound to an instance."""
        if instance is None or not self._metadata.is_method:
            return self
        method = cast("Callable[P, R]", cast(Any, self._tool_func).__get__(instance, obj_type))
        return DecoratedFunctionTool(self._tool_name, self._tool_spec, method, self._metadata)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Call the function as if it was not a tool: without validation, and with its own result."""
        return self._tool_func(*args, **kwargs)

    @override
    def _check(self, spec: ToolSpec) -> None:
        super()._check(spec)
        for key in ("description", "inputSchema"):
            if key not in spec:
                raise ValueError(f"tool_spec must contain '{key}'")

    @property
    @override
    def tool_type(self) -> str:
        return "function"

    @property
    @override
    def supports_hot_reload(self) -> bool:
        return True

    @override
    def get_display_properties(self) -> dict[str, str]:
        return {**super().get_display_properties(), "Function": self._tool_func.__name__}

    @override
    async def stream(self, tool_use: ToolUse, invocation_state: dict[str, Any], **kwargs: Any) -> ToolGenerator:
        tool_use_id = tool_use.get("toolUseId", _UNKNOWN_TOOL_USE_ID)
        try:
            arguments = self._metadata.validate_input(tool_use.get("input", {}))
            self._metadata.inject_special_parameters(arguments, tool_use, invocation_state)
            result = await call(self._tool_func, **arguments)
            if (iteration := iteration_of(result)) is not None:
                result = None
                async with aclosing(iteration):
                    async for result in iteration:
                        yield ToolStreamEvent(tool_use, result)
        except InterruptException as interruption:
            yield ToolInterruptEvent(tool_use, [interruption.interrupt])
            return
        except Exception as error:
            yield _error_event(tool_use_id, error)
            return
        yield self._wrap_tool_result(tool_use_id, result)

    def _wrap_tool_result(self, tool_use_d: str, result: Any, exception: Exception | None = None) -> ToolResultEvent:
        """Return what a function returned as a result for the model; a dict made like one passes through."""
        if isinstance(result, dict) and "status" in result and "content" in result:
            return ToolResultEvent(cast(Any, {**result, "toolUseId": tool_use_d}), exception)
        return ToolResultEvent(
            {"toolUseId": tool_use_d, "status": "success", "content": [{"text": _text_of(result)}]}, exception
        )


def _error_event(tool_use_id: str, error: Exception) -> ToolResultEvent:
    # A ValueError is taken to speak to the caller; other errors need their type to make sense.
    text = f"Error: {error}" if isinstance(error, ValueError) else f"Error: {type(error).__name__} - {error}"
    return ToolResultEvent({"toolUseId": tool_use_id, "status": "error", "content": [{"text": text}]}, error)


def _text_of(result: Any) -> str:
    if isinstance(result, str):
        return result
    from pydantic import BaseModel

    try:
        return result.model_dump_json() if isinstance(result, BaseModel) else json.dumps(result)
    except (TypeError, ValueError, RecursionError):
        return str(result)


@overload
def tool(func: Callable[P, R], /) -> DecoratedFunctionTool[P, R]: ...
@overload
def tool(
    description: str | None = None,
    inputSchema: JSONSchema | None = None,
    name: str | None = None,
    context: bool | str = False,
) -> Callable[[Callable[P, R]], DecoratedFunctionTool[P, R]]: ...
def tool(  # type: ignore[misc]  # the overloads spare users the `func` parameter
    func: Callable[P, R] | None = None,
    description: str | None = None,
    inputSchema: JSONSchema | None = None,
    name: str | None = None,
    context: bool | str = False,
) -> DecoratedFunctionTool[P, R] | Callable[[Callable[P, R]], DecoratedFunctionTool[P, R]]:
    """Make a function a tool.

    The schema of its input comes from the signature, descriptions come from the docstring or from
    `Annotated[..., "text"]`. Generators and async generators are tools that report progress: what they yield streams
    as events, and the last value is the result.

    Args:
        func: The function, when the decorator is used without parentheses.
        description: Replaces the docstring.
        inputSchema: Replaces the schema made from the signature.
        name: Replaces the function's name.
        context: True passes a `ToolContext` to the parameter `tool_context`; a string names another parameter.

    Raises:
        TypeError: If `func` is something else, such as a name that was not given as a keyword.
        ValueError: If the name is no string, or a `ToolContext` parameter is not the one named by `context`.
        NotImplementedError: If an annotation holds a pydantic `Field`.
    """
    if func is not None and not callable(func):
        raise TypeError(f"func must be a function, got {func!r}; settings are keywords: @tool(name=...)")

    def decorate(function: Callable[P, R]) -> DecoratedFunctionTool[P, R]:
        metadata = FunctionToolMetadata(function, _context_param(context))
        spec = metadata.extract_metadata()
        overrides = {"name": name, "description": description, "inputSchema": inputSchema}
        spec.update(cast(Any, {key: value for key, value in overrides.items() if value is not None}))
        if not isinstance(spec["name"], str):
            raise ValueError(f"Tool name must be a string, got {type(spec['name'])}")
        return DecoratedFunctionTool(spec["name"], spec, function, metadata)

    return decorate if func is None else decorate(func)


def _context_param(context: bool | str) -> str | None:
    if isinstance(context, str):
        if not context:
            raise ValueError("Context parameter name cannot be empty")
        return context
    return _DEFAULT_CONTEXT_PARAM if context else None
