"""Many agents at once in one event loop, each with one tool turn and a final turn."""

from __future__ import annotations

import argparse
import asyncio
import time

from benchmarks.workloads._played import NO_OP, PlayedModel, report
from strands import Agent, tool

TOKENS_PER_TURN = 20


@tool(name=NO_OP)
def no_op() -> str:
    """Do nothing."""
    return "done"


def new_agent() -> Agent:
    model = PlayedModel(tokens=TOKENS_PER_TURN, tool_turns=1, yields_to_loop=True)
    return Agent(model=model, tools=[no_op], callback_handler=None)


async def consume(agent: Agent) -> None:
    async for _ in agent.stream_async("go"):
        pass


async def main(count: int) -> None:
    await consume(new_agent())
    agents = [new_agent() for _ in range(count)]
    started = time.perf_counter()
    await asyncio.gather(*map(consume, agents))
    report(seconds=time.perf_counter() - started)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--agents", type=int, default=200)
    options = parser.parse_args()
    asyncio.run(main(options.agents))
