"""Limits on the time of graphs: what is at work when it is over."""

from __future__ import annotations

import asyncio
from typing import Any

from compat.registry import table
from compat.scripted import call, text
from compat.team import member, run_team
from strands import tool
from strands.multiagent import GraphBuilder


@tool
async def wait() -> str:
    """Take longer than the graph may."""
    await asyncio.sleep(0.5)
    return "waited"


@table({"in the midst": ("ab", "a"), "last": ("ab", "b"), "alone": ("a", "a")})
async def time_of_a_graph_is_over(case: tuple[str, str]) -> Any:
    names, slow = case
    builder = GraphBuilder()
    for name in names:
        turns = [call("wait"), text("late")] if name == slow else [text(f"from {name}")]
        builder.add_node(member(name, *turns, tools=[wait]), name)
    if len(names) > 1:
        builder.add_edge(*names)
    run = await run_team(builder.set_execution_timeout(0.25).build())
    kinds = [[event["type"], event.get("node_id")] for event in run["events"] if "node_stream" not in event["type"]]
    last = run["events"][-1]["result"]
    return {"events": kinds, "status": last["status"], "results": {k: v["status"] for k, v in last["results"].items()}}
