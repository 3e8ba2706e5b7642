"""The patch as a whole: all of it, or nothing.

Everything is worked out in memory first. Only lines are added: a record tells which, so that they can be taken out
again, and only as long as nobody has edited the files since.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
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


# --- applying and reverting -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What the record says of one file: which lines were added, and what the file was before and after."""

    path: str
    added: list[tuple[int, int]]
    before: str | None
    after: str


def is_applied(target: Target) -> bool:
    """Tell whether the patch is there, and as it was left.

    Raises:
        Refused: If it is there, but its files were edited since, or an earlier run was broken off.
    """
    if not target.record.exists():
        return False
    for entry in _entries(target):
        if _digest(_content(target, entry)) != entry.after:
            raise Refused(f"{entry.path}: was edited since the patch was applied, or an earlier run was broken off")
    return True


def apply(target: Target, changes: list[Change]) -> None:
    """Write all files, or none."""
    entries = [
        Entry(
            path=name_in(target, change.path),
            added=change.added(),
            before=_digest(change.before),
            after=_digest(change.after) or "",
        )
        for change in changes
    ]
    target.record.write_text(json.dumps([asdict(entry) for entry in entries], indent=1), "utf-8")
    try:
        _write({change.path: change.after for change in changes}, {change.path: change.before for change in changes})
    except BaseException:
        target.record.unlink()
        raise


def revert(target: Target) -> list[Path]:
    """Take the patch out again and return the files that were restored or removed.

    Raises:
        Refused: If it is not there, or a file was edited since.
    """
    if not target.record.exists():
        raise Refused(f"{target.package}: was not patched by this tool, or its record {target.record} is lost")
    now: dict[Path, bytes | None] = {}
    restored: dict[Path, bytes | None] = {}
    for entry in _entries(target):
        path, content = _base(target) / entry.path, _content(target, entry)
        if _digest(content) == entry.before:
            continue  # an earlier run was broken off before it came here
        if content is None or _digest(content) != entry.after:
            raise Refused(f"{entry.path}: was edited since the patch was applied; nothing was reverted")
        now[path], restored[path] = content, _without(content, entry)
        if _digest(restored[path]) != entry.before:
            raise Refused(f"{entry.path}: the record does not lead back to what it was; nothing was reverted")
    _write(restored, now)
    target.record.unlink()
    return list(restored)


def _without(content: bytes, entry: Entry) -> bytes | None:
    if entry.before is None:
        return None
    lines = content.splitlines(keepends=True)
    for start, end in reversed(entry.added):
        del lines[start:end]
    return b"".join(lines)


def _write(contents: Mapping[Path, bytes | None], before: Mapping[Path, bytes | None]) -> None:
    """Replace the files one by one; put back what was there if one cannot be replaced."""
    done: list[Path] = []
    try:
        for path, content in contents.items():
            done.append(path)
            _replace(path, content)
    except BaseException:
        for path in done:
            _replace(path, before[path])
        raise


def _replace(path: Path, content: bytes | None) -> None:
    if content is None:
        path.unlink(missing_ok=True)
        for compiled in (path.parent / "__pycache__").glob(f"{path.stem}.*.pyc"):
            compiled.unlink()
        return
    fresh = path.with_name(f".{path.name}.fresh")
    try:
        fresh.write_bytes(content)
        if path.exists():
            shutil.copymode(path, fresh)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def _entries(target: Target) -> list[Entry]:
    return [Entry(**fields) for fields in json.loads(target.record.read_text("utf-8"))]


def _content(target: Target, entry: Entry) -> bytes | None:
    path = _base(target) / entry.path
    return path.read_bytes() if path.exists() else None


def name_in(target: Target, path: Path) -> str:
    """Return a file's name as seen from the checkout, or from the package."""
    return path.relative_to(_base(target)).as_posix()


def _base(target: Target) -> Path:
    return target.readme.parent if target.readme else target.package


def _digest(content: bytes | None) -> str | None:
    return None if content is None else hashlib.sha256(content).hexdigest()
