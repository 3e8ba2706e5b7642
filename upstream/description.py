"""The pull request's description, made from docs/final-turn.md so that nothing is told twice."""

from __future__ import annotations

import re

from upstream.additions import ROOT
from upstream.changes import Change
from upstream.target import Target

SOURCE = ROOT / "docs" / "final-turn.md"

TITLE = "feat(agent): stream only the final turn of a run"

INTRODUCTION = "Streaming only the final turn"

SECTIONS = {
    INTRODUCTION: "Motivation",
    "Before and after": "Public API, before and after",
    "The rules": "The rules",
    "How each ending counts": "How each ending counts",
    "Alternatives": "Alternatives considered",
    "Questions": "Questions that reviewers asked",
}
"""Sections of the page, and what they are called in the description."""

IMPLEMENTATION = """\
## How it is made

The loop knows when a turn is final, and nobody else guesses. It says so with two internal events that neither \
consumers nor callback handlers see: `ModelAttemptEvent` before each call of the model (whether tools were offered), \
and `TurnVerdictEvent` once a response is accepted, after all after-model-call hooks have run and none asked for a \
retry. `FinalTurnGate` in `event_loop/final_turn.py` is a stage of typed events, in and out, that knows nothing of \
providers or agents; `Agent.stream_async` puts it around the run's events if the keyword is on. Text keeps the tag \
that it has: `event_loop_cycle_id` on each `data` event.

Whoever calls `event_loop_cycle` directly sees the two internal events, as it sees the other internal ones. Left to \
other changes: providers that pass `phase` on (the gate heeds it already), and the keyword for graphs and swarms.
"""


class NoSection(Exception):
    """The page lacks a section that the description is made of."""


def description(target: Target | None = None, changes: list[Change] | None = None) -> str:
    """Return the description, with the lines added to each file if a tree and its changes are given.

    Raises:
        NoSection: If a section is missing.
    """
    sections = sections_of(SOURCE.read_text("utf-8"))
    missing = sorted(SECTIONS.keys() - sections.keys())
    if missing:
        raise NoSection(f"{SOURCE.name} lacks the sections {missing!r}")
    parts = [f"# {TITLE}\n", *(f"## {name}\n\n{sections[title]}\n" for title, name in SECTIONS.items()), IMPLEMENTATION]
    if target is not None and changes is not None:
        parts.append(_sizes(target, changes))
    return "\n".join(parts)


def sections_of(page: str) -> dict[str, str]:
    """Return a page's sections by their headings; headings within code do not count."""
    sections: dict[str, list[str]] = {}
    title, in_code = "", False
    for line in page.splitlines():
        in_code ^= line.startswith("```")
        heading = None if in_code else re.fullmatch(r"#{1,2} (.+)", line)
        if heading:
            title = heading[1]
            sections[title] = []
        else:
            sections.setdefault(title, []).append(line)
    return {title: "\n".join(lines).strip() for title, lines in sections.items()}


def _sizes(target: Target, changes: list[Change]) -> str:
    rows = ["| file | lines added | lines changed |", "| --- | ---: | ---: |"]
    rows += [f"| {target.name_of(change.path)} | {change.added_lines()} | 0 |" for change in changes]
    return "## Size\n\n" + "\n".join(rows) + "\n"
