"""The pull request's description says what the documentation says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.upstream._little_package import write_checkout
from upstream import description
from upstream.__main__ import main


def test_it_answers_what_reviewers_asked(capsys: pytest.CaptureFixture[str]) -> None:
    """An earlier attempt was sent back for want of these answers."""
    assert main(["pr"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("# feat(agent): ")
    for answered in ("invoke_async", "`max_tokens`, content filters or cancellation", "raw chunks leak"):
        assert any(line.startswith("**") and answered in line for line in told.splitlines())


def test_every_section_is_taken_over_whole() -> None:
    """What the documentation says of the semantics is what is proposed."""
    sections = description.sections_of(description.SOURCE.read_text("utf-8"))
    told = description.description()
    for title, name in description.SECTIONS.items():
        assert f"## {name}\n\n{sections[title]}\n" in told
    assert "| `max_tokens` inside a tool call | nothing, then the exception |" in told
    assert ".md)" not in told  # links lead nowhere in a pull request


def test_headings_in_code_are_no_headings() -> None:
    """A comment of an example must not cut a section in two."""
    page = "# Page\nintro\n## One\n```python\n# no heading\n```\nend\n## Two\n"
    assert description.sections_of(page) == {"Page": "intro", "One": "```python\n# no heading\n```\nend", "Two": ""}


def test_a_missing_section_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever renames a heading learns that the description is made of it."""
    page = tmp_path / "final-turn.md"
    page.write_text("# Streaming only the final turn\n")
    monkeypatch.setattr(description, "SOURCE", page)
    with pytest.raises(description.NoSection, match="Alternatives"):
        description.description()


def test_sizes_are_those_of_the_tree(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The first thing that a maintainer looks at."""
    assert main(["pr", str(write_checkout(tmp_path))]) == 0
    assert "| src/strands/types/_events.py | 36 | 0 |" in capsys.readouterr().out
