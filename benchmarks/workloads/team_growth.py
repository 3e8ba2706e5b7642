"""How the cost of an agent in a graph grows with the number of agents: not at all, where time is linear."""

from __future__ import annotations

import argparse
import asyncio
import logging

from benchmarks.workloads._played import report
from benchmarks.workloads.team_graph import seconds_of_a_run

ROUNDS = 3
"""Runs of each size, of which the fastest counts."""


async def run(sizes: list[int], *, fan: bool) -> None:
    ms_per_node: dict[int, float] = {}
    for _ in range(ROUNDS):
        for nodes in sizes:
            ms = await seconds_of_a_run(nodes, fan=fan) * 1000 / nodes
            ms_per_node[nodes] = min(ms, ms_per_node.get(nodes, ms))
    by_size = {f"ms_per_node_of_{nodes}": ms for nodes, ms in ms_per_node.items()}
    report(growth=ms_per_node[sizes[-1]] / ms_per_node[sizes[0]], **by_size)


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[250, 500, 1000])
    parser.add_argument("--fan", action="store_true")
    arguments = parser.parse_args()
    asyncio.run(run(arguments.sizes, fan=arguments.fan))
