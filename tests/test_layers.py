"""The architecture: who may import whom, and what must not load before it is needed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests._import_graph import Import, ImportGraph

SOURCE = Path(__file__).resolve().parent.parent / "src"

LAYERS: tuple[tuple[str, ...], ...] = (
    (
        "strands._lazy",
        "strands._async",
        "strands._identifier",
        "strands._exception_notes",
        "strands._extras",
        "strands._random_id",
    ),
    ("strands.types", "strands.interrupt"),
    ("strands.hooks", "strands.telemetry", "strands.handlers", "strands.sse"),
    ("strands.models",),
    ("strands.tools",),
    ("strands.session", "strands.plugins"),
    ("strands.event_loop",),
    ("strands.agent",),
    ("strands.multiagent", "strands.vended_plugins", "strands.experimental"),
    ("strands.testing",),
    ("strands",),
)
"""Imports point to the same line or to a line above; the package itself only re-exports, so it comes last."""

LATER_IMPORTS_DOWNWARDS: dict[tuple[str, str], str] = {
    (
        "strands.models._structured_output",
        "strands.tools.structured_output.structured_output_utils",
    ): "a single structured call needs the tool specification that an agent would offer",
    ("strands.models.litellm", "strands.tools.structured_output.structured_output_utils"): "likewise",
    (
        "strands.models.model",
        "strands.plugins._model_plugin",
    ): "clients import this plugin from `models.model`",
    ("strands.models._bedrock.request", "strands.tools._tool_helpers"): "the tool that stands in for forgotten ones",
    ("strands.models._structured_output", "strands.event_loop.streaming"): "assembles the response to a single call",
}
"""Imports inside functions that point to a line below, each with its reason."""

HEAVY = ("boto3", "botocore", "mcp", "watchdog", "opentelemetry.sdk", "docstring_parser", "jsonschema", "yaml")


def layer_of(module: str) -> int:
    """Return the index of the line that holds the module or a package around it."""
    for index, names in enumerate(LAYERS[:-1]):
        if any(module == name or module.startswith(f"{name}.") for name in names):
            return index
    if module == "strands":
        return len(LAYERS) - 1
    raise AssertionError(f"{module} is in no layer: add it to LAYERS in tests/test_layers.py")


def pointing_downwards(imports: Iterable[Import]) -> list[Import]:
    return sorted(found for found in imports if layer_of(found.imported) > layer_of(found.importer))


@pytest.fixture(scope="module")
def graph() -> ImportGraph:
    return ImportGraph(SOURCE)


def test_imports_point_upwards(graph: ImportGraph) -> None:
    """A layer that knows the ones built on it can be neither understood nor tested without them."""
    assert [found for found in pointing_downwards(graph.imports) if found.when == "import"] == []


def test_later_imports_that_point_downwards_are_listed(graph: ImportGraph) -> None:
    """An import inside a function is a way round the layers: each needs a reason, and no reason outlives its import."""
    downwards = pointing_downwards(graph.imports)
    found = {(each.importer, each.imported) for each in downwards if each.when == "later"}
    assert found == set(LATER_IMPORTS_DOWNWARDS)


def test_modules_do_not_import_each_other_in_circles(graph: ImportGraph) -> None:
    """In a cycle the first import decides what is defined, so a new import elsewhere can break it."""
    assert graph.cycle() is None


def test_nothing_imports_the_testing_package(graph: ImportGraph) -> None:
    """`strands.testing` is for tests: no user may pay for it, and nothing may depend on it."""
    users = {
        found.importer
        for found in graph.imports
        if layer_of(found.imported) == layer_of("strands.testing") and not found.importer.startswith("strands.testing")
    }
    assert users == set()


@pytest.mark.parametrize("statement", ["import strands", "from strands import Agent"])
def test_heavy_modules_wait_until_they_are_needed(statement: str) -> None:
    """A cold start pays for what it imports; vendor SDKs are most of it."""
    program = (
        "import sys; before = set(sys.modules)\n"
        f"{statement}\n"
        f"print(*sorted(set({HEAVY!r}) & (set(sys.modules) - before)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


class TestTheChecks:
    """A check that cannot fail proves nothing."""

    @staticmethod
    def graph_of(directory: Path, **modules: str) -> ImportGraph:
        """Write modules, named with `__` for each dot, and return their graph."""
        for name, text in modules.items():
            file = directory / "strands" / f"{name.replace('__', '/')}.py"
            file.parent.mkdir(parents=True, exist_ok=True)
            (file.parent / "__init__.py").touch()
            file.write_text(text)
        return ImportGraph(directory)

    @pytest.mark.parametrize(
        "statement",
        [
            "from strands.agent import agent",
            "from strands.agent.agent import Agent",
            "import strands.agent.agent",
            "from ..agent.agent import Agent",
            "from ..agent import agent as facade",
            "try:\n    import strands.agent.agent\nexcept ImportError:\n    pass",
            "class Lazy:\n    import strands.agent.agent",
        ],
    )
    def test_an_import_of_a_layer_below_is_found(self, tmp_path: Path, statement: str) -> None:
        graph = self.graph_of(tmp_path, tools__registry=statement, agent__agent="class Agent: ...")
        assert pointing_downwards(graph.imports) == [Import("strands.tools.registry", "strands.agent.agent", "import")]

    def test_an_import_in_a_function_is_found_as_later(self, tmp_path: Path) -> None:
        graph = self.graph_of(tmp_path, tools__a="def f():\n    from strands.agent import b", agent__b="")
        assert pointing_downwards(graph.imports) == [Import("strands.tools.a", "strands.agent.b", "later")]

    def test_an_import_of_a_program_is_found_as_later(self, tmp_path: Path) -> None:
        text = "if __name__ == '__main__':\n    import strands.agent.b"
        graph = self.graph_of(tmp_path, tools__a=text, agent__b="")
        assert pointing_downwards(graph.imports) == [Import("strands.tools.a", "strands.agent.b", "later")]

    def test_an_import_for_type_checking_does_not_count(self, tmp_path: Path) -> None:
        text = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from strands.agent.b import B"
        assert self.graph_of(tmp_path, tools__a=text, agent__b="class B: ...").imports == frozenset()

    def test_a_lazy_export_leads_to_the_module_that_defines_it(self, tmp_path: Path) -> None:
        graph = self.graph_of(tmp_path, tools__a="from strands.agent import B", agent__b="class B: ...")
        exports = "__getattr__, __dir__ = lazy_exports(__name__, {'B': 'strands.agent.b'})"
        (tmp_path / "strands" / "agent" / "__init__.py").write_text(exports)
        graph = ImportGraph(tmp_path)
        assert Import("strands.tools.a", "strands.agent.b", "import") in graph.imports

    @pytest.mark.parametrize(
        ("first", "second"),
        [
            ("import strands.tools.b", "import strands.tools.a"),
            ("from strands.tools.b import x", "from .a import y"),
            ("from . import b", "from . import a"),
        ],
    )
    def test_a_cycle_is_found(self, tmp_path: Path, first: str, second: str) -> None:
        cycle = self.graph_of(tmp_path, tools__a=first, tools__b=second).cycle()
        assert cycle is not None
        assert {"strands.tools.a", "strands.tools.b"} <= set(cycle)

    def test_a_cycle_through_a_package_is_found(self, tmp_path: Path) -> None:
        self.graph_of(tmp_path, tools__a="from strands.hooks import x", hooks__b="import strands.tools.a")
        (tmp_path / "strands" / "hooks" / "__init__.py").write_text("from strands.hooks.b import x")
        assert ImportGraph(tmp_path).cycle() is not None

    def test_a_module_in_no_layer_is_an_error(self) -> None:
        with pytest.raises(AssertionError, match="in no layer"):
            layer_of("strands.somewhere")
