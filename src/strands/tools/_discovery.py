"""Finding tools in Python files and modules."""

from __future__ import annotations

import importlib.util
import logging
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

from strands.tools.decorator import DecoratedFunctionTool
from strands.tools.tools import PythonAgentTool
from strands.types.tools import AgentTool

logger = logging.getLogger(__name__)


def module_from_file(path: Path) -> ModuleType:
    """Execute a Python file as a module of its own, afresh each time.

    Raises:
        FileNotFoundError: If there is no such file.
        ImportError: If the file is no Python source.
    """
    name = f"_strands_tool_{path.stem}"
    if not path.is_file():
        raise FileNotFoundError(f"Tool file not found: {path}")
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"Could not create spec for {path.name}: expected a Python file")
    module = importlib.util.module_from_spec(spec)
    previous = sys.modules.get(name)
    sys.modules[name] = module  # while it runs: dataclasses and type hints look their module up
    try:
        spec.loader.exec_module(module)
    except BaseException:
        if previous is None:
            del sys.modules[name]
        else:
            sys.modules[name] = previous
        raise
    return module


def decorated_tools(module: ModuleType) -> list[DecoratedFunctionTool[..., object]]:
    """Return the `@tool` functions of a module, each once, in the order of their names."""
    found = [value for _, value in sorted(vars(module).items()) if isinstance(value, DecoratedFunctionTool)]
    return list(dict.fromkeys(found))


def tools_from_module(module: ModuleType, name: str) -> list[AgentTool]:
    """Return a module's `@tool` functions, or else its one tool made of `TOOL_SPEC` and a function.

    Args:
        module: The module.
        name: Name of the tool and of its function, for the second kind.

    Raises:
        AttributeError: If the module holds neither.
        TypeError: If what should be the function cannot be called.
    """
    functions = decorated_tools(module)
    if functions:
        logger.debug("module=<%s>, tools=<%s> | found function tools", name, [tool.tool_name for tool in functions])
        return [*functions]
    if not hasattr(module, "TOOL_SPEC"):
        raise AttributeError(
            f"The module {name} is not a valid module for loading tools. "
            "This module must contain @tool decorated function(s), or must be a module based tool."
        )
    return [module_tool(module, name)]


def module_tool(module: ModuleType, name: str) -> PythonAgentTool:
    """Return the tool that a module makes of its `TOOL_SPEC` and the function called `name`.

    Raises:
        AttributeError: If the function is missing.
        TypeError: If it cannot be called.
    """
    function = getattr(module, name, None)
    if function is None:
        raise AttributeError(f"Module-based tool {name} missing function {name}")
    if not callable(function):
        raise TypeError(f"Tool {name} function is not callable")
    return PythonAgentTool(name, module.TOOL_SPEC, function)


def imported_module(module_path: str, tool_string: str) -> ModuleType:
    """Import a module that a user named in `tool_string`.

    Raises:
        AttributeError: If there is no such module.
        ImportError: If the module exists and fails to import something itself.
    """
    try:
        return import_module(module_path)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{module_path}.".startswith(f"{error.name}."):
            raise
        raise AttributeError(f'Tool string: "{tool_string}" is not a valid tool string.') from error
