"""Concurrent streams of a provider's model over the vendor's real SDK against a local endpoint."""

from __future__ import annotations

import argparse
import asyncio
import time

from benchmarks.workloads._played import report, word
from benchmarks.workloads._providers import PROVIDERS
from strands import Agent
from strands.models import Model

TOKENS = 50
TOKEN_GAP_MS = 20
IDEAL_S = TOKENS * TOKEN_GAP_MS / 1000


async def consume(agent: Agent) -> None:
    """Read the whole stream and check that nothing of it is missing."""
    events = agent.stream_async(f"{TOKENS} tokens, {TOKEN_GAP_MS} ms apart")
    words = "".join([event["data"] async for event in events if "data" in event])
    if words != "".join(map(word, range(TOKENS))):
        raise SystemExit(f"expected {TOKENS} tokens, got {words!r}")


async def main(model: Model, streams: int) -> None:
    """Measure after one stream alone, so that a client and its modules are there."""
    await consume(Agent(model=model, callback_handler=None))
    agents = [Agent(model=model, callback_handler=None) for _ in range(streams)]
    started, started_cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*map(consume, agents))
    cpu_s, seconds = time.process_time() - started_cpu, time.perf_counter() - started
    report(seconds=seconds, times_ideal=seconds / IDEAL_S, cpu_us_per_token=cpu_s / (streams * TOKENS) * 1e6)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--provider", choices=PROVIDERS, required=True)
    parser.add_argument("--endpoint-url", required=True)
    parser.add_argument("--streams", type=int, default=100)
    options = parser.parse_args()
    asyncio.run(main(PROVIDERS[options.provider].model(options.endpoint_url), options.streams))
