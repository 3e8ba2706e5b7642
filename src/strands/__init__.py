"""An SDK for AI agents whose stream can be the final turn alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from strands._lazy import lazy_exports

if TYPE_CHECKING:
    from strands import agent as agent
    from strands import models as models
    from strands import telemetry as telemetry
    from strands import types as types
    from strands.agent.agent import Agent as Agent
    from strands.agent.base import AgentBase as AgentBase
    from strands.event_loop._retry import ModelRetryStrategy as ModelRetryStrategy
    from strands.plugins.multiagent_plugin import MultiAgentPlugin as MultiAgentPlugin
    from strands.plugins.plugin import Plugin as Plugin
    from strands.tools.decorator import tool as tool
    from strands.types._snapshot import Snapshot as Snapshot
    from strands.types.tools import ToolContext as ToolContext
    from strands.vended_plugins.skills import AgentSkills as AgentSkills
    from strands.vended_plugins.skills import Skill as Skill

__all__ = [
    "Agent",
    "AgentBase",
    "AgentSkills",
    "ModelRetryStrategy",
    "MultiAgentPlugin",
    "Plugin",
    "Skill",
    "Snapshot",
    "ToolContext",
    "agent",
    "models",
    "telemetry",
    "tool",
    "types",
]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "Agent": "strands.agent.agent",
        "AgentBase": "strands.agent.base",
        "AgentSkills": "strands.vended_plugins.skills",
        "ModelRetryStrategy": "strands.event_loop._retry",
        "MultiAgentPlugin": "strands.plugins.multiagent_plugin",
        "Plugin": "strands.plugins.plugin",
        "Skill": "strands.vended_plugins.skills",
        "Snapshot": "strands.types._snapshot",
        "ToolContext": "strands.types.tools",
        "agent": "strands.agent",
        "models": "strands.models",
        "telemetry": "strands.telemetry",
        "tool": "strands.tools.decorator",
        "types": "strands.types",
    },
)
