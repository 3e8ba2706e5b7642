"""Runs the scenarios of one area in this process and prints what they observed as JSON.

Started as a script in the environment under test, which need not know this project: `python -m compat.worker AREA`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import sys
import warnings
from typing import Any

from compat import normalise
from compat.registry import Scenario, load_area
from compat.surface import NOT_INSTALLED

SCENARIO_TIMEOUT_S = 30.0


def run_area(area: str, only: str | None = None) -> dict[str, Any]:
    """Return what each scenario of an area observed, by name."""
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    try:
        scenarios = load_area(area)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in ("strands", "compat"):
            raise
        return {NOT_INSTALLED: error.name}
    return {name: run_scenario(scenarios[name]) for name in scenarios if only in (None, name)}


def run_scenario(function: Scenario) -> Any:
    """Run one scenario on an event loop of its own."""
    normalise.current.set(normalise.Normaliser())
    try:
        return asyncio.run(asyncio.wait_for(function(), SCENARIO_TIMEOUT_S))
    except Exception as error:
        return {"the scenario itself raised": normalise.observed(error)}


def main() -> None:
    """Write the observations to the real standard output; whatever scenarios print is swallowed."""
    with contextlib.redirect_stdout(sys.stderr):
        results = run_area(*sys.argv[1:3])
    json.dump(results, sys.stdout)


if __name__ == "__main__":
    main()
