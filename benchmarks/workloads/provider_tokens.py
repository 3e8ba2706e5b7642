"""What a token costs from the vendor's objects on: in the provider's own code, and in an agent's run.

The vendor's SDK has made the objects beforehand, from what a local endpoint sent, and they are played to the provider
again and again; what playing them costs is taken off. In this tree the same text is also played by `ScriptedModel`, in
turns with the provider in the same process.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import time
from collections.abc import Awaitable, Callable

from benchmarks.workloads._played import report, word
from benchmarks.workloads._providers import PROVIDERS
from benchmarks.workloads._replay import Tape, replayed
from strands import Agent
from strands.models import Model

TOKENS = {"awaited": 600, "called": 600, "entered": 600, "sent": 10_000}
"""By the way of the vendor's function. Objects of many more tokens would not fit into the processor's cache, where
those that a parser has just made always are."""


async def stream(model: Model, prompt: str) -> None:
    """Read the chunks of a response."""
    async for _ in model.stream([{"role": "user", "content": [{"text": prompt}]}]):
        pass


async def run(model: Model, prompt: str) -> None:
    """Read all events of an agent's run."""
    async for _ in Agent(model=model, callback_handler=None).stream_async(prompt):
        pass


async def seconds_of(awaitable: Awaitable[None]) -> float:
    started = time.perf_counter()
    await awaitable
    return time.perf_counter() - started


def scripted(tokens: int) -> Model | None:
    """Return the model to compare with, which the published package does not have."""
    with contextlib.suppress(ImportError):
        from strands.testing import ScriptedModel, text

        turn = text([word(number) for number in range(tokens)])
        return ScriptedModel(lambda _: turn)
    return None


async def check(model: Model, prompt: str, tokens: int) -> None:
    """Record the stream, and check that all of it came and comes again."""
    for _ in range(2):
        said = str(await Agent(model=model, callback_handler=None).invoke_async(prompt))
        if len(said.split()) != tokens:
            raise SystemExit(f"expected {tokens} tokens, got {said!r}")
    gc.freeze()  # what is recorded would be garbage by now; it must not make each collection longer


async def main(model: Model, tape: Tape, tokens: int, rounds: int) -> None:
    """Take the best of many short rounds: what is left of noise only ever adds."""
    prompt, baseline = f"{tokens} tokens, 0 ms apart", scripted(tokens)
    await check(model, prompt, tokens)
    played: dict[str, Callable[[], Awaitable[None]]] = {
        "replay_us": tape.play,
        "own_us": lambda: stream(model, prompt),
        "run_us": lambda: run(model, prompt),
    }
    if baseline is not None:
        played["scripted_own_us"] = lambda: stream(baseline, prompt)
        played["scripted_run_us"] = lambda: run(baseline, prompt)
    best = dict.fromkeys(played, float("inf"))
    for _ in range(rounds):
        for name, play in played.items():
            best[name] = min(best[name], await seconds_of(play()) / tokens * 1e6)
    for name in ("own", "run"):
        best[f"{name}_us"] -= best["replay_us"]
        if baseline is not None:
            best[f"{name}_times_scripted"] = best[f"{name}_us"] / best[f"scripted_{name}_us"]
    report(**best)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--provider", choices=PROVIDERS, required=True)
    parser.add_argument("--endpoint-url", required=True)
    parser.add_argument("--tokens", type=int, help="by default so many that what a request costs is little of it")
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    provider = PROVIDERS[options.provider]
    tokens = options.tokens or TOKENS[provider.way]
    model = provider.model(options.endpoint_url)
    with replayed(provider.seam, provider.way) as tape:
        asyncio.run(main(model, tape, tokens, options.rounds))
