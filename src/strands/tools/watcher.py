"""Hot reload: tools load again when their files change."""

from __future__ import annotations

import logging
import threading
import weakref
from pathlib import Path
from typing import Any, ClassVar

from strands.tools.registry import ToolRegistry

logger = logging.getLogger(__name__)


class ToolWatcher:
    """Watches the tools directories of a registry, with one observer thread for all registries.

    Registries are held weakly: the watcher keeps no agent alive.
    """

    _shared_observer: ClassVar[Any] = None
    _watched_dirs: ClassVar[set[str]] = set()
    _observer_started: ClassVar[bool] = False
    _registry_handlers: ClassVar[dict[str, weakref.WeakKeyDictionary[ToolRegistry, Any]]] = {}
    _lock: ClassVar[threading.Lock] = threading.Lock()

    def __init__(self, tool_registry: ToolRegistry) -> None:
        """Watch from now on.

        Args:
            tool_registry: The registry whose tools are reloaded.
        """
        self.tool_registry = tool_registry
        self.start()

    class ToolChangeHandler:
        """Reloads a changed file's tools in one registry."""

        def __init__(self, tool_registry: ToolRegistry) -> None:
            """Reload in `tool_registry`, for as long as something else keeps it alive."""
            self._tool_registry = weakref.ref(tool_registry)

        def on_modified(self, event: Any) -> None:
            """Reload the tools of the file that the event names; a file that is broken for now only logs."""
            path = Path(str(event.src_path))
            tool_registry = self._tool_registry()
            if tool_registry is None or path.suffix != ".py" or path.name == "__init__.py":
                return
            logger.debug("tool_name=<%s> | tool change detected", path.stem)
            try:
                tool_registry.reload_tool(path.stem)
            except Exception:
                logger.exception("tool_name=<%s> | failed to reload tool", path.stem)

    class MasterChangeHandler:
        """Passes a directory's changes on to every registry that watches it."""

        def __init__(self, dir_path: str) -> None:
            """Pass on the changes in `dir_path`."""
            self.dir_path = dir_path

        def dispatch(self, event: Any) -> None:
            """Take an event from the observer; only changes of files matter."""
            if event.event_type == "modified" and not event.is_directory:
                self.on_modified(event)

        def on_modified(self, event: Any) -> None:
            """Tell every registry."""
            with ToolWatcher._lock:
                handlers = list(ToolWatcher._registry_handlers.get(self.dir_path, {}).values())
            for handler in handlers:
                handler.on_modified(event)

    def start(self) -> None:
        """Watch the registry's tools directories; those watched already only get one more registry."""
        directories = [str(directory) for directory in self.tool_registry.get_tools_dirs()]
        if not directories:
            return
        with ToolWatcher._lock:
            observer = self._observer()
            for directory in directories:
                handlers = ToolWatcher._registry_handlers.setdefault(directory, weakref.WeakKeyDictionary())
                handlers[self.tool_registry] = self.ToolChangeHandler(self.tool_registry)
                if directory not in ToolWatcher._watched_dirs:
                    observer.schedule(self.MasterChangeHandler(directory), directory, recursive=False)
                    ToolWatcher._watched_dirs.add(directory)
            if not ToolWatcher._observer_started:
                observer.start()
                ToolWatcher._observer_started = True

    @staticmethod
    def _observer() -> Any:
        if ToolWatcher._shared_observer is None:
            # Imported here, because most agents watch nothing.
            from watchdog.observers import Observer

            ToolWatcher._shared_observer = Observer()
        return ToolWatcher._shared_observer
