"""The plugin: what the model sees of skills, and what is remembered of each agent."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

from strands import Agent, AgentSkills, Skill
from strands.testing import ScriptedModel, use


def listed(*skills: str) -> str:
    return "\n".join(["<available_skills>", *(skills or ["No skills are currently available."]), "</available_skills>"])


def entry(name: str, description: str = "Of use.", location: str | None = None) -> str:
    lines = ["<skill>", f"<name>{name}</name>", f"<description>{description}</description>"]
    return "\n".join([*lines, *([f"<location>{location}</location>"] if location else []), "</skill>"])


def agent_with(plugin: AgentSkills, *turns: Any, **options: Any) -> Agent:
    return Agent(
        model=ScriptedModel(list(turns) or (lambda request: "Fine.")),
        plugins=[plugin],
        callback_handler=None,
        **options,
    )


def activate(*names: str) -> list[Any]:
    return [use("skills", skill_name=name) for name in names]


def results(agent: Agent) -> list[str]:
    return [
        block["toolResult"]["content"][0]["text"]
        for message in agent.messages
        for block in message["content"]
        if "toolResult" in block
    ]


def write(directory: Path, *files: str, instructions: str = "Do it.") -> Path:
    for name in files:
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).touch()
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "SKILL.md").write_text(f"---\nname: {directory.name}\ndescription: Of use.\n---\n{instructions}")
    return directory


def test_the_list_is_added_to_the_system_prompt(tmp_path: Path) -> None:
    """It is all that the model knows before it asks."""
    agent = agent_with(AgentSkills([Skill("a", "<b> & c"), write(tmp_path / "b")]), system_prompt="Be brief.")
    assert agent.system_prompt == "Be brief."
    agent("Hi")
    expected = listed(entry("a", "&lt;b&gt; &amp; c"), entry("b", location=str(tmp_path / "b" / "SKILL.md")))
    assert agent.system_prompt_content == [{"text": "Be brief."}, {"text": expected}]
    assert agent.system_prompt == f"Be brief.\n{expected}"


LIST = {"text": listed(entry("a"))}


@pytest.mark.parametrize(
    ("prompt", "content"),
    [
        (None, [LIST]),
        ("A", [{"text": "A"}, LIST]),
        (
            [{"text": "A"}, {"cachePoint": {"type": "default"}}],
            [{"text": "A"}, {"cachePoint": {"type": "default"}}, LIST],
        ),
    ],
)
def test_the_list_stands_there_once_however_often_the_agent_runs(prompt: Any, content: Any) -> None:
    """Each copy would cost tokens, and break the provider's cache."""
    agent = agent_with(AgentSkills(Skill("a", "Of use.")), system_prompt=prompt)
    for _ in range(3):
        agent("Hi")
        assert agent.system_prompt_content == content


@pytest.mark.parametrize(
    ("change", "remaining"),
    [
        (lambda prompt: f"{prompt} Be kind.", "A Be kind."),
        (lambda prompt: prompt, "A"),
        (lambda prompt: "B", "B"),
    ],
)
def test_the_list_follows_changes_of_the_prompt(change: Any, remaining: str) -> None:
    """Applications edit the prompt as text, with the list in it."""
    plugin = AgentSkills(Skill("a", "Of use."))
    agent = agent_with(plugin, system_prompt="A")
    agent("Hi")
    agent.system_prompt = change(agent.system_prompt)
    plugin.set_available_skills([Skill("b", "Of use.")])
    agent("Hi")
    assert agent.system_prompt == f"{remaining}\n{listed(entry('b'))}"


def test_a_restored_agent_gets_the_present_list_only() -> None:
    """Prompt and state outlive the process; the list of then must not stay beside that of now."""
    agent = agent_with(AgentSkills(Skill("a", "Of use.")), system_prompt="A")
    agent("Hi")
    restored = agent_with(
        AgentSkills(Skill("b", "Of use.")), system_prompt=agent.system_prompt, state=agent.state.get()
    )
    restored("Hi")
    assert restored.system_prompt_content == [{"text": "A"}, {"text": listed(entry("b"))}]


def test_no_skills_are_worth_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    """Most likely a path is wrong."""
    agent = agent_with(AgentSkills([]))
    assert "no skills were loaded, the agent will have no skills available" in caplog.messages
    agent("Hi")
    assert agent.system_prompt == listed()


def test_activation_returns_the_instructions_and_what_is_known_besides(tmp_path: Path) -> None:
    """The model needs to know where the files are, and what the author expects."""
    directory = write(
        tmp_path / "a", "scripts/run.py", "scripts/deep/x.py", "assets/logo.png", "other/no.txt", "no.txt"
    )
    skill = Skill.from_file(directory)
    skill.allowed_tools, skill.compatibility = ["shell", "editor"], "Needs <qpdf>"
    agent = agent_with(AgentSkills(skill), activate("a"), "Done.")
    agent("Hi")
    assert results(agent) == [
        f"""Do it.

---
Allowed tools: shell, editor
Compatibility: Needs <qpdf>
Location: {directory / "SKILL.md"}

Available resources:
  scripts/deep/x.py
  scripts/run.py
  assets/logo.png"""
    ]


@pytest.mark.parametrize(
    ("limit", "lines"),
    [
        (0, ["... (truncated at 0 files)"]),
        (1, ["scripts/0", "... (truncated at 1 files)"]),
        (2, ["scripts/0", "scripts/1"]),
        (3, ["scripts/0", "scripts/1"]),
    ],
)
def test_only_so_many_files_are_listed(tmp_path: Path, limit: int, lines: list[str]) -> None:
    """A skill may come with thousands."""
    plugin = AgentSkills(write(tmp_path / "a", "scripts/0", "scripts/1"), max_resource_files=limit)
    agent = agent_with(plugin, activate("a"), "Done.")
    agent("Hi")
    assert results(agent)[0].partition("Available resources:\n")[2].splitlines() == [f"  {line}" for line in lines]


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("a", "Do it."),
        ("silent", "Skill 'silent' activated (no instructions available)."),
        ("none", "Skill 'none' not found. Available skills: a, silent"),
        ("", "Error: skill_name is required. Available skills: a, silent"),
    ],
)
def test_the_answer_to_each_request(name: str, answer: str) -> None:
    """The model can correct itself when it is told what there is."""
    plugin = AgentSkills([Skill("a", "Of use.", "Do it."), Skill("silent", "Of use.")])
    agent = agent_with(plugin, activate(name), "Done.")
    agent("Hi")
    assert results(agent) == [answer]


def test_the_tool_asks_for_a_name() -> None:
    """The schema is what the model goes by."""
    agent = agent_with(AgentSkills(Skill("a", "Of use.")))
    schema = agent.tool_registry.get_all_tools_config()["skills"]["inputSchema"]["json"]
    assert (schema["required"], {key: value["type"] for key, value in schema["properties"].items()}) == (
        ["skill_name"],
        {"skill_name": "string"},
    )


def test_activations_are_remembered_for_each_agent_the_latest_last() -> None:
    """One plugin may serve several agents."""
    plugin = AgentSkills([Skill(name, "Of use.", "Do it.") for name in "abc"], state_key="mine")
    first = agent_with(plugin, activate("a"), activate("b"), activate("none"), activate("a"), "Done.")
    second = agent_with(plugin, activate("c"), "Done.")
    first("Hi")
    second("Hi")
    assert (plugin.get_activated_skills(first), plugin.get_activated_skills(second)) == (["b", "a"], ["c"])
    assert first.state.get("mine")["activated_skills"] == ["b", "a"]


def test_skills_activated_at_the_same_time_are_all_remembered() -> None:
    """Tools of one response run in threads."""
    names = [f"s{number}" for number in range(30)]
    plugin = AgentSkills([Skill(name, "Of use.", "Do it.") for name in names])
    agent = agent_with(plugin, activate(*names), "Done.")
    agent("Hi")
    assert sorted(plugin.get_activated_skills(agent)) == sorted(names)


def test_foreign_state_under_the_key_is_an_error() -> None:
    """Overwriting it would lose what the application keeps there."""
    agent = agent_with(AgentSkills(Skill("a", "Of use.")), state={"agent_skills": "mine"})
    with pytest.raises(TypeError, match="expected dict for state key 'agent_skills', got str"):
        agent("Hi")


def test_sources_of_all_kinds_are_resolved(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Later ones replace earlier ones; what cannot be loaded is skipped."""
    write(tmp_path / "many" / "a")
    write(tmp_path / "many" / "b")
    plugin = AgentSkills(
        [
            str(tmp_path / "many"),
            write(tmp_path / "c"),
            tmp_path / "c" / "SKILL.md",
            Skill("a", "Mine."),
            tmp_path / "none",
            "https://127.0.0.1:1/skill",
        ]
    )
    found = [(skill.name, skill.description) for skill in plugin.get_available_skills()]
    assert found == [("a", "Mine."), ("b", "Of use."), ("c", "Of use.")]
    warnings = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert [message.partition(":")[0] for message in warnings] == [
        "name=<c> | duplicate skill name, overwriting previous skill",
        "name=<a> | duplicate skill name, overwriting previous skill",
        f"path=<{tmp_path / 'none'}> | skill source is neither a skill nor a directory, skipping",
        "source=<https",
    ]


def test_strict_plugins_skip_unsuitable_skills(tmp_path: Path) -> None:
    """Others go on without them."""
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "SKILL.md").write_text("---\nname: other\ndescription: d\n---\n")
    sources: Any = [tmp_path / "b", write(tmp_path / "a")]
    assert [skill.name for skill in AgentSkills(sources, strict=True).get_available_skills()] == ["a"]
    assert [skill.name for skill in AgentSkills(sources).get_available_skills()] == ["other", "a"]


@pytest.mark.parametrize("source", [5, None, [5], ("a",)])
def test_other_sources_are_refused(source: Any) -> None:
    """A mistake in the code is not to be skipped."""
    with pytest.raises(TypeError, match="expected a path, an https URL or a Skill"):
        AgentSkills(source)


def test_changing_the_returned_list_changes_nothing() -> None:
    """It is a copy."""
    plugin = AgentSkills(Skill("a", "Of use."))
    plugin.get_available_skills().clear()
    assert [skill.name for skill in plugin.get_available_skills()] == ["a"]
