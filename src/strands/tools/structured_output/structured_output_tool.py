"""The tool by which a model hands in structured output."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from strands.tools.structured_output.structured_output_utils import convert_pydantic_to_tool_spec
from strands.types._events import ToolResultEvent
from strands.types.tools import AgentTool, ToolGenerator, ToolResultStatus, ToolSpec, ToolUse

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError

    from strands.tools.structured_output._structured_output_context import StructuredOutputContext

logger = logging.getLogger(__name__)

_DESCRIPTION = (
    "IMPORTANT: This StructuredOutputTool should only be invoked as the last and final tool "
    "before returning the completed result to the caller. <description>{}</description>"
)


class StructuredOutputTool(AgentTool):
    """Validates its input as a pydantic model; what does not fit goes back to the model to be fixed."""

    def __init__(self, structured_output_model: type[BaseModel]) -> None:
        """Make the tool.

        Args:
            structured_output_model: What the model is to hand in.
        """
        super().__init__()
        self._model = structured_output_model
        spec = convert_pydantic_to_tool_spec(structured_output_model)
        self._tool_spec: ToolSpec = {**spec, "description": _DESCRIPTION.format(spec["description"])}
        self._tool_name = spec["name"]

    @property
    def structured_output_model(self) -> type[BaseModel]:
        """What the model is to hand in."""
        return self._model

    @property
    @override
    def tool_name(self) -> str:
        return self._tool_name

    @property
    @override
    def tool_spec(self) -> ToolSpec:
        return self._tool_spec

    @property
    @override
    def tool_type(self) -> str:
        return "structured_output"

    @override
    async def stream(self, tool_use: ToolUse, invocation_state: dict[str, Any], **kwargs: Any) -> ToolGenerator:
        """Validate the input and keep the instance.

        Args:
            tool_use: The model's request.
            invocation_state: Not used.
            **kwargs: `structured_output_context`, where the instance is kept.

        Yields:
            The result; its text tells the model what to fix.
        """
        from pydantic import ValidationError

        context: StructuredOutputContext = kwargs["structured_output_context"]
        name, tool_use_id = self._tool_name, tool_use["toolUseId"]
        try:
            instance = self._validated(tool_use.get("input"))
        except ValidationError as error:
            yield _result(tool_use_id, "error", _problems(name, error))
        except Exception as error:  # a user's validator may raise anything
            logger.warning("tool_name=<%s> | structured output validation raised", name, exc_info=True)
            yield _result(tool_use_id, "error", f"Unexpected error validating {name}: {error}")
        else:
            context.store_result(tool_use_id, instance)
            logger.debug("tool_name=<%s> | structured output validated", name)
            yield _result(tool_use_id, "success", f"Successfully validated {name} structured output")

    def _validated(self, candidate: Any) -> BaseModel:
        if not isinstance(candidate, dict):
            raise TypeError(f"expected an object, got {type(candidate).__name__}: {candidate!r}")
        return self._model(**candidate)


def _problems(name: str, error: ValidationError) -> str:
    problems = [
        f"- Field '{' -> '.join(map(str, problem['loc'])) or 'root'}': {problem['msg']}" for problem in error.errors()
    ]
    text = "\n".join([f"Validation failed for {name}. Please fix the following errors:", *problems])
    logger.warning("tool_name=<%s>, error_count=<%d> | structured output validation failed", name, len(problems))
    return text


def _result(tool_use_id: str, status: ToolResultStatus, text: str) -> ToolResultEvent:
    return ToolResultEvent({"toolUseId": tool_use_id, "status": status, "content": [{"text": text}]})
