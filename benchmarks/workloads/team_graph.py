"""A graph of agents: a chain, each waiting for the one before, or a fan, in which all but the first run at once."""

from __future__ import annotations

import argparse
import asyncio
import logging
import time
from typing import Any

from benchmarks.workloads._played import PlayedModel, report
from strands import Agent
from strands.multiagent import GraphBuilder


def built(nodes: int, *, fan: bool) -> Any:
    """Return the graph; agents are made by the way."""
    builder = GraphBuilder()
    for index in range(nodes):
        builder.add_node(Agent(model=PlayedModel(tokens=5), callback_handler=None), f"n{index}")
        if index:
            builder.add_edge("n0" if fan else f"n{index - 1}", f"n{index}")
    return builder.build()


async def seconds_of_a_run(nodes: int, *, fan: bool) -> float:
    """Return the time of one run of a new graph."""
    graph = built(nodes, fan=fan)
    began = time.perf_counter()
    result = await graph.invoke_async("task")
    seconds = time.perf_counter() - began
    if result.completed_nodes != nodes:
        raise RuntimeError(f"completed_nodes is {result.completed_nodes!r}, expected {nodes!r}")
    return seconds


async def run(nodes: int, *, fan: bool) -> None:
    seconds = await seconds_of_a_run(nodes, fan=fan)
    report(seconds=seconds, ms_per_node=seconds * 1000 / nodes)


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, default=1000)
    parser.add_argument("--fan", action="store_true")
    arguments = parser.parse_args()
    asyncio.run(run(arguments.nodes, fan=arguments.fan))
