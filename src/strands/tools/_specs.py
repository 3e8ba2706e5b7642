"""The specifications that models get, completed once per tool and not once per turn."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass

from strands.tools._schema import completed_property
from strands.tools.tools import normalize_tool_spec
from strands.types.tools import AgentTool, ToolSpec


@dataclass(frozen=True, slots=True)
class _Completed:
    source: ToolSpec
    """What the tool said, copied: users change specifications in place."""

    spec: ToolSpec


class SpecCache:
    """Completed specifications by tool name."""

    def __init__(self) -> None:
        self._completed: dict[str, _Completed] = {}

    def completed_spec(self, tool: AgentTool) -> ToolSpec:
        """Return the complete specification of `tool`; its schema is shared, so treat it as read-only.

        Raises:
            ValueError: If the tool's own specification lacks a required field.
        """
        source = tool.tool_spec
        known = self._completed.get(tool.tool_name)
        if known is None or known.source != source:
            # The copy comes first, so that nothing of it is shared with the tool.
            known = _Completed(deepcopy(source), normalize_tool_spec(deepcopy(source)))
            complete_spec(known.spec)
            self._completed[tool.tool_name] = known
        return known.spec.copy()


def complete_spec(spec: ToolSpec) -> None:
    """Fill in what providers insist on, in place.

    Raises:
        ValueError: If a required field is missing.
    """
    missing = [field for field in ("name", "description") if field not in spec]
    if missing:
        raise ValueError(f"Missing required fields in tool spec: {', '.join(missing)}")
    if not isinstance(spec.get("inputSchema"), dict):
        raise ValueError(f"inputSchema of tool {spec['name']!r} must be a dict, got {spec.get('inputSchema')!r}")
    if "json" not in spec["inputSchema"]:
        spec["inputSchema"] = {"json": spec["inputSchema"]}
    schema = spec["inputSchema"]["json"]
    schema.setdefault("type", "object")
    schema.setdefault("properties", {})
    schema.setdefault("required", [])
    schema["properties"] = {name: completed_property(name, value) for name, value in schema["properties"].items()}
