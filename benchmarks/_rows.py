"""The rows of the benchmark's table: what is measured, with which workload, and what we aim at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Limit = Literal["ratio at least", "at most"]


@dataclass(frozen=True, kw_only=True)
class Goal:
    """What a row has to reach: a ratio published / this tree, or an absolute figure of this tree."""

    limit: Limit
    value: float

    def met(self, *, published: float | None, tree: float) -> bool:
        """Tell whether the medians reach the goal; a ratio to a run that died counts as reached."""
        if self.limit == "at most":
            return tree <= self.value
        return published is None or published / tree >= self.value


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the table: one metric of one workload."""

    name: str
    what: str
    workload: str
    metric: str
    unit: str
    options: tuple[str, ...] = ()
    quick_options: tuple[str, ...] = ()
    goals: tuple[Goal, ...] = ()
    tree_only: bool = False
    needs_endpoint: bool = False
    runs: int = 5

    def arguments(self, *, quick: bool) -> tuple[str, ...]:
        """Return the workload's command line; of an option given twice, the later value holds."""
        return (*self.options, *self.quick_options) if quick else self.options


def _ratio(value: float) -> Goal:
    return Goal(limit="ratio at least", value=value)


def _at_most(value: float) -> Goal:
    return Goal(limit="at most", value=value)


def _tool_turns(turns: int, *goals: Goal, async_tool: bool = False, runs: int = 5) -> Row:
    kind = "async" if async_tool else "sync"
    return Row(
        name=f"turns-{turns}{'-async' if async_tool else ''}",
        what=f"tool turns (20 tokens, one no-op {kind} tool), cost per turn in a run of {turns:,}",
        workload="tool_turns",
        options=("--turns", str(turns), *(("--async-tool",) if async_tool else ())),
        metric="ms_per_turn",
        unit="ms",
        goals=(_at_most(0.4), *goals),
        runs=runs,
    )


def _tokens(name: str, what: str, workload: str, *options: str, goals: tuple[Goal, ...] = ()) -> Row:
    return Row(
        name=name,
        what=what,
        workload=workload,
        options=options,
        quick_options=("--tokens", "2000"),
        metric="us_per_token",
        unit="µs",
        goals=goals,
    )


_TURN = "one turn of 20,000 text deltas, all events consumed, per token"
_FLOOR = "floor of the above: three nested async generators, per token"
_YIELDING = "; the model yields to the event loop between tokens"


def _cold(name: str, what: str, stage: str, metric: str, unit: str, *goals: Goal) -> Row:
    return Row(
        name=name, what=what, workload="cold_start", options=(stage,), metric=metric, unit=unit, goals=goals, runs=9
    )


def _streams(name: str, what: str, metric: str, goal: Goal) -> Row:
    return Row(
        name=name,
        what=f"100 concurrent Bedrock streams (50 tokens, 20 ms apart; ideal 1.0 s), {what}",
        workload="bedrock_streams",
        metric=metric,
        unit="s",
        quick_options=("--streams", "20"),
        goals=(goal,),
        needs_endpoint=True,
        runs=3,
    )


def _final_turn(name: str, when: str, goal: Goal | None, *options: str) -> Row:
    return Row(
        name=name,
        what=f"the cost of `stream_final_turn_only=True` {when}, against off",
        workload="final_turn",
        metric="overhead_percent",
        unit="%",
        options=options,
        quick_options=("--tokens", "2000", "--rounds", "2"),
        goals=(goal,) if goal else (),
        tree_only=True,
        runs=3,
    )


def _tracing(name: str, what: str, *options: str) -> Row:
    return Row(
        name=f"tracing-{name}",
        what=f"the cost of tracing while no tracer provider is configured: {what}",
        workload="telemetry",
        options=options,
        quick_options=("--rounds", "3"),
        metric="overhead_percent",
        unit="%",
        goals=(_at_most(3.0),),
        tree_only=True,
        runs=3,
    )


def _graph(name: str, what: str, *options: str, goals: tuple[Goal, ...] = (), runs: int = 5) -> Row:
    return Row(
        name=name,
        what=f"a graph: {what}, one turn of 5 tokens each, cost per agent",
        workload="team_graph",
        options=options,
        quick_options=("--nodes", "20"),
        metric="ms_per_node",
        unit="ms",
        goals=goals,
        runs=runs,
    )


def _graph_growth(name: str, what: str, sizes: tuple[int, ...], *options: str) -> Row:
    steps = ", ".join(f"{size:,}" for size in sizes)
    return Row(
        name=name,
        what=f"a graph: {what} of {steps} agents, cost per agent in the largest against the smallest; 1 is linear",
        workload="team_growth",
        options=(*options, "--sizes", *map(str, sizes)),
        quick_options=("--sizes", "5", "10"),
        metric="growth",
        unit="x",
        goals=(_at_most(1.3),),
        runs=3,
    )


ROWS: tuple[Row, ...] = (
    _tokens("tokens", _TURN, "tokens", goals=(_at_most(2.0), _ratio(3.5))),
    _tokens("tokens-floor", _FLOOR, "floor"),
    _tokens("tokens-yielding", _TURN + _YIELDING, "tokens", "--yielding"),
    _tokens("tokens-yielding-floor", _FLOOR + _YIELDING, "floor", "--yielding"),
    _final_turn("final-turn", "with tools offered, so that text is held", _at_most(15.0)),
    _final_turn("final-turn-live", "without tools, so that text streams live", None, "--live"),
    _tracing("turns", "50 tool turns", "--turns", "50"),
    _tracing("tokens", "one turn of 20,000 text deltas", "--turns", "0", "--tokens", "20000"),
    _tool_turns(10),
    _tool_turns(200, _ratio(35), runs=3),
    _tool_turns(1000, runs=3),
    _tool_turns(10, async_tool=True),
    _tool_turns(200, async_tool=True, runs=3),
    _tool_turns(1000, async_tool=True, runs=3),
    Row(
        name="agents",
        what="200 agents at once, one tool turn and a final turn each",
        workload="many_agents",
        metric="seconds",
        unit="s",
        quick_options=("--agents", "20"),
        goals=(_ratio(2.5),),
    ),
    _graph("graph-chain-100", "a chain of 100 agents", "--nodes", "100"),
    _graph("graph-chain", "a chain of 1,000 agents", "--nodes", "1000", goals=(_ratio(2.0),), runs=3),
    _graph("graph-fan", "an agent and 200 that follow it at once", "--nodes", "201", "--fan", goals=(_ratio(1.0),)),
    _graph_growth("graph-chain-growth", "chains", (250, 500, 1000)),
    _graph_growth("graph-fan-growth", "fans", (51, 101, 201), "--fan"),
    _streams("bedrock", "total", "seconds", _at_most(1.5)),
    _streams("bedrock-first-token", "p99 of the wait for the first token", "p99_first_token_s", _at_most(0.5)),
    _cold("import", "`import strands`, fresh interpreter", "package", "ms", "ms", _at_most(60)),
    _cold("import-agent", "`from strands import Agent`, fresh interpreter", "agent", "ms", "ms", _at_most(150)),
    _cold("first-run", "from a fresh interpreter to the end of a one-token run", "run", "ms", "ms"),
    _cold("memory", "resident memory after `from strands import Agent`", "agent", "resident_mb", "MB"),
    _cold("memory-run", "resident memory after a one-token run", "run", "resident_mb", "MB"),
    Row(
        name="construction",
        what="making an agent (model and one tool at hand)",
        workload="construction",
        metric="us_per_agent",
        unit="µs",
        quick_options=("--agents", "50"),
    ),
)
