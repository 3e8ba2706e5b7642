"""The patch on a little package: complete or not at all, and out again without a trace."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.upstream._little_package import AGENT, EVENTS, LOOP, README, write_checkout, write_package
from upstream import additions
from upstream.__main__ import main
from upstream.places import PlaceError
from upstream.releases import digests


def run(*arguments: str | Path) -> int:
    return main([str(argument) for argument in arguments])


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return write_package(tmp_path)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    return write_checkout(tmp_path)


class TestApply:
    """What `apply` does to a tree."""

    def test_only_lines_are_added(self, package: Path) -> None:
        """Formatting elsewhere is the owner's: not even spaces at the end of a line are ours to mend."""
        assert run("apply", package) == 0
        for name, before in (
            ("agent/agent.py", AGENT),
            ("event_loop/event_loop.py", LOOP),
            ("types/_events.py", EVENTS),
        ):
            after = (package / name).read_text().splitlines()
            rest = iter(after)
            assert all(line in rest for line in before.splitlines())
            assert len(after) > len(before.splitlines())

    def test_statements_go_where_they_belong(self, package: Path) -> None:
        """In front of what they announce, behind what they change."""
        run("apply", package)
        loop = [line.strip() for line in (package / "event_loop" / "event_loop.py").read_text().splitlines()]
        at = loop.index("yield ModelAttemptEvent(tools_offered=bool(tool_specs))")
        assert loop[at - 1 : at + 2] == ["tool_specs = agent.tools", loop[at], "# The events of the model."]
        assert loop.index("yield TurnVerdictEvent(") + 3 == loop.index("yield ModelMessageEvent(message=message)")
        assert loop.index("from .final_turn import is_answer") == loop.index("from ._retry import again") + 1
        agent = [line.strip() for line in (package / "agent" / "agent.py").read_text().splitlines()]
        assert agent.index("if final_turn_only:") == agent.index("events = self._run_loop(prompt)   # some  spaces") + 1
        assert agent.count("stream_final_turn_only=stream_final_turn_only,") == 2

    def test_the_gate_is_the_one_of_this_repository(self, package: Path) -> None:
        """A copy that is kept by hand would drift."""
        run("apply", package)
        assert (package / "event_loop" / "final_turn.py").read_bytes() == additions.GATE.read_bytes()

    def test_a_second_time_changes_nothing(self, package: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """Whoever is not sure can run it again."""
        run("apply", package)
        once = digests(package)
        assert run("apply", package) == 0
        assert digests(package) == once
        assert "has the patch already" in capsys.readouterr().out

    def test_line_ends_stay_as_they_are(self, tmp_path: Path) -> None:
        """A file with a mixture of line ends shows as changed from top to bottom."""
        package = write_package(tmp_path, agent__agent=AGENT.replace("\n", "\r\n"))
        assert run("apply", package) == 0
        patched = (package / "agent" / "agent.py").read_bytes()
        assert patched.count(b"\n") == patched.count(b"\r\n")
        assert run("apply", package, "--revert") == 0
        assert (package / "agent" / "agent.py").read_bytes() == AGENT.replace("\n", "\r\n").encode()

    def test_a_checkout_gets_tests_and_a_paragraph(self, checkout: Path) -> None:
        """A pull request without them would be sent back."""
        assert run("apply", checkout) == 0
        tests = checkout / "tests" / "strands" / "event_loop"
        assert "from ._scripted import" in (tests / "test_final_turn.py").read_text()
        assert (tests / "_scripted.py").is_file()
        readme = (checkout / "README.md").read_text()
        assert readme.index("## Features") < readme.index("### Final-Turn Streaming") < readme.index("## Documentation")

    def test_the_record_is_no_part_of_the_branch(self, checkout: Path) -> None:
        """What git sees is the pull request, and nothing else."""
        (checkout / ".git").mkdir()
        before = set(digests(checkout))
        run("apply", checkout)
        assert {name for name in set(digests(checkout)) - before if not name.startswith(".git/")} == {
            "src/strands/event_loop/final_turn.py",
            "tests/strands/event_loop/_scripted.py",
            "tests/strands/event_loop/test_final_turn.py",
        }

    def test_a_linked_work_tree_keeps_its_record_in_git(self, tmp_path: Path) -> None:
        """There `.git` is a file that names a directory."""
        checkout = write_checkout(tmp_path / "tree")
        (tmp_path / "store").mkdir()
        (checkout / ".git").write_text("gitdir: ../store\n")
        run("apply", checkout)
        assert (tmp_path / "store" / ".final_turn.json").is_file()


REFUSALS = {
    "no class Agent": (("agent__agent", AGENT.replace("class Agent:", "class Robot:")), "one class Agent, found none"),
    "two classes": (("agent__agent", AGENT + "\n\nclass Agent:\n    pass\n"), "one class Agent, found 2"),
    "no method": (("agent__agent", AGENT.replace("def invoke_async", "def ask")), "function invoke_async, found none"),
    "no run": (
        ("agent__agent", AGENT.replace("self._run_loop(prompt)", "run(prompt)")),
        "assignment of self._run_loop()",
    ),
    "no docstring": (("agent__agent", AGENT.replace('"""Run and wait.', '"" + """Run.')), "docstring in invoke_async"),
    "no arguments told": (("agent__agent", AGENT.replace("Args:", "Parameters:")), "one 'Args:'"),
    "nothing passed on": (
        ("agent__agent", AGENT.replace("            **kwargs,\n        )", "        )")),
        "**kwargs on",
    ),
    "no model": (
        ("event_loop__event_loop", LOOP.replace("in stream_messages(", "in stream(")),
        "stream_messages, found none",
    ),
    "two models": (
        ("event_loop__event_loop", LOOP + LOOP[LOOP.index("async def") :].replace("_cycle", "_two")),
        "found 2",
    ),
    "other arguments": (("event_loop__event_loop", LOOP.replace("agent.prompt, ", "")), "fourth argument, got 3"),
    "no message": (
        ("event_loop__event_loop", LOOP.replace("yield ModelMessageEvent(", "print(")),
        "yield of a ModelMessage",
    ),
    "other names": (
        ("event_loop__event_loop", LOOP.replace("stop_reason, message", "why, message")),
        "stop_reason and mess",
    ),
    "other imports": (
        ("event_loop__event_loop", LOOP.replace("from ._retry import again\n", "again = 1\n")),
        "an import that",
    ),
    "no base": (
        ("types___events", EVENTS.replace("class StartEventLoopEvent", "class Start")),
        "class StartEventLoopEvent",
    ),
    "no override": (("types___events", EVENTS.replace("import override", "import final")), "override to be imported"),
    "no Python": (("types___events", "class\n"), "Syntax Error"),
}


class TestRefusal:
    """When in doubt, nothing is written."""

    @pytest.mark.parametrize(("replaced", "reason"), REFUSALS.values(), ids=list(REFUSALS))
    @pytest.mark.parametrize("option", [[], ["--check"], ["--diff"]], ids=["apply", "check", "diff"])
    def test_a_place_that_is_missing_or_ambiguous_is_named(
        self,
        tmp_path: Path,
        capsys: pytest.CaptureFixture[str],
        replaced: tuple[str, str],
        reason: str,
        option: list[str],
    ) -> None:
        """A release that is built differently needs a person, not a guess."""
        name, source = replaced
        package = write_package(tmp_path, **{name: source})
        before = digests(tmp_path)
        assert run("apply", package, *option) == 1
        told = capsys.readouterr().err
        assert told.startswith("refused: ")
        assert reason in told
        assert name.replace("___", "/_").replace("__", "/") in told
        assert digests(tmp_path) == before

    def test_a_file_in_the_way_stays(self, package: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """This repository's own package has a gate already."""
        (package / "event_loop" / "final_turn.py").write_text("mine")
        assert run("apply", package) == 1
        assert "exists already" in capsys.readouterr().err
        assert (package / "event_loop" / "final_turn.py").read_text() == "mine"

    def test_a_path_without_the_package_is_named(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """A typing error must not end in a traceback."""
        assert run("apply", tmp_path / "nowhere") == 1
        assert "nowhere" in capsys.readouterr().err

    @pytest.mark.parametrize("missing", ["README.md", "tests/strands/event_loop/__init__.py"])
    def test_a_checkout_has_to_be_complete(
        self, checkout: Path, capsys: pytest.CaptureFixture[str], missing: str
    ) -> None:
        """Half a pull request is none."""
        (checkout / missing).unlink()
        assert run("apply", checkout) == 1
        assert missing.split("/")[0] in capsys.readouterr().err

    def test_a_failed_write_leaves_nothing_behind(self, package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A full disk after the second file must not leave a package that cannot be imported."""
        before = digests(package)
        replace = Path.replace

        def fail(source: Path, destination: Path) -> Path:
            if destination.name == "agent.py" and b"FinalTurnGate" in source.read_bytes():
                raise OSError("disk full")
            return replace(source, destination)

        monkeypatch.setattr(Path, "replace", fail)
        with pytest.raises(OSError, match="disk full"):
            run("apply", package)
        assert digests(package) == before


class TestRevert:
    """Back to what it was, byte for byte, or not at all."""

    def test_a_package_is_as_it_was(self, package: Path) -> None:
        """Compiled leftovers of the gate go, too: Python would import them no longer, but tools list them."""
        before = digests(package)
        run("apply", package)
        subprocess.run([sys.executable, "-m", "compileall", "-q", package], check=True)
        assert run("apply", package, "--revert") == 0
        assert digests(package) == before
        assert not list(package.rglob("final_turn*"))

    def test_a_checkout_is_as_it_was(self, checkout: Path) -> None:
        """Tests and paragraph included."""
        before = digests(checkout)
        run("apply", checkout)
        run("apply", checkout, "--revert")
        assert digests(checkout) == before

    @pytest.mark.parametrize("option", [[], ["--revert"], ["--check"]], ids=["apply", "revert", "check"])
    def test_edited_files_are_left_alone(
        self, package: Path, capsys: pytest.CaptureFixture[str], option: list[str]
    ) -> None:
        """Somebody's work is in them."""
        run("apply", package)
        with (package / "agent" / "agent.py").open("a") as file:
            file.write("# mine\n")
        edited = digests(package)
        assert run("apply", package, *option) == 1
        assert "agent/agent.py: was edited" in capsys.readouterr().err
        assert digests(package) == edited

    def test_what_was_never_patched_is_refused(self, package: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """There is nothing to go back to."""
        assert run("apply", package, "--revert") == 1
        assert "was not patched" in capsys.readouterr().err

    def test_a_run_that_was_broken_off_can_be_undone(self, package: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """A killed process leaves some files patched and others not; the record came first."""
        before = digests(package)
        run("apply", package)
        (package / "agent" / "agent.py").write_text(AGENT)
        assert run("apply", package) == 1
        assert "broken off" in capsys.readouterr().err
        assert run("apply", package, "--revert") == 0
        assert digests(package) == before


class TestTelling:
    """What is said without changing anything."""

    def test_check_counts_the_lines(self, checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """A maintainer asks first how much it is."""
        before = digests(checkout)
        assert run("apply", checkout, "--check") == 0
        told = capsys.readouterr().out
        assert "checkout" in told
        assert "36 lines would be added" in told
        assert digests(checkout) == before

    def test_check_of_an_installed_copy_says_what_is_left_out(
        self, package: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """An installed copy has neither tests nor a README."""
        run("apply", package, "--check")
        assert "no tests" in capsys.readouterr().out

    def test_diff_is_what_git_applies(self, checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """The diff and the edit are the same thing."""
        run("apply", checkout, "--diff")
        diff = capsys.readouterr().out
        subprocess.run(["git", "apply", "-"], cwd=checkout, input=diff, text=True, check=True)
        by_git = digests(checkout)
        subprocess.run(["git", "apply", "-R", "-"], cwd=checkout, input=diff, text=True, check=True)
        run("apply", checkout)
        (checkout / ".final_turn.json").unlink()
        assert digests(checkout) == by_git


def test_the_added_modules_are_well_formatted(checkout: Path) -> None:
    """They must pass the other project's checks, too: its formatter, its rules of order, no unused names."""
    run("apply", checkout)
    added = [checkout / "src/strands/event_loop/final_turn.py", *(checkout / "tests").rglob("*[a-z].py")]
    ruff = [sys.executable, "-m", "ruff"]
    options = ["--isolated", "--line-length", "120"]
    subprocess.run([*ruff, "format", "--check", *options, *added], check=True, cwd=checkout)
    rules = ["--select", "B,E,F,G,I,LOG,UP", "--config", 'lint.isort.known-first-party = ["strands"]']
    subprocess.run([*ruff, "check", *rules, *options, *added], check=True, cwd=checkout)
    rules = ["--select", "D", "--config", 'lint.pydocstyle.convention = "google"']
    subprocess.run([*ruff, "check", *rules, *options, added[0]], check=True, cwd=checkout)


@pytest.mark.parametrize("readme", [README.replace("## Documentation", "## Docs"), README + README])
def test_a_readme_of_another_shape_is_refused(readme: str) -> None:
    """A paragraph in the wrong place would be worse than none."""
    with pytest.raises(PlaceError, match="one heading"):
        additions.with_paragraph(readme)
