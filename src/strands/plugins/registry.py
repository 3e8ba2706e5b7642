"""The plugins of an agent."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from strands.plugins._registry import _RegistryOfPlugins
from strands.plugins.plugin import Plugin

if TYPE_CHECKING:
    from strands.agent.agent import Agent


class _PluginRegistry(_RegistryOfPlugins["Agent", Plugin]):
    _owner_kind = "Agent"

    def __init__(self, agent: Agent) -> None:
        super().__init__(agent)

    def _init_method(self, plugin: Plugin) -> Callable[[Agent], Any]:
        return plugin.init_agent

    def add_and_init(self, plugin: Plugin) -> None:
        """Let the plugin prepare the agent, then add its hooks and its tools.

        Raises:
            ValueError: If the agent has a plugin of that name.
        """
        super().add_and_init(plugin)
        if plugin.tools:
            self._owner.tool_registry.process_tools([*plugin.tools])
