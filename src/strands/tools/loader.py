"""Loading tools from files and modules that are named by strings."""

from __future__ import annotations

import logging
import os
import warnings
from pathlib import Path
from types import ModuleType

from strands.tools._discovery import (
    decorated_tools,
    imported_module,
    module_from_file,
    module_tool,
    tools_from_module,
)
from strands.types.tools import AgentTool

logger = logging.getLogger(__name__)


def load_tool_from_string(tool_string: str) -> list[AgentTool]:
    """Return the tools that a string names.

    Args:
        tool_string: The path of a Python file (`./tools/weather.py`, `~` allowed), a module (`package.module`), or a
            tool in a module (`package.module:tool`).

    Raises:
        FileNotFoundError: If the string is a path, and no file is there.
        AttributeError: If the module or the tool does not exist.
    """
    path = Path(tool_string).expanduser()
    if path.is_file():
        return load_tools_from_file_path(str(path))
    if os.sep in tool_string or tool_string.endswith(".py"):
        raise FileNotFoundError(f"Tool file not found: {tool_string}")
    return load_tools_from_module_path(tool_string)


def load_tools_from_file_path(tool_path: str) -> list[AgentTool]:
    """Return the tools of a Python file.

    Raises:
        FileNotFoundError: If there is no such file.
        AttributeError: If the file holds no tools.
    """
    path = Path(tool_path).expanduser().resolve()
    logger.debug("tool_path=<%s> | loading python tool from path", path)
    return load_tools_from_module(module_from_file(path), path.stem)


def load_tools_from_module_path(module_tool_path: str) -> list[AgentTool]:
    """Return the tools of an importable module, or the one that is named after a colon.

    Raises:
        AttributeError: If the module or the tool does not exist, or the module holds no tools.
        ValueError: If the string holds more than one colon.
    """
    module_path, colon, tool_name = module_tool_path.partition(":")
    if ":" in tool_name:
        raise ValueError(f"tool string must be 'module' or 'module:tool', got {module_tool_path!r}")
    module = imported_module(module_path, module_tool_path)
    if not colon:
        return load_tools_from_module(module, module_path.rpartition(".")[2])
    found = getattr(module, tool_name, None)
    if not isinstance(found, AgentTool):
        raise AttributeError(f"Tool {tool_name} not found in module {module_path}")
    return [found]


def load_tools_from_module(module: ModuleType, module_name: str) -> list[AgentTool]:
    """Return the tools of a module: its `@tool` functions, or else the one made of `TOOL_SPEC` and a function.

    Args:
        module: The module.
        module_name: Name of the function, for the second kind.

    Raises:
        AttributeError: If the module holds no tools.
        TypeError: If what should be the function cannot be called.
    """
    logger.debug("tool_name=<%s>, module=<%s> | loading tools from module", module_name, module_name)
    return tools_from_module(module, module_name)


class ToolLoader:
    """The former way to load tools; the functions of this module replace it."""

    @staticmethod
    def load_python_tools(tool_path: str, tool_name: str) -> list[AgentTool]:
        """Return the tools of a file or module; a module-based tool must be called `tool_name`.

        Raises:
            FileNotFoundError: If there is no such file.
            ImportError: If the module cannot be imported.
            AttributeError: If it does not hold the tool.
        """
        if not Path(tool_path).expanduser().is_file() and ":" in tool_path:
            return load_tools_from_module_path(tool_path)
        module = module_from_file(Path(tool_path).expanduser().resolve())
        functions = decorated_tools(module)
        if functions:
            return [*functions]
        if not hasattr(module, "TOOL_SPEC"):
            raise AttributeError(
                f"Tool {tool_name} missing TOOL_SPEC (neither at module level nor as a decorated function)"
            )
        return [module_tool(module, tool_name)]

    @staticmethod
    def load_python_tool(tool_path: str, tool_name: str) -> AgentTool:
        """Return the first tool of a file or module. Deprecated: use `load_tool_from_string`."""
        _warn_deprecated("load_python_tool")
        return ToolLoader.load_python_tools(tool_path, tool_name)[0]

    @classmethod
    def load_tool(cls, tool_path: str, tool_name: str) -> AgentTool:
        """Return the first tool of a file. Deprecated: use `load_tool_from_string`."""
        _warn_deprecated("load_tool")
        return cls._tools_of_file(tool_path, tool_name)[0]

    @classmethod
    def load_tools(cls, tool_path: str, tool_name: str) -> list[AgentTool]:
        """Return the tools of a file. Deprecated: use `load_tool_from_string`.

        Raises:
            FileNotFoundError: If there is no such file.
            ValueError: If it is no Python file.
        """
        _warn_deprecated("load_tools")
        return cls._tools_of_file(tool_path, tool_name)

    @classmethod
    def _tools_of_file(cls, tool_path: str, tool_name: str) -> list[AgentTool]:
        path = Path(tool_path).expanduser().resolve()
        if not path.exists():
            raise FileNotFoundError(f"Tool file not found: {path}")
        if path.suffix != ".py":
            raise ValueError(f"Unsupported tool file type: {path.suffix!r} (expected '.py')")
        return cls.load_python_tools(str(path), tool_name)


def _warn_deprecated(method: str) -> None:
    warnings.warn(
        f"ToolLoader.{method} is deprecated: use load_tool_from_string or load_tools_from_module.",
        DeprecationWarning,
        stacklevel=3,
    )
