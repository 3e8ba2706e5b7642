"""Published releases, each in an environment of its own, and the trees that the patch is tried on."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

DISTRIBUTION = "strands-agents"
RELEASES = ("1.34.0", "1.38.0", "1.41.0", "1.48.0", "1.55.1", "1.62.0")
TEST_TOOLS = ("pytest>=9,<10", "pytest-asyncio>=1,<2", "hypothesis>=6.100,<7")


class NotAvailable(Exception):
    """A release cannot be installed, for example because there is no network."""


@dataclass(frozen=True, slots=True)
class Release:
    """An environment with a release installed."""

    version: str
    home: Path

    @property
    def python(self) -> Path:
        """The environment's interpreter."""
        return self.home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    @property
    def package(self) -> Path:
        """The installed package."""
        (found,) = self.home.glob("[Ll]ib/**/site-packages/strands")
        return found

    def checkout(self, directory: Path) -> Path:
        """Fetch the release's source distribution, which holds its tests and README, and return its tree."""
        options = ("--quiet", "--no-deps", "--no-binary", DISTRIBUTION, "--dest", str(directory))
        _run([str(self.python), "-m", "pip", "download", *options, f"{DISTRIBUTION}=={self.version}"])
        (archive,) = directory.glob("*.tar.gz")
        with tarfile.open(archive) as opened:
            opened.extractall(directory, filter="data")
        archive.unlink()
        (tree,) = (path for path in directory.iterdir() if path.is_dir())
        return tree


def installed(version: str, home: Path) -> Release:
    """Install a release into an environment, or return the environment if it is complete already.

    Raises:
        NotAvailable: If it cannot be installed.
    """
    release, complete = Release(version, home), home / "complete"
    if not complete.exists():
        shutil.rmtree(home, ignore_errors=True)
        _run([sys.executable, "-m", "uv", "venv", "--quiet", "--seed", "--python", sys.executable, str(home)])
        into = ("--quiet", "--python", str(release.python))
        _run([sys.executable, "-m", "uv", "pip", "install", *into, f"{DISTRIBUTION}=={version}", *TEST_TOOLS])
        complete.touch()
    return release


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotAvailable(f"{' '.join(command[1:])} failed: {done.stderr.strip()[-500:]}")


def digests(tree: Path) -> dict[str, str]:
    """Return a digest of each file, without what the interpreter compiles."""
    files = (path for path in sorted(tree.rglob("*")) if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(tree).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
