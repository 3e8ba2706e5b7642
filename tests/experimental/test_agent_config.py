"""Agents from configuration: a dict, or a JSON file."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from strands.experimental import config_to_agent
from strands.experimental.agent_config import AGENT_CONFIG_SCHEMA
from strands.models.bedrock import BedrockModel
from strands.testing import ScriptedModel

TOOL = '''
from strands import tool

@tool
def greet(name: str) -> str:
    """Greet somebody."""
    return f"Hello {name}"
'''


@pytest.fixture(autouse=True)
def _in_an_empty_folder_and_a_region(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-west-2")
    (tmp_path / "greeting.py").write_text(TOOL)


def model_id(agent: Any) -> str:
    assert isinstance(agent.model, BedrockModel)
    return agent.model.get_config()["model_id"]


def test_all_fields_reach_the_agent() -> None:
    """That is what configuration is for."""
    agent = config_to_agent({"name": "Greeter", "model": "some-model", "prompt": "Be kind.", "tools": ["greeting.py"]})
    assert (agent.name, model_id(agent), agent.system_prompt, agent.tool_names) == (
        "Greeter",
        "some-model",
        "Be kind.",
        ["greet"],
    )


@pytest.mark.parametrize("config", [{}, {"name": None, "model": None, "prompt": None, "tools": []}])
def test_what_is_not_configured_has_its_default(config: dict[str, Any]) -> None:
    """Null is how JSON says that nothing was chosen."""
    agent = config_to_agent(config)
    assert (agent.name, agent.system_prompt, agent.tool_names) == ("Strands Agents", None, [])


@pytest.mark.parametrize(
    "path", ["agent.json", "./agent.json", "file://agent.json", "{folder}/agent.json", "file://{folder}/agent.json"]
)
def test_a_file_holds_the_configuration(tmp_path: Path, path: str) -> None:
    """With or without a scheme, absolute or not."""
    Path("agent.json").write_text(json.dumps({"name": "Björn"}, ensure_ascii=False), encoding="utf-8")
    assert config_to_agent(path.format(folder=tmp_path)).name == "Björn"


def test_arguments_override_the_configuration() -> None:
    """The file says what is usual; the code knows what is needed now."""
    model = ScriptedModel(["Fine."])
    agent = config_to_agent(
        {"name": "a", "model": "m", "prompt": "p", "tools": ["greeting.py"]},
        name="b",
        model=model,
        system_prompt="q",
        tools=[],
        messages=[],
        callback_handler=None,
    )
    assert (agent.name, agent.model, agent.system_prompt, agent.tool_names) == ("b", model, "q", [])
    assert str(agent("Hi")) == "Fine.\n"


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"model": 1}, "Configuration validation error at model: 1 is not of type 'string', 'null'"),
        ({"tools": "x"}, "Configuration validation error at tools: 'x' is not of type 'array'"),
        ({"tools": None}, "Configuration validation error at tools: None is not of type 'array'"),
        ({"tools": ["a", 1]}, "Configuration validation error at tools -> 1: 1 is not of type 'string'"),
        (
            {"temperature": 1},
            "Configuration validation error at root: Additional properties are not allowed "
            "('temperature' was unexpected)",
        ),
        (5, "Config must be a file path string or dictionary"),
        (None, "Config must be a file path string or dictionary"),
        (Path("agent.json"), "Config must be a file path string or dictionary"),
    ],
)
def test_what_does_not_fit_the_schema_is_an_error(config: Any, message: str) -> None:
    """The message names the place."""
    with pytest.raises(ValueError) as raised:
        config_to_agent(config)
    assert str(raised.value) == message


@pytest.mark.parametrize(
    ("content", "error", "message"),
    [
        ("[1]", ValueError, "Configuration validation error at root: [1] is not of type 'object'"),
        ("{no", json.JSONDecodeError, "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        ("", json.JSONDecodeError, "Expecting value: line 1 column 1 (char 0)"),
    ],
)
def test_files_with_something_else_are_errors(content: str, error: type[Exception], message: str) -> None:
    """They are no configuration."""
    Path("agent.json").write_text(content)
    with pytest.raises(error) as raised:
        config_to_agent("agent.json")
    assert str(raised.value) == message


@pytest.mark.parametrize("path", ["none.json", "file:///none.json", "", "."])
def test_missing_files_are_named(path: str) -> None:
    """A folder is no file either."""
    with pytest.raises(FileNotFoundError, match="Configuration file not found: "):
        config_to_agent(path)


@pytest.mark.parametrize("tool", ["none.module", "none.module:function", "json", "os.path:join", "./none.py"])
def test_tools_that_cannot_be_loaded_are_errors(tool: str) -> None:
    """An agent without its tools would do something else than was configured."""
    with pytest.raises(ValueError, match="Failed to load tool "):
        config_to_agent({"tools": [tool]})


def test_the_schema_is_one() -> None:
    """Editors and other programs validate with it."""
    from jsonschema import Draft7Validator

    Draft7Validator.check_schema(AGENT_CONFIG_SCHEMA)
    assert set(AGENT_CONFIG_SCHEMA["properties"]) == {"name", "model", "prompt", "tools"}


def test_the_validator_is_loaded_when_it_is_used() -> None:
    """Its import takes longer than that of everything else here."""
    program = "import sys, strands.experimental.agent_config; print('jsonschema' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
