"""A model that plays a script in the process of its agent."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any, ClassVar, cast

from typing_extensions import TypedDict, Unpack, override

from strands.models._structured_output import OutputByToolModel
from strands.testing._script import ModelRequest, Pacer, Script, Turns
from strands.testing._steps import Disconnect, Failure, Turn
from strands.types.content import Messages, SystemContentBlock
from strands.types.exceptions import (
    ContextWindowOverflowException,
    ModelThrottledException,
    StrandsException,
)
from strands.types.streaming import StreamEvent
from strands.types.tools import ToolChoice, ToolSpecs


class ScriptedError(StrandsException):
    """A failure that the script asked for with `error(code, message)`."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class ScriptedConfig(TypedDict, total=False):
    """Configuration of a scripted model; nothing of it changes what is played."""

    model_id: str
    context_window_limit: int | None


class ScriptedModel(OutputByToolModel):
    """A model that answers each request with the next turn of its script, and remembers the requests.

    It plays without a break; only a pause, even one of 0 seconds, lets other tasks of the event loop run in between.

    Failures of the script are raised as a provider's model raises them: throttling and context overflow as their
    exceptions, a cut connection as `ConnectionError`, everything else as `ScriptedError`. A turn for structured output
    must call a tool with the fields of the output model.

    Attributes:
        requests: The requests so far, in their order.
        open_streams: Streams that were begun and neither ended nor closed.
    """

    PROVIDER: ClassVar[str] = "scripted"

    def __init__(self, turns: Turns, *, stateful: bool = False, **config: Unpack[ScriptedConfig]) -> None:
        """Create the model.

        Args:
            turns: The script: a list of turns, or a function from a `ModelRequest` to a turn.
            stateful: Whether the model claims to keep the conversation itself.
            **config: `model_id` and `context_window_limit`.
        """
        self.requests: list[ModelRequest] = []
        self.open_streams = 0
        self._script = Script(turns)
        self._stateful = stateful
        self._config: ScriptedConfig = {"model_id": "scripted"}
        self.update_config(**config)

    @property
    @override
    def stateful(self) -> bool:
        return self._stateful

    @override
    def get_config(self) -> ScriptedConfig:
        return self._config

    @override
    def update_config(self, **model_config: Any) -> None:
        unknown = sorted(model_config.keys() - ScriptedConfig.__annotations__.keys())
        if unknown:
            raise ValueError(f"config has {unknown!r}, expected only {sorted(ScriptedConfig.__annotations__)!r}")
        self._config.update(cast("ScriptedConfig", model_config))

    def append(self, *turns: Turn) -> None:
        """Add turns to the end of the script."""
        self._script.append(*turns)

    @override
    async def stream(
        self,
        messages: Messages,
        tool_specs: ToolSpecs | None = None,
        system_prompt: str | None = None,
        *,
        tool_choice: ToolChoice | None = None,
        system_prompt_content: list[SystemContentBlock] | None = None,
        invocation_state: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> AsyncGenerator[StreamEvent, None]:
        """Play the next turn."""
        system: list[SystemContentBlock] = [{"text": system_prompt}] if system_prompt else []
        request = ModelRequest(
            messages=list(messages),
            system=system if system_prompt_content is None else system_prompt_content,
            tool_specs=tool_specs or [],
            tool_choice=cast("dict[str, Any] | None", tool_choice),
            options={"invocation_state": invocation_state, **kwargs},
        )
        self.requests.append(request)
        pacer = Pacer()
        self.open_streams += 1
        try:
            for operation in self._script.operations(request):
                if isinstance(operation, dict):
                    yield cast("StreamEvent", operation)
                elif isinstance(operation, Failure):
                    raise _exception(operation)
                elif isinstance(operation, Disconnect):
                    raise ConnectionError("the model's connection was cut, as the script says")
                else:
                    await pacer.wait(operation)
        finally:
            self.open_streams -= 1


def _exception(failure: Failure) -> Exception:
    """Return what a provider's model raises for this failure."""
    if failure.exception is not None:
        return failure.exception
    if failure.overflow:
        return ContextWindowOverflowException(failure.message)
    if failure.code == "ThrottlingException":
        return ModelThrottledException(failure.message, retry_after_s=failure.retry_after_s)
    return ScriptedError(failure.code, failure.message)
