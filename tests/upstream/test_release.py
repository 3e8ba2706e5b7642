"""The patch on a real release, fetched from the package registry; `hatch run upstream:matrix` tries all of them."""

from __future__ import annotations

import getpass
import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

from upstream.__main__ import main
from upstream.matrix import tried
from upstream.releases import NotAvailable, Release, installed

VERSION = "1.41.0"
AREAS = ("structured", "hooks", "graphs")

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """An environment with the release: made once and kept, but never patched itself."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path(tempfile.gettempdir()) / getpass.getuser())
    home = cache / "strands-upstream" / f"{VERSION}-py{sys.version_info.major}{sys.version_info.minor}"
    try:
        installed(VERSION, home)
    except NotAvailable as reason:
        pytest.skip(f"the release cannot be fetched: {reason}")
    copy = tmp_path_factory.mktemp("release") / "environment"
    shutil.copytree(home, copy, symlinks=True)
    return Release(VERSION, copy)


def test_a_release_keeps_the_contract_and_changes_nothing_else(release: Release) -> None:
    """The contract's own tests pass, everything else is observed as before, and the revert leaves no trace."""
    outcome = tried(release, AREAS)
    assert outcome.different == []
    assert outcome.is_good
    assert sum(lines for name, lines in outcome.added.items() if "final_turn" not in name) < 150


def test_the_package_is_found_around_its_modules(release: Release) -> None:
    """People name the directory that pip installs into, or the package itself."""
    assert main(["apply", str(release.package), "--check"]) == 0
    assert main(["apply", str(release.package.parent), "--check"]) == 0
