"""The server of `benchmarks.sse_load`: one process, an agent for each request, whose model takes its time."""

from __future__ import annotations

import asyncio
import socket
import sys
import time
from collections.abc import AsyncGenerator
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, StreamingResponse
from starlette.routing import Route

from benchmarks._sse_text import piece
from strands import Agent
from strands.sse import HEADERS, sse_stream
from strands.testing import ScriptedModel, pause, text


def app(*, pieces: int, gap_s: float) -> Starlette:
    """Return an application that answers client n with `pieces` pieces of its own text, one every `gap_s`."""

    async def answer(request: Request) -> StreamingResponse:
        client = int(request.query_params["client"])
        slowly = [step for number in range(pieces) for step in (pause(gap_s), piece(client, number))]
        agent = Agent(model=ScriptedModel([text(slowly)]), callback_handler=None)
        return StreamingResponse(sse_stream(agent.stream_async("Tell me.")), headers=HEADERS)

    async def bare(request: Request) -> StreamingResponse:
        frames = _frames_without_agent(int(request.query_params["client"]), pieces, gap_s)
        return StreamingResponse(frames, headers=HEADERS)

    async def state(request: Request) -> JSONResponse:
        open_streams = sum(task.get_name() == "strands-sse" for task in asyncio.all_tasks())
        return JSONResponse({"open_streams": open_streams, "cpu_s": time.process_time(), **memory_mib()})

    return Starlette(routes=[Route("/answer", answer), Route("/bare", bare), Route("/state", state)])


async def _frames_without_agent(client: int, pieces: int, gap_s: float) -> AsyncGenerator[str, None]:
    for number in range(pieces):
        await asyncio.sleep(gap_s)
        yield f'id: {number + 1}\nevent: text\ndata: {{"text":"{piece(client, number)}"}}\n\n'
    yield f"id: {pieces + 1}\nevent: result\ndata: {{}}\n\n"


def memory_mib() -> dict[str, float]:
    """Return what this process holds in memory, now and at most so far; Linux only."""
    lines = Path("/proc/self/status").read_text().splitlines()
    sizes = {name: value for name, _, value in (line.partition(":") for line in lines)}
    return {"now": int(sizes["VmRSS"].split()[0]) / 1024, "peak": int(sizes["VmHWM"].split()[0]) / 1024}


def main(pieces: int, gap_s: float) -> None:
    """Serve on a port of its own, which is printed, until the process is terminated."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(4096)
    print(listener.getsockname()[1], flush=True)
    config = uvicorn.Config(app(pieces=pieces, gap_s=gap_s), log_level="error", ws="none", timeout_graceful_shutdown=1)
    uvicorn.Server(config).run([listener])


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
