"""What is to be patched: an installed copy of the package, or a checkout with its tests and its README."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

PACKAGE = "strands"


class NoTarget(Exception):
    """A path holds no copy of the published package."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A copy of the published package.

    Attributes:
        package: The directory of the package.
        tests: The directory of a checkout's tests of the event loop; None for an installed copy.
        readme: A checkout's README; None for an installed copy.
        record: Where it is written down what was added.
    """

    package: Path
    tests: Path | None
    readme: Path | None
    record: Path

    @property
    def kind(self) -> str:
        """What it is, in words."""
        return "installed copy" if self.readme is None else "checkout"

    @property
    def base(self) -> Path:
        """The directory from which files are named: the checkout, or the package."""
        return self.package if self.readme is None else self.readme.parent

    def name_of(self, path: Path) -> str:
        """Return a file's name as seen from the base."""
        return path.relative_to(self.base).as_posix()


def target_at(path: Path) -> Target:
    """Find the package at a path: the path of a checkout, of the package itself, or of the directory around it.

    Raises:
        NoTarget: If there is none.
    """
    root = path.resolve()
    if _is_package(root / "src" / PACKAGE):
        return _checkout(root)
    for package in (root, root / PACKAGE):
        if _is_package(package):
            return Target(package=package, tests=None, readme=None, record=package / ".final_turn.json")
    raise NoTarget(f"path is {str(path)!r}, expected a checkout, or a directory with the package {PACKAGE}")


def _is_package(directory: Path) -> bool:
    return directory.name == PACKAGE and (directory / "agent" / "agent.py").is_file()


def _checkout(root: Path) -> Target:
    tests = root / "tests" / PACKAGE / "event_loop"
    if not (tests / "__init__.py").is_file():
        raise NoTarget(f"path is {str(root)!r}, expected a checkout with tests in {tests.relative_to(root)}")
    readme = root / "README.md"
    if not readme.is_file():
        raise NoTarget(f"path is {str(root)!r}, expected a checkout with a README.md")
    package = root / "src" / PACKAGE
    return Target(package=package, tests=tests, readme=readme, record=_git_directory(root) / ".final_turn.json")


def _git_directory(root: Path) -> Path:
    """Return where a record is in nobody's way: git's own directory, which is not part of the branch."""
    git = root / ".git"
    if git.is_file():  # a linked work tree
        return (root / git.read_text("utf-8").removeprefix("gitdir:").strip()).resolve()
    return git if git.is_dir() else root
