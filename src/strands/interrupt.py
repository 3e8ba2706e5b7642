"""Interrupts: questions to a human that stop a run until they are answered."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from strands.types.agent import AgentInput
    from strands.types.interrupt import InterruptResponse


@dataclass
class Interrupt:
    """A question, and its answer once there is one.

    Attributes:
        id: Unique within the agent, and the same whenever the same place asks again.
        name: The asker's name for the question.
        reason: What the human should know.
        response: The answer; None while there is none.
    """

    id: str
    name: str
    reason: Any = None
    response: Any = None

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as a dict."""
        return asdict(self)


@dataclass
class _InterruptState:
    """The interrupts of one agent, and whether it waits for answers.

    Attributes:
        interrupts: All questions of the current request, by id.
        context: What the runtime needs to go on from where it stopped.
        activated: Whether the next prompt must answer.
    """

    interrupts: dict[str, Interrupt] = field(default_factory=dict)
    context: dict[str, Any] = field(default_factory=dict)
    activated: bool = False
    _version: int = field(default=0, compare=False, repr=False)

    def activate(self) -> None:
        """Wait for answers from now on."""
        self._version += 1
        self.activated = True

    def deactivate(self) -> None:
        """Forget the questions and their context; the request is settled."""
        self._version += 1
        self.activated = False
        self.interrupts, self.context = {}, {}

    def resume(self, prompt: AgentInput) -> None:
        """Store the answers of `prompt`; does nothing when no answer is awaited.

        Args:
            prompt: A list of interrupt response blocks.

        Raises:
            TypeError: If the prompt is not such a list.
            KeyError: If it answers a question that was not asked.
        """
        if not self.activated:
            return
        responses = _responses_from_prompt(prompt)
        for response in responses:
            if response["interruptId"] not in self.interrupts:
                raise KeyError(f"interrupt_id=<{response['interruptId']}> | no interrupt found")
        for response in responses:
            self.interrupts[response["interruptId"]].response = response["response"]
        self.context["responses"] = prompt
        self._version += 1

    def _get_version(self) -> int:
        """Return a number that grows with each change made by a method."""
        return self._version

    def to_dict(self) -> dict[str, Any]:
        """Return the state as session storage keeps it."""
        return {
            "interrupts": {interrupt_id: interrupt.to_dict() for interrupt_id, interrupt in self.interrupts.items()},
            "context": self.context,
            "activated": self.activated,
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> _InterruptState:
        """Return the state that `to_dict` described."""
        return cls(
            interrupts={key: Interrupt(**interrupt) for key, interrupt in data["interrupts"].items()},
            context=data["context"],
            activated=data["activated"],
        )


class InterruptException(Exception):
    """Control flow, not an error: unwinds a tool or hook that waits for a human's answer."""

    def __init__(self, interrupt: Interrupt) -> None:
        super().__init__(interrupt)
        self.interrupt = interrupt


def _responses_from_prompt(prompt: AgentInput) -> list[InterruptResponse]:
    expected = "must resume from interrupt with list of interruptResponse's"
    if not isinstance(prompt, list):
        raise TypeError(f"prompt_type={type(prompt)} | {expected}")
    blocks = cast("list[dict[str, Any]]", prompt)
    others = [key for block in blocks for key in block if key != "interruptResponse"]
    if others:
        raise TypeError(f"content_types=<{others}> | {expected}")
    return [block["interruptResponse"] for block in blocks]
