"""The first use in a fresh interpreter: how long it takes and how much memory stays."""

# All imports that could hide a part of the cost are inside functions: the import is what is measured.
from __future__ import annotations

import os
import sys
import time


def import_package() -> None:
    import strands  # noqa: F401


def import_agent() -> None:
    from strands import Agent  # noqa: F401


def run_one_token() -> None:
    import asyncio

    from benchmarks.workloads._played import PlayedModel
    from strands import Agent

    async def consume() -> None:
        async for _ in Agent(model=PlayedModel(tokens=1), callback_handler=None).stream_async("go"):
            pass

    asyncio.run(consume())


STAGES = {"package": import_package, "agent": import_agent, "run": run_one_token}


def resident_mb() -> float:
    """Return the resident memory now; where the system does not tell, the highest so far."""
    try:
        with open("/proc/self/statm") as statm:
            return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    except FileNotFoundError:
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def main(stage: str) -> None:
    started = time.perf_counter()
    STAGES[stage]()
    elapsed_ms = (time.perf_counter() - started) * 1e3
    memory_mb, modules = resident_mb(), len(sys.modules)
    import json

    print(json.dumps({"ms": elapsed_ms, "resident_mb": memory_mb, "modules": modules}))


if __name__ == "__main__":
    main(sys.argv[1])
