"""The tools of an agent, by name."""

from __future__ import annotations

import logging
import uuid
import warnings
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, Protocol, cast, runtime_checkable

from typing_extensions import TypedDict

from strands._async import run_async
from strands.tools._discovery import decorated_tools, module_from_file, module_tool
from strands.tools._specs import SpecCache, complete_spec
from strands.tools.loader import ToolLoader, load_tool_from_string, load_tools_from_module
from strands.tools.tool_provider import ToolProvider
from strands.types.tools import AgentTool, ToolSpec

logger = logging.getLogger(__name__)


@runtime_checkable
class _SupportsAsTool(Protocol):
    """What an agent has that is to be used as a tool."""

    def as_tool(self) -> AgentTool: ...


class ToolRegistry:
    """The tools that an agent can call, and the descriptions of them that its model gets.

    Attributes:
        registry: All tools but those that only the runtime put in for a while, by name.
        dynamic_tools: Tools that came from files or strings, or while the agent was running, by name.
        tool_config: A request's tools part that is kept up to date by reloads, if someone sets one.
    """

    class NewToolDict(TypedDict):
        """A specification in an envelope."""

        spec: ToolSpec

    def __init__(self) -> None:
        """Start without tools."""
        self._registry_id = str(uuid.uuid4())
        self._specs = SpecCache()
        self._tool_providers: list[ToolProvider] = []
        self.tool_config: dict[str, Any] | None = None
        self.dynamic_tools: dict[str, AgentTool] = {}
        self.registry: dict[str, AgentTool] = {}

    def process_tools(self, tools: list[Any]) -> list[str]:
        """Register tools in all the forms that `Agent(tools=...)` accepts.

        Args:
            tools: Tools, modules, agents, tool providers, strings (a file, `package.module` or `package.module:tool`),
                dicts (`{"path": ...}`, with a `"name"` to pick one tool), and collections of these, however nested.
                What is none of them is skipped with a warning.

        Returns:
            The names of the registered tools, in order.

        Raises:
            ValueError: If one cannot be loaded or registered; the cause says why.
        """
        return [name for item in _flattened(tools) for name in self._process(item)]

    def _process(self, item: Any) -> list[str]:
        try:
            tools = self._load(item)
            for tool in tools:
                self.register_tool(tool)
        except Exception as error:
            raise ValueError(f"Failed to load tool {item}: {error}") from error
        return [tool.tool_name for tool in tools]

    def _load(self, item: Any) -> list[AgentTool]:
        if isinstance(item, AgentTool):
            return [item]
        if isinstance(item, str):
            return _dynamic(load_tool_from_string(item))
        if isinstance(item, dict):
            return _dynamic(_tools_of_dict(item))
        if isinstance(item, ToolProvider):
            return self._load_from_provider(item)
        if isinstance(item, ModuleType):
            return load_tools_from_module(item, item.__name__.rpartition(".")[2])
        if isinstance(item, _SupportsAsTool) and not isinstance(item, type):
            return [item.as_tool()]
        hint = ", functions need @tool" if isinstance(item, FunctionType) else ""
        logger.warning("tool=<%s> | unrecognized tool specification%s", item, hint)
        return []

    def _load_from_provider(self, provider: ToolProvider) -> list[AgentTool]:
        if provider not in self._tool_providers:
            self._tool_providers.append(provider)
        provider.add_consumer(self._registry_id)

        async def load() -> list[AgentTool]:
            return list(await provider.load_tools())

        return run_async(load)

    def load_tool_from_filepath(self, tool_name: str, tool_path: str) -> None:
        """Register the tools of a file. Deprecated: `process_tools` takes file paths.

        Raises:
            ValueError: If they cannot be loaded or registered.
        """
        warnings.warn(
            "load_tool_from_filepath is deprecated: give the path to process_tools, which loads files, too.",
            DeprecationWarning,
            stacklevel=2,
        )
        path = Path(tool_path).expanduser()
        try:
            if not path.is_file():
                raise FileNotFoundError(f"Tool file not found: {tool_path}")
            for tool in _dynamic(ToolLoader.load_python_tools(str(path), tool_name)):
                self.register_tool(tool)
        except Exception as error:
            raise ValueError(f"Failed to load tool {tool_name}: {error}") from error

    def register_tool(self, tool: AgentTool) -> None:
        """Add a tool, or replace the one of the same name if the new one supports hot reload.

        Raises:
            ValueError: If the name is taken, or differs from a taken one only by `-` and `_`.
        """
        name = tool.tool_name
        logger.debug(
            "tool_name=<%s>, tool_type=<%s>, is_dynamic=<%s> | registering tool", name, tool.tool_type, tool.is_dynamic
        )
        if name in self.registry and not tool.supports_hot_reload:
            raise ValueError(f"Tool name '{name}' already exists. Cannot register tools with exact same name.")
        twin = self._name_twin(name)
        if twin is not None:
            raise ValueError(
                f"Tool name '{name}' already exists as '{twin}'. "
                "Cannot add a duplicate tool which differs by a '-' or '_'"
            )
        self.registry[name] = tool
        if tool.is_dynamic:
            self.dynamic_tools[name] = tool

    def _name_twin(self, name: str) -> str | None:
        """Return a registered name that a model could mistake for `name`, if `name` is not registered itself."""
        if name in self.registry:
            return None
        plain = name.replace("-", "_")
        return next((known for known in self.registry if known.replace("-", "_") == plain), None)

    def register_dynamic_tool(self, tool: AgentTool) -> None:
        """Add a tool for a while, such as the one that collects structured output.

        Raises:
            ValueError: If the name is taken.
        """
        name = tool.tool_name
        if name in self.registry or name in self.dynamic_tools:
            raise ValueError(f"Tool '{name}' already exists")
        self.dynamic_tools[name] = tool
        logger.debug("tool_name=<%s> | registered dynamic tool", name)

    def replace(self, new_tool: AgentTool) -> None:
        """Put a tool in the place of the registered one of the same name.

        Raises:
            ValueError: If there is none.
        """
        name = new_tool.tool_name
        if name not in self.registry:
            raise ValueError(f"Cannot replace tool '{name}' - tool does not exist")
        self.registry[name] = new_tool
        if new_tool.is_dynamic:
            self.dynamic_tools[name] = new_tool
        else:
            self.dynamic_tools.pop(name, None)

    def find_tool(self, name: str) -> AgentTool | None:
        """Return the tool that a model's request by this name means."""
        return self.dynamic_tools.get(name) or self.registry.get(name)

    def get_all_tools_config(self) -> dict[str, Any]:
        """Return the complete specification of each tool by name; one that is invalid is left out with a warning."""
        specs = {name: self._valid_spec(name, tool) for name, tool in {**self.registry, **self.dynamic_tools}.items()}
        return {name: spec for name, spec in specs.items() if spec is not None}

    def _valid_spec(self, name: str, tool: AgentTool) -> ToolSpec | None:
        try:
            return self._specs.completed_spec(tool)
        except ValueError as error:
            logger.warning("tool_name=<%s> | spec validation failed | %s", name, error)
            return None

    def get_all_tool_specs(self) -> list[ToolSpec]:
        """Return the complete specifications of all tools; treat their schemas as read-only."""
        return list(self.get_all_tools_config().values())

    def validate_tool_spec(self, tool_spec: ToolSpec) -> None:
        """Check a specification, and fill in what providers insist on, in place.

        Raises:
            ValueError: If a required field is missing.
        """
        complete_spec(tool_spec)

    def get_tools_dirs(self) -> list[Path]:
        """Return the directories that tools load from by themselves: `tools` in the working directory, if it exists."""
        directory = Path.cwd() / "tools"
        return [directory] if directory.is_dir() else []

    def discover_tool_modules(self) -> dict[str, Path]:
        """Return the Python files in the tools directories, by module name."""
        return {
            path.stem: path
            for directory in self.get_tools_dirs()
            for path in sorted(directory.glob("*.py"))
            if path.name != "__init__.py"
        }

    def initialize_tools(self, load_tools_from_directory: bool = False) -> None:
        """Register the tools found in the tools directories, if asked to; a broken file only logs a warning."""
        if not load_tools_from_directory:
            return
        for name, path in self.discover_tool_modules().items():
            self._register_file_or_warn(name, path)

    def reload_tool(self, tool_name: str) -> None:
        """Load the tools of a file in the tools directories again.

        Args:
            tool_name: Name of the file without its suffix.

        Raises:
            FileNotFoundError: If there is no such file.
            ValueError: If it holds no tools.
        """
        path = self.discover_tool_modules().get(tool_name)
        if path is None:
            raise FileNotFoundError(f"No tool file found for: {tool_name}")
        for tool in self._register_file(tool_name, path):
            if self.tool_config is not None:
                self._update_tool_config(self.tool_config, {"spec": tool.tool_spec})
        logger.debug("tool_name=<%s> | reloaded tool", tool_name)

    def _register_file_or_warn(self, name: str, path: Path) -> None:
        try:
            self._register_file(name, path)
        except Exception as error:  # the file is a user's: running it may raise anything
            logger.warning("tool_name=<%s> | failed to load tool | %s", name, error, exc_info=True)

    def _register_file(self, name: str, path: Path) -> list[AgentTool]:
        module = module_from_file(path)
        tools: list[AgentTool] = [*self._scan_module_for_tools(module)]
        if not tools and not hasattr(module, "TOOL_SPEC"):
            raise ValueError(f"Tool {name} is missing TOOL_SPEC (neither at module level nor as a decorated function)")
        tools = tools or [module_tool(module, name)]
        for tool in tools:
            self.register_tool(tool)
        return tools

    def _update_tool_config(self, tool_config: dict[str, Any], new_tool: NewToolDict) -> None:
        """Put a specification into a request's tools part, in the place of the one of the same name."""
        spec = new_tool.get("spec")
        if spec is None:
            raise ValueError("Invalid tool format - missing spec")
        self.validate_tool_spec(spec)
        entries = tool_config["tools"]
        names = [entry["toolSpec"]["name"] for entry in entries]
        if spec["name"] in names:
            entries[names.index(spec["name"])] = {"toolSpec": spec}
        else:
            entries.append({"toolSpec": spec})

    def _scan_module_for_tools(self, module: ModuleType) -> list[AgentTool]:
        return [*decorated_tools(module)]

    def cleanup(self, **kwargs: Any) -> None:
        """Release the tool providers; all of them, even if one fails.

        Raises:
            Exception: The last error of a provider; an earlier one is its context.
        """
        providers, self._tool_providers = self._tool_providers, []
        with ExitStack() as stack:  # which calls all of them, whatever they raise
            for provider in reversed(providers):
                stack.callback(provider.remove_consumer, self._registry_id)


def _flattened(items: Iterable[Any]) -> Iterator[Any]:
    for item in items:
        if isinstance(item, Iterable) and not isinstance(item, str | bytes | dict | AgentTool | ToolProvider):
            yield from _flattened(item)
        else:
            yield item


def _dynamic(tools: list[AgentTool]) -> list[AgentTool]:
    for tool in tools:
        tool.mark_dynamic()
    return tools


def _tools_of_dict(item: dict[str, Any]) -> list[AgentTool]:
    if not isinstance(item.get("path"), str):
        raise ValueError(f"expected a dict with a 'path' and optionally a 'name', got {cast(Any, item)!r}")
    tools = load_tool_from_string(item["path"])
    if "name" not in item:
        return tools
    named = [tool for tool in tools if tool.tool_name == item["name"]]
    if not named:
        raise ValueError(f'Tool "{item["name"]}" not found in "{item["path"]}"')
    return named
