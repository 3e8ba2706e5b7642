"""Where tools come from: classes, files, directories, modules, providers; registries and specs."""

# mypy: disable-error-code="arg-type, attr-defined, call-arg"
# Wrong use is looked at, too.

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

from compat.normalise import current, observed
from compat.observing import Bench, attempt
from compat.registry import scenario, table
from compat.sample_tools import Plain, noop
from compat.scenarios.tools import typed
from compat.scripted import call, text
from strands import Agent
from strands.hooks import AfterToolCallEvent, BeforeModelCallEvent


@scenario
async def tool_class() -> Any:
    return await Bench(call("plain"), text("done"), tools=[Plain()], log_hooks=[AfterToolCallEvent]).run()


@scenario
async def tool_class_that_yields_nothing() -> Any:
    class Silent(Plain):
        async def stream(
            self, tool_use: Any, invocation_state: dict[str, Any], **kwargs: Any
        ) -> AsyncGenerator[Any, None]:
            return
            yield

    return await Bench(call("plain"), text("done"), tools=[Silent()]).run()


@scenario
async def tool_class_that_raises() -> Any:
    class Broken(Plain):
        async def stream(
            self, tool_use: Any, invocation_state: dict[str, Any], **kwargs: Any
        ) -> AsyncGenerator[Any, None]:
            yield "a"
            raise ValueError("boom")

    return await Bench(call("plain"), text("done"), tools=[Broken()], log_hooks=[AfterToolCallEvent]).run()


MODULE = """
SCHEMA = {"type": "object", "properties": {"x": {"type": "integer"}}, "required": ["x"]}
TOOL_SPEC = {"name": "filed", "description": "From a file.", "inputSchema": {"json": SCHEMA}}

def filed(tool, **kwargs):
    text = f"{tool['input']} {sorted(kwargs)}"
    return {"toolUseId": tool["toolUseId"], "status": "success", "content": [{"text": text}]}
"""

DECORATED = '''
from strands import tool

@tool
def one(x: int) -> str:
    """One."""
    return str(x)

@tool
def two() -> str:
    """Two."""
    return "two"

def helper():
    return None
'''


@table(
    {
        "module file": ("filed.py", MODULE, "filed"),
        "decorated file": ("pair.py", DECORATED, "two"),
        "file without tools": ("empty.py", "x = 1\n", "empty"),
        "file that fails to import": ("broken.py", "raise ValueError('broken')\n", "broken"),
        "spec without function": ("half.py", MODULE.replace("def filed", "def other"), "filed"),
    },
)
async def from_a_file(case: tuple[str, str, str]) -> Any:
    name, source, tool_name = case
    path = Path.cwd() / name
    path.write_text(source)
    current.get().name_path(str(Path.cwd()), "<cwd>")

    def make() -> Any:
        return Bench(call(tool_name, '{"x": 1}'), text("done"), tools=[str(path)])

    try:
        bench = make()
    except Exception as error:
        return {"raised": observed(error)}
    return {
        "names": bench.agent.tool_names,
        "config": observed(bench.agent.tool_registry.get_all_tools_config()),
        "run": await bench.outcome(),
    }


@scenario
async def from_a_directory() -> Any:
    directory = Path.cwd() / "tools"
    directory.mkdir(exist_ok=True)
    (directory / "found.py").write_text(DECORATED)
    (directory / "_hidden.py").write_text(DECORATED.replace("one", "hidden"))
    on = Bench(load_tools_from_directory=True)
    off = Bench()
    return [sorted(on.agent.tool_names), off.agent.tool_names]


@table(
    {
        "nothing": [],
        "list in a list": [[noop, [typed]]],
        "tuple": [(noop, typed)],
        "number": [5],
        "none": [None],
        "plain function": [len],
        "unknown path": ["/nowhere/tool.py"],
        "unknown module": ["no_such_module_at_all"],
        "dict with a name": [{"name": "x", "path": "/nowhere/tool.py"}],
        "same tool twice": [noop, noop],
    },
)
async def tools_argument(value: Any) -> Any:
    return attempt(lambda: sorted(Bench(tools=value).agent.tool_names))


@scenario
async def two_tools_of_one_name() -> Any:
    other = Plain("noop")
    dashed, underscored = Plain("a-b"), Plain("a_b")
    return [
        attempt(lambda: Bench(tools=[noop, other]).agent.tool_names),
        attempt(lambda: Bench(tools=[dashed, underscored]).agent.tool_names),
    ]


@table(
    {
        "empty": "",
        "spaces": "bad name",
        "long": "n" * 65,
        "unicode": "naïve",
        "dash": "a-b",
        "dot": "a.b",
        "digit": "1a",
        "slash": "a/b",
    },
)
async def tool_registered_with_the_name(name: str) -> Any:
    return attempt(lambda: Bench(tools=[Plain(name)]).agent.tool_names)


@scenario
async def replace_in_the_registry() -> Any:
    agent = Bench(tools=[Plain()]).agent
    registry = agent.tool_registry
    return [
        attempt(lambda: registry.replace(Plain())),
        attempt(lambda: registry.replace(Plain("stranger"))),
        attempt(lambda: registry.register_dynamic_tool(Plain("plain"))),
        attempt(lambda: registry.register_dynamic_tool(Plain("fresh"))),
        sorted(registry.dynamic_tools),
        sorted(registry.registry),
        observed(registry.get_all_tool_specs()),
    ]


@table(
    {
        "good": {
            "name": "a",
            "description": "b",
            "inputSchema": {"json": {"type": "object", "properties": {"x": {"type": "string"}}}},
        },
        "bare schema": {"name": "a", "description": "b", "inputSchema": {"type": "object", "properties": {"x": {}}}},
        "no description": {"name": "a", "inputSchema": {"json": {}}},
        "no schema": {"name": "a", "description": "b"},
        "property without type": {
            "name": "a",
            "description": "b",
            "inputSchema": {"json": {"type": "object", "properties": {"x": {"description": "d"}}}},
        },
        "reference": {
            "name": "a",
            "description": "b",
            "inputSchema": {"json": {"type": "object", "properties": {"x": {"$ref": "#/$defs/X"}}}},
        },
        "any of": {
            "name": "a",
            "description": "b",
            "inputSchema": {"json": {"type": "object", "properties": {"x": {"anyOf": [{"type": "string"}]}}}},
        },
        "property that is a string": {
            "name": "a",
            "description": "b",
            "inputSchema": {"json": {"type": "object", "properties": {"x": "text"}}},
        },
        "bad name": {"name": "a b", "description": "b", "inputSchema": {"json": {}}},
        "nothing": {},
    },
)
async def spec_validation(spec: dict[str, Any]) -> Any:
    from strands.tools.registry import ToolRegistry

    return [attempt(lambda: ToolRegistry().validate_tool_spec(spec)), observed(spec)]


@table(
    {
        "good": {"type": "object", "properties": {"x": {"type": "string", "description": "d"}}, "required": ["x"]},
        "empty": {},
        "nested": {"type": "object", "properties": {"x": {"type": "object", "properties": {"y": {}}}}},
        "array": {"type": "object", "properties": {"x": {"type": "array", "items": {"type": "string"}}}},
        "defs": {"$defs": {"A": {"type": "string"}}, "type": "object", "properties": {"x": {"$ref": "#/$defs/A"}}},
        "other keywords": {
            "type": "object",
            "additionalProperties": False,
            "title": "T",
            "properties": {"x": {"type": "string", "pattern": "a"}},
        },
        "not an object": {"type": "array"},
        "property that is a string": {"properties": {"x": "text"}},
        "any of": {"properties": {"x": {"anyOf": [{"type": "string"}, {"type": "null"}]}}},
    },
)
async def normalised_schema(schema: dict[str, Any]) -> Any:
    from strands.tools.tools import normalize_schema, normalize_tool_spec

    return [
        attempt(lambda: normalize_schema(schema)),
        attempt(lambda: normalize_tool_spec({"name": "n", "description": "d", "inputSchema": {"json": schema}})),
        attempt(lambda: normalize_tool_spec({"name": "n", "description": "d", "inputSchema": schema})),
    ]


@table(
    {
        "good": {"toolUseId": "t", "name": "a_b-1", "input": {}},
        "no name": {"toolUseId": "t", "input": {}},
        "bad name": {"toolUseId": "t", "name": "a b", "input": {}},
        "long name": {"toolUseId": "t", "name": "n" * 65, "input": {}},
        "empty name": {"toolUseId": "t", "name": "", "input": {}},
    },
)
async def tool_use_validation(tool_use: Any) -> Any:
    from strands.tools.tools import validate_tool_use, validate_tool_use_name

    return [attempt(lambda: validate_tool_use(tool_use)), attempt(lambda: validate_tool_use_name(tool_use))]


@scenario
async def tool_provider() -> Any:
    from strands.tools.tool_provider import ToolProvider

    log: list[str] = []

    class Provider(ToolProvider):
        async def load_tools(self, **kwargs: Any) -> Any:
            log.append(f"load {sorted(kwargs)}")
            return [noop]

        def add_consumer(self, consumer_id: Any, **kwargs: Any) -> None:
            log.append(f"add {sorted(kwargs)}")

        def remove_consumer(self, consumer_id: Any, **kwargs: Any) -> None:
            log.append(f"remove {sorted(kwargs)}")

    provider = Provider()
    bench = Bench(call("noop"), text("done"), tools=[provider])
    run = await bench.outcome()
    bench.agent.cleanup()
    return {"log": list(dict.fromkeys(log)), "run": run}


@scenario
async def python_agent_tool() -> Any:
    from strands.tools.tools import PythonAgentTool

    spec: Any = {"name": "py", "description": "d", "inputSchema": {"json": {"type": "object", "properties": {}}}}

    def run(tool_use: Any, **state: Any) -> Any:
        return {"toolUseId": tool_use["toolUseId"], "status": "success", "content": [{"text": str(sorted(state))}]}

    async def run_async(tool_use: Any, **state: Any) -> Any:
        return run(tool_use, **state)

    def broken(tool_use: Any, **state: Any) -> Any:
        raise ValueError("boom")

    seen = []
    for function in (run, run_async, broken):
        made = PythonAgentTool("py", spec, function)
        seen.append(await Bench(call("py"), text("done"), tools=[made]).outcome("hi", invocation_state={"mine": 1}))
        seen.append([made.tool_name, made.tool_type, made.supports_hot_reload, made.get_display_properties()])
    return seen


@scenario
async def tools_added_between_runs_are_offered() -> Any:
    bench = Bench(text("one"), text("two"), tools=[noop])
    await bench.run()
    bench.agent.tool_registry.process_tools([typed])
    return await bench.outcome("more")


@scenario
async def tools_removed_in_a_run_by_a_hook() -> Any:
    def drop(event: BeforeModelCallEvent) -> None:
        event.agent.tool_registry.registry.pop("noop", None)

    return await Bench(call("noop"), text("two"), tools=[noop]).on(BeforeModelCallEvent, drop).outcome()


@scenario
async def no_tools_at_all_are_handed_over_as() -> Any:
    return [await Bench(text("one")).outcome(), await Bench(text("one"), tools=[]).outcome()]


@scenario
async def agent_as_a_tool_by_itself() -> Any:
    inner = Agent(model=Bench(text("inner answer")).model, name="helper", callback_handler=None)
    return attempt(lambda: Bench(tools=[inner]).agent.tool_names)
