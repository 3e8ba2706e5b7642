"""The contract tests of this repository, run on a patched package."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from compat.environments import existing
from upstream.additions import TESTS, contract_tests, test_helpers

LAW = "test_final_turn_law.py"
_OPTIONS = ("-q", "--tb=no", "--no-header", "-p", "no:cacheprovider", "--disable-warnings")


class ContractBroken(Exception):
    """Tests failed; says which."""


def run_contract(python: Path, *, with_law: bool) -> int:
    """Run the contract tests with an environment's interpreter and return how many passed.

    Raises:
        ContractBroken: If one failed, or none ran.
    """
    with tempfile.TemporaryDirectory() as directory:
        suite = Path(directory) / "tests" / "event_loop"
        suite.mkdir(parents=True)
        for package in (suite, suite.parent):
            (package / "__init__.py").touch()
        (suite / "_scripted.py").write_text(test_helpers(), "utf-8")
        (suite / "test_final_turn.py").write_text(contract_tests(), "utf-8")
        if with_law:
            shutil.copy(TESTS / LAW, suite)
        return passed([str(python), "-m", "pytest", *_OPTIONS, "tests"], Path(directory))


def passed(command: list[str], directory: Path) -> int:
    """Run pytest and return how many tests passed.

    Raises:
        ContractBroken: If one failed, or none ran.
    """
    settings = directory / "pytest.ini"
    settings.write_text("[pytest]\nasyncio_mode = auto\nasyncio_default_fixture_loop_scope = function\n", "utf-8")
    environment = existing(Path(command[0])).variables() | {"PYTHONPATH": str(directory)}
    done = subprocess.run(command, cwd=directory, env=environment, capture_output=True, text=True, check=False)
    count = re.search(r"(\d+) passed", done.stdout)
    if done.returncode or count is None:
        failed = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
        raise ContractBroken("\n".join(failed) or f"{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return int(count[1])
