"""The files that are added whole, made from this repository's own, and the paragraph for a README."""

from __future__ import annotations

from pathlib import Path

import libcst as cst
from libcst import matchers as m

from upstream.places import PlaceError

ROOT = Path(__file__).resolve().parent.parent
GATE = ROOT / "src" / "strands" / "event_loop" / "final_turn.py"
TESTS = ROOT / "tests" / "event_loop"

NEXT_SECTION = "## Documentation"
"""The heading in whose front the paragraph goes, as the last feature."""

PARAGRAPH = """\
### Final-Turn Streaming

Stream the answer of a tool-using run alone, without what the model says on the way to its tool calls:

```python
async for event in agent.stream_async("Do I need a coat in Oslo?", stream_final_turn_only=True):
    if "data" in event:
        print(event["data"], end="", flush=True)
```

All other events stay as they are. `Agent(..., stream_final_turn_only=True)` makes it the agent's default.

"""


def gate() -> str:
    """Return the gate: the very file that this repository runs."""
    return GATE.read_text("utf-8")


def contract_tests() -> str:
    """Return the contract tests, without those that need this repository's loop, as a module of a package of tests."""
    module = cst.parse_module((TESTS / "test_final_turn.py").read_text("utf-8"))
    kept = module.visit(_ForTheirSuite())
    return kept.code.replace("\nfrom tests.event_loop._scripted import", "\n\nfrom ._scripted import")


def test_helpers() -> str:
    """Return the model that the contract tests run on."""
    return (TESTS / "_scripted.py").read_text("utf-8")


def with_paragraph(readme: str) -> str:
    """Add the paragraph to a README.

    Raises:
        PlaceError: If the section in whose front it goes is missing or ambiguous.
    """
    lines = readme.splitlines(keepends=True)
    places = [i for i, line in enumerate(lines) if line.strip() == NEXT_SECTION]
    if len(places) != 1:
        raise PlaceError(f"expected one heading {NEXT_SECTION!r}, found {len(places) or 'none'}")
    newline = lines[places[0]][len(lines[places[0]].rstrip("\r\n")) :]
    lines.insert(places[0], PARAGRAPH.replace("\n", newline))
    return "".join(lines)


class _ForTheirSuite(cst.CSTTransformer):
    """Removes tests marked with `needs_flat_loop`, and the mark; marks async tests, which only our suite finds."""

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef | cst.RemovalSentinel:
        marked = m.matches(original_node, m.FunctionDef(decorators=[m.AtLeastN(m.Decorator(_MARK), n=1)]))
        if marked or m.matches(original_node.name, _MARK):
            return cst.RemoveFromParent()
        if original_node.asynchronous is None or not original_node.name.value.startswith("test_"):
            return updated_node
        mark = cst.Decorator(cst.parse_expression("pytest.mark.asyncio"))
        return updated_node.with_changes(decorators=[*updated_node.decorators, mark])


_MARK = m.Name("needs_flat_loop")
