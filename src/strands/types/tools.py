"""Tools: their specification, their calls and results on the wire, and the base class of all tools."""

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeAlias

from typing_extensions import NotRequired, TypedDict

from strands.types.interrupt import _interrupt_id_within, _Interruptible
from strands.types.media import DocumentContent, ImageContent

JSONSchema: TypeAlias = dict[str, Any]


class ToolSpec(TypedDict):
    """What a model is told about a tool; the schemas are JSON Schema, bare or wrapped as `{"json": ...}`."""

    name: str
    description: str
    inputSchema: JSONSchema
    outputSchema: NotRequired[JSONSchema]


ToolSpecs = list[ToolSpec]
"""The tools that a model is offered."""


class Tool(TypedDict):
    """A specification in the envelope that requests use."""

    toolSpec: ToolSpec


class ToolUse(TypedDict):
    """A model's request to call a tool; `toolUseId` ties the result to it."""

    toolUseId: str
    name: str
    input: Any
    reasoningSignature: NotRequired[str]


class ToolResultContent(TypedDict, total=False):
    """One piece of a result; exactly one key is set."""

    text: str
    json: Any
    image: ImageContent
    document: DocumentContent


ToolResultStatus = Literal["success", "error"]


class ToolResult(TypedDict):
    """What the model is told about a call; errors are results, too."""

    toolUseId: str
    status: ToolResultStatus
    content: list[ToolResultContent]


class ToolChoiceAuto(TypedDict):
    """The model decides whether it calls a tool."""


class ToolChoiceAny(TypedDict):
    """The model must call a tool, whichever."""


class ToolChoiceTool(TypedDict):
    """The model must call the tool of this name."""

    name: str


ToolChoiceAutoDict = dict[Literal["auto"], ToolChoiceAuto]
ToolChoiceAnyDict = dict[Literal["any"], ToolChoiceAny]
ToolChoiceToolDict = dict[Literal["tool"], ToolChoiceTool]
ToolChoice = ToolChoiceAutoDict | ToolChoiceAnyDict | ToolChoiceToolDict
"""A dict whose single key names the kind of choice."""


class ToolConfig(TypedDict):
    """The tools part of a request."""

    tools: list[Tool]
    toolChoice: ToolChoice


@dataclass
class ToolContext(_Interruptible):
    """What a tool may know of the run it is called in; injected where the tool asks for it.

    Attributes:
        tool_use: The model's request.
        agent: The agent that runs the tool.
        invocation_state: The caller's values for this run; shared by all tools and hooks, never sent to the model.
    """

    tool_use: ToolUse
    agent: Any
    invocation_state: dict[str, Any]

    def _interrupt_id(self, name: str) -> str:
        return _interrupt_id_within(f"tool_call:{self.tool_use['toolUseId']}", name)


ToolGenerator = AsyncGenerator[Any, None]
"""What a tool's `stream` returns: intermediate values, then the result as the last one."""

RunToolHandler = Callable[[ToolUse], AsyncGenerator[dict[str, Any], None]]
"""Runs a tool request."""


class ToolFunc(Protocol):
    """The function of a module that is a tool."""

    __name__: str

    def __call__(self, *args: Any, **kwargs: Any) -> ToolResult | Awaitable[ToolResult]:
        """Run the tool; its arguments are the tool use and what the invocation adds."""
        ...


class AgentTool(ABC):
    """Base class of everything an agent can call."""

    _is_dynamic = False

    def __init__(self) -> None:
        self._is_dynamic = False

    @property
    @abstractmethod
    def tool_name(self) -> str:
        """Name by which the model calls the tool; unique within an agent."""

    @property
    @abstractmethod
    def tool_spec(self) -> ToolSpec:
        """What the model is told about the tool."""

    @property
    @abstractmethod
    def tool_type(self) -> str:
        """Kind of implementation, for display, such as `function`."""

    @abstractmethod
    def stream(self, tool_use: ToolUse, invocation_state: dict[str, Any], **kwargs: Any) -> ToolGenerator:
        """Run the tool.

        Args:
            tool_use: The model's request.
            invocation_state: The caller's values for this run.
            **kwargs: Reserved for future use.

        Returns:
            Intermediate values, then the result as the last one.
        """

    @property
    def supports_hot_reload(self) -> bool:
        """Whether the tool may be replaced when its file changes."""
        return False

    @property
    def is_dynamic(self) -> bool:
        """Whether the tool was registered while the agent was running."""
        return self._is_dynamic

    def mark_dynamic(self) -> None:
        """Record that the tool was registered while the agent was running."""
        self._is_dynamic = True

    def get_display_properties(self) -> dict[str, str]:
        """Return what a user interface should show, by label."""
        return {"Name": self.tool_name, "Type": self.tool_type}
