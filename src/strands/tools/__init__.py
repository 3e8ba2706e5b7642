"""Tools: what an agent can call, and how calls are described, found and executed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from strands._lazy import lazy_exports

if TYPE_CHECKING:
    from strands.tools.decorator import tool as tool
    from strands.tools.structured_output.structured_output_utils import (
        convert_pydantic_to_tool_spec as convert_pydantic_to_tool_spec,
    )
    from strands.tools.tool_provider import ToolProvider as ToolProvider
    from strands.tools.tools import InvalidToolUseNameException as InvalidToolUseNameException
    from strands.tools.tools import PythonAgentTool as PythonAgentTool
    from strands.tools.tools import normalize_schema as normalize_schema
    from strands.tools.tools import normalize_tool_spec as normalize_tool_spec

__all__ = [
    "InvalidToolUseNameException",
    "PythonAgentTool",
    "ToolProvider",
    "convert_pydantic_to_tool_spec",
    "normalize_schema",
    "normalize_tool_spec",
    "tool",
]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "InvalidToolUseNameException": "strands.tools.tools",
        "PythonAgentTool": "strands.tools.tools",
        "ToolProvider": "strands.tools.tool_provider",
        "convert_pydantic_to_tool_spec": "strands.tools.structured_output.structured_output_utils",
        "normalize_schema": "strands.tools.tools",
        "normalize_tool_spec": "strands.tools.tools",
        "tool": "strands.tools.decorator",
    },
)
