"""Run the Python blocks of markdown documents: `python tests/run_snippets.py README.md docs/*.md`.

A document's blocks share one namespace, in their order, and may await at their top level; test functions that take no
arguments are called. Bedrock is a local endpoint that calls the first tool offered, if there is one, and then answers.
Of a block after a line `<!-- not run: the reason -->` only the imports are run.

Needs nothing but the installed package, so that it can check a wheel in a fresh environment.
"""

from __future__ import annotations

import ast
import asyncio
import inspect
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FENCE = re.compile(r"^(?P<indent>[ ]*)```python[^\n]*\n(?P<code>.*?)^(?P=indent)```[ ]*$", re.MULTILINE | re.DOTALL)
NOT_RUN = re.compile(r"<!-- not run: (?P<reason>.+) -->\s*\Z")


@dataclass(frozen=True)
class Snippet:
    """One Python block of a document."""

    code: str
    line: int
    """Line of the document before the first line of the code."""
    not_run: str | None
    """Why the block is left out, None if it is run."""


def snippets(document: str) -> list[Snippet]:
    """Return the Python blocks of a document."""
    found: list[Snippet] = []
    for fence in FENCE.finditer(document):
        reason = NOT_RUN.search(document, 0, fence.start())
        line = document.count("\n", 0, fence.start("code"))
        indent = len(fence["indent"])
        code = "".join(text[indent:] or "\n" for text in fence["code"].splitlines(keepends=True))
        found.append(Snippet(code, line, reason["reason"] if reason else None))
    return found


def run(file: Path) -> None:
    """Run a document's blocks; a failure is raised with the line of the document in its traceback."""
    namespace: dict[str, Any] = {"__name__": "__main__", "__file__": str(file)}
    for snippet in snippets(file.read_text("utf-8")):
        print(f"{file}:{snippet.line}: {f'not run: {snippet.not_run}' if snippet.not_run else 'running'}", flush=True)
        _execute(snippet, str(file), namespace)


def _execute(snippet: Snippet, file: str, namespace: dict[str, Any]) -> None:
    # Empty lines before the code make the line numbers those of the document.
    module = ast.parse("\n" * snippet.line + snippet.code, file)
    if snippet.not_run:
        module.body = [statement for statement in module.body if isinstance(statement, ast.Import | ast.ImportFrom)]
    code = compile(module, file, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    before = set(namespace)
    _finish(eval(code, namespace))
    for name in namespace.keys() - before:
        function = namespace[name]
        if name.startswith("test_") and inspect.isfunction(function) and not inspect.signature(function).parameters:
            _finish(function())


def _finish(outcome: Any) -> None:
    if inspect.iscoroutine(outcome):
        asyncio.run(outcome)


def _answer(request: Any) -> Any:
    """Return the turn of a model that looks something up once, or as often as it must, and then answers."""
    from strands.testing import use

    forced = (request.tool_choice or {}).get("tool", {}).get("name")
    specs = [spec for spec in request.tool_specs if forced in (None, spec["name"])]
    if not specs or (request.tool_results and not forced):
        return "Take a coat: it is 4 °C and raining in Oslo."
    schema = specs[0]["inputSchema"]["json"]
    arguments = {name: _sample(field) for name, field in schema.get("properties", {}).items()}
    return ["Let me look that up. ", use(specs[0]["name"], arguments)]


def _sample(field: dict[str, Any]) -> Any:
    samples = {"integer": 2, "number": 2.0, "boolean": True, "array": [], "object": {}}
    return samples.get(field.get("type", "string"), "Oslo")


def main(files: list[str]) -> None:
    from strands.testing import BedrockEndpoint

    with BedrockEndpoint(_answer) as endpoint:
        os.environ.update(
            AWS_ENDPOINT_URL_BEDROCK_RUNTIME=endpoint.url,
            AWS_ACCESS_KEY_ID="local",
            AWS_SECRET_ACCESS_KEY="local",
            AWS_REGION="us-east-1",
            AWS_DEFAULT_REGION="us-east-1",
            AWS_EC2_METADATA_DISABLED="true",
            AWS_CONFIG_FILE=os.devnull,
            AWS_SHARED_CREDENTIALS_FILE=os.devnull,
        )
        os.environ.pop("AWS_PROFILE", None)
        for file in files:
            run(Path(file))


if __name__ == "__main__":
    main(sys.argv[1:])
