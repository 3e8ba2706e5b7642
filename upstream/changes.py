"""The patch, worked out in memory: what becomes of each file of a tree."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import libcst as cst

from upstream import additions
from upstream.edits import EDITS
from upstream.places import PlaceError
from upstream.target import Target

MAX_LINE = 120


class Refused(Exception):
    """The patch cannot be applied, or not be reverted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What becomes of one file.

    Attributes:
        path: The file.
        before: What it holds now; None if it is to be created.
        after: What it will hold.
    """

    path: Path
    before: bytes | None
    after: bytes

    def added(self) -> list[tuple[int, int]]:
        """Return the lines that are new, as ranges of line numbers in `after`.

        Raises:
            Refused: If a line of `before` is changed or missing.
        """
        before, after = (self.before or b"").splitlines(keepends=True), self.after.splitlines(keepends=True)
        codes = difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
        if any(code not in ("equal", "insert") for code, *_ in codes):
            raise Refused(f"{self.path}: a line would be changed, expected additions only")
        return [(start, end) for code, _, _, start, end in codes if code == "insert"]

    def added_lines(self) -> int:
        """Return how many lines are new."""
        return sum(end - start for start, end in self.added())


def changes_for(target: Target) -> list[Change]:
    """Work out the patch.

    Raises:
        Refused: If a place is missing or ambiguous, or a file is in the way.
    """
    changes = [_edited(target.package / name, _python(edit)) for name, edit in EDITS.items()]
    changes.append(_created(target.package / "event_loop" / "final_turn.py", additions.gate()))
    if target.tests is not None and target.readme is not None:
        changes.append(_created(target.tests / "_scripted.py", additions.test_helpers()))
        changes.append(_created(target.tests / "test_final_turn.py", additions.contract_tests()))
        changes.append(_edited(target.readme, lambda text: additions.with_paragraph(text.decode()).encode()))
    for change in changes:
        _check(change)
    return changes


def _python(edit: Callable[[cst.Module], cst.Module]) -> Callable[[bytes], bytes]:
    return lambda source: edit(cst.parse_module(source)).bytes


def _edited(path: Path, edit: Callable[[bytes], bytes]) -> Change:
    try:
        before = path.read_bytes()
        return Change(path=path, before=before, after=edit(before))
    except (OSError, PlaceError, cst.ParserSyntaxError) as error:
        raise Refused(f"{path}: {error}") from error


def _created(path: Path, text: str) -> Change:
    if path.exists():
        raise Refused(f"{path}: exists already, but was not added by this tool")
    return Change(path=path, before=None, after=text.encode())


def _check(change: Change) -> None:
    lines = change.after.decode().splitlines()
    for start, end in change.added():
        long = [at for at in range(start, end) if len(lines[at]) > MAX_LINE]
        if long:
            raise Refused(f"{change.path}: line {long[0] + 1} would be longer than {MAX_LINE} characters")
    if change.path.suffix == ".py":
        compile(change.after, str(change.path), "exec", dont_inherit=True)
