"""The tool with which an agent of a swarm hands the task to another. Models see its texts."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Annotated, Any

from strands.multiagent.base import Status
from strands.tools.decorator import DecoratedFunctionTool, tool
from strands.types.tools import ToolResultStatus

if TYPE_CHECKING:
    from strands.multiagent.swarm import Swarm, SwarmNode

logger = logging.getLogger(__name__)

HANDOFF_TOOL_NAME = "handoff_to_agent"

_DESCRIPTION = """Transfer control to another agent in the swarm for specialized help.

Returns:
    Confirmation of handoff initiation"""


def handoff_tool(swarm: Swarm) -> DecoratedFunctionTool[..., Any]:
    """Return the tool for the agents of a swarm."""

    @tool(name=HANDOFF_TOOL_NAME, description=_DESCRIPTION)
    async def handoff_to_agent(
        agent_name: Annotated[str, "Name of the agent to hand off to"],
        message: Annotated[str, "Message explaining what needs to be done and why you're handing off"],
        context: Annotated[dict[str, Any] | None, "Additional context to share with the next agent"] = None,
    ) -> dict[str, Any]:
        target = swarm.nodes.get(agent_name)
        if target is None:
            return _result("error", f"Error: Agent '{agent_name}' not found in swarm")
        try:
            _hand_over(swarm, target, message, context or {})
        except ValueError as error:
            return _result("error", f"Error: {error}")
        return _result("success", f"Handing off to {agent_name}: {message}")

    return handoff_to_agent


def _hand_over(swarm: Swarm, target: SwarmNode, message: str, context: dict[str, Any]) -> None:
    state = swarm.state
    if state.completion_status is not Status.EXECUTING or state.current_node is None:
        return  # called directly, while nobody works on a task
    for key, value in context.items():
        state.shared_context.add_context(state.current_node, key, value)
    state.handoff_node, state.handoff_message = target, message
    logger.debug("from_node=<%s>, to_node=<%s> | handing off", state.current_node.node_id, target.node_id)


def _result(status: ToolResultStatus, text: str) -> dict[str, Any]:
    return {"status": status, "content": [{"text": text}]}
