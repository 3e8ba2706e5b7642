"""Plugins: hooks and tools that extend an agent, or an orchestrator of agents, together."""

from typing import TYPE_CHECKING

from strands._lazy import lazy_exports

if TYPE_CHECKING:
    from strands.plugins.decorator import hook as hook
    from strands.plugins.multiagent_plugin import MultiAgentPlugin as MultiAgentPlugin
    from strands.plugins.plugin import Plugin as Plugin

__all__ = ["MultiAgentPlugin", "Plugin", "hook"]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "MultiAgentPlugin": "strands.plugins.multiagent_plugin",
        "Plugin": "strands.plugins.plugin",
        "hook": "strands.plugins.decorator",
    },
)
