"""Graphs in less usual runs: failures beside others, questions in parallel, other executors, what is stored when."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from compat.normalise import observed
from compat.observing import attempt, attempt_async
from compat.registry import scenario, table
from compat.sample_tools import ask
from compat.scripted import block, call, message, text, text_block
from compat.team import asked, member, result_seen, run_team
from strands import ToolContext, tool
from strands.agent.agent_result import AgentResult
from strands.hooks import AfterNodeCallEvent, BeforeNodeCallEvent
from strands.multiagent import GraphBuilder, Swarm
from strands.multiagent.base import MultiAgentBase, MultiAgentResult, NodeResult, Status
from strands.multiagent.graph import Graph, GraphNode, GraphState
from strands.telemetry.metrics import EventLoopMetrics


def graph(edges: str, *executors: Any, **settings: Any) -> Any:
    """Return a graph; edges are pairs of letters, settings are the builder's methods."""
    builder = GraphBuilder()
    for executor in executors:
        builder.add_node(executor, getattr(executor, "name", None))
    for edge in edges.split():
        builder.add_edge(edge[0], edge[1])
    for name, value in settings.items():
        getattr(builder, name)(value)
    return builder.build()


def speakers(names: str) -> list[Any]:
    return [member(name, *[text(f"from {name}")] * 4) for name in names]


def answers(team: Any, **by_name: str) -> list[Any]:
    """Return the answers to a team's questions, which are named."""
    return [
        {"interruptResponse": {"interruptId": key, "response": by_name[question.name]}}
        for key, question in team._interrupt_state.interrupts.items()
        if question.name in by_name
    ]


def asking(name: str) -> Any:
    """Return an agent whose tool asks a question that is named like it."""

    @tool(name=f"ask_{name}", context=True)
    def asks(tool_context: ToolContext) -> str:
        """Ask a person."""
        return f"told {tool_context.interrupt(name, reason='why')}"

    return member(name, call(f"ask_{name}", tool_use_id=name), text(f"{name} is done"), tools=[asks])


def in_short(run: dict[str, Any]) -> Any:
    """Return a run of nodes that work at the same time: each node's own events, and how it ended."""
    by_node: dict[str, list[Any]] = {}
    for event in run["events"]:
        kind = event.get("type", "")
        if kind != "multiagent_node_stream" and "node_id" in event:
            by_node.setdefault(event["node_id"], []).append(kind)
    last = run["events"][-1] if run["events"] else {}
    result = last.get("result") if last.get("type") == "multiagent_result" else None
    if result:
        result["execution_order"].sort()
        result["entry_points"].sort()
        result["interrupts"].sort(key=json.dumps)
    return {"nodes": by_node, "result": result, "raised": run.get("raised")}


@table({"wide": "ab ac ad", "late join": "ad ab bc cd", "two entries": "ac bc cd"})
async def order(edges: str) -> Any:
    agents = speakers("abcd")
    result = await graph(edges, *agents).invoke_async("task")
    counts = {node: [each.node_id for each in result.execution_order].count(node) for node in "abcd"}
    return {"counts": counts, "asked": {agent.name: len(asked(agent)) for agent in agents}}


@scenario
async def input_after_a_condition_that_fails() -> Any:
    agents = speakers("abc")
    builder = GraphBuilder()
    for agent in agents:
        builder.add_node(agent, agent.name)
    builder.add_edge("a", "c", condition=lambda state: False)
    builder.add_edge("b", "c")
    await builder.build().invoke_async("task")
    return asked(agents[2])


@scenario
async def condition_that_raises() -> Any:
    builder = GraphBuilder()
    for agent in speakers("ab"):
        builder.add_node(agent, agent.name)
    builder.add_edge("a", "b", condition=lambda state: state.results["z"] is None)
    return await run_team(builder.build())


@scenario
async def state_that_conditions_see() -> Any:
    states: list[Any] = []

    def look(state: GraphState) -> bool:
        states.append(
            {
                "task": state.task,
                "status": observed(state.status),
                "completed": sorted(node.node_id for node in state.completed_nodes),
                "order": [node.node_id for node in state.execution_order],
                "results": sorted(state.results),
                "count": state.execution_count,
                "total": state.total_nodes,
                "edges": [[one.node_id, two.node_id] for one, two in state.edges],
                "entry_points": [node.node_id for node in state.entry_points],
            }
        )
        return True

    builder = GraphBuilder()
    for agent in speakers("ab"):
        builder.add_node(agent, agent.name)
    builder.add_edge("a", "b", condition=look)
    await builder.build().invoke_async("task")
    return states


@table({"text blocks": [text_block("one"), text_block("two")], "nothing": [], "empty text": [text_block("")]})
async def answer_of_the_node_before(blocks: list[Any]) -> Any:
    agents = [member("a", message(*blocks)), member("b", text("from b"))]
    await graph("ab", *agents).invoke_async("task")
    return asked(agents[1])


@scenario
async def structured_answer_of_the_node_before() -> Any:
    from pydantic import BaseModel

    class Found(BaseModel):
        """What was found."""

        count: int

    agents = [
        member("a", call("Found", '{"count": 1}'), text("x"), structured_output_model=Found),
        member("b", text("from b")),
    ]
    await graph("ab", *agents).invoke_async("task")
    return asked(agents[1])


@scenario
async def cited_answer_of_the_node_before() -> Any:
    cited = block({"text": "so it is"}, {"citation": {"title": "t", "location": {}, "sourceContent": []}})
    agents = [member("a", message(cited)), member("b", text("from b"))]
    await graph("ab", *agents).invoke_async("task")
    return asked(agents[1])


@scenario
async def team_before_a_node() -> Any:
    last = member("c", text("from c"))
    builder = GraphBuilder()
    builder.add_node(graph("xy", *speakers("xy")), "inner")
    builder.add_node(last, "c")
    builder.add_edge("inner", "c")
    result = await builder.build().invoke_async("task")
    return [asked(last), result_seen(result)]


@scenario
async def swarm_that_fails_before_a_node() -> Any:
    last = member("c", text("from c"))
    builder = GraphBuilder()
    builder.add_node(Swarm([member("s", [ValueError("boom")])]), "inner")
    builder.add_node(last, "c")
    builder.add_edge("inner", "c")
    result = await builder.build().invoke_async("task")
    return [asked(last), result_seen(result)]


@scenario
async def graph_that_fails_within_a_graph() -> Any:
    builder = GraphBuilder()
    builder.add_node(graph("xy", member("x", text("from x")), member("y", [ValueError("boom")])), "inner")
    return await run_team(builder.build())


@scenario
async def failure_beside_others() -> Any:
    team = graph("", *speakers("a"), member("b", [ValueError("boom")]))
    seen = in_short(await run_team(team))
    return [seen, {name: observed(result.status) for name, result in sorted(team.state.results.items())}]


@scenario
async def timeout_beside_others() -> Any:
    @tool
    async def wait() -> str:
        """Wait for ever."""
        await asyncio.Event().wait()
        return ""

    team = graph("", *speakers("a"), member("b", call("wait"), tools=[wait]), set_node_timeout=0.1)
    seen = in_short(await run_team(team))
    return [seen, {name: observed(result.status) for name, result in sorted(team.state.results.items())}]


@scenario
async def run_after_a_failure() -> Any:
    agent = member("a", [ValueError("boom")], text("better"))
    team = graph("ab", agent, *speakers("b"))
    return [(await run_team(team)).get("raised"), result_seen(await team.invoke_async("again")), asked(agent)]


@scenario
async def questions_in_parallel() -> Any:
    last = member("d", text("from d"))
    team = graph("ad bd cd", asking("a"), asking("b"), *speakers("c"), last)
    runs = [in_short(await run_team(team))]
    runs.append(in_short(await run_team(team, answers(team, a="1"))))
    runs.append(in_short(await run_team(team, answers(team, b="2"))))
    texts = sorted(part["text"] for part in asked(last)[0][0]["content"])
    return {"runs": runs, "asked last": texts}


@scenario
async def two_questions_of_two_hooks() -> Any:
    team = graph("", *speakers("a"))
    team.add_hook(lambda event: event.interrupt("one"), BeforeNodeCallEvent)
    team.add_hook(lambda event: event.interrupt("two"), BeforeNodeCallEvent)
    runs = [await run_team(team)]
    runs.append(await run_team(team, answers(team, one="1")))
    runs.append(await run_team(team, answers(team, two="2")))
    return [[event for event in run["events"] if event["type"] != "multiagent_node_stream"] for run in runs]


@scenario
async def question_of_a_nested_graph() -> Any:
    inner = graph("xy", asking("x"), *speakers("y"))
    builder = GraphBuilder()
    builder.add_node(inner, "inner")
    team = builder.build()
    first = await team.invoke_async("task")
    second = await team.invoke_async(answers(team, x="1"))
    return [result_seen(first), result_seen(second)]


@table(
    {
        "text": lambda: "text",
        "block": lambda: [{"text": "x"}],
        "unknown": lambda: [{"interruptResponse": {"interruptId": "z", "response": 1}}],
    }
)
async def no_answer_to_a_question(task: Callable[[], Any]) -> Any:
    team = graph("", asking("a"))
    await team.invoke_async("task")
    return await run_team(team, task())


@table({"hook": True, "agent": False})
async def question_on_paper(in_hook: bool) -> Any:
    def team() -> Any:
        first = member("a", text("from a")) if in_hook else asking("a")
        made = graph("ab", first, *speakers("b"))
        if in_hook:
            made.add_hook(lambda event: event.interrupt("a") if event.node_id == "b" else None, BeforeNodeCallEvent)
        return made

    asked_team, other = team(), team()
    await asked_team.invoke_async("task")
    stored = json.loads(json.dumps(asked_team.serialize_state()))
    on_paper = observed(stored)
    if not in_hook:
        other.nodes["a"].executor.model.turns.pop(0)
    other.deserialize_state(stored)
    result = await other.invoke_async(answers(other, a="1"))
    return {"stored": on_paper, "result": result_seen(result)}


@scenario
async def stored_after_each_node() -> Any:
    team = graph("ab bc", *speakers("abc"))
    states: list[Any] = []
    team.add_hook(lambda event: states.append(team.serialize_state()), BeforeNodeCallEvent)
    team.add_hook(lambda event: states.append(team.serialize_state()), AfterNodeCallEvent)
    await team.invoke_async("task")
    keys = ("status", "completed_nodes", "next_nodes_to_execute", "execution_order", "current_task")
    return [{key: sorted(state[key]) if key == "completed_nodes" else state[key] for key in keys} for state in states]


@scenario
async def failure_on_paper() -> Any:
    team = graph("ab bc", *speakers("a"), member("b", [ValueError("boom")]), *speakers("c"))
    await run_team(team)
    stored = json.loads(json.dumps(team.serialize_state()))
    agents = speakers("abc")
    other = graph("ab bc", *agents)
    other.deserialize_state(stored)
    seen = await run_team(other, "another task")
    return {"stored": observed(stored), "run": in_short(seen), "asked": [asked(agent) for agent in agents]}


class Given(MultiAgentBase):
    """An orchestrator that yields what it is told."""

    id = "given"

    def __init__(self, *events: Any) -> None:
        self.events = events

    async def invoke_async(self, task: Any, invocation_state: Any = None, **kwargs: Any) -> Any:
        failed = NodeResult(result=ValueError("v"), status=Status.FAILED)
        return MultiAgentResult(status=Status.COMPLETED, results={"q": failed}, execution_count=3, execution_time=7)

    async def stream_async(self, task: Any, invocation_state: Any = None, **kwargs: Any) -> Any:
        for event in self.events:
            yield event


class Quiet(Given):
    """An orchestrator that does not stream."""

    stream_async = MultiAgentBase.stream_async


@table(
    {"no result": Given({"hello": 1}), "quiet": Quiet(), "event that is no dict": Given("text"), "nothing": object()}
)
async def executor(value: Any) -> Any:
    last = member("b", text("from b"))
    builder = GraphBuilder()
    builder.add_node(value, "e")
    builder.add_node(last, "b")
    builder.add_edge("e", "b")
    return {"run": await run_team(builder.build()), "asked": asked(last)}


class OtherAgent:
    """An agent of another kind."""

    name = "other"

    def __init__(self) -> None:
        self.handed: list[Any] = []

    async def invoke_async(self, prompt: Any = None, **kwargs: Any) -> Any:
        raise NotImplementedError

    def __call__(self, prompt: Any = None, **kwargs: Any) -> Any:
        raise NotImplementedError

    async def stream_async(self, prompt: Any = None, **kwargs: Any) -> Any:
        self.handed.append({"prompt": prompt, "keywords": sorted(kwargs)})
        yield {"step": 1}
        answer: Any = {"role": "assistant", "content": [{"text": "hello"}]}
        yield {"result": AgentResult(stop_reason="end_turn", message=answer, metrics=EventLoopMetrics(), state={})}


@scenario
async def agent_of_another_kind() -> Any:
    agent, last = OtherAgent(), member("b", text("from b"))
    builder = GraphBuilder()
    builder.add_node(agent)
    builder.add_node(last, "b")
    builder.add_edge("other", "b")
    return {"run": await run_team(builder.build()), "handed": agent.handed, "asked": asked(last)}


@scenario
async def base_class() -> Any:
    team = Quiet()
    streamed = [sorted(event) async for event in team.stream_async("task")]
    return [
        streamed,
        attempt(lambda: type(team("task")).__name__),
        attempt(team.serialize_state),
        attempt(lambda: team.deserialize_state({})),
        attempt(lambda: team.add_hook(lambda event: None)),
    ]


@scenario
async def node_reset() -> Any:
    agent = member("a", text("x"), messages=[{"role": "user", "content": [{"text": "before"}]}])
    node = GraphNode("a", agent)
    agent.messages.append({"role": "assistant", "content": [{"text": "after"}]})
    agent.state.set("k", 1)
    node.reset_executor_state()
    same = [node == GraphNode("a", agent), node == "a", hash(node) == hash("a")]
    return [observed(agent.messages), agent.state.get(), observed(node.execution_status), same]


@table({"count": (1, None), "no limits": (None, None), "zero": (0, None), "time": (None, -1.0)})
async def limits(value: Any) -> Any:
    state = GraphState(execution_order=[GraphNode("a", member("a"))])
    return state.should_continue(*value)


@scenario
async def cycle_with_a_limit() -> Any:
    agent = member("a", *[text("again")] * 4)
    team = graph("aa", agent, set_entry_point="a", set_max_node_executions=3)
    return [result_seen(await team.invoke_async("task")), asked(agent)]


@scenario
async def entry_point_with_an_edge_to_it() -> Any:
    agents = speakers("ab")
    result = await graph("ab", *agents, set_entry_point="b").invoke_async("task")
    return [result_seen(result), asked(agents[1])]


@scenario
async def empty_graph() -> Any:
    return await attempt_async(_run_of_nothing())


async def _run_of_nothing() -> Any:
    team = Graph(nodes={}, edges=set(), entry_points=set(), trace_attributes={"a": 1, "b": object()})  # type: ignore[dict-item]
    return [result_seen(await team.invoke_async("task")), team.trace_attributes, team.id]


@scenario
async def graph_made_by_hand() -> Any:
    agent = member("a", text("x"))
    nodes = {"a": GraphNode("a", agent), "b": GraphNode("b", agent)}
    return attempt(lambda: Graph(nodes=nodes, edges=set(), entry_points=set()))


@scenario
async def interrupted_agent_alone() -> Any:
    agent = member("a", call("ask"), text("done"), tools=[ask])
    team = graph("", agent)
    first = await team.invoke_async("task")
    return [result_seen(first), result_seen(await team.invoke_async(answers(team, approval="yes")))]
