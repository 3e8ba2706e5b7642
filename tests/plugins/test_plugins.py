"""Plugins: finding their hooks and tools, and adding them to agents and orchestrators."""

from __future__ import annotations

import gc
from functools import cached_property
from typing import Any

import pytest

from strands.hooks import AfterInvocationEvent, BeforeInvocationEvent, BeforeNodeCallEvent, HookRegistry
from strands.plugins import MultiAgentPlugin, Plugin, hook
from strands.plugins.multiagent_registry import _MultiAgentPluginRegistry
from strands.plugins.registry import _PluginRegistry
from strands.tools.decorator import tool


class Base(Plugin):
    """Two hooks and a tool."""

    name = "base"

    @hook
    def second_in_alphabet(self, event: BeforeInvocationEvent) -> None: ...

    @hook()
    def first_in_alphabet(self, event: BeforeInvocationEvent | AfterInvocationEvent) -> None: ...

    @tool
    def add(self, a: int, b: int) -> int:
        """Add two numbers."""
        return a + b

    def no_hook(self, event: BeforeInvocationEvent) -> None: ...


class Derived(Base):
    """Overrides one hook, drops the other, adds a third."""

    name = "derived"

    @hook
    def added(self, event: AfterInvocationEvent) -> None: ...

    @hook
    def second_in_alphabet(self, event: BeforeInvocationEvent) -> None: ...

    def first_in_alphabet(self, event: Any) -> None: ...  # a method, no longer a hook


class Recorder:
    """Stands in for an agent or an orchestrator, and records what is done to it."""

    def __init__(self) -> None:
        self.log: list[Any] = []
        self.tool_registry = self

    def add_hook(self, callback: Any, event_type: Any = None) -> None:
        self.log.append((callback.__name__, event_type and event_type.__name__))

    def process_tools(self, tools: list[Any]) -> None:
        self.log.append([tool.tool_name for tool in tools])


def agent_registry() -> tuple[Any, Recorder]:
    agent: Any = Recorder()
    return _PluginRegistry(agent), agent


def orchestrator_registry() -> tuple[Any, Recorder]:
    orchestrator: Any = Recorder()
    return _MultiAgentPluginRegistry(orchestrator), orchestrator


def names(methods: list[Any]) -> list[str]:
    return [method.__name__ for method in methods]


@pytest.mark.parametrize(
    ("plugin", "found"),
    [
        (Base(), ["second_in_alphabet", "first_in_alphabet"]),
        (Derived(), ["second_in_alphabet", "added"]),
    ],
)
def test_hooks_are_found_in_the_order_of_their_definition(plugin: Plugin, found: list[str]) -> None:
    """Base classes come first; overriding keeps the place, and without the decorator drops the hook."""
    assert names(plugin.hooks) == found


def test_tools_are_bound_to_the_plugin() -> None:
    """A tool can use what the plugin knows."""
    [add] = Base().tools
    assert (add.tool_name, add(a=1, b=2)) == ("add", 3)


def test_a_constructor_need_not_call_its_parents() -> None:
    """Forgetting it is common, and there is nothing to set up."""

    class Forgetful(Base):
        def __init__(self) -> None:
            self.ready = True

    assert names(Forgetful().hooks) == ["second_in_alphabet", "first_in_alphabet"]


def test_properties_are_not_computed_by_the_search() -> None:
    """Computing one may connect to a server, or fail."""

    class Expensive(Plugin):
        name = "expensive"

        @property
        def connection(self) -> Any:
            raise RuntimeError("computed")

        @cached_property
        def cached(self) -> Any:
            raise RuntimeError("computed")

        @hook
        def found(self, event: BeforeInvocationEvent) -> None: ...

    assert names(Expensive().hooks) == ["found"]


def test_hooks_can_be_left_out() -> None:
    """Users switch off parts of a plugin they did not write."""
    plugin = Base()
    plugin.hooks.pop()
    registry, agent = agent_registry()
    registry.add_and_init(plugin)
    assert agent.log == [("second_in_alphabet", "BeforeInvocationEvent"), ["add"]]


@pytest.mark.parametrize("kind", [Plugin, MultiAgentPlugin])
def test_plugin_needs_a_name(kind: type[Any]) -> None:
    """The name tells plugins apart in logs and errors."""
    with pytest.raises(TypeError, match="name"):
        type("Nameless", (kind,), {})()


def test_hook_without_event_types_is_refused_where_it_is_defined() -> None:
    """A hook that would never run is a mistake."""
    with pytest.raises(ValueError, match=r"parameter=<event> has no type hint"):
        hook(lambda event: None)


def test_agent_gets_prepared_then_hooks_then_tools() -> None:
    """Preparation may set up what hooks and tools rely on."""

    class Prepared(Base):
        def init_agent(self, agent: Any) -> None:
            agent.log.append("init")

    registry, agent = agent_registry()
    registry.add_and_init(Prepared())
    assert agent.log == [
        "init",
        ("second_in_alphabet", "BeforeInvocationEvent"),
        ("first_in_alphabet", "BeforeInvocationEvent"),
        ("first_in_alphabet", "AfterInvocationEvent"),
        ["add"],
    ]


async def test_async_preparation_is_complete_before_the_hooks_are_added() -> None:
    """It works where a loop is already running, too."""

    class Prepared(MultiAgentPlugin):
        name = "prepared"

        async def init_multi_agent(self, orchestrator: Any) -> None:
            orchestrator.log.append("init")

        @hook
        def before(self, event: BeforeNodeCallEvent) -> None: ...

    registry, orchestrator = orchestrator_registry()
    registry.add_and_init(Prepared())
    assert orchestrator.log == ["init", ("before", "BeforeNodeCallEvent")]


def test_one_class_can_serve_agents_and_orchestrators() -> None:
    """Its hooks are added to whichever it is given to."""

    class Both(Plugin, MultiAgentPlugin):
        name = "both"

        @hook
        def before(self, event: BeforeInvocationEvent) -> None: ...

    plugin = Both()
    for registry, owner in (agent_registry(), orchestrator_registry()):
        registry.add_and_init(plugin)
        assert owner.log == [("before", "BeforeInvocationEvent")]


@pytest.mark.parametrize("make_registry", [agent_registry, orchestrator_registry])
def test_name_cannot_be_used_twice(make_registry: Any) -> None:
    """Adding a plugin twice would run its hooks twice."""

    class Both(Plugin, MultiAgentPlugin):
        name = "both"

    registry, owner = make_registry()
    registry.add_and_init(Both())
    with pytest.raises(ValueError, match=r"plugin_name=<both> \| plugin already registered"):
        registry.add_and_init(Both())
    assert owner.log == []


@pytest.mark.parametrize(
    ("make_registry", "kind"), [(agent_registry, "Agent"), (orchestrator_registry, "Orchestrator")]
)
def test_registry_does_not_keep_its_owner_alive(make_registry: Any, kind: str) -> None:
    """An agent nobody uses must be freed with its plugins."""

    class Both(Plugin, MultiAgentPlugin):
        name = "both"

    registry, owner = make_registry()
    del owner
    gc.collect()
    with pytest.raises(ReferenceError, match=f"{kind} has been garbage collected"):
        registry.add_and_init(Both())


def test_bound_hook_can_be_registered_by_hand() -> None:
    """A marked method is an ordinary callback."""
    registry, plugin = HookRegistry(), Base()
    agent: Any = None
    registry.add_callback(None, plugin.second_in_alphabet)
    assert names(list(registry.get_callbacks_for(BeforeInvocationEvent(agent=agent)))) == ["second_in_alphabet"]
