"""Agents that play scripts, graphs of them, and what a consumer sees of a run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any, cast

from strands import Agent, ToolContext, tool
from strands.multiagent.base import MultiAgentBase
from strands.multiagent.graph import Graph, GraphBuilder
from strands.multiagent.swarm import Swarm
from strands.testing import ScriptedModel, Turn, text, use


def member(name: str, *turns: Turn, **arguments: Any) -> Agent:
    """Return an agent that plays turns; without turns it says who it is, as often as it is asked."""
    model = ScriptedModel(list(turns)) if turns else ScriptedModel(lambda _: f"from {name}")
    return Agent(model=model, name=name, callback_handler=None, **arguments)


def scripted(agent: Agent) -> ScriptedModel:
    return cast(ScriptedModel, agent.model)


def graph_of(edges: Iterable[str], *executors: Any, **settings: Any) -> Graph:
    """Return a graph; an edge is written as the two names, settings are the builder's methods."""
    builder = GraphBuilder()
    for executor in executors:
        builder.add_node(executor, getattr(executor, "name", None))
    for edge in edges:
        builder.add_edge(edge[0], edge[1])
    for name, value in settings.items():
        getattr(builder, name)(value)
    return builder.build()


def handing_to(name: str, message: str = "your turn", **context: Any) -> list[Any]:
    """Return a turn that hands the task over after some words."""
    return [text("Let me ask."), use("handoff_to_agent", agent_name=name, message=message, context=context)]


@tool(context=True)
def ask(tool_context: ToolContext) -> str:
    """Ask a person."""
    return f"a person says {tool_context.interrupt('sure')}"


@tool
def look() -> str:
    """Look something up."""
    return "found"


def answering(team: Any, *responses: Any) -> list[Any]:
    """Return the answers to a team's open questions, in their order."""
    questions = [interrupt for interrupt in team._interrupt_state.interrupts.values() if interrupt.response is None]
    return [
        {"interruptResponse": {"interruptId": question.id, "response": response}}
        for question, response in zip(questions, responses, strict=False)
    ]


@dataclass
class Seen:
    """What a consumer saw of a run."""

    events: list[Mapping[str, Any]] = field(default_factory=list)
    error: Exception | None = None

    @property
    def result(self) -> Any:
        return self.events[-1]["result"]

    @property
    def lines(self) -> list[str]:
        """The events of the team, each as a line; those of agents as the text they carry, if any."""
        return [line for event in self.events if (line := _line(event))]

    @property
    def said(self) -> list[str]:
        """Who said what, in every form in which text travels, joined for each node in the order of its first word."""
        by_node: dict[str, str] = {}
        for event in self.events:
            for node, piece in _pieces(event):
                by_node[node] = by_node.get(node, "") + piece
        return [f"{node}: {words}" for node, words in by_node.items()]


async def seen_of(team: MultiAgentBase, task: Any = "task", **keywords: Any) -> Seen:
    """Run a team to its end."""
    seen = Seen()
    try:
        async with aclosing(cast(Any, team.stream_async(task, **keywords))) as events:
            async for event in events:
                seen.events.append(event)  # what came before an error counts
    except Exception as error:
        seen.error = error
    return seen


def prompts_of(agent: Agent) -> list[list[str]]:
    """Return the texts of the last message of each request to an agent's model."""
    return [
        [block.get("text", "") for block in request.messages[-1]["content"]] for request in scripted(agent).requests
    ]


def swarm_of(*agents: Agent, **arguments: Any) -> Swarm:
    return Swarm(list(agents), **arguments)


def _line(event: Mapping[str, Any], where: str = "") -> str:
    kind = event.get("type", "")
    if kind == "multiagent_node_stream":
        return _line(event["event"], f"{where}{event['node_id']}/")
    if kind == "multiagent_node_stop":
        return f"{where}{event['node_id']} {event['node_result'].status.value}"
    if kind == "multiagent_handoff":
        return f"{where}{'+'.join(event['from_node_ids'])} > {'+'.join(event['to_node_ids'])}"
    if kind == "multiagent_result":
        return f"{where}result {event['result'].status.value}"
    if kind.startswith("multiagent_node_"):
        return f"{where}{event['node_id']} {kind.removeprefix('multiagent_node_')}"
    return ""


def _pieces(event: Mapping[str, Any], where: str = "") -> Iterable[tuple[str, str]]:
    if event.get("type") == "multiagent_node_stream":
        yield from _pieces(event["event"], f"{where}/{event['node_id']}" if where else event["node_id"])
    elif "data" in event:
        yield where, event["data"]


def raw_text(seen: Seen) -> str:
    """Return the text in all raw chunks of a run."""
    return "".join(_raw(event) for event in seen.events)


def _raw(event: Any) -> str:
    if event.get("type") == "multiagent_node_stream":
        return _raw(event["event"])
    chunk = event.get("event", {})
    return str(chunk.get("contentBlockDelta", {}).get("delta", {}).get("text", "")) if isinstance(chunk, dict) else ""
