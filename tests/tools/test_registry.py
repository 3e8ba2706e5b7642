"""All the ways to give an agent tools, and what its model hears of them."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import pytest

from strands.tools.decorator import tool
from strands.tools.registry import ToolRegistry
from strands.tools.tool_provider import ToolProvider
from strands.tools.tools import PythonAgentTool
from strands.types.tools import AgentTool

TWO_TOOLS = """
from strands.tools.decorator import tool

@tool
def one(a: int) -> int:
    return a

@tool
def two() -> None: ...

alias = two
def no_tool(): ...
"""
LEGACY = """
TOOL_SPEC = {"name": "legacy", "description": "Old.", "inputSchema": {"json": {"type": "object", "properties": {}}}}

def legacy(tool, **kwargs):
    return {"toolUseId": tool["toolUseId"], "status": "success", "content": [{"text": "old"}]}
"""
FILES = {
    "twotools.py": TWO_TOOLS,
    "legacy.py": LEGACY,
    "nothing.py": "X = 1",
    "broken.py": "def (",
    "lacks_function.py": LEGACY.replace("def legacy", "def other"),
    "not_callable.py": "TOOL_SPEC = {}\nnot_callable = 5",
    "lacks_import.py": "import a_module_that_does_not_exist",
}


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A working directory with tool files that are importable, too."""
    for name, source in FILES.items():
        (tmp_path / name).write_text(source)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    known = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - known:
        del sys.modules[name]


def named(name: str, kind: Callable[..., AgentTool] = PythonAgentTool, description: str = "d") -> AgentTool:
    return kind(name, {"name": name, "description": description, "inputSchema": {"json": {}}}, lambda use, **_: {})


class Fixed(PythonAgentTool):
    supports_hot_reload = False


class Provider(ToolProvider):
    def __init__(self, *tools: AgentTool, error: Exception | None = None) -> None:
        self.tools, self.error = tools, error
        self.consumers: set[Any] = set()

    async def load_tools(self, **kwargs: Any) -> Sequence[AgentTool]:
        return self.tools

    def add_consumer(self, consumer_id: Any, **kwargs: Any) -> None:
        self.consumers.add(consumer_id)

    def remove_consumer(self, consumer_id: Any, **kwargs: Any) -> None:
        if self.error:
            raise self.error
        self.consumers.discard(consumer_id)


class ActsAsTool:
    def as_tool(self) -> AgentTool:
        return named("helper")


ONE, TWO = named("one"), named("two")
ACCEPTED: dict[str, tuple[list[Any], list[str], bool]] = {
    "tools": ([ONE, TWO], ["one", "two"], False),
    "nested collections": ([[ONE], ({TWO},)], ["one", "two"], False),
    "iterator": ([iter([ONE])], ["one"], False),
    "path": (["./legacy.py"], ["legacy"], True),
    "path without directory": (["twotools.py"], ["two", "one"], True),
    "module": (["twotools"], ["two", "one"], True),
    "tool in a module": (["twotools:one"], ["one"], True),
    "dict with path": ([{"path": "./twotools.py"}], ["two", "one"], True),
    "dict with name and path": ([{"name": "one", "path": "./twotools.py"}], ["one"], True),
    "dict with name and module": ([{"name": "one", "path": "twotools"}], ["one"], True),
    "provider": ([Provider(ONE, TWO)], ["one", "two"], False),
    "agent": ([ActsAsTool()], ["helper"], False),
    "same tool twice": ([ONE, ONE], ["one", "one"], False),
    "nothing": ([], [], False),
}


@pytest.mark.parametrize(("tools", "names", "are_dynamic"), ACCEPTED.values(), ids=ACCEPTED)
@pytest.mark.usefixtures("directory")
def test_tools_come_in_many_forms(tools: list[Any], names: list[str], are_dynamic: bool) -> None:
    """Whatever is handy at the place where the agent is made."""
    registry = ToolRegistry()
    assert registry.process_tools(tools) == names
    assert list(registry.registry) == list(dict.fromkeys(names))
    assert list(registry.dynamic_tools) == (list(dict.fromkeys(names)) if are_dynamic else [])


@pytest.mark.usefixtures("directory")
def test_modules_are_accepted() -> None:
    """Both kinds of tool modules, imported by the user."""
    import legacy  # type: ignore[import-not-found]
    import twotools  # type: ignore[import-not-found]

    registry = ToolRegistry()
    assert registry.process_tools([legacy, twotools]) == ["legacy", "two", "one"]
    assert registry.dynamic_tools == {}


@pytest.mark.parametrize("item", [lambda a: a, 5, None, object(), ActsAsTool])
def test_what_is_no_tool_is_skipped_with_a_warning(item: Any, caplog: pytest.LogCaptureFixture) -> None:
    """The agent works without it, but somebody forgot a decorator."""
    registry = ToolRegistry()
    with caplog.at_level(logging.WARNING):
        assert registry.process_tools([item, ONE]) == ["one"]
    hint = ", functions need @tool" if isinstance(item, FunctionType) else ""
    assert caplog.messages == [f"tool=<{item}> | unrecognized tool specification{hint}"]


NO_TOOLS = (
    "The module nothing is not a valid module for loading tools. "
    "This module must contain @tool decorated function(s), or must be a module based tool."
)
REFUSED: list[tuple[Any, type[Exception], str]] = [
    ("./missing.py", FileNotFoundError, "Tool file not found: ./missing.py"),
    ("./", FileNotFoundError, "Tool file not found: ./"),
    ("no.such.module", AttributeError, 'Tool string: "no.such.module" is not a valid tool string.'),
    ("not a tool", AttributeError, 'Tool string: "not a tool" is not a valid tool string.'),
    ("", ValueError, "Empty module name"),
    ("lacks_import", ModuleNotFoundError, "No module named 'a_module_that_does_not_exist'"),
    ("twotools:three", AttributeError, "Tool three not found in module twotools"),
    ("twotools:no_tool", AttributeError, "Tool no_tool not found in module twotools"),
    ("twotools:one:two", ValueError, "tool string must be 'module' or 'module:tool', got 'twotools:one:two'"),
    ("./nothing.py", AttributeError, NO_TOOLS),
    ("./broken.py", SyntaxError, "invalid syntax (broken.py, line 1)"),
    ("./lacks_function.py", AttributeError, "Module-based tool lacks_function missing function lacks_function"),
    ("./not_callable.py", TypeError, "Tool not_callable function is not callable"),
    ({"name": "three", "path": "./twotools.py"}, ValueError, 'Tool "three" not found in "./twotools.py"'),
    ({"name": "one"}, ValueError, "expected a dict with a 'path' and optionally a 'name', got {'name': 'one'}"),
    (
        named("one", Fixed),
        ValueError,
        "Tool name 'one' already exists. Cannot register tools with exact same name.",
    ),
]


@pytest.mark.parametrize(("item", "cause", "reason"), REFUSED, ids=[row[2][:40] for row in REFUSED])
@pytest.mark.usefixtures("directory")
def test_a_tool_that_cannot_be_loaded_says_why(item: Any, cause: type[Exception], reason: str) -> None:
    """One line that names the tool and the reason, with the original error behind it."""
    registry = ToolRegistry()
    registry.register_tool(ONE)
    with pytest.raises(ValueError) as raised:
        registry.process_tools([[item]])
    assert str(raised.value) == f"Failed to load tool {item}: {reason}"
    assert type(raised.value.__cause__) is cause


@pytest.mark.usefixtures("directory")
def test_a_broken_file_leaves_no_module_behind() -> None:
    """A half-made module would be found by the next import."""
    with pytest.raises(ValueError):
        ToolRegistry().process_tools(["./broken.py"])
    assert "_strands_tool_broken" not in sys.modules


@pytest.mark.parametrize("dynamic", [False, True])
def test_names_that_differ_only_by_dashes_are_refused(dynamic: bool) -> None:
    """`agent.tool.a_b` could mean either, and so could a model."""
    registry = ToolRegistry()
    registry.register_tool(named("a-b"))
    twin = named("a_b")
    if dynamic:
        twin.mark_dynamic()
    with pytest.raises(ValueError, match="Tool name 'a_b' already exists as 'a-b'"):
        registry.register_tool(twin)
    registry.register_tool(again := named("a-b"))
    assert registry.registry == {"a-b": again}


def test_hot_reload_replaces_a_tool() -> None:
    registry = ToolRegistry()
    registry.register_tool(named("one"))
    registry.register_tool(new := named("one"))
    assert registry.registry == {"one": new}


def test_replace_needs_a_tool_to_replace() -> None:
    registry = ToolRegistry()
    with pytest.raises(ValueError, match="Cannot replace tool 'one' - tool does not exist"):
        registry.replace(named("one"))
    first = named("one", Fixed)
    first.mark_dynamic()
    registry.register_tool(first)
    registry.replace(second := named("one", Fixed))
    assert (registry.registry, registry.dynamic_tools) == ({"one": second}, {})
    second.mark_dynamic()
    registry.replace(second)
    assert (registry.registry, registry.dynamic_tools) == ({"one": second}, {"one": second})


def test_a_tool_for_a_while_is_found_and_offered() -> None:
    """The structured output tool comes and goes with a run."""
    registry = ToolRegistry()
    registry.register_tool(ONE)
    registry.register_dynamic_tool(TWO)
    assert (registry.find_tool("one"), registry.find_tool("two"), registry.find_tool("three")) == (ONE, TWO, None)
    assert list(registry.get_all_tools_config()) == ["one", "two"]
    for taken in (ONE, TWO):
        with pytest.raises(ValueError, match=f"Tool '{taken.tool_name}' already exists"):
            registry.register_dynamic_tool(taken)


def test_models_get_complete_specifications() -> None:
    """Providers refuse incomplete schemas, and users' specifications stay as they are."""
    source: Any = {"name": "u", "description": "d", "inputSchema": {"properties": {"q": {}}}}
    registry = ToolRegistry()
    registry.register_tool(PythonAgentTool("u", source, lambda use, **_: {}))  # type: ignore[arg-type]
    properties = {"q": {"type": "string", "description": "Property q"}}
    schema = {"json": {"type": "object", "properties": properties, "required": []}}
    assert registry.get_all_tools_config() == {"u": {"name": "u", "description": "d", "inputSchema": schema}}
    assert registry.get_all_tool_specs() == [{"name": "u", "description": "d", "inputSchema": schema}]
    assert source["inputSchema"] == {"properties": {"q": {}}}


def test_a_changed_specification_reaches_the_model() -> None:
    """Specifications are completed once, but users change them in place."""

    @tool
    def function(a: int) -> None: ...

    registry = ToolRegistry()
    registry.register_tool(function)
    registry.get_all_tool_specs()
    function.tool_spec["description"] = "New."
    function.tool_spec["inputSchema"]["json"]["properties"]["a"]["minimum"] = 1
    (spec,) = registry.get_all_tool_specs()
    assert spec["description"] == "New."
    assert spec["inputSchema"]["json"]["properties"]["a"]["minimum"] == 1


@pytest.mark.parametrize(
    ("spec", "problem"),
    [
        ({"description": "d", "inputSchema": {}}, "Missing required fields in tool spec: name"),
        ({"name": "bad", "description": "d"}, "inputSchema of tool 'bad' must be a dict, got None"),
    ],
)
def test_an_invalid_specification_is_left_out(spec: Any, problem: str, caplog: pytest.LogCaptureFixture) -> None:
    """One bad tool must not take the others from the model."""
    registry = ToolRegistry()
    registry.process_tools([ONE, PythonAgentTool("bad", spec, lambda use, **_: {})])  # type: ignore[arg-type]
    with caplog.at_level(logging.WARNING):
        assert list(registry.get_all_tools_config()) == ["one"]
    assert caplog.messages == [f"tool_name=<bad> | spec validation failed | {problem}"]


def test_validate_tool_spec_completes_in_place() -> None:
    """Published so: clients hand in a specification and go on with it."""
    spec: Any = {"name": "x", "description": "d", "inputSchema": {"properties": {"a": 5}}}
    ToolRegistry().validate_tool_spec(spec)
    properties = {"a": {"type": "string", "description": "Property a"}}
    assert spec["inputSchema"] == {"json": {"type": "object", "properties": properties, "required": []}}


@pytest.fixture
def tools_directory(directory: Path) -> Path:
    tools = directory / "tools"
    tools.mkdir()
    for name in ("twotools.py", "legacy.py", "broken.py", "nothing.py"):
        (tools / name).write_text(FILES[name])
    (tools / "__init__.py").write_text("")
    (tools / "package").mkdir()
    return tools


def test_the_tools_directory_loads_only_when_asked_to(tools_directory: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Code in the working directory must not run by surprise; one broken file must not hide the others."""
    registry = ToolRegistry()
    assert registry.get_tools_dirs() == [tools_directory]
    assert list(registry.discover_tool_modules()) == ["broken", "legacy", "nothing", "twotools"]
    registry.initialize_tools()
    assert registry.registry == {}
    with caplog.at_level(logging.WARNING):
        registry.initialize_tools(load_tools_from_directory=True)
    assert list(registry.registry) == ["legacy", "two", "one"]
    assert [message.partition(" |")[0] for message in caplog.messages] == ["tool_name=<broken>", "tool_name=<nothing>"]


@pytest.mark.usefixtures("directory")
def test_without_a_tools_directory_nothing_is_found() -> None:
    registry = ToolRegistry()
    registry.initialize_tools(load_tools_from_directory=True)
    assert (registry.get_tools_dirs(), registry.discover_tool_modules(), registry.registry) == ([], {}, {})


def test_reload_takes_the_new_version(tools_directory: Path) -> None:
    """The point of hot reload."""
    registry = ToolRegistry()
    registry.initialize_tools(load_tools_from_directory=True)
    registry.tool_config = {"tools": [{"toolSpec": {"name": "one"}}]}
    (tools_directory / "twotools.py").write_text(TWO_TOOLS.replace("a: int", "b: str"))
    registry.reload_tool("twotools")
    registry.reload_tool("legacy")
    (spec, *_) = [spec for spec in registry.get_all_tool_specs() if spec["name"] == "one"]
    assert list(spec["inputSchema"]["json"]["properties"]) == ["b"]
    assert [entry["toolSpec"]["name"] for entry in registry.tool_config["tools"]] == ["one", "two", "legacy"]
    assert "b" in registry.tool_config["tools"][0]["toolSpec"]["inputSchema"]["json"]["properties"]


def test_a_tools_part_takes_only_specifications() -> None:
    with pytest.raises(ValueError, match="missing spec"):
        ToolRegistry()._update_tool_config({"tools": []}, {})  # type: ignore[typeddict-item]


@pytest.mark.parametrize(
    ("name", "error", "message"),
    [
        ("unknown", FileNotFoundError, "No tool file found for: unknown"),
        ("broken", SyntaxError, "invalid syntax"),
        ("nothing", ValueError, "Tool nothing is missing TOOL_SPEC"),
    ],
)
@pytest.mark.usefixtures("tools_directory")
def test_reload_of_what_cannot_load_fails(name: str, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        ToolRegistry().reload_tool(name)


@pytest.mark.usefixtures("directory")
def test_loading_by_file_path_is_deprecated_but_works() -> None:
    registry = ToolRegistry()
    with pytest.warns(DeprecationWarning, match="load_tool_from_filepath is deprecated"):
        registry.load_tool_from_filepath("legacy", "./legacy.py")
    assert list(registry.dynamic_tools) == ["legacy"]
    with pytest.warns(DeprecationWarning), pytest.raises(ValueError, match=r"Tool file not found: \./missing\.py"):
        registry.load_tool_from_filepath("missing", "./missing.py")


def test_providers_know_who_uses_them_and_are_released_once() -> None:
    """A connection to a tool server stays open exactly as long as an agent uses it."""
    provider = Provider(ONE)
    registry = ToolRegistry()
    registry.process_tools([provider, provider])
    assert len(provider.consumers) == 1
    registry.cleanup()
    registry.cleanup()
    assert provider.consumers == set()


def test_all_providers_are_released_even_if_one_fails() -> None:
    """The others' connections must not leak."""
    bad, good = Provider(ONE, error=RuntimeError("stuck")), Provider(TWO)
    registry = ToolRegistry()
    registry.process_tools([bad, good])
    with pytest.raises(RuntimeError, match="stuck"):
        registry.cleanup()
    assert good.consumers == set()


def test_a_provider_that_offers_something_else_is_refused() -> None:
    registry = ToolRegistry()
    with pytest.raises(ValueError, match="Failed to load tool"):
        registry.process_tools([Provider(5)])  # type: ignore[arg-type]


def test_modules_are_scanned_for_decorated_functions() -> None:
    module = ModuleType("module")
    module.function = function = tool(lambda a: a)  # type: ignore[attr-defined]
    assert ToolRegistry()._scan_module_for_tools(module) == [function]
