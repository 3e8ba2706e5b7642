"""What making an agent costs, with a model and one tool at hand."""

from __future__ import annotations

import argparse
import time

from benchmarks.workloads._played import NO_OP, PlayedModel, report
from strands import Agent, tool

WARM_UP = 20


@tool(name=NO_OP)
def no_op() -> str:
    """Do nothing."""
    return "done"


def make(count: int) -> list[Agent]:
    model = PlayedModel(tokens=1)
    return [Agent(model=model, tools=[no_op], callback_handler=None) for _ in range(count)]


def main(count: int) -> None:
    make(WARM_UP)
    started = time.perf_counter()
    agents = make(count)
    report(us_per_agent=(time.perf_counter() - started) / len(agents) * 1e6)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--agents", type=int, default=500)
    main(parser.parse_args().agents)
