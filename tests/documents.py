"""The repository's documents, and what is in them: links, anchors, code blocks, code within a sentence."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *(ROOT / "docs").rglob("*.md"),
]
NAMES = [str(document.relative_to(ROOT)) for document in DOCUMENTS]

_MARKDOWN = MarkdownIt("commonmark").enable("table")
_NOT_IN_ANCHORS = re.compile(r"[^\w\- ]")


@dataclass(frozen=True)
class Block:
    """A code block: its language (None if it is an indented one), its first line in the document, and its text."""

    language: str | None
    line: int
    text: str


def links(markdown: str) -> list[str]:
    """Return where the links and images of a document lead."""
    targets = (token.attrs.get("href") or token.attrs.get("src") for token in _inline(markdown))
    return [str(target) for target in targets if target]


def anchors(markdown: str) -> set[str]:
    """Return the anchors of a document's headings, named as repository hosts do."""
    tokens = _MARKDOWN.parse(markdown)
    headings = (after for token, after in itertools.pairwise(tokens) if token.type == "heading_open")
    texts = ("".join(child.content for child in heading.children or []) for heading in headings)
    return {_NOT_IN_ANCHORS.sub("", text.lower()).replace(" ", "-") for text in texts}


def code_blocks(markdown: str) -> list[Block]:
    """Return the code blocks of a document."""
    return [
        Block(token.info if token.type == "fence" else None, token.map[0] + 1 if token.map else 0, token.content)
        for token in _MARKDOWN.parse(markdown)
        if token.type in ("fence", "code_block")
    ]


def code_in_text(markdown: str) -> list[str]:
    """Return the pieces of code within sentences and tables."""
    return [token.content for token in _inline(markdown) if token.type == "code_inline"]


def _inline(markdown: str) -> Iterator[Token]:
    for token in _MARKDOWN.parse(markdown):
        yield from token.children or []
