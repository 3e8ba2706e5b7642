"""Asking a human in the middle of a run, and the answer's shape.

Interrupts are kept on the agent (or the multi-agent orchestrator) under an id that is the same on every run over
the same request, so that the code that asked finds its answer when the run is resumed.
"""

import uuid
from typing import Any, Protocol

from typing_extensions import TypedDict

from strands.interrupt import Interrupt, InterruptException, _InterruptState


class _Interruptible(Protocol):
    """Adds `interrupt` to an object that belongs to an `agent`, or to a multi-agent `source`."""

    def interrupt(self, name: str, reason: Any = None, response: Any = None) -> Any:
        """Stop the run until a response is there, and return that response.

        Args:
            name: Name of the question, unique among the questions asked at this place.
            reason: What the human should know; must be JSON serializable if the session is persisted.
            response: An answer known beforehand; if given, the run does not stop.

        Raises:
            InterruptException: If there is no response yet.
            RuntimeError: If the object belongs to no agent and no orchestrator.
        """
        interrupt_id = self._interrupt_id(name)
        interrupts = _interrupt_state_of(self).interrupts
        asked = interrupts.setdefault(interrupt_id, Interrupt(interrupt_id, name, reason, response))
        if asked.response is None:
            raise InterruptException(asked)
        return asked.response

    def _interrupt_id(self, name: str) -> str:
        """Return the id of this object's interrupt `name`."""
        ...


def _interrupt_id_within(place: str, name: str) -> str:
    """Return the id of the interrupt `name` that is asked at `place`; ids are stored, so their form never changes."""
    return f"v1:{place}:{_stable_uuid(name)}"


def _stable_uuid(name: str) -> uuid.UUID:
    """Return a name's UUID: the same in every process, and free of characters that ids must not hold."""
    return uuid.uuid5(uuid.NAMESPACE_OID, name)


def _answered_interrupt(interruptible: _Interruptible, name: str) -> Interrupt | None:
    """Return the question `name`, if it has been asked at this place and answered."""
    asked = _interrupt_state_of(interruptible).interrupts.get(interruptible._interrupt_id(name))
    return asked if isinstance(asked, Interrupt) and asked.response is not None else None


def _interrupt_state_of(interruptible: _Interruptible) -> _InterruptState:
    for owner in ("agent", "source"):
        if hasattr(interruptible, owner):
            state: _InterruptState = getattr(interruptible, owner)._interrupt_state
            return state
    raise RuntimeError("agent instance attribute not set")


class InterruptResponse(TypedDict):
    """A human's answer to the interrupt with this id."""

    interruptId: str
    response: Any


class InterruptResponseContent(TypedDict):
    """A content block that carries an answer; a prompt made of these resumes an interrupted run."""

    interruptResponse: InterruptResponse
