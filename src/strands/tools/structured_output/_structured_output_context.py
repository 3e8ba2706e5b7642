"""What one run of an agent knows about the structured output it is to produce."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, cast

from strands.types.tools import ToolSpec, ToolUse

if TYPE_CHECKING:
    from pydantic import BaseModel

    from strands.tools.registry import ToolRegistry
    from strands.tools.structured_output.structured_output_tool import StructuredOutputTool
    from strands.types.tools import ToolChoice

logger = logging.getLogger(__name__)

DEFAULT_STRUCTURED_OUTPUT_PROMPT = "You must format the previous response as structured output."


class StructuredOutputContext:
    """The wanted model, the tool that collects it, and what was collected so far.

    Attributes:
        results: Valid instances by the id of the tool use that handed them in, until they are extracted.
        structured_output_model: What is wanted; None if structured output is not.
        structured_output_tool: The tool; None if structured output is not wanted.
        structured_output_prompt: What asks the model for the output, if it does not come by itself.
        expected_tool_name: The tool's name.
        forced_mode: Whether the model must call the tool now.
        force_attempted: Whether it was forced before.
        tool_choice: The choice that forces it.
        stop_loop: Whether the run is to end.
    """

    def __init__(
        self, structured_output_model: type[BaseModel] | None = None, structured_output_prompt: str | None = None
    ) -> None:
        """Prepare a run.

        Args:
            structured_output_model: What is wanted; None for none.
            structured_output_prompt: What asks the model for it; a default when omitted.
        """
        self.results: dict[str, BaseModel] = {}
        self.structured_output_model = structured_output_model
        self.structured_output_tool: StructuredOutputTool | None = None
        self.forced_mode = False
        self.force_attempted = False
        self.tool_choice: ToolChoice | None = None
        self.stop_loop = False
        self.expected_tool_name: str | None = None
        self.structured_output_prompt = structured_output_prompt or DEFAULT_STRUCTURED_OUTPUT_PROMPT
        if structured_output_model is not None:
            from strands.tools.structured_output.structured_output_tool import StructuredOutputTool

            tool = StructuredOutputTool(structured_output_model)
            self.structured_output_tool, self.expected_tool_name = tool, tool.tool_name

    @property
    def is_enabled(self) -> bool:
        """Whether structured output is wanted."""
        return self.structured_output_model is not None

    def set_forced_mode(self, tool_choice: dict[str, Any] | None = None) -> None:
        """Make the next model call use the tool; does nothing if structured output is not wanted.

        Args:
            tool_choice: The choice to send; any tool when omitted.
        """
        if self.is_enabled:
            self.forced_mode = self.force_attempted = True
            self.tool_choice = cast("ToolChoice", tool_choice or {"any": {}})

    def has_structured_output_tool(self, tool_uses: list[ToolUse]) -> bool:
        """Return whether one of the requests is for the tool."""
        return self.expected_tool_name is not None and any(
            tool_use.get("name") == self.expected_tool_name for tool_use in tool_uses
        )

    def get_tool_spec(self) -> ToolSpec | None:
        """Return the tool's specification; None if structured output is not wanted."""
        return self.structured_output_tool.tool_spec if self.structured_output_tool else None

    def store_result(self, tool_use_id: str, result: BaseModel) -> None:
        """Keep a valid instance."""
        self.results[tool_use_id] = result

    def get_result(self, tool_use_id: str) -> BaseModel | None:
        """Return the instance that a tool use handed in, if there is one."""
        return self.results.get(tool_use_id)

    def extract_result(self, tool_uses: list[ToolUse]) -> BaseModel | None:
        """Take out the first instance that one of the requests handed in; None if none did."""
        for tool_use in tool_uses:
            if tool_use.get("name") == self.expected_tool_name and tool_use["toolUseId"] in self.results:
                return self.results.pop(tool_use["toolUseId"])
        return None

    def register_tool(self, registry: ToolRegistry) -> None:
        """Offer the tool to the model for the time of the run; does nothing if it is offered already."""
        tool = self.structured_output_tool
        if tool is not None and tool.tool_name not in registry.dynamic_tools:
            registry.register_dynamic_tool(tool)

    def cleanup(self, registry: ToolRegistry) -> None:
        """Stop offering the tool."""
        if self.structured_output_tool is not None:
            registry.dynamic_tools.pop(self.structured_output_tool.tool_name, None)
