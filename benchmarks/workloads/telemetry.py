"""What tracing costs while nothing listens, against a tracer that does nothing at all (this tree only)."""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from opentelemetry.trace import INVALID_SPAN

from benchmarks.workloads._played import NO_OP, PlayedModel, report
from strands import Agent, tool
from strands.telemetry.tracer import Tracer


@tool(name=NO_OP)
async def no_op() -> str:
    """Do nothing."""
    return "done"


def nothing(*_args: Any, **_keywords: Any) -> Any:
    return INVALID_SPAN


@contextmanager
def without_tracing() -> Iterator[None]:
    """Replace what the runtime calls of the tracer."""
    with ExitStack() as replaced:
        for name in vars(Tracer):
            if name.startswith(("start_", "end_")):
                replaced.enter_context(patch.object(Tracer, name, nothing))
        yield


async def seconds_for(tokens: int, turns: int) -> float:
    agent = Agent(model=PlayedModel(tokens=tokens, tool_turns=turns), tools=[no_op], callback_handler=None)
    started = time.perf_counter()
    async for _ in agent.stream_async("go"):
        pass
    return time.perf_counter() - started


async def main(tokens: int, turns: int, rounds: int) -> None:
    """Take the best of many short runs in turns: what is left of noise only ever adds."""
    with_s: list[float] = []
    without_s: list[float] = []
    for _ in range(rounds):
        with_s.append(await seconds_for(tokens, turns))
        with without_tracing():
            without_s.append(await seconds_for(tokens, turns))
    report(overhead_percent=(min(with_s) / min(without_s) - 1) * 100)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--tokens", type=int, default=20)
    parser.add_argument("--turns", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=30)
    options = parser.parse_args()
    asyncio.run(main(options.tokens, options.turns, options.rounds))
