"""How large each provider is, and how much of the models is written twice: `python -m tests.models.code_size`.

A line counts if it is code: blank lines, comments and docstrings are left out, and what is left is compared without
its indentation. A line is duplicated if it stands in a window of six consecutive lines that occurs once more,
anywhere in the package. What is counted is the share of such lines among those of `strands.models`.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "strands"
WINDOW = 6

Code = Mapping[Path, Sequence[str]]
"""Lines of code by the files that they stand in."""


def code_of(source: str) -> list[str]:
    """Return the lines of code of a module, without their indentation."""
    docstrings = {
        number
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for number in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    lines = (line.strip() for number, line in enumerate(source.splitlines(), 1) if number not in docstrings)
    return [line for line in lines if line and not line.startswith("#")]


def code_in(folder: Path) -> dict[Path, list[str]]:
    return {path: code_of(path.read_text("utf-8")) for path in sorted(folder.rglob("*.py"))}


def duplicated(code: Code) -> dict[Path, set[int]]:
    """Return the indexes of the lines that stand in a window that occurs more than once."""
    places = defaultdict(list)
    for path, lines in code.items():
        for start in range(len(lines) - WINDOW + 1):
            places[tuple(lines[start : start + WINDOW])].append((path, start))
    found: dict[Path, set[int]] = {path: set() for path in code}
    for occurrences in places.values():
        for path, start in occurrences if len(occurrences) > 1 else ():
            found[path].update(range(start, start + WINDOW))
    return found


def duplicated_share(code: Code, among: Iterable[Path]) -> float:
    """Return the share of duplicated lines in some of the files, with windows looked for in all."""
    found, measured = duplicated(code), list(among)
    return sum(len(found[path]) for path in measured) / sum(len(code[path]) for path in measured)


def lines_of_providers(code: Code) -> dict[str, int]:
    """Return the lines of code that are a provider's own: its module, and the private package with its name."""
    models = PACKAGE / "models"
    private = {"openai_responses": "_responses"}
    shared = ("__init__", "chat", "model")
    names = [path.stem for path in code if path.parent == models and path.stem not in shared and path.stem[0] != "_"]
    return {
        name: sum(
            len(lines)
            for path, lines in code.items()
            if path == models / f"{name}.py" or path.parent == models / private.get(name, f"_{name}")
        )
        for name in names
    }


def table(code: Code) -> str:
    """Return the figures as a table of Markdown."""
    models = [path for path in code if PACKAGE / "models" in path.parents]
    own = lines_of_providers(code)
    total = sum(len(code[path]) for path in models)
    return "\n".join(
        [
            "| module of `strands.models` | lines of code |",
            "| --- | ---: |",
            *(f"| {name} | {lines} |" for name, lines in own.items()),
            f"| shared by them | {total - sum(own.values())} |",
            f"| all | {total} |",
            "",
            f"Duplicated lines: {duplicated_share(code, models):.1%}.",
        ]
    )


if __name__ == "__main__":
    print(table(code_in(PACKAGE)))
