"""Which of a server's tools an agent gets."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from re import Pattern
from typing import TYPE_CHECKING, Any, Protocol

from typing_extensions import TypedDict

if TYPE_CHECKING:
    from strands.tools.mcp.mcp_agent_tool import MCPAgentTool
    from strands.types.tools import AgentTool


class _ToolFilterCallback(Protocol):
    def __call__(self, tool: AgentTool, **kwargs: Any) -> bool: ...


_ToolMatcher = str | Pattern[str] | _ToolFilterCallback


class ToolFilters(TypedDict, total=False):
    """Rules for the tools to take; each may be given as name, pattern for the beginning of the name, or function.

    Names are the server's, without prefix. Functions get the tool as agents would see it.
    """

    allowed: list[_ToolMatcher]
    """If given, only tools that match one of these are taken."""
    rejected: list[_ToolMatcher]
    """Tools that match one of these are left out, even if they are allowed."""


def checked_filters(filters: ToolFilters | None) -> ToolFilters:
    """Return filters that are known to be well-formed.

    Raises:
        ValueError: If a rule is not what it should be: it would silently let through everything, or nothing.
    """
    for key, matchers in (filters or {}).items():
        if key not in ToolFilters.__annotations__:
            raise ValueError(f"tool_filters has the key {key!r}, expected 'allowed' or 'rejected'")
        if isinstance(matchers, str) or not isinstance(matchers, Iterable):
            raise ValueError(f"tool_filters[{key!r}] is {matchers!r}, expected a list")
        for matcher in matchers:
            if not (isinstance(matcher, (str, Pattern)) or callable(matcher)):
                raise ValueError(f"tool_filters[{key!r}] has {matcher!r}, expected a name, a pattern or a function")
    return filters or {}


def tool_filter(filters: ToolFilters) -> Callable[[MCPAgentTool], bool]:
    """Return what tells whether a tool is to be taken."""
    allowed, rejected = filters.get("allowed"), filters.get("rejected", [])

    def takes(tool: MCPAgentTool) -> bool:
        if allowed is not None and not _matches_any(tool, allowed):
            return False
        return not _matches_any(tool, rejected)

    return takes


def _matches_any(tool: MCPAgentTool, matchers: Iterable[_ToolMatcher]) -> bool:
    return any(_matches(tool, matcher) for matcher in matchers)


def _matches(tool: MCPAgentTool, matcher: _ToolMatcher) -> bool:
    if isinstance(matcher, str):
        return matcher == tool.mcp_tool.name
    if isinstance(matcher, Pattern):
        return matcher.match(tool.mcp_tool.name) is not None
    return bool(matcher(tool))
