"""The interpreters that scenarios run on: a cached throwaway environment of a published release, or this tree."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DISTRIBUTION = "strands-agents"
EXTRAS = "a2a,anthropic,gemini,litellm,llamaapi,mistral,ollama,openai,otel,sagemaker,writer"

_TELLING = ("strands-agents", "boto3", "docstring_parser", "mcp", "opentelemetry-sdk", "pydantic")
"""Packages whose version can change what is observed."""

_CLEARED = ("AWS_", "OTEL_", "STRANDS_", "PYTHON", "BYPASS_TOOL_CONSENT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """An interpreter and the paths it imports from."""

    python: Path
    paths: tuple[Path, ...]

    def variables(self) -> dict[str, str]:
        """Return process variables without anything that could steer the package under test."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith(_CLEARED)}
        return {
            **kept,
            "PYTHONPATH": os.pathsep.join(str(path) for path in self.paths),
            "PYTHONHASHSEED": "0",
            "PYTHONDONTWRITEBYTECODE": "1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "COLUMNS": "120",
            "TZ": "UTC",
        }

    def versions(self) -> str:
        """Return the versions of the interpreter and of the packages that matter, one a line."""
        script = (
            "import platform, sys, importlib.metadata as found\n"
            "print('python', platform.python_version())\n"
            "for name in sys.argv[1:]: print(name, found.version(name))"
        )
        command = [str(self.python), "-c", script, *_TELLING]
        return subprocess.run(command, check=True, capture_output=True, text=True, env=self.variables()).stdout


def this_tree() -> Environment:
    """Return the interpreter at hand with this repository's sources in front."""
    return Environment(python=Path(sys.executable), paths=(ROOT / "src", ROOT))


def existing(python: Path) -> Environment:
    """Return an environment somebody made, which has a published release installed."""
    return Environment(python=python, paths=(ROOT,))


def published(version: str) -> Environment:
    """Return an environment with the given release, created on first use and cached."""
    home = _cache_home() / f"{DISTRIBUTION}-{version}-with-extras"
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not (home / "ready").exists():
        print(f"installing {DISTRIBUTION}=={version} into {home}")
        venv.create(home, with_pip=True, clear=True)
        requirement = f"{DISTRIBUTION}[{EXTRAS}]=={version}"
        subprocess.run([python, "-m", "pip", "install", "--quiet", requirement], check=True)
        (home / "ready").touch()
    return existing(python)


def _cache_home() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "strands-compat"
