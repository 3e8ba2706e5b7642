"""What nodes are told: their task, and what others have found out. Models see these texts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from strands.types.content import ContentBlock

if TYPE_CHECKING:
    from strands.multiagent.graph import GraphNode, GraphState
    from strands.multiagent.swarm import SwarmNode, SwarmState


def graph_node_input(node: GraphNode, inputs: Iterable[GraphNode], state: GraphState) -> Any:
    """Return the prompt of a graph's node: the task, and the results of the nodes before it."""
    task: Any = state.task
    inputs = list(inputs)
    if not inputs:
        return [ContentBlock(text=task)] if isinstance(task, str) else task
    blocks: list[ContentBlock] = [{"text": f"Original Task: {task}" if isinstance(task, str) else "Original Task:"}]
    if not isinstance(task, str):
        blocks.extend(task)
    blocks.append({"text": "\nInputs from previous nodes:"})
    for source in inputs:
        blocks.append({"text": f"\nFrom {source.node_id}:"})
        results = state.results[source.node_id].get_agent_results()
        blocks.extend({"text": f"  - Agent: {result}"} for result in results)
    return blocks


def swarm_node_input(node: SwarmNode, others: Iterable[SwarmNode], state: SwarmState) -> Any:
    """Return the prompt of a swarm's agent: the task, what happened so far, and who else can help."""
    task: Any = state.task
    sections = [
        *([f"Handoff Message: {state.handoff_message}"] if state.handoff_message else []),
        f"User Request: {task if isinstance(task, str) else 'Multi-modal task'}",
        *_history(state),
        *_knowledge(state),
        *_colleagues(others),
        "You have access to swarm coordination tools if you need help from other agents. "
        "If you don't hand off to another agent, the swarm will consider the task complete.",
    ]
    text = "Context:\n" + "".join(f"{section}\n\n" for section in sections)
    return text if isinstance(task, str) else [ContentBlock(text=text), *task]


def _history(state: SwarmState) -> Iterable[str]:
    if state.node_history:
        path = " → ".join(node.node_id for node in state.node_history)
        yield f"Previous agents who worked on this: {path}"


def _knowledge(state: SwarmState) -> Iterable[str]:
    known = [f"• {node_id}: {values}" for node_id, values in state.shared_context.context.items() if values]
    if known:
        yield "\n".join(["Shared knowledge from previous agents:", *known])


def _colleagues(others: Iterable[SwarmNode]) -> Iterable[str]:
    lines = [f"Agent name: {other.node_id}.{_described(other)}" for other in others]
    if lines:
        yield "\n".join(["Other agents available for collaboration:", *lines])


def _described(node: SwarmNode) -> str:
    description = getattr(node.executor, "description", None)
    return f" Agent description: {description}" if description else ""
