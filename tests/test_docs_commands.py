"""The documentation's commands exist: scripts, modules, extras and options.

Which code of the documentation is checked, and how: Python blocks run (`test_docs.py`); commands, in `sh` blocks, in
indented blocks and in sentences, are looked up here; `json` blocks are parsed, and so are `javascript` blocks where
Node is at hand; `text` is what is left, and no code.
"""

from __future__ import annotations

import functools
import importlib.util
import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import tomlkit

from tests.documents import DOCUMENTS, NAMES, ROOT, code_blocks, code_in_text

PROJECT = tomlkit.parse((ROOT / "pyproject.toml").read_text("utf-8")).unwrap()
COMMANDS_IN_SENTENCES = ("hatch ", "pip install ", "pip uninstall ", "python -m ", "python examples/", ".ci/")
HATCH_COMMANDS = {"build", "env", "run", "shell", "test", "version"}
OF_THE_SHELL = {"cd", "export", "pre-commit", ".", "source"}
EXTRA = re.compile(r"\[([\w\-, ]+)\]")


def commands(document: str) -> list[str]:
    """Return the commands of a document, without prompts and comments."""
    shown = [block.text for block in code_blocks(document) if block.language in ("sh", None)]
    lines = [line for text in shown for line in text.splitlines()]
    lines += [code for code in code_in_text(document) if code.startswith(COMMANDS_IN_SENTENCES)]
    parts = (part for line in lines for part in re.split(r"&&|;|\|", re.sub(r"(^|\s)#.*", "", line)))
    return [part.strip() for part in parts if part.strip()]


def complaint(command: str) -> str | None:
    """Return what is wrong with a command, None if all that it names exists."""
    program, *words = shlex.split(command)
    if program == "hatch":
        return _wrong_in_hatch(words)
    if program == "pip":
        return _unknown_extra(words)
    if program in ("python", "python3"):
        return _wrong_in_python(words)
    if program in OF_THE_SHELL or (ROOT / program).is_file():
        return None
    return f"no such command: {program}"


def _wrong_in_hatch(words: list[str]) -> str | None:
    command, *words = words
    if command not in HATCH_COMMANDS:
        return f"no command of hatch: {command}"
    if command != "run" or not words:
        return None
    environment, _, name = words[0].rpartition(":")
    script = PROJECT["tool"]["hatch"]["envs"][environment or "default"]["scripts"].get(name)
    if script is None:
        return _wrong_in_python(words[1:]) if name == "python" else f"no script of pyproject.toml: {words[0]}"
    program, *target = shlex.split(script if isinstance(script, str) else script[0])
    return _wrong_in_python([word for word in target if word != "{args}"] + words[1:]) if program == "python" else None


def _unknown_extra(words: list[str]) -> str | None:
    named = {each.strip() for word in words for extras in EXTRA.findall(word) for each in extras.split(",")}
    unknown = named - set(PROJECT["project"]["optional-dependencies"]) - {"..."}
    return f"no extra of pyproject.toml: {', '.join(sorted(unknown))}" if unknown else None


def _wrong_in_python(words: list[str]) -> str | None:
    if words[0] == "-m" and importlib.util.find_spec(words[1]) is None:
        return f"no such module: {words[1]}"
    if words[0] != "-m" and not (ROOT / words[0]).is_file():
        return f"no such file: {words[0]}"
    options = [word for word in words[1:] if word.startswith("--")]
    target = tuple(words[: words.index(options[0])]) if options else ()
    unknown = [option for option in options if not re.search(rf"{option}\b", _help(target))]
    return f"no option of {' '.join(target)}: {', '.join(unknown)}" if unknown else None


@functools.cache
def _help(target: tuple[str, ...]) -> str:
    return subprocess.run(
        [sys.executable, *target, "--help"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout


@pytest.mark.parametrize("document", DOCUMENTS, ids=NAMES)
def test_commands_exist(document: Path) -> None:
    """A script that was renamed, or an option that is gone, must not live on in the documentation."""
    wrong = {command: complaint(command) for command in commands(document.read_text("utf-8"))}
    assert {command: why for command, why in wrong.items() if why} == {}


@pytest.mark.parametrize("document", DOCUMENTS, ids=NAMES)
def test_every_block_is_of_a_kind_that_is_checked(document: Path) -> None:
    """A block of another language would be checked by nobody."""
    for block in code_blocks(document.read_text("utf-8")):
        assert block.language in ("python", "sh", "json", "javascript", "text", None), f"{document}:{block.line}"
        if block.language == "json":
            json.loads(block.text)


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node")
@pytest.mark.parametrize("document", DOCUMENTS, ids=NAMES)
def test_javascript_is_well_formed(document: Path) -> None:
    """What the scripts do is tested where they are used; here a parenthesis must not be missing."""
    for block in code_blocks(document.read_text("utf-8")):
        if block.language == "javascript":
            checked = subprocess.run(["node", "--check", "-"], input=block.text, capture_output=True, text=True)
            assert checked.returncode == 0, f"{document}:{block.line}: {checked.stderr}"


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("hatch run demo --bedrock", None),
        ("hatch run docs:build", None),
        ("hatch run dema", "no script of pyproject.toml: dema"),
        ("hatch run demo --bedrok", "no option of examples/final_turn_demo.py: --bedrok"),
        ("hatch tset", "no command of hatch: tset"),
        ("pip install '.[openai, writer]'", None),
        ("pip install 'strands-agents[opnai]'", "no extra of pyproject.toml: opnai"),
        ("python -m strands.testing.bedrock --script demo", None),
        ("python -m strands.testing.bedrok", "no such module: strands.testing.bedrok"),
        ("python -m strands.testing.bedrock --scrpt demo", "no option of -m strands.testing.bedrock: --scrpt"),
        ("python examples/gone.py", "no such file: examples/gone.py"),
        (".ci/run", None),
        ("curl example.com", "no such command: curl"),
    ],
)
def test_what_does_not_exist_is_named(command: str, why: str | None) -> None:
    """A check that finds nothing wrong anywhere proves nothing."""
    assert complaint(command) == why


def test_commands_are_found_in_blocks_and_sentences() -> None:
    """A command that is overlooked is not checked."""
    document = "Run `hatch run x`, not `Agent`.\n\n    pip install a && b --c  # why\n\n"
    document += "```sh\n# first\nd\n```\n\n```text\ne\n```\n"
    assert commands(document) == ["pip install a", "b --c", "d", "hatch run x"]
