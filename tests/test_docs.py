"""The documentation's Python blocks run: an example that fails costs its reader more than none."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.run_snippets import Snippet, run, snippets

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [
    document
    for document in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
    if snippets(document.read_text("utf-8"))
]


@pytest.mark.parametrize("document", DOCUMENTS, ids=[document.name for document in DOCUMENTS])
def test_python_blocks_run(document: Path) -> None:
    """Readers copy them; they must run as they stand, and warn of nothing."""
    command = [sys.executable, "-W", "error", "tests/run_snippets.py", str(document.relative_to(ROOT))]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_readme_has_an_example_of_the_headline_feature() -> None:
    """It is the first thing that a stranger looks for."""
    code = [snippet.code for snippet in snippets((ROOT / "README.md").read_text("utf-8")) if not snippet.not_run]
    assert any("stream_final_turn_only=True" in each for each in code)


DOCUMENT = """\
Text
```python
x = 1
```
<!-- not run: needs a printer -->
```python
print_on_paper(x)
```
- indented:
  ```python
  if x:
      y = 2
  ```
```text
no Python
```
"""


def test_blocks_are_found_with_their_lines_and_reasons() -> None:
    """A block that is overlooked is not tested."""
    assert snippets(DOCUMENT) == [
        Snippet("x = 1\n", 2, None),
        Snippet("print_on_paper(x)\n", 6, "needs a printer"),
        Snippet("if x:\n    y = 2\n", 10, None),
    ]


def test_of_a_block_that_is_not_run_the_imports_are(tmp_path: Path) -> None:
    """Most of what goes stale in an example is a name."""
    document = tmp_path / "document.md"
    document.write_text("<!-- not run: ends the world -->\n```python\nimport strands\n1 / 0\n```\n")
    run(document)
    document.write_text(document.read_text().replace("import strands", "from strands import Agnet"))
    with pytest.raises(ImportError, match="Agnet"):
        run(document)


@pytest.mark.parametrize(
    "code",
    [
        "1 / 0",
        "import asyncio\nawait asyncio.sleep(0)\n1 / 0",
        "def test_division() -> None:\n    1 / 0",
        "async def test_division() -> None:\n    1 / 0",
    ],
)
def test_a_failing_block_fails_with_the_line_of_the_document(tmp_path: Path, code: str) -> None:
    """A check that cannot fail proves nothing; and its reader wants to know where to look."""
    document = tmp_path / "document.md"
    document.write_text(f"# Title\n\n```python\nvalue = 1\n```\n\n```python\n{code}\n```\n")
    with pytest.raises(ZeroDivisionError) as raised:
        run(document)
    line_of_division = 8 + code.count("\n")
    assert (raised.traceback[-1].path, raised.traceback[-1].lineno) == (document, line_of_division - 1)
