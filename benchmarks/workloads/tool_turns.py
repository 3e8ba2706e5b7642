"""Turns of 20 tokens and one call of a no-op tool each, in a single run."""

from __future__ import annotations

import argparse
import asyncio
import logging
import time

from benchmarks.workloads._played import NO_OP, PlayedModel, report
from strands import Agent, tool

TOKENS_PER_TURN = 20
TURNS_PER_SAMPLE = 100


@tool(name=NO_OP)
def sync_no_op() -> str:
    """Do nothing."""
    return "done"


@tool(name=NO_OP)
async def async_no_op() -> str:
    """Do nothing."""
    return "done"


async def play(turns: int, *, async_tool: bool) -> tuple[PlayedModel, float]:
    """Run to the end and return the model with the seconds that it took; a failing run raises RuntimeError."""
    model = PlayedModel(tokens=TOKENS_PER_TURN, tool_turns=turns)
    agent = Agent(model=model, tools=[async_no_op if async_tool else sync_no_op], callback_handler=None)
    started = time.perf_counter()
    try:
        async for _ in agent.stream_async("go"):
            pass
    except Exception as error:
        raise RuntimeError(f"fails at turn {model.calls}: {_innermost(error)}") from error
    return model, time.perf_counter() - started


def _innermost(error: BaseException) -> str:
    while error.__cause__ is not None:
        error = error.__cause__
    return type(error).__name__


async def main(turns: int, *, async_tool: bool) -> None:
    await play(2, async_tool=async_tool)
    runs = max(1, TURNS_PER_SAMPLE // turns)  # a short run alone is too short to be timed
    total_s = 0.0
    for _ in range(runs):
        try:
            model, elapsed_s = await play(turns, async_tool=async_tool)
        except RuntimeError as failure:
            report(failure=str(failure))
            return
        if model.calls != turns + 1:
            raise SystemExit(f"expected {turns + 1} model calls, got {model.calls}")
        total_s += elapsed_s
    report(ms_per_turn=total_s / (runs * turns) * 1e3)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--turns", type=int, default=10)
    parser.add_argument("--async-tool", action="store_true")
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)  # a run that dies logs each of its levels
    asyncio.run(main(options.turns, async_tool=options.async_tool))
