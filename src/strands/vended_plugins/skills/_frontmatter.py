"""The head of a skill's file: YAML between two lines of three dashes."""

from __future__ import annotations

import logging
import re
from typing import Any

logger = logging.getLogger(__name__)

_OPENING = "---"
_CLOSING = re.compile(r"^---[ \t]*\r?$", re.MULTILINE)
_PLAIN_VALUE_WITH_COLON = re.compile(r"^(?P<key>\s*[\w-]+:[ \t]+)(?P<value>[^\s\"'\[{|>&*].*:.*?)[ \t\r]*$")


def split_frontmatter(content: str) -> tuple[dict[str, Any], str]:
    """Return the values of the head, and the text below it without blank lines around.

    Raises:
        ValueError: If the head is missing or open, or is not YAML.
    """
    stripped = content.strip().removeprefix("\ufeff")
    if not stripped.startswith(_OPENING):
        raise ValueError("SKILL.md must start with --- frontmatter delimiter")
    closing = _CLOSING.search(stripped, len(_OPENING))
    if closing is None:
        raise ValueError("SKILL.md frontmatter missing closing --- delimiter")
    values = _parsed(stripped[len(_OPENING) : closing.start()].strip())
    return values if isinstance(values, dict) else {}, stripped[closing.end() :].strip()


def _parsed(text: str) -> Any:
    import yaml

    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        # Authors write `description: Use when: ...`, which YAML takes for a mapping within a mapping.
        logger.warning("error=<%s> | frontmatter is not valid yaml, trying again with values quoted", error)
    try:
        return yaml.safe_load("\n".join(map(_with_quoted_value, text.splitlines())))
    except yaml.YAMLError as error:
        raise ValueError(f"SKILL.md frontmatter is not valid YAML: {error}") from error


def _with_quoted_value(line: str) -> str:
    match = _PLAIN_VALUE_WITH_COLON.match(line)
    if match is None:
        return line
    quoted = match["value"].replace("'", "''")
    return f"{match['key']}'{quoted}'"
