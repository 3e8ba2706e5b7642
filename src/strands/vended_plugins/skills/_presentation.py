"""What a model sees of skills: the list in the system prompt, and a skill that it has asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from xml.sax.saxutils import escape

from strands.vended_plugins.skills.skill import Skill, location_of

_RESOURCE_DIRECTORIES = ("scripts", "references", "assets")


def skills_xml(skills: Iterable[Skill]) -> str:
    """Return the list of skills for the system prompt."""
    lines = [line for skill in skills for line in _skill_xml(skill)]
    return "\n".join(["<available_skills>", *(lines or ["No skills are currently available."]), "</available_skills>"])


def _skill_xml(skill: Skill) -> Iterator[str]:
    yield "<skill>"
    yield f"<name>{escape(skill.name)}</name>"
    yield f"<description>{escape(skill.description)}</description>"
    location = location_of(skill)
    if location is not None:
        yield f"<location>{escape(str(location))}</location>"
    yield "</skill>"


def activation_text(skill: Skill, max_resource_files: int) -> str:
    """Return what the model is told when it asks for a skill: the instructions, and what is known besides."""
    if not skill.instructions:
        return f"Skill '{skill.name}' activated (no instructions available)."
    text = skill.instructions
    details = [*_details(skill)]
    if details:
        text += "\n\n---\n" + "\n".join(details)
    resources = [*_resource_lines(skill.path, max_resource_files)] if skill.path is not None else []
    if resources:
        text += "\n\nAvailable resources:\n" + "\n".join(f"  {line}" for line in resources)
    return text


def _details(skill: Skill) -> Iterator[str]:
    if skill.allowed_tools:
        yield f"Allowed tools: {', '.join(skill.allowed_tools)}"
    if skill.compatibility:
        yield f"Compatibility: {skill.compatibility}"
    location = location_of(skill)
    if location is not None:
        yield f"Location: {location}"


def _resource_lines(directory: Path, limit: int) -> Iterator[str]:
    files = _resource_files(directory)
    yield from islice(files, max(limit, 0))
    if next(files, None) is not None:
        yield f"... (truncated at {limit} files)"


def _resource_files(directory: Path) -> Iterator[str]:
    for name in _RESOURCE_DIRECTORIES:
        for path in sorted((directory / name).rglob("*")):
            if path.is_file():
                yield path.relative_to(directory).as_posix()
