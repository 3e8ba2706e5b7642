"""From a pydantic model to the specification of the tool that collects an instance of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from strands.tools.structured_output._flat_schema import flat_schema
from strands.types.tools import ToolSpec

if TYPE_CHECKING:
    from pydantic import BaseModel


def convert_pydantic_to_tool_spec(model: type[BaseModel], description: str | None = None) -> ToolSpec:
    """Return a tool specification whose input is an instance of `model`.

    Args:
        model: The pydantic model; nested models are written out in place, optional fields may be null or left out.
        description: What the model is told; the docstring when omitted.

    Raises:
        ValueError: If the model contains itself.
    """
    name = model.__name__
    return {
        "name": name,
        "description": description or (model.__doc__ or "").strip() or f"{name} structured output tool",
        "inputSchema": {"json": flat_schema(model.model_json_schema())},
    }
