"""What a function's docstring tells a model: the tool's description and its parameters' descriptions."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docstring_parser import Docstring

_ARGUMENTS_HEADING = re.compile(r"(args|arguments|parameters|params?):", re.IGNORECASE)
_OTHER_HEADING = re.compile(
    r"(returns?|yields?|raises?|except(ion)?s?|notes?|examples?|see also|references):", re.IGNORECASE
)


def description_from_docstring(docstring: str | None) -> str:
    """Return a docstring without its section on arguments, which the schema already describes."""
    kept: list[str] = []
    in_arguments = False
    for line in inspect.cleandoc(docstring or "").splitlines():
        heading = line.strip()
        if _ARGUMENTS_HEADING.match(heading):
            in_arguments = True
        elif _OTHER_HEADING.match(heading):
            in_arguments = False
        if not in_arguments:
            kept.append(line)
    return "\n".join(kept).strip()


def parse_docstring(docstring: str | None) -> Docstring:
    """Return the docstring's parts, whatever its style."""
    # Imported when the first tool is made: most programs that import the package make none in the same breath.
    from docstring_parser import parse

    return parse(docstring or "")


def parameter_descriptions(docstring: str | None) -> dict[str, str]:
    """Return the descriptions of the parameters that the docstring describes."""
    if not docstring or "\n" not in docstring.strip():
        return {}  # one line describes no parameters: spare the parser
    return {param.arg_name: param.description for param in parse_docstring(docstring).params if param.description}
