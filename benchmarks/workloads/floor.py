"""The floor under `tokens`: three nested async generators that yield one dict per token, and nothing else."""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import AsyncGenerator
from typing import Any

from benchmarks.workloads._played import report


async def source(tokens: int, *, yields_to_loop: bool) -> AsyncGenerator[dict[str, Any], None]:
    for _ in range(tokens):
        if yields_to_loop:
            await asyncio.sleep(0)
        yield {"contentBlockDelta": {"delta": {"text": "token "}}}


async def passed_on(inner: AsyncGenerator[dict[str, Any], None]) -> AsyncGenerator[dict[str, Any], None]:
    async for event in inner:
        yield event


async def main(tokens: int, *, yields_to_loop: bool) -> None:
    received = 0
    started = time.perf_counter()
    async for _ in passed_on(passed_on(source(tokens, yields_to_loop=yields_to_loop))):
        received += 1
    report(us_per_token=(time.perf_counter() - started) / received * 1e6)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--tokens", type=int, default=20_000)
    parser.add_argument("--yielding", action="store_true")
    options = parser.parse_args()
    asyncio.run(main(options.tokens, yields_to_loop=options.yielding))
