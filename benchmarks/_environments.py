"""Throwaway environments: the published package and this tree, each with the same versions of all dependencies."""

from __future__ import annotations

import getpass
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PUBLISHED_VERSION = "1.41.0"


@dataclass(frozen=True)
class Environment:
    """A virtual environment with one of the two packages."""

    name: str
    directory: Path

    @property
    def python(self) -> Path:
        """The interpreter of the environment."""
        return self.directory / ("Scripts" if os.name == "nt" else "bin") / "python"


def published_environment(extras: Sequence[str] = ()) -> Environment:
    """Return the environment of the published package with these extras, made on first use and kept for later runs."""
    directory = _cache() / "-".join((f"published-{PUBLISHED_VERSION}", *extras))
    environment = Environment(f"published {PUBLISHED_VERSION}", directory)
    complete = environment.directory / "complete"
    if not complete.exists():
        _create(environment)
        _install(environment, f"strands-agents[{','.join(extras)}]=={PUBLISHED_VERSION}")
        complete.touch()
    return environment


def tree_environment(published: Environment, extras: Sequence[str] = ()) -> Environment:
    """Return an environment with this tree installed as a user would get it, with the dependencies of the other."""
    environment = Environment("this tree", _cache() / "-".join(("tree", *extras)))
    if not environment.python.exists():
        _create(environment)
    frozen = _uv("pip", "freeze", "--python", str(published.python))
    constraints = environment.directory / "constraints.txt"
    constraints.write_text("".join(f"{pin}\n" for pin in frozen.splitlines() if not pin.startswith("strands-agents")))
    tree = f"strands-agents[{','.join(extras)}] @ {ROOT.as_uri()}"
    _install(environment, "--constraints", str(constraints), "--reinstall-package", "strands-agents", tree)
    return environment


def _cache() -> Path:
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path(tempfile.gettempdir()) / getpass.getuser())
    return home / "strands-benchmarks" / f"py{sys.version_info.major}{sys.version_info.minor}"


def _create(environment: Environment) -> None:
    _uv("venv", "--quiet", "--clear", "--python", sys.executable, str(environment.directory))


def _install(environment: Environment, *what: str) -> None:
    # Without compiled files the first run in each environment would pay for all of them.
    _uv("pip", "install", "--quiet", "--compile-bytecode", "--python", str(environment.python), *what)


def _uv(*arguments: str) -> str:
    done = subprocess.run([sys.executable, "-m", "uv", *arguments], text=True, capture_output=True)
    if done.returncode:
        raise SystemExit(f"uv {' '.join(arguments)} failed:\n{done.stderr}")
    return done.stdout
