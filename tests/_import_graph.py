"""What the modules of a package import, and when: read from the source, without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any, Literal

When = Literal["import", "later"]
"""`import`: while the module itself is imported. `later`: in a function, as a program, or on use of a lazy export."""


@dataclass(frozen=True, order=True, slots=True)
class Import:
    """One module of the package imports another one."""

    importer: str
    imported: str
    when: When


class ImportGraph:
    """The imports between the modules below a source directory; imports for type checking alone do not count."""

    def __init__(self, source: Path) -> None:
        self._files = {_module_name(source, file): file for file in sorted(source.rglob("*.py"))}
        self._trees = {module: ast.parse(file.read_text("utf-8")) for module, file in self._files.items()}
        self._lazy_exports = {module: _lazy_exports(tree) for module, tree in self._trees.items()}

    @cached_property
    def imports(self) -> frozenset[Import]:
        """All imports, each between two modules of the package."""
        return frozenset(found for module in self._files for found in self._imports_of(module))

    def cycle(self) -> list[str] | None:
        """Return the modules of one import cycle, or None; imports that happen later cannot close a cycle."""
        needs: dict[str, set[str]] = {module: set() for module in self._files}
        for found in self.imports:
            if found.when == "import":
                needs[found.importer] |= self._loaded_by(found)
        try:
            TopologicalSorter(needs).prepare()
        except CycleError as error:
            return list(error.args[1])
        return None

    def _loaded_by(self, found: Import) -> set[str]:
        """Return the imported module and those packages around it that are not loaded before their own modules."""
        loaded_first = {found.importer, *_packages_around(found.importer)}
        around = {package for package in _packages_around(found.imported) if package in self._files}
        return {found.imported} | (around - loaded_first)

    def _imports_of(self, module: str) -> Iterator[Import]:
        for node, when in _import_statements(self._trees[module].body, "import"):
            for target in self._targets(module, node):
                yield from self._resolved(module, target, when)
        for home in self._lazy_exports[module].values():
            if home in self._files:
                yield Import(module, home, "later")

    def _targets(self, module: str, node: ast.Import | ast.ImportFrom) -> Iterator[str]:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
            return
        base = self._absolute(module, node)
        yield from (f"{base}.{alias.name}" for alias in node.names)

    def _absolute(self, module: str, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        package = module if self._files[module].name == "__init__.py" else module.rpartition(".")[0]
        parts = package.split(".")[: len(package.split(".")) - node.level + 1]
        return ".".join([*parts, *([node.module] if node.module else [])])

    def _resolved(self, module: str, target: str, when: When) -> Iterator[Import]:
        """Yield the module that a dotted target names or is defined in, and the home of a lazy export."""
        if target in self._files:
            yield Import(module, target, when)
            return
        home, _, name = target.rpartition(".")
        if home not in self._files:
            return
        yield Import(module, home, when)
        lazy_home = self._lazy_exports[home].get(name)
        if lazy_home in self._files and lazy_home != module:
            yield Import(module, lazy_home, when)


def _module_name(source: Path, file: Path) -> str:
    parts = file.relative_to(source).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _packages_around(module: str) -> list[str]:
    parts = module.split(".")
    return [".".join(parts[:count]) for count in range(1, len(parts))]


def _import_statements(body: Iterable[ast.AST], when: When) -> Iterator[tuple[ast.Import | ast.ImportFrom, When]]:
    for node in body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node, when
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _import_statements(ast.iter_child_nodes(node), "later")
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            yield from _import_statements(node.orelse, when)
        elif isinstance(node, ast.If) and ast.unparse(node.test) == "__name__ == '__main__'":
            yield from _import_statements(node.body, "later")
        else:
            yield from _import_statements(ast.iter_child_nodes(node), when)


def _lazy_exports(tree: ast.Module) -> Mapping[str, str]:
    """Return the table of a module-level `lazy_exports(__name__, {...})`, empty when there is none."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "lazy_exports":
            expression = ast.Expression(node.args[1])
            table: Mapping[str, str] = eval(compile(expression, "<lazy exports>", "eval"), _constants(tree))
            return table
    return {}


def _constants(tree: ast.Module) -> dict[str, Any]:
    """Return the module's names that are assigned literals."""
    constants: dict[str, Any] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            with suppress(ValueError):
                constants[node.targets[0].id] = ast.literal_eval(node.value)
    return constants
