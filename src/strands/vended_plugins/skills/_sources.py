"""Where an agent's skills come from: paths, URLs, and skills themselves."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from pathlib import Path

from strands.vended_plugins.skills.skill import Skill, is_skill_file, skill_file_in

logger = logging.getLogger(__name__)


def resolved_skills(sources: Iterable[str | Path | Skill], *, strict: bool) -> dict[str, Skill]:
    """Return the skills of all sources by name; sources that cannot be loaded are skipped with a warning.

    Raises:
        TypeError: If a source is neither a path, nor a URL, nor a skill.
    """
    skills: dict[str, Skill] = {}
    for source in sources:
        for skill in _skills_of(source, strict):
            if skill.name in skills:
                logger.warning("name=<%s> | duplicate skill name, overwriting previous skill", skill.name)
            skills[skill.name] = skill
    logger.debug("count=<%d> | skills resolved", len(skills))
    return skills


def _skills_of(source: str | Path | Skill, strict: bool) -> Iterator[Skill]:
    if isinstance(source, Skill):
        yield source
        return
    if not isinstance(source, (str, Path)):
        raise TypeError(f"expected a path, an https URL or a Skill as source of skills, got {source!r}")
    try:
        if isinstance(source, str) and source.startswith("https://"):
            yield Skill.from_url(source, strict=strict)
        else:
            yield from _skills_at(Path(source).resolve(), strict)
    except (ValueError, OSError, RuntimeError) as error:
        logger.warning("source=<%s> | failed to load skill: %s", source, error)


def _skills_at(path: Path, strict: bool) -> Iterable[Skill]:
    if is_skill_file(path) or skill_file_in(path) is not None:
        return [Skill.from_file(path, strict=strict)]
    if path.is_dir():
        return Skill.from_directory(path, strict=strict)
    logger.warning("path=<%s> | skill source is neither a skill nor a directory, skipping", path)
    return []
