"""Loading tools from files and modules by hand, the deprecated ways included."""

from __future__ import annotations

from pathlib import Path

import pytest

from strands.tools.loader import (
    ToolLoader,
    load_tool_from_string,
    load_tools_from_file_path,
    load_tools_from_module_path,
)

SOURCE = """
import dataclasses
from strands.tools.decorator import tool

@dataclasses.dataclass
class Point:
    x: "int"

@tool
def solo(a: int) -> int:
    return a
"""
LEGACY = """
TOOL_SPEC = {"name": "legacy", "description": "Old.", "inputSchema": {"json": {}}}
def legacy(tool, **kwargs): ...
"""


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "legacy.py").write_text(LEGACY)
    (path := tmp_path / "solo_file.py").write_text(SOURCE)
    return path


def test_a_file_is_found_from_the_home_directory(source: Path) -> None:
    assert [tool.tool_name for tool in load_tool_from_string("~/solo_file.py")] == ["solo"]
    assert [tool.tool_name for tool in load_tools_from_file_path(str(source))] == ["solo"]


def test_a_module_is_found_by_its_path() -> None:
    """`strands_tools.calculator` is how published tools are named in configuration files."""
    (noop,) = load_tools_from_module_path("strands.tools._tool_helpers:noop_tool")
    assert noop.tool_name == "noop"


def test_the_former_loader_still_loads(source: Path) -> None:
    """Deprecated for long, and still in use."""
    legacy = str(source.with_name("legacy.py"))
    assert [tool.tool_name for tool in ToolLoader.load_python_tools(legacy, "legacy")] == ["legacy"]
    with pytest.warns(DeprecationWarning, match=r"ToolLoader\.load_tools is deprecated"):
        assert [tool.tool_name for tool in ToolLoader.load_tools(str(source), "any")] == ["solo"]
    with pytest.warns(DeprecationWarning, match=r"ToolLoader\.load_tool is deprecated"):
        assert ToolLoader.load_tool(legacy, "legacy").tool_name == "legacy"
    with pytest.warns(DeprecationWarning, match=r"ToolLoader\.load_python_tool is deprecated"):
        tool = ToolLoader.load_python_tool("strands.tools._tool_helpers:noop_tool", "noop")
    assert tool.tool_name == "noop"


@pytest.mark.parametrize(
    ("file", "name", "error", "message"),
    [
        ("missing.py", "x", FileNotFoundError, "Tool file not found: .*missing.py"),
        ("text.txt", "x", ValueError, r"Unsupported tool file type: '\.txt'"),
        ("legacy.py", "other", AttributeError, "Module-based tool other missing function other"),
        ("nothing.py", "nothing", AttributeError, "Tool nothing missing TOOL_SPEC"),
    ],
)
def test_the_former_loader_says_what_is_wrong(
    source: Path, file: str, name: str, error: type[Exception], message: str
) -> None:
    source.with_name("text.txt").write_text("")
    source.with_name("nothing.py").write_text("")
    with pytest.warns(DeprecationWarning), pytest.raises(error, match=message):
        ToolLoader.load_tools(str(source.with_name(file)), name)


def test_a_missing_file_cannot_load(source: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"Tool file not found: .*missing\.py"):
        load_tools_from_file_path(str(source.with_name("missing.py")))


def test_a_file_that_is_no_python_cannot_load(source: Path) -> None:
    source.with_name("text.txt").write_text("")
    with pytest.raises(ImportError, match=r"Could not create spec for text\.txt"):
        load_tools_from_file_path(str(source.with_name("text.txt")))
