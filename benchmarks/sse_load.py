"""Many readers of one server: `python -m benchmarks.sse_load [--clients 500] [--pieces 50] [--gap-s 0.1] [--bare]`.

One process serves agents over server-sent events (Starlette, uvicorn). In this process the clients read, all at once,
and each checks that it got all of its own text, every frame once and in order, and a result at the end. Loopback only.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from statistics import quantiles

import aiohttp

from benchmarks._sse_text import whole

MOST_CLIENTS, MOST_PIECES, LONGEST_GAP_S = 2_000, 1_000, 1.0
PATIENCE_S = 60.0
"""How much longer than the ideal a run may take before it is given up."""


@dataclass
class Figures:
    """What came of one run."""

    clients: int
    ideal_s: float
    complete: int = 0
    failures: list[str] = field(default_factory=list)
    total_s: float = 0.0
    first_text_p50_s: float = 0.0
    first_text_p99_s: float = 0.0
    server_cpu_s: float = 0.0
    server_mib_before: float = 0.0
    server_mib_peak: float = 0.0
    streams_left_open: int = 0

    @property
    def is_fine(self) -> bool:
        return self.complete == self.clients and not self.failures and not self.streams_left_open


async def load(*, clients: int, pieces: int, gap_s: float, path: str = "/answer") -> Figures:
    """Let `clients` read at once from a server of their own, and return what came of it."""
    figures = Figures(clients, ideal_s=pieces * gap_s)
    _allow_open_files(clients + 100)
    with _server(pieces, gap_s) as url:
        timeout = aiohttp.ClientTimeout(total=figures.ideal_s + PATIENCE_S)
        async with aiohttp.ClientSession(
            url, connector=aiohttp.TCPConnector(limit=0), timeout=timeout, trust_env=False
        ) as session:
            await _read(session, path, 0, pieces)  # what is loaded lazily is loaded now
            before = await _state(session)
            begun_at = time.perf_counter()
            ended = await asyncio.gather(
                *(_read(session, path, client, pieces) for client in range(clients)), return_exceptions=True
            )
            figures.total_s = time.perf_counter() - begun_at
            after = await _state(session)
    figures.server_cpu_s = after["cpu_s"] - before["cpu_s"]
    figures.server_mib_before, figures.server_mib_peak = before["now"], after["peak"]
    figures.streams_left_open = int(after["open_streams"])
    waits_s = [outcome for outcome in ended if isinstance(outcome, float)]
    figures.complete = len(waits_s)
    figures.failures = [repr(outcome) for outcome in ended if not isinstance(outcome, float)]
    if len(waits_s) > 1:
        percentiles = quantiles(waits_s, n=100, method="inclusive")
        figures.first_text_p50_s, figures.first_text_p99_s = percentiles[49], percentiles[98]
    return figures


async def _read(session: aiohttp.ClientSession, path: str, client: int, pieces: int) -> float:
    """Read one answer and return the seconds until its first text.

    Raises:
        AssertionError: If anything of it is missing, comes twice or in another order.
    """
    begun_at, first_text_s = time.perf_counter(), None
    kinds, ids, said = [], [], []
    async with session.get(path, params={"client": client}) as response:
        async for line in response.content:
            name, _, value = line.decode().rstrip("\n").partition(": ")
            if name == "event":
                kinds.append(value)
            elif name == "id":
                ids.append(int(value))
            elif name == "data" and kinds[-1] == "text":
                first_text_s = first_text_s or time.perf_counter() - begun_at
                said.append(json.loads(value)["text"])
    assert "".join(said) == whole(client, pieces), f"client {client} got the text {''.join(said)!r}"
    assert kinds == ["text"] * pieces + ["result"], f"client {client} got the events {kinds!r}"
    assert ids == list(range(1, pieces + 2)), f"client {client} got the ids {ids!r}"
    assert first_text_s is not None
    return first_text_s


async def _state(session: aiohttp.ClientSession) -> dict[str, float]:
    async with session.get("/state") as response:
        state: dict[str, float] = await response.json()
        return state


@contextmanager
def _server(pieces: int, gap_s: float) -> Iterator[str]:
    """Run the server in a process of its own; gives its URL."""
    command = [sys.executable, "-m", "benchmarks._sse_server", str(pieces), str(gap_s)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            port = process.stdout.readline().strip()
            if not port:
                raise RuntimeError("the server ended before it began to listen")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def _allow_open_files(number: int) -> None:
    """Raise the limit of open files, which the server's process inherits, as far as this process may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < number:
        wanted = number if hard == resource.RLIM_INFINITY else min(number, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def main() -> int:
    """Print the figures, and fail if a client did not get exactly its answer."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.sse_load", description=__doc__)
    options.add_argument("--clients", type=int, default=500)
    options.add_argument("--pieces", type=int, default=50, help="pieces of text in each answer")
    options.add_argument("--gap-s", type=float, default=0.1, help="what the model takes for each piece")
    options.add_argument(
        "--bare", action="store_true", help="the same frames without agents: what the server alone needs"
    )
    given = options.parse_args()
    if not (
        0 < given.clients <= MOST_CLIENTS and 0 < given.pieces <= MOST_PIECES and 0 <= given.gap_s <= LONGEST_GAP_S
    ):
        options.error(f"at most {MOST_CLIENTS} clients, {MOST_PIECES} pieces and {LONGEST_GAP_S} s between them")
    figures = asyncio.run(
        load(clients=given.clients, pieces=given.pieces, gap_s=given.gap_s, path="/bare" if given.bare else "/answer")
    )
    print(json.dumps({**asdict(figures), "failures": figures.failures[:5]}, indent=2))
    return 0 if figures.is_fine else 1


if __name__ == "__main__":
    raise SystemExit(main())
