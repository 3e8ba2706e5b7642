"""Links between the documents lead somewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.documents import DOCUMENTS, NAMES, anchors, links


def broken_links(document: Path) -> list[str]:
    """Return the links of a document to files or headings that do not exist."""
    return [link for link in links(document.read_text("utf-8")) if "://" not in link and not _leads(document, link)]


def _leads(document: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = document.parent / path if path else document
    return target.exists() and (not anchor or anchor in anchors(target.read_text("utf-8")))


@pytest.mark.parametrize("document", DOCUMENTS, ids=NAMES)
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    """A page that moves, or a heading that is reworded, must take its links along."""
    assert broken_links(document) == []


def test_broken_links_are_found(tmp_path: Path) -> None:
    """A check that finds nothing wrong anywhere proves nothing."""
    (tmp_path / "there.md").write_text("# What `x` is, and why\n")
    document = tmp_path / "page.md"
    document.write_text(
        "# Top\n[a](there.md) [b](there.md#what-x-is-and-why) [c](#top) [d](https://example.com/#x) `[no](link)`\n"
        "| [e](gone.md) | [f](there.md#gone) |\n| --- | --- |\n| ![g](gone.png) | [h](#gone) |\n"
    )
    assert broken_links(document) == ["gone.md", "there.md#gone", "gone.png", "#gone"]
