"""What plugins for agents and for orchestrators have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cached_property
from typing import TYPE_CHECKING, Any

from strands.plugins._discovery import discover_hooks

if TYPE_CHECKING:
    from strands.hooks.registry import HookCallback


class _HookedPlugin(ABC):
    @property
    @abstractmethod
    def name(self) -> str:
        """Unique among the plugins of one agent or orchestrator."""

    @cached_property
    def _hooks(self) -> list[HookCallback[Any]]:
        return discover_hooks(self, self.name)

    @property
    def hooks(self) -> list[HookCallback[Any]]:
        """The methods marked with `@hook`; change the list to leave some out."""
        return self._hooks
