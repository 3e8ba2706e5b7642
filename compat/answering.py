"""Answer interrupts, on agents whose tools run one after the other."""

from __future__ import annotations

from typing import Any

from compat.observing import Bench
from strands.tools.executors import SequentialToolExecutor


def answers(bench: Bench, *values: Any) -> list[Any]:
    """Return the prompt that answers the interrupts of a result, in order."""
    waiting = bench.agent._interrupt_state.interrupts  # clients do so too: it is named in their code
    return [
        {"interruptResponse": {"interruptId": key, "response": value}}
        for key, value in zip([key for key, one in waiting.items() if one.response is None], values, strict=False)
    ]


def sequential(*turns: Any, **arguments: Any) -> Bench:
    return Bench(*turns, tool_executor=SequentialToolExecutor(), **arguments)
