"""What the page sends."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Mode = Literal["every", "final", "take-back"]
"""Every turn's text; the final turn's only; all text at once, withdrawn if its turn calls a tool."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]


class Continue(BaseModel):
    """Go on where the answer was cut off."""

    model_config = ConfigDict(extra="forbid")

    mode: Mode = "final"


class Say(Continue):
    """A message."""

    text: Text


class Answer(Continue):
    """Answers to the agent's questions, by their id."""

    answers: dict[str, Text] = Field(min_length=1)
