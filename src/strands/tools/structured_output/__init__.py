"""Structured output: the model answers by calling a tool whose input is the wanted pydantic model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from strands._lazy import lazy_exports

if TYPE_CHECKING:
    from strands.tools.structured_output._structured_output_context import (
        DEFAULT_STRUCTURED_OUTPUT_PROMPT as DEFAULT_STRUCTURED_OUTPUT_PROMPT,
    )
    from strands.tools.structured_output.structured_output_utils import (
        convert_pydantic_to_tool_spec as convert_pydantic_to_tool_spec,
    )

__all__ = ["DEFAULT_STRUCTURED_OUTPUT_PROMPT", "convert_pydantic_to_tool_spec"]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "DEFAULT_STRUCTURED_OUTPUT_PROMPT": "strands.tools.structured_output._structured_output_context",
        "convert_pydantic_to_tool_spec": "strands.tools.structured_output.structured_output_utils",
    },
)
