"""The plugins of an orchestrator."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from strands.plugins._registry import _RegistryOfPlugins
from strands.plugins.multiagent_plugin import MultiAgentPlugin

if TYPE_CHECKING:
    from strands.multiagent.base import MultiAgentBase


class _MultiAgentPluginRegistry(_RegistryOfPlugins["MultiAgentBase", MultiAgentPlugin]):
    _owner_kind = "Orchestrator"

    def __init__(self, orchestrator: MultiAgentBase) -> None:
        super().__init__(orchestrator)

    def _init_method(self, plugin: MultiAgentPlugin) -> Callable[[MultiAgentBase], Any]:
        return plugin.init_multi_agent
