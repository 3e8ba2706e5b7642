"""Agents from configuration, checkpoints, and former names."""

from __future__ import annotations

import importlib
import json
import os
import tempfile
import warnings
from pathlib import Path
from typing import Any

from compat.normalise import current, observed
from compat.observing import attempt
from compat.registry import scenario, table
from strands.experimental.agent_config import AGENT_CONFIG_SCHEMA, config_to_agent
from strands.experimental.checkpoint import Checkpoint

TOOL = 'from strands import tool\n@tool\ndef greet(name: str) -> str:\n    """Greet."""\n    return name\n'


def folder() -> Path:
    """Return a new folder, shown as `<folder>`."""
    path = Path(tempfile.mkdtemp()).resolve()
    current.get().name_path(str(path), "<folder>")
    return path


def seen(agent: Any) -> list[Any]:
    return [agent.name, agent.model.get_config().get("model_id"), agent.system_prompt, agent.tool_names, agent.messages]


def configured(config: Any, **arguments: Any) -> Any:
    os.environ["AWS_DEFAULT_REGION"] = "us-west-2"
    outcome = attempt(lambda: seen(config_to_agent(config, **arguments)))
    if "raised" in outcome:
        outcome["raised"].pop("cause", None)  # repeats the schema's prose
    return outcome


@table(
    {
        json.dumps(config)[:60]: config
        for config in [
            {},
            {"name": "n", "model": "m", "prompt": "p"},
            {"name": None, "model": None, "prompt": None},
            {"tools": []},
            {"tools": None},
            {"tools": "x"},
            {"tools": [1]},
            {"model": 1},
            {"model": 1, "prompt": 2},
            {"foo": 1},
            {"tools": ["none.module"]},
            {"tools": ["none.module:function"]},
            {"tools": ["json"]},
            {"tools": ["os.path:join"]},
            [],
            None,
            5,
        ]
    }
)
async def agent_from(config: Any) -> Any:
    return configured(config)


@table(
    {
        "name and messages": {"name": "b", "messages": [{"role": "user", "content": [{"text": "x"}]}]},
        "model": {"model": None},
        "prompt": {"system_prompt": "q"},
        "unknown": {"none": 1},
    }
)
async def agent_with_arguments(arguments: dict[str, Any]) -> Any:
    return configured({"name": "a", "model": "m", "prompt": "p"}, **arguments)


@table(
    {
        "object": '{"name": "n", "tools": []}',
        "list": "[1]",
        "no json": "{no",
        "empty": "",
        "missing": None,
    }
)
async def agent_from_a_file(content: str | None) -> Any:
    path = folder() / "agent.json"
    if content is not None:
        path.write_text(content)
    return [configured(str(path)), configured(f"file://{path}")]


@scenario
async def agent_with_a_tool_file() -> Any:
    path = folder() / "greeting.py"
    path.write_text(TOOL)
    return configured({"tools": [str(path)]})


@scenario
async def schema_of_configurations() -> Any:
    properties = {
        name: {key: value for key, value in each.items() if key != "description"}
        for name, each in AGENT_CONFIG_SCHEMA["properties"].items()
    }
    return {
        **{key: value for key, value in AGENT_CONFIG_SCHEMA.items() if key != "description"},
        "properties": properties,
    }


WRITTEN = {
    "position": "after_tools",
    "cycle_index": 3,
    "snapshot": {"a": 1},
    "app_data": {"b": 2},
    "schema_version": "1.0",
}


@table(
    {
        "complete": WRITTEN,
        "position only": {"position": "after_model", "schema_version": "1.0"},
        "no position": {"schema_version": "1.0"},
        "no version": {"position": "after_model"},
        "other version": {**WRITTEN, "schema_version": "2.0"},
        "number as version": {**WRITTEN, "schema_version": 1.0},
        "unknown key": {**WRITTEN, "extra": 1},
        "empty": {},
    }
)
async def checkpoint_from(written: dict[str, Any]) -> Any:
    return attempt(lambda: Checkpoint.from_dict(written).to_dict())


@scenario
async def checkpoint_defaults() -> Any:
    return observed([Checkpoint("after_model"), Checkpoint(position="after_tools", cycle_index=1).to_dict()])


@table(
    {
        f"{module} {name}": (module, name)
        for module, name in [
            ("steering", "Guide"),
            ("steering", "LLMSteeringHandler"),
            ("steering", "Nonsense"),
            ("steering.core", "SteeringHandler"),
            ("steering.core.action", "Proceed"),
            ("steering.core.context", "SteeringContext"),
            ("steering.core.handler", "SteeringHandler"),
            ("steering.context_providers", "LedgerProvider"),
            ("steering.context_providers.ledger_provider", "LedgerBeforeToolCall"),
            ("steering.handlers.llm", "DefaultPromptMapper"),
            ("steering.handlers.llm.llm_handler", "LLMSteeringHandler"),
            ("steering.handlers.llm.mappers", "LLMPromptMapper"),
            ("tools", "ToolProvider"),
            ("hooks", "BeforeToolInvocationEvent"),
            ("hooks", "AfterModelInvocationEvent"),
            ("hooks.events", "AfterToolInvocationEvent"),
            ("hooks.multiagent", "BeforeNodeCallEvent"),
            ("hooks.multiagent.events", "MultiAgentInitializedEvent"),
        ]
    }
)
async def former_name(place: tuple[str, str]) -> Any:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        module = importlib.import_module(f"strands.experimental.{place[0]}")
        found = attempt(lambda: f"{getattr(module, place[1]).__module__}.{place[1]}")
    return [
        found,
        sorted({f"{each.category.__name__}: {each.message}" for each in caught if "strands" in str(each.message)}),
    ]
