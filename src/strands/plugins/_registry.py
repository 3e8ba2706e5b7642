"""What the plugin registries of agents and of orchestrators have in common."""

from __future__ import annotations

import logging
import weakref
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, TypeVar

from strands.plugins._discovery import call_init_method
from strands.plugins._hooks import _HookedPlugin

if TYPE_CHECKING:
    from strands.hooks.registry import HookCallback

logger = logging.getLogger(__name__)


class _Hookable(Protocol):
    def add_hook(self, callback: HookCallback[Any], event_type: Any = None) -> None: ...


Owner = TypeVar("Owner", bound=_Hookable)
PluginKind = TypeVar("PluginKind", bound=_HookedPlugin)


class _RegistryOfPlugins(ABC, Generic[Owner, PluginKind]):
    """Adds plugins to an owner, which it does not keep alive."""

    _owner_kind: ClassVar[str]

    def __init__(self, owner: Owner) -> None:
        self._owner_ref = weakref.ref(owner)
        self._plugins: dict[str, PluginKind] = {}

    @property
    def _owner(self) -> Owner:
        owner = self._owner_ref()
        if owner is None:
            raise ReferenceError(f"{self._owner_kind} has been garbage collected")
        return owner

    @abstractmethod
    def _init_method(self, plugin: PluginKind) -> Callable[[Owner], Any]:
        """Return the plugin's method that prepares the owner."""

    def add_and_init(self, plugin: PluginKind) -> None:
        """Let the plugin prepare the owner, then add its hooks.

        Raises:
            TypeError: If it is no plugin, for instance the class of one.
            ValueError: If the owner has a plugin of that name.
        """
        given: Any = plugin
        if isinstance(given, type) or not hasattr(given, "name"):
            raise TypeError(f"plugins must be a list of plugins, which have a name, but holds {plugin!r}")
        name = plugin.name
        if name in self._plugins:
            raise ValueError(f"plugin_name=<{name}> | plugin already registered")
        logger.debug("plugin_name=<%s>, owner=<%s> | adding plugin", name, self._owner_kind)
        self._plugins[name] = plugin
        owner = self._owner
        call_init_method(self._init_method(plugin), owner)
        for callback in plugin.hooks:
            for event_type in getattr(callback, "_hook_event_types", [None]):
                owner.add_hook(callback, event_type)
