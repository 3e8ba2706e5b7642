"""One turn of text deltas; the consumer receives every event."""

from __future__ import annotations

import argparse
import asyncio
import time

from benchmarks.workloads._played import PlayedModel, report
from strands import Agent

WARM_UP_TOKENS = 500


async def seconds_for(tokens: int, *, yields_to_loop: bool) -> float:
    agent = Agent(model=PlayedModel(tokens=tokens, yields_to_loop=yields_to_loop), callback_handler=None)
    texts = 0
    started = time.perf_counter()
    async for event in agent.stream_async("go"):
        if "data" in event:
            texts += 1
    elapsed_s = time.perf_counter() - started
    if texts != tokens:
        raise SystemExit(f"expected {tokens} data events, got {texts}")
    return elapsed_s


async def main(tokens: int, *, yields_to_loop: bool) -> None:
    await seconds_for(WARM_UP_TOKENS, yields_to_loop=yields_to_loop)
    elapsed_s = await seconds_for(tokens, yields_to_loop=yields_to_loop)
    report(us_per_token=elapsed_s / tokens * 1e6)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--tokens", type=int, default=20_000)
    parser.add_argument("--yielding", action="store_true", help="the model yields to the event loop between tokens")
    options = parser.parse_args()
    asyncio.run(main(options.tokens, yields_to_loop=options.yielding))
