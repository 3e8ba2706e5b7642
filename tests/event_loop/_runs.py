"""What the tests of the loop share: agents on scripts, and what a consumer saw."""

from __future__ import annotations

from typing import Any

from strands import Agent
from strands.testing import ScriptedModel
from tests.event_loop._scripted import kind_of, lookup, text_of, watch

__all__ = ["agent_on", "kind_of", "lookup", "text_of", "watch"]


def agent_on(*turns: Any, tools: tuple[Any, ...] = (lookup,), **arguments: Any) -> Agent:
    return Agent(model=ScriptedModel(list(turns)), tools=list(tools), **{"callback_handler": None, **arguments})
