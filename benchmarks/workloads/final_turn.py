"""What `stream_final_turn_only=True` costs where text has to be held, and where it streams live (this tree only)."""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time
from typing import Any

from benchmarks.workloads._played import NO_OP, PlayedModel, report
from strands import Agent, tool


@tool(name=NO_OP)
def no_op() -> str:
    """Do nothing."""
    return "done"


async def seconds_for(tokens: int, tools: list[Any], *, final_turn_only: bool) -> float:
    agent = Agent(model=PlayedModel(tokens=tokens), tools=tools, callback_handler=None)
    started = time.perf_counter()
    async for _ in agent.stream_async("go", stream_final_turn_only=final_turn_only):
        pass
    return time.perf_counter() - started


async def main(tokens: int, rounds: int, *, is_live: bool) -> None:
    """Measure off and on in turns within one process: the difference is smaller than the noise between processes."""
    tools = [] if is_live else [no_op]
    off_s: list[float] = []
    on_s: list[float] = []
    for _ in range(rounds + 1):
        off_s.append(await seconds_for(tokens, tools, final_turn_only=False))
        on_s.append(await seconds_for(tokens, tools, final_turn_only=True))
    off, on = statistics.median(off_s[1:]), statistics.median(on_s[1:])
    report(
        off_us_per_token=off / tokens * 1e6, on_us_per_token=on / tokens * 1e6, overhead_percent=(on / off - 1) * 100
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--tokens", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--live", action="store_true", help="no tools are offered")
    options = parser.parse_args()
    asyncio.run(main(options.tokens, options.rounds, is_live=options.live))
