"""Tools made of a module's function and its `TOOL_SPEC`, and the checks that all tools share."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from strands.tools._calls import call
from strands.tools._schema import normalized_properties
from strands.types._events import ToolResultEvent
from strands.types.exceptions import StrandsException
from strands.types.tools import AgentTool, ToolGenerator, ToolSpec, ToolUse

if TYPE_CHECKING:
    from strands.types.tools import ToolFunc

logger = logging.getLogger(__name__)

_NAME_PATTERN = re.compile(r"[a-zA-Z0-9_-]+")
_NAME_MAX_LENGTH = 64


class InvalidToolUseNameException(StrandsException):
    """A model asked for a tool by a name that no tool can have."""


def validate_tool_use(tool: ToolUse) -> None:
    """Check a model's tool request.

    Raises:
        InvalidToolUseNameException: If the name is missing or breaks the rules for names.
    """
    validate_tool_use_name(tool)


def validate_tool_use_name(tool: ToolUse) -> None:
    """Check the name in a model's tool request: 1 to 64 ASCII letters, digits, `_` and `-`.

    Raises:
        InvalidToolUseNameException: If the name is missing or breaks the rule.
    """
    problem = _name_problem(tool)
    if problem is not None:
        logger.warning("%s", problem)
        raise InvalidToolUseNameException(problem)


def _name_problem(tool: ToolUse) -> str | None:
    if "name" not in tool:
        return "tool name missing"
    name: Any = tool["name"]
    if not isinstance(name, str) or _NAME_PATTERN.fullmatch(name) is None:
        return f"tool_name=<{name}> | invalid tool name pattern"
    if len(name) > _NAME_MAX_LENGTH:
        return f"tool_name=<{name}>, tool_name_max_length=<{_NAME_MAX_LENGTH}> | invalid tool name length"
    return None


def normalize_schema(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a copy of an object schema with what providers insist on filled in.

    The object gets `type`, `properties` and `required`; each property gets a `type` and a `description`.
    References stay as they are, and so does the type of a property that combines schemas.

    Args:
        schema: A JSON schema; it is not changed.
    """
    completed = {"type": "object", "properties": {}, "required": [], **schema}
    completed["properties"] = normalized_properties(completed["properties"])
    return completed


def normalize_tool_spec(tool_spec: ToolSpec) -> ToolSpec:
    """Return a copy of a tool specification whose input schema is complete and wrapped as `{"json": ...}`."""
    normalized = tool_spec.copy()
    if "inputSchema" in normalized:
        schema = normalized["inputSchema"]
        if isinstance(schema.get("json"), dict):
            normalized["inputSchema"] = {**schema, "json": normalize_schema(schema["json"])}
        else:
            normalized["inputSchema"] = {"json": normalize_schema(schema)}
    return normalized


def require_same_name(tool: AgentTool, spec: ToolSpec) -> None:
    """Check that a specification may replace that of `tool`.

    Raises:
        ValueError: If it carries another name: registries know the tool by the one it has.
    """
    if spec.get("name") != tool.tool_name:
        raise ValueError(
            f"cannot change tool name via tool_spec (expected {tool.tool_name!r}, got {str(spec.get('name'))!r})"
        )


class RespecifiableTool(AgentTool):
    """A tool that keeps its name, and whose specification may be replaced."""

    _tool_name: str
    _tool_spec: ToolSpec

    @property
    @override
    def tool_name(self) -> str:
        return self._tool_name

    @property
    @override
    def tool_spec(self) -> ToolSpec:
        return self._tool_spec

    @tool_spec.setter
    def tool_spec(self, value: ToolSpec) -> None:
        self._check(value)
        self._tool_spec = value

    def _check(self, spec: ToolSpec) -> None:
        """Check that a specification may replace the tool's.

        Raises:
            ValueError: If it may not.
        """
        require_same_name(self, spec)


class PythonAgentTool(RespecifiableTool):
    """A tool whose function takes the tool use and returns a finished `ToolResult`."""

    def __init__(self, tool_name: str, tool_spec: ToolSpec, tool_func: ToolFunc) -> None:
        """Wrap a function.

        Args:
            tool_name: Name by which the model calls the tool.
            tool_spec: What the model is told.
            tool_func: Called with the tool use, and with the invocation state as keyword arguments.
                A plain function runs in a thread of its own.
        """
        super().__init__()
        self._tool_func = tool_func
        self._tool_name, self._tool_spec = tool_name, tool_spec

    @property
    @override
    def tool_type(self) -> str:
        return "python"

    @property
    @override
    def supports_hot_reload(self) -> bool:
        return True

    @override
    async def stream(self, tool_use: ToolUse, invocation_state: dict[str, Any], **kwargs: Any) -> ToolGenerator:
        result = await call(self._tool_func, tool_use, **invocation_state)
        yield ToolResultEvent(result)
