"""Describe what a module publishes: names, signatures, defaults, keys, fields, members and bases, as comparable JSON.

Annotations are left out: they have no effect at run time, and this project types more strictly on purpose.
"""

from __future__ import annotations

import dataclasses
import enum
import importlib
import inspect
import pkgutil
import types
import typing
from collections.abc import Iterator
from typing import Any

LONG_TEXT = 120

NOT_INSTALLED = "not installed"
"""Stands for an observation where a package is missing that belongs to an extra."""

_LIBRARIES = frozenset({"abc", "builtins", "collections", "enum", "pydantic", "typing", "typing_extensions"})
"""What a class inherits from these is no promise of the package."""

UNDERSCORED_BUT_USED = (
    "strands._async",
    "strands._exception_notes",
    "strands._identifier",
    "strands.agent._agent_as_tool",
    "strands.event_loop._recover_message_on_max_tokens_reached",
    "strands.event_loop._retry",
    "strands.hooks._type_inference",
    "strands.models._defaults",
    "strands.models._openai_bedrock",
    "strands.models._strict_schema",
    "strands.models._validation",
    "strands.multiagent.a2a._converters",
    "strands.tools._caller",
    "strands.tools._tool_helpers",
    "strands.tools._validator",
    "strands.tools.executors._executor",
    "strands.tools.structured_output._structured_output_context",
    "strands.types._events",
    "strands.types._snapshot",
)
"""Modules that look private but that published clients import."""

UNDERSCORED_NAMES = ("_InterruptState", "_AgentAsTool", "_PluginRegistry", "_ModelPlugin", "_ToolCaller")
"""Names that look private but that published clients import."""

# Aliases and constants do not know where they were defined, and many modules import them.
_HOMES = {
    "AgentState": "strands.agent.state",
    "AgentInput": "strands.types.agent",
    "AttributeValue": "strands.types.traces",
    "DEFAULT_STRUCTURED_OUTPUT_PROMPT": "strands.tools.structured_output._structured_output_context",
    "DEFAULT_TASK_CONFIG": "strands.tools.mcp.mcp_tasks",
    "INITIAL_DELAY": "strands.event_loop.event_loop",
    "JSONSchema": "strands.types.tools",
    "MAX_ATTEMPTS": "strands.event_loop.event_loop",
    "MAX_DELAY": "strands.event_loop.event_loop",
    "Messages": "strands.types.content",
    "Role": "strands.types.content",
    "RunToolHandler": "strands.types.tools",
    "SNAPSHOT_SCHEMA_VERSION": "strands.types._snapshot",
    "StopReason": "strands.types.event_loop",
    "TYPE_CHECKING": "typing",
    "ToolChoice": "strands.types.tools",
    "ToolGenerator": "strands.types.tools",
    "ToolResultStatus": "strands.types.tools",
}


def module_names() -> list[str]:
    """Return every module of the installed package that is public or known to be used."""
    import strands

    found = {"strands"}
    for info in pkgutil.walk_packages(strands.__path__, "strands.", onerror=lambda name: None):
        if not any(part.startswith("_") for part in info.name.split(".")) or info.name in UNDERSCORED_BUT_USED:
            found.add(info.name)
    return sorted(found)


def describe_module(name: str) -> dict[str, Any]:
    """Return what a module publishes."""
    try:
        module = importlib.import_module(name)
    except Exception as error:
        missing = str(getattr(error, "name", "")).partition(".")[0]
        own = not isinstance(error, ModuleNotFoundError) or missing == "strands"
        return {"cannot be imported": type(error).__name__} if own else {NOT_INSTALLED: missing}
    described: dict[str, Any] = {}
    for key in _public_names(module):
        try:
            value = getattr(module, key)
        except Exception as error:
            described[key] = {"kind": "broken", "error": type(error).__name__}
            continue
        if (entry := describe(value)) is not None:
            described[key] = entry
    return described


def only_published(results: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Drop what a module merely imported, so that only names at home in it, or exported by a package, remain."""
    kept: dict[str, dict[str, Any]] = {}
    packages = {name.rpartition(".")[0] for name in results} | {"strands"}
    for module, entries in results.items():
        if "cannot be imported" in entries or NOT_INSTALLED in entries:
            continue
        kept[module] = {
            key: _without_home(entry) for key, entry in entries.items() if _at_home(module, key, entry, packages)
        }
    return kept


def _at_home(module: str, key: str, entry: dict[str, Any], packages: set[str]) -> bool:
    home = entry.get("home")
    if key in _HOMES:
        return _HOMES[key] == module
    if home is not None:
        return bool(home == module) or module in packages
    return key.isupper() or module.startswith("strands.types.")


def _without_home(entry: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if key not in ("home", "name")}


def _public_names(module: types.ModuleType) -> list[str]:
    names = {
        name for name in (*vars(module), *getattr(module, "__all__", ()), *dir(module)) if not name.startswith("_")
    }
    return sorted(names | {name for name in UNDERSCORED_NAMES if hasattr(module, name)})


def describe(value: Any) -> dict[str, Any] | None:
    """Return the description of one value, or None for what is not part of an API (loggers, typing's own names)."""
    home = getattr(value, "__module__", None)
    if isinstance(value, type) and not isinstance(value, types.GenericAlias):
        return {**_class(value), "home": home, "name": value.__name__} if str(home).startswith("strands") else None
    if inspect.isfunction(value):
        return (
            {"kind": "function", "home": home, "name": value.__name__, **_callable(value)}
            if str(home).startswith("strands")
            else None
        )
    if typing.get_origin(value) is not None or isinstance(value, types.UnionType):
        return _alias(value)
    if isinstance(value, str | int | float | bool | tuple | list | dict | frozenset | set):
        return {"kind": "constant", "value": _default(value)}
    return None


def _alias(value: Any) -> dict[str, Any]:
    if typing.get_origin(value) is typing.Literal:
        return {"kind": "literal", "values": {str(entry): True for entry in typing.get_args(value)}}
    return {"kind": "alias"}


def _class(value: type) -> dict[str, Any]:
    described: dict[str, Any] = {"kind": "class", "bases": dict.fromkeys(_bases(value), True)}
    if hasattr(value, "__required_keys__"):
        typed_dict: Any = value
        keys = {
            **dict.fromkeys(typed_dict.__required_keys__, "required"),
            **dict.fromkeys(typed_dict.__optional_keys__, "optional"),
        }
        return {"kind": "typed dict", "keys": dict(sorted(keys.items()))}
    if issubclass(value, enum.Enum):
        return {**described, "members": {member.name: _default(member.value) for member in value}}
    if dataclasses.is_dataclass(value):
        described["fields"] = {
            field.name: _field(field) for field in dataclasses.fields(value) if not field.name.startswith("_")
        }
    described["members"] = dict(sorted(_members(value)))
    return described


def _bases(value: type) -> Iterator[str]:
    for base in value.__mro__[1:]:
        if base.__name__ not in ("object", "Generic", "Protocol", "ABC", "dict"):
            yield base.__name__


def _field(field: dataclasses.Field[Any]) -> dict[str, Any]:
    if field.default_factory is not dataclasses.MISSING:
        default = "<factory>"
    else:
        default = "<required>" if field.default is dataclasses.MISSING else _default(field.default)
    return {"default": default, "init": field.init, "keyword only": bool(getattr(field, "kw_only", False))}


def _members(value: type) -> Iterator[tuple[str, Any]]:
    for name in dir(value):
        owner = next((base for base in value.__mro__ if name in vars(base)), None)
        if owner is None or owner.__module__.partition(".")[0] in _LIBRARIES:
            continue
        if name.startswith("_") and name not in ("__init__", "__call__"):
            continue
        described = _member(inspect.getattr_static(value, name))
        if name == "__init__" and not any(one not in ("*", "**") for one in described.get("parameters", {}).values()):
            continue  # inherited or synthesised: nothing is promised
        yield name, described


def _member(member: Any) -> Any:
    if isinstance(member, property):
        return {"kind": "property", **({"settable": True} if member.fset else {})}
    if isinstance(member, classmethod | staticmethod):
        return {"kind": type(member).__name__, **_callable(member.__func__, bound=isinstance(member, classmethod))}
    if inspect.isfunction(member):
        return {"kind": "method", **_callable(member, bound=True)}
    if isinstance(member, type):
        described = _class(member)
        return described if described["kind"] == "typed dict" else {"kind": "class"}
    if isinstance(member, str | int | float | bool | None):
        return {"kind": "attribute", "value": _default(member)}
    return {"kind": "attribute"}


def _callable(function: Any, *, bound: bool = False) -> dict[str, Any]:
    parameters = list(inspect.signature(function).parameters.values())[1 if bound else 0 :]
    described: dict[str, Any] = {
        "positional": [one.name for one in parameters if one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD)],
        "parameters": {one.name: _parameter(one) for one in parameters},
    }
    if inspect.iscoroutinefunction(function):
        described["coroutine"] = True
    return described


def _parameter(parameter: inspect.Parameter) -> Any:
    if parameter.kind is parameter.VAR_POSITIONAL:
        return "*"
    if parameter.kind is parameter.VAR_KEYWORD:
        return "**"
    return "<required>" if parameter.default is parameter.empty else _default(parameter.default)


def _default(value: Any) -> Any:
    if isinstance(value, enum.Enum):
        return f"<{type(value).__name__}.{value.name}>"
    if isinstance(value, str):
        return value if len(value) <= LONG_TEXT else "<long text>"
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, tuple | list | set | frozenset | dict):
        return f"<{type(value).__name__}>"
    return f"<{value.__name__}>" if isinstance(value, type) or inspect.isfunction(value) else "<object>"
