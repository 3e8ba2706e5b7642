"""A skill: instructions with a name and a description by which a model chooses them."""

from __future__ import annotations

import http.client
import logging
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from strands.vended_plugins.skills._frontmatter import split_frontmatter

logger = logging.getLogger(__name__)

_FILE_NAMES = ("SKILL.md", "skill.md")
_URL_SCHEME = "https://"
_URL_TIMEOUT_S = 30
_URL_MAX_BYTES = 4 * 1024 * 1024
_MAX_NAME_LENGTH = 64
_NAME = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")


@dataclass
class Skill:
    """Instructions that an agent loads when a task calls for them.

    Attributes:
        name: By which the model asks for the skill.
        description: When the skill is of use.
        instructions: What the model is told once it has asked.
        path: The skill's directory, if it has one.
        allowed_tools: Tools that the skill is meant to be used with; the model is told, nothing is enforced.
        metadata: Further values of the author's.
        license: The licence.
        compatibility: What the skill needs in order to work.
    """

    name: str
    description: str
    instructions: str = ""
    path: Path | None = None
    allowed_tools: list[str] | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    license: str | None = None
    compatibility: str | None = None

    @classmethod
    def from_content(cls, content: str, *, strict: bool = False) -> Skill:
        """Read a skill from the text of its file: YAML between lines of three dashes, then the instructions.

        Args:
            content: The text.
            strict: Whether an unsuitable name is an error rather than a warning.

        Raises:
            ValueError: If the text is no skill, or the name is unsuitable and `strict` is set.
        """
        values, instructions = split_frontmatter(content)
        for required in ("name", "description"):
            if not (isinstance(values.get(required), str) and values[required]):
                raise ValueError(f"SKILL.md content must have a '{required}' field in frontmatter")
        _report(_unsuitable(values["name"]), strict)
        metadata = values.get("metadata")
        return cls(
            name=values["name"],
            description=values["description"],
            instructions=instructions,
            allowed_tools=_tool_names(values.get("allowed-tools") or values.get("allowed_tools")),
            metadata={str(key): value for key, value in metadata.items()} if isinstance(metadata, dict) else {},
            license=_text(values.get("license")),
            compatibility=_text(values.get("compatibility")),
        )

    @classmethod
    def from_file(cls, skill_path: str | Path, *, strict: bool = False) -> Skill:
        """Read a skill from its directory, or from the `SKILL.md` in it.

        Args:
            skill_path: The directory or the file.
            strict: Whether an unsuitable name, or one other than the directory's, is an error rather than a warning.

        Raises:
            FileNotFoundError: If there is no such directory or file.
            ValueError: If the file is no skill, or the name is unsuitable and `strict` is set.
        """
        path = Path(skill_path).resolve()
        file = path if is_skill_file(path) else skill_file_in(path)
        if file is None:
            lacking = "no SKILL.md found in skill directory"
            missing = "skill path does not exist or is not a valid skill directory"
            raise FileNotFoundError(f"path=<{path}> | {lacking if path.is_dir() else missing}")
        logger.debug("path=<%s> | loading skill", file)
        skill = cls.from_content(file.read_text(encoding="utf-8"), strict=strict)
        if skill.name != file.parent.name:
            named = f"name=<{skill.name}>, directory=<{file.parent.name}>"
            _report([f"{named} | skill name does not match parent directory name"], strict)
        skill.path = file.parent
        return skill

    @classmethod
    def from_url(cls, url: str, *, strict: bool = False) -> Skill:
        """Fetch a skill's file; redirects are followed as long as they stay with https.

        Args:
            url: An https URL.
            strict: Whether an unsuitable name is an error rather than a warning.

        Raises:
            ValueError: If the URL is not an https URL, what it leads to is no skill, or the name is unsuitable and
                `strict` is set.
            RuntimeError: If the file cannot be fetched.
        """
        if not url.startswith(_URL_SCHEME):
            raise ValueError(f"url=<{url}> | not a valid HTTPS URL")
        logger.info("url=<%s> | fetching skill content", url)
        return cls.from_content(_fetched(url).decode("utf-8"), strict=strict)

    @classmethod
    def from_directory(cls, skills_dir: str | Path, *, strict: bool = False) -> list[Skill]:
        """Read all skills whose directories are in a directory, by name; what is no skill is skipped with a warning.

        Args:
            skills_dir: The directory around the skills' directories.
            strict: Whether skills with unsuitable names are skipped, too.

        Raises:
            FileNotFoundError: If there is no such directory.
        """
        directory = Path(skills_dir).resolve()
        if not directory.is_dir():
            raise FileNotFoundError(f"path=<{directory}> | skills directory does not exist")
        skills = []
        for child in sorted(directory.iterdir()):
            if skill_file_in(child) is None:
                continue
            try:
                skills.append(cls.from_file(child, strict=strict))
            except (ValueError, OSError) as error:
                logger.warning("path=<%s> | skipping skill due to error: %s", child, error)
        logger.debug("path=<%s>, count=<%d> | loaded skills from directory", directory, len(skills))
        return skills


def is_skill_file(path: Path) -> bool:
    """Tell whether a path leads to a skill's file."""
    return path.name.lower() == _FILE_NAMES[1] and path.is_file()


def skill_file_in(directory: Path) -> Path | None:
    """Return the skill's file of a directory, if it has one."""
    return next((directory / name for name in _FILE_NAMES if (directory / name).is_file()), None)


def location_of(skill: Skill) -> Path | None:
    """Return the file that holds a skill, if it has a directory."""
    return None if skill.path is None else skill_file_in(skill.path) or skill.path / _FILE_NAMES[0]


def _unsuitable(name: str) -> Iterator[str]:
    """Yield what is wrong with a name."""
    if len(name) > _MAX_NAME_LENGTH:
        yield f"name=<{name}> | skill name exceeds {_MAX_NAME_LENGTH} character limit"
    if _NAME.fullmatch(name) is None:
        yield (
            f"name=<{name}> | skill name should be 1-{_MAX_NAME_LENGTH} lowercase alphanumeric characters or hyphens, "
            "should not start/end with hyphen"
        )
    if "--" in name:
        yield f"name=<{name}> | skill name contains consecutive hyphens"


def _report(problems: Iterator[str] | list[str], strict: bool) -> None:
    for problem in problems:
        if strict:
            raise ValueError(problem)
        logger.warning("%s", problem)


def _tool_names(value: Any) -> list[str] | None:
    names = value.split() if isinstance(value, str) else value
    return [str(name) for name in names] if isinstance(names, list) and names else None


def _text(value: Any) -> str | None:
    return str(value) if value else None


def _fetched(url: str) -> bytes:
    request = urllib.request.Request(url, headers={"User-Agent": "strands-agents-sdk"})
    try:
        with urllib.request.urlopen(request, timeout=_URL_TIMEOUT_S) as response:
            content: bytes = response.read(_URL_MAX_BYTES + 1)
            reached, missing_bytes = response.geturl(), response.length
    except urllib.error.HTTPError as error:
        raise RuntimeError(f"url=<{url}> | HTTP {error.code}: {error.reason}") from error
    except urllib.error.URLError as error:
        raise RuntimeError(f"url=<{url}> | failed to fetch skill: {error.reason}") from error
    except (OSError, http.client.HTTPException) as error:  # the connection broke while the content was read
        raise RuntimeError(f"url=<{url}> | failed to fetch skill: {error}") from error
    if not reached.startswith(_URL_SCHEME):
        raise RuntimeError(f"url=<{url}> | redirected to {reached!r}, expected an https URL")
    if len(content) > _URL_MAX_BYTES:
        raise RuntimeError(f"url=<{url}> | skill is larger than {_URL_MAX_BYTES} bytes")
    if isinstance(missing_bytes, int) and missing_bytes > 0:  # None if the server does not tell the length
        raise RuntimeError(f"url=<{url}> | failed to fetch skill: {missing_bytes} bytes are missing")
    return content
