"""What steering decides on a tool call or on a response."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field


class Interrupt(BaseModel):
    """Ask a person whether the tool may be called."""

    type: Literal["interrupt"] = "interrupt"
    reason: str


class Guide(BaseModel):
    """Reject it, and give the model the reason so that it does better."""

    type: Literal["guide"] = "guide"
    reason: str


class Proceed(BaseModel):
    """Let it pass."""

    type: Literal["proceed"] = "proceed"
    reason: str


ToolSteeringAction = Annotated[Proceed | Guide | Interrupt, Field(discriminator="type")]
"""What can be decided on a tool call."""

ModelSteeringAction = Annotated[Proceed | Guide, Field(discriminator="type")]
"""What can be decided on a response."""
