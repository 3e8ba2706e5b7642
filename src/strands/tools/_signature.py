"""From a function's signature to the pydantic model that validates a tool's input."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from pydantic import BaseModel, Field, create_model
from pydantic.fields import FieldInfo

from strands.types.tools import ToolContext

_INJECTED = ("self", "cls", "agent")


def is_injected(name: str, context_param: str | None) -> bool:
    """Return whether the runtime, not the model, provides the parameter."""
    return name in _INJECTED or (context_param is not None and name == context_param)


def type_hints(func: Callable[..., Any]) -> dict[str, Any]:
    """Return the resolved annotations of a function, `Annotated` included."""
    return get_type_hints(func, include_extras=True)


def check_context_parameter(signature: inspect.Signature, hints: Mapping[str, Any], context_param: str | None) -> None:
    """Check that a parameter of type `ToolContext` is the one that the decorator was told to inject.

    Raises:
        ValueError: If it is not.
    """
    for name in signature.parameters:
        if hints.get(name) is not ToolContext:
            continue
        if context_param is None:
            raise ValueError("@tool(context) must be set if passing in ToolContext param")
        if name != context_param:
            raise ValueError(f"param_name=<{name}> | ToolContext param must be named '{context_param}'")


def input_model(
    func_name: str,
    signature: inspect.Signature,
    hints: Mapping[str, Any],
    descriptions: Mapping[str, str],
    context_param: str | None,
) -> type[BaseModel]:
    """Return a model with one field for each parameter that the calling model has to fill in."""
    fields: dict[str, Any] = {
        _field_name(name): _field(parameter, _annotation(parameter, hints), descriptions.get(name))
        for name, parameter in signature.parameters.items()
        if not is_injected(name, context_param)
    }
    return create_model(f"{func_name.capitalize()}Tool", **fields)


def _annotation(parameter: inspect.Parameter, hints: Mapping[str, Any]) -> Any:
    # A class used as a tool has the hints of its attributes, not those of its initializer.
    unresolved = Any if parameter.annotation is inspect.Parameter.empty else parameter.annotation
    return hints.get(parameter.name, unresolved)


def _field_name(name: str) -> str:
    """Return the parameter's name, or a stand-in where pydantic reserves it; the alias is always the real name."""
    reserved = name.startswith("_") or hasattr(BaseModel, name)
    return f"param_{name.strip('_')}_" if reserved else name


def _field(parameter: inspect.Parameter, annotation: Any, description: str | None) -> tuple[Any, FieldInfo]:
    annotation, annotated = _split_description(annotation, parameter.name)
    default = parameter.default
    if isinstance(default, FieldInfo):
        annotation = Annotated[annotation, default]
        description = default.description or description
    text = annotated or description or f"Parameter {parameter.name}"
    if default is inspect.Parameter.empty or isinstance(default, FieldInfo):
        return annotation, Field(alias=parameter.name, description=text)
    return annotation, Field(default=default, alias=parameter.name, description=text)


def _split_description(annotation: Any, param_name: str) -> tuple[Any, str | None]:
    """Return the annotation without the strings of its `Annotated`, and the last of these strings.

    Raises:
        NotImplementedError: If it holds a pydantic `Field`.
    """
    if get_origin(annotation) is not Annotated:
        return annotation, None
    base, *metadata = get_args(annotation)
    if any(isinstance(item, FieldInfo) for item in metadata):
        raise NotImplementedError(
            f"Using pydantic.Field within Annotated is not yet supported for tool decorators (parameter "
            f"{param_name!r}). Please use a simple string for the description, or define constraints in the "
            "function's docstring."
        )
    texts = [item for item in metadata if isinstance(item, str)]
    parts = (base, *(item for item in metadata if not isinstance(item, str)))
    # Subscripting with a tuple is what Annotated[base, ...] does.
    return (base if len(parts) == 1 else Annotated[parts]), (texts[-1] if texts else None)
