"""Hot reload of the tools directory."""

from __future__ import annotations

import gc
import logging
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from strands.tools.registry import ToolRegistry
from strands.tools.watcher import ToolWatcher

SOURCE = """
from strands.tools.decorator import tool

@tool
def live() -> None:
    '''VERSION'''
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A tools directory with one tool, and a watcher class that has watched nothing yet."""
    monkeypatch.setattr(ToolWatcher, "_shared_observer", None)
    monkeypatch.setattr(ToolWatcher, "_observer_started", False)
    monkeypatch.setattr(ToolWatcher, "_watched_dirs", set())
    monkeypatch.setattr(ToolWatcher, "_registry_handlers", {})
    (tmp_path / "tools").mkdir()
    (path := tmp_path / "tools" / "live.py").write_text(SOURCE.replace("VERSION", "first"))
    monkeypatch.chdir(tmp_path)
    yield path
    if ToolWatcher._observer_started:
        ToolWatcher._shared_observer.stop()
        ToolWatcher._shared_observer.join()


def loaded_registry() -> ToolRegistry:
    registry = ToolRegistry()
    registry.initialize_tools(load_tools_from_directory=True)
    return registry


def change_of(path: Path, **fields: Any) -> Any:
    return SimpleNamespace(**{"src_path": str(path), "event_type": "modified", "is_directory": False, **fields})


def test_a_changed_file_reloads_its_tools(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the real observer: a saved file must be noticed by itself."""
    registry, reloaded = loaded_registry(), threading.Event()
    reload_tool = registry.reload_tool

    def reload_and_tell(name: str) -> None:
        reload_tool(name)
        if registry.registry["live"].tool_spec["description"] == "second":
            reloaded.set()

    monkeypatch.setattr(registry, "reload_tool", reload_and_tell)
    watcher = ToolWatcher(registry)
    file.write_text(SOURCE.replace("VERSION", "second"))
    assert reloaded.wait(30)
    assert watcher.tool_registry is registry


def test_one_observer_serves_all_registries(file: Path) -> None:
    """A thread per agent would add up."""
    registries = [loaded_registry(), loaded_registry()]
    watchers = [ToolWatcher(registry) for registry in registries]
    assert ToolWatcher._watched_dirs == {str(file.parent)}
    file.write_text(SOURCE.replace("VERSION", "second"))
    ToolWatcher.MasterChangeHandler(str(file.parent)).dispatch(change_of(file))
    assert [each.registry["live"].tool_spec["description"] for each in registries] == ["second", "second"]
    assert len(watchers) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"src_path": "tools/__init__.py"},
        {"src_path": "tools/notes.txt"},
        {"is_directory": True},
        {"event_type": "deleted"},
    ],
)
def test_other_changes_reload_nothing(file: Path, change: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    registry, reloads = loaded_registry(), list[str]()
    monkeypatch.setattr(registry, "reload_tool", reloads.append)
    ToolWatcher(registry)
    ToolWatcher.MasterChangeHandler(str(file.parent)).dispatch(change_of(file, **change))
    assert reloads == []


def test_a_file_that_is_broken_for_now_keeps_the_old_tool(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Editors save half-finished code all the time."""
    registry = loaded_registry()
    file.write_text("def (")
    with caplog.at_level(logging.ERROR):
        ToolWatcher.ToolChangeHandler(registry).on_modified(change_of(file))
    assert caplog.messages == ["tool_name=<live> | failed to reload tool"]
    assert registry.registry["live"].tool_spec["description"] == "first"


def test_watching_keeps_no_registry_alive(file: Path) -> None:
    """The observer lives as long as the program; agents do not."""
    registry = loaded_registry()
    handler = ToolWatcher.ToolChangeHandler(registry)
    ToolWatcher(registry)
    gone = weakref.ref(registry)
    del registry
    gc.collect()
    assert gone() is None
    handler.on_modified(change_of(file))
    ToolWatcher.MasterChangeHandler(str(file.parent)).dispatch(change_of(file))


def test_without_a_tools_directory_nothing_is_watched(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    ToolWatcher(ToolRegistry())
    assert ToolWatcher._shared_observer is None
