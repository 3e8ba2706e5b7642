"""Concurrent Bedrock streams over real boto3 against a local endpoint: total time and wait for the first token."""

from __future__ import annotations

import argparse
import asyncio
import time

import boto3

from benchmarks.workloads._played import report
from strands import Agent
from strands.models import BedrockModel

PROMPT = "50 tokens, 20 ms apart"


def local_model(endpoint_url: str) -> BedrockModel:
    session = boto3.Session(aws_access_key_id="local", aws_secret_access_key="local", region_name="us-east-1")
    return BedrockModel(boto_session=session, endpoint_url=endpoint_url, model_id="local.benchmark")


async def consume(agent: Agent, started: float) -> float:
    """Read the whole stream and return the seconds from `started` to the first text."""
    first_s = float("nan")
    texts = 0
    async for event in agent.stream_async(PROMPT):
        if "data" in event:
            texts += 1
            if texts == 1:
                first_s = time.perf_counter() - started
    if not texts:
        raise SystemExit("a stream ended without text")
    return first_s


async def main(endpoint_url: str, count: int) -> None:
    model = local_model(endpoint_url)
    await consume(Agent(model=model, callback_handler=None), time.perf_counter())
    agents = [Agent(model=model, callback_handler=None) for _ in range(count)]
    started = time.perf_counter()
    firsts = sorted(await asyncio.gather(*(consume(agent, started) for agent in agents)))
    report(
        seconds=time.perf_counter() - started, p99_first_token_s=firsts[min(len(firsts) - 1, int(len(firsts) * 0.99))]
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--endpoint-url", required=True)
    parser.add_argument("--streams", type=int, default=100)
    options = parser.parse_args()
    asyncio.run(main(options.endpoint_url, options.streams))
