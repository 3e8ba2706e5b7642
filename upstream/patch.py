"""The patch applied: all of it, or nothing; and taken out again.

Only lines are added: a record tells which, so that they can be taken out again, and only as long as nobody has edited
the files since.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from upstream.changes import Change, Refused
from upstream.target import Target


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
            path=target.name_of(change.path),
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
        path, content = target.base / entry.path, _content(target, entry)
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
    path = target.base / entry.path
    return path.read_bytes() if path.exists() else None


def _digest(content: bytes | None) -> str | None:
    return None if content is None else hashlib.sha256(content).hexdigest()
