"""Agents from configuration: a dict or a JSON file with a model, a prompt, a name and tools."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from strands.agent.agent import Agent


def _optional_string(description: str) -> dict[str, Any]:
    return {"description": description, "type": ["string", "null"], "default": None}


AGENT_CONFIG_SCHEMA: dict[str, Any] = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "title": "Agent Configuration",
    "description": "What an agent is made of",
    "type": "object",
    "properties": {
        "name": _optional_string("A name for people and for other agents"),
        "model": _optional_string("Id of a model on Amazon Bedrock; without it the default model"),
        "prompt": _optional_string("The system prompt: who the agent is and what it is to do"),
        "tools": {
            "description": "Files, modules, and functions of modules ('module:function') that hold tools",
            "type": "array",
            "items": {"type": "string"},
            "default": [],
        },
    },
    "additionalProperties": False,
}
"""The JSON schema of a configuration."""

_ARGUMENTS = {"name": "name", "model": "model", "prompt": "system_prompt", "tools": "tools"}
"""Key of a configuration to keyword of `Agent`."""

_FILE_URL = "file://"


def config_to_agent(config: str | dict[str, Any], **kwargs: Any) -> Agent:
    """Return the agent that a configuration describes.

    Args:
        config: The configuration, or the path of a JSON file that holds it, with or without `file://` in front.
        **kwargs: Further arguments of `Agent`; they override the configuration.

    Raises:
        ValueError: If the configuration does not fit `AGENT_CONFIG_SCHEMA`, or a tool cannot be loaded.
        FileNotFoundError: If there is no such file.
        json.JSONDecodeError: If the file holds no JSON.
    """
    from strands.agent.agent import Agent

    values = _loaded(config)
    _validate(values)
    given = {_ARGUMENTS[key]: value for key, value in values.items() if value is not None and value != []}
    return Agent(**{**given, **kwargs})


def _loaded(config: object) -> Any:
    if isinstance(config, dict):
        return config
    if not isinstance(config, str):
        raise ValueError("Config must be a file path string or dictionary")
    path = Path(config.removeprefix(_FILE_URL))
    if not path.is_file():
        raise FileNotFoundError(f"Configuration file not found: {config.removeprefix(_FILE_URL)}")
    return json.loads(path.read_text(encoding="utf-8"))


def _validate(values: Any) -> None:
    from jsonschema import Draft7Validator
    from jsonschema.exceptions import ValidationError

    try:
        Draft7Validator(AGENT_CONFIG_SCHEMA).validate(values)
    except ValidationError as error:
        place = " -> ".join(map(str, error.absolute_path)) or "root"
        raise ValueError(f"Configuration validation error at {place}: {error.message}") from error
