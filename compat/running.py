"""Run areas in subprocesses of their own, so that none sees another's imports, patches or working directory."""

from __future__ import annotations

import json
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from compat.environments import Environment

AREA_TIMEOUT_S = 300


class AreaFailed(Exception):
    """The process that ran an area ended without results."""


def observe_area(environment: Environment, area: str, only: str | None = None) -> dict[str, Any]:
    """Return what the scenarios of an area observe in an environment.

    Raises:
        AreaFailed: If the process died, for example because the area's imports fail there.
    """
    command = [str(environment.python), "-m", "compat.worker", area, *([only] if only else [])]
    with tempfile.TemporaryDirectory() as directory:
        done = subprocess.run(
            command,
            cwd=directory,
            env=environment.variables(),
            capture_output=True,
            text=True,
            timeout=AREA_TIMEOUT_S,
            check=False,
        )
    if done.returncode:
        raise AreaFailed(f"area={area!r} ended with exit code {done.returncode}:\n{done.stderr[-2000:]}")
    results: dict[str, Any] = json.loads(done.stdout)
    return results


def observe_areas(environment: Environment, areas: list[str]) -> dict[str, dict[str, Any] | AreaFailed]:
    """Return the observations of several areas, two processes at a time."""

    def observe(area: str) -> dict[str, Any] | AreaFailed:
        try:
            return observe_area(environment, area)
        except AreaFailed as failed:
            return failed

    with ThreadPoolExecutor(2) as pool:
        return dict(zip(areas, pool.map(observe, areas), strict=True))
