"""Recordings on disk: one readable JSON file per area and version."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

RECORDED = Path(__file__).resolve().parent / "recorded"
_LINE_LENGTH = 160


def latest_version() -> str:
    """Return the newest recorded version."""
    versions = [path.name for path in RECORDED.iterdir() if path.is_dir()]
    return max(versions, key=lambda version: [int(part) for part in version.split(".") if part.isdigit()])


def recorded_areas(version: str) -> list[str]:
    """Return the areas that have a recording."""
    return sorted(path.stem for path in (RECORDED / version).glob("*.json"))


def load(version: str, area: str) -> dict[str, Any]:
    """Return what an area observed on the recorded version, by scenario."""
    recorded: dict[str, Any] = json.loads((RECORDED / version / f"{area}.json").read_text("utf-8"))
    return recorded


def store(version: str, area: str, results: dict[str, Any]) -> None:
    """Write the observations of an area."""
    directory = RECORDED / version
    directory.mkdir(parents=True, exist_ok=True)
    (directory / f"{area}.json").write_text(readable(results) + "\n", "utf-8")


def store_origin(version: str, versions: str) -> None:
    """Write what the recording was made with."""
    (RECORDED / version / "made_with.txt").write_text(versions, "utf-8")


def forget_all_but(version: str, areas: Collection[str]) -> None:
    """Remove the recordings of areas that are no more."""
    for path in (RECORDED / version).glob("*.json"):
        if path.stem not in areas:
            path.unlink()


def readable(value: Any, indent: int = 0) -> str:
    """Return JSON with short values on one line each, so that a diff shows one event per line."""
    line = json.dumps(value, ensure_ascii=False)
    if indent + len(line) <= _LINE_LENGTH or not isinstance(value, dict | list) or not value:
        return line
    inner = " " * (indent + 1)
    if isinstance(value, dict):
        entries = [f"{inner}{json.dumps(key)}: {readable(entry, indent + 1)}" for key, entry in value.items()]
        return "{\n" + ",\n".join(entries) + "\n" + " " * indent + "}"
    entries = [inner + readable(entry, indent + 1) for entry in value]
    return "[\n" + ",\n".join(entries) + "\n" + " " * indent + "]"
