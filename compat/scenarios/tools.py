"""What tools do: results of every shape, errors, streams, hooks around calls, direct calls, registries, executors."""

# mypy: disable-error-code="arg-type, attr-defined, call-arg"
# Wrong use is looked at, too.

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from compat.normalise import current, observed
from compat.observing import Bench, attempt, attempt_async
from compat.registry import scenario, table
from compat.scripted import call, message, text, tool_block
from strands import Agent, ToolContext, tool
from strands.hooks import AfterToolCallEvent, BeforeModelCallEvent, BeforeToolCallEvent
from strands.tools.executors import ConcurrentToolExecutor, SequentialToolExecutor
from strands.types.tools import AgentTool


class Person(BaseModel):
    name: str
    age: int = 0


RESULTS: dict[str, Any] = {
    "string": "text",
    "empty string": "",
    "number": 7,
    "float": 1.5,
    "bool": True,
    "none": None,
    "list": [1, "a"],
    "dict": {"a": 1},
    "tuple": (1, 2),
    "bytes": b"abc",
    "pydantic model": Person(name="Ada"),
    "tool result": {"toolUseId": "other", "status": "success", "content": [{"text": "mine"}]},
    "tool result without an id": {"status": "success", "content": [{"text": "mine"}]},
    "error result": {"status": "error", "content": [{"text": "bad luck"}]},
    "result with json": {"status": "success", "content": [{"json": {"a": [1]}}]},
    "result with an image": {"status": "success", "content": [{"image": {"format": "png", "source": {"bytes": b"x"}}}]},
    "status without content": {"status": "success"},
    "content without status": {"content": [{"text": "mine"}]},
    "result with a made-up status": {"status": "odd", "content": [{"text": "mine"}]},
    "result with more keys": {"status": "success", "content": [{"text": "mine"}], "extra": 1},
    "object": threading.Lock,
}


@table("tools", RESULTS)
async def returns(value: Any) -> Any:
    @tool
    def giver() -> Any:
        """Give."""
        return value

    return await Bench(call("giver"), text("done"), tools=[giver]).outcome()


@table("tools", {key: RESULTS[key] for key in ("string", "dict", "none", "error result")})
async def async_returns(value: Any) -> Any:
    @tool
    async def giver() -> Any:
        """Give."""
        await asyncio.sleep(0)
        return value

    return await Bench(call("giver"), text("done"), tools=[giver]).outcome()


@table(
    "tools",
    {
        "three values": ["a", {"b": 1}, "last"],
        "one value": ["only"],
        "nothing": [],
        "result last": ["a", {"status": "success", "content": [{"text": "mine"}]}],
        "numbers": [1, 2],
        "none last": ["a", None],
    },
)
async def async_generator_yields(values: list[Any]) -> Any:
    @tool
    async def giver() -> AsyncGenerator[Any, None]:
        """Give."""
        for value in values:
            yield value

    return await Bench(call("giver"), text("done"), tools=[giver], log_hooks=[AfterToolCallEvent]).run()


@scenario("tools")
async def async_generator_that_raises() -> Any:
    @tool
    async def giver() -> AsyncGenerator[Any, None]:
        """Give."""
        yield "a"
        raise ValueError("boom")

    return await Bench(call("giver"), text("done"), tools=[giver], log_hooks=[AfterToolCallEvent]).run()


@scenario("tools")
async def sync_generator() -> Any:
    @tool
    def giver() -> Any:
        """Give."""
        yield "a"
        yield "b"

    return await Bench(call("giver"), text("done"), tools=[giver]).outcome()


@table(
    "tools",
    {
        "value error": ValueError("boom"),
        "type error": TypeError("boom"),
        "empty text": RuntimeError(""),
        "key error": KeyError("k"),
        "stop iteration": StopAsyncIteration("s"),
        "custom": ArithmeticError("own"),
    },
)
async def raises(error: Exception) -> Any:
    @tool
    def raiser() -> str:
        """Raise."""
        raise error

    return await Bench(call("raiser"), text("done"), tools=[raiser], log_hooks=True).run(metrics=True)


@scenario("tools")
async def async_raises() -> Any:
    @tool
    async def raiser() -> str:
        """Raise."""
        raise ValueError("boom")

    return await Bench(call("raiser"), text("done"), tools=[raiser], log_hooks=[AfterToolCallEvent]).run()


@tool
def typed(count: int, names: list[str], person: Person, ratio: float = 0.5) -> str:
    """Take several types.

    Args:
        count: How many.
        names: The names.
        person: A person.
        ratio: A ratio.
    """
    return f"{count!r} {names!r} {person!r} {ratio!r}"


@table(
    "tools",
    {
        "good": '{"count": 1, "names": ["a"], "person": {"name": "Ada"}}',
        "all given": '{"count": 1, "names": [], "person": {"name": "Ada", "age": 3}, "ratio": 1}',
        "number as text": '{"count": "12", "names": ["a"], "person": {"name": "Ada"}}',
        "missing": "{}",
        "one missing": '{"count": 1, "names": ["a"]}',
        "wrong type": '{"count": "many", "names": ["a"], "person": {"name": "Ada"}}',
        "wrong inner type": '{"count": 1, "names": [1], "person": {"name": "Ada", "age": "old"}}',
        "unknown key": '{"count": 1, "names": ["a"], "person": {"name": "Ada"}, "more": 1}',
        "null": '{"count": null, "names": null, "person": null}',
        "list as text": '{"count": 1, "names": "a, b", "person": {"name": "Ada"}}',
        "model as text": '{"count": 1, "names": [], "person": "{\\"name\\": \\"Ada\\"}"}',
    },
)
async def input_validation(tool_input: str) -> Any:
    return await Bench(call("typed", tool_input), text("done"), tools=[typed]).outcome()


@tool
def noop(x: int = 0) -> str:
    """Return the number."""
    return f"r{x}"


@table(
    "tools",
    {
        "unknown": "missing_tool",
        "empty": "",
        "with spaces": "bad name",
        "too long": "n" * 65,
        "with dots": "a.b",
        "dash for underscore": "no-op",
    },
)
async def name_not_registered(name: str) -> Any:
    return await Bench(call(name), text("done"), tools=[noop], log_hooks=True).run(metrics=True)


@scenario("tools")
async def good_unknown_and_raising_in_one_turn() -> Any:
    @tool
    def raiser() -> str:
        """Raise."""
        raise ValueError("boom")

    turn = message(
        tool_block("noop", "{}", "a"), tool_block("what", "{}", "b"), tool_block("raiser", "{}", "c"), reason="tool_use"
    )
    return await Bench(
        turn, text("done"), tools=[noop, raiser], tool_executor=SequentialToolExecutor(), log_hooks=True
    ).run(metrics=True)


@scenario("tools")
async def results_of_tools_that_end_out_of_order() -> Any:
    gate = asyncio.Event()

    @tool
    async def slow() -> str:
        """Wait."""
        await gate.wait()
        return "slow"

    @tool
    async def quick() -> str:
        """Go first."""
        gate.set()
        return "quick"

    turn = message(tool_block("slow", "{}", "a"), tool_block("quick", "{}", "b"), reason="tool_use")
    return await Bench(turn, text("done"), tools=[slow, quick]).outcome()


@table("tools", {"concurrent": ConcurrentToolExecutor, "sequential": SequentialToolExecutor})
async def two_async_streams(executor: Any) -> Any:
    @tool
    async def counter(name: str) -> AsyncGenerator[Any, None]:
        """Count."""
        for index in range(2):
            yield f"{name}{index}"

    turn = message(
        tool_block("counter", '{"name": "a"}', "a"), tool_block("counter", '{"name": "b"}', "b"), reason="tool_use"
    )
    seen = await Bench(turn, text("done"), tools=[counter], tool_executor=executor()).run()
    seen["tool events"] = sorted((entry for entry in seen.pop("timeline") if "tool_stream_event" in entry), key=str)
    return seen


@scenario("tools")
async def sync_tools_run_off_the_event_loop_thread() -> Any:
    threads = []

    @tool
    def where() -> str:
        """Say where."""
        threads.append(threading.current_thread() is threading.main_thread())
        return "ok"

    await Bench(call("where"), text("done"), tools=[where]).run()
    return {"on the main thread": threads}


@scenario("tools")
async def context_injection() -> Any:
    @tool(context=True)
    def peek(label: str, tool_context: ToolContext) -> dict[str, Any]:
        """Look around.

        Args:
            label: A label.
            tool_context: Not for the model.
        """
        state = tool_context.invocation_state
        seen = f"{label} {tool_context.tool_use!r} {tool_context.agent.name} {sorted(state)} {state.get('mine')}"
        return {"status": "success", "content": [{"text": seen}]}

    bench = Bench(call("peek", '{"label": "L"}'), text("done"), tools=[peek])
    return {"spec": observed(peek.tool_spec), "run": await bench.outcome("hi", invocation_state={"mine": 1})}


@scenario("tools")
async def context_injection_under_another_name() -> Any:
    @tool(context="ctx")
    def peek(ctx: ToolContext) -> str:
        """Look around."""
        return type(ctx).__name__

    return {"spec": observed(peek.tool_spec), "run": await Bench(call("peek"), text("done"), tools=[peek]).outcome()}


@scenario("tools")
async def agent_parameter_injection() -> Any:
    @tool
    def peek(agent: Any = None) -> str:
        """Look around."""
        return getattr(agent, "name", "no agent")

    return {"spec": observed(peek.tool_spec), "run": await Bench(call("peek"), text("done"), tools=[peek]).outcome()}


@scenario("tools")
async def context_keyword_without_the_parameter() -> Any:
    def make() -> Any:
        @tool(context=True)
        def peek(x: int) -> str:
            """Look."""
            return str(x)

        return peek.tool_spec

    return attempt(make)


@scenario("tools")
async def context_parameter_without_the_keyword() -> Any:
    def make() -> Any:
        @tool
        def peek(tool_context: ToolContext) -> str:
            """Look."""
            return "x"

        return peek.tool_spec

    return attempt(make)


@scenario("tools")
async def method_tools() -> Any:
    class Shop:
        def __init__(self, owner: str) -> None:
            self.owner = owner

        @tool
        def buy(self, item: str) -> str:
            """Buy.

            Args:
                item: What.
            """
            return f"{self.owner} sold {item}"

    first, second = Shop("Ann"), Shop("Bob")
    bench = Bench(call("buy", '{"item": "tea"}'), text("done"), tools=[first.buy])
    return {
        "direct": [first.buy(item="x"), second.buy("y")],
        "spec": observed(first.buy.tool_spec),
        "run": await bench.outcome(),
    }


@scenario("tools")
async def decorated_function_called_directly() -> Any:
    return {
        "positional": attempt(lambda: noop(3)),
        "keyword": attempt(lambda: noop(x=4)),
        "model given": attempt(lambda: typed(1, ["a"], Person(name="Ada"))),
        "name": noop.tool_name,
        "type": noop.tool_type,
        "dynamic": noop.is_dynamic,
        "hot reload": noop.supports_hot_reload,
        "display": noop.get_display_properties(),
        "function name": noop.__name__,
    }


@scenario("tools")
async def async_function_called_directly() -> Any:
    @tool
    async def fetch(x: int) -> str:
        """Fetch."""
        return f"got {x}"

    return await attempt_async(fetch(1))


@table(
    "tools",
    {
        "stream": {"toolUseId": "t1", "name": "noop", "input": {"x": 2}},
        "bad input": {"toolUseId": "t1", "name": "noop", "input": {"x": "many"}},
        "without an id": {"name": "noop", "input": {}},
    },
)
async def tool_stream(tool_use: Any) -> Any:
    return await attempt_async(_all(noop.stream(tool_use, {"agent": None})))


async def _all(events: Any) -> list[Any]:
    return [{"event": type(event).__name__, "content": observed(dict(event))} async for event in events]


# --- hooks around tool calls


@table("tools", {"true": True, "text": "not today", "empty text": ""})
async def cancelled_by_a_hook(value: Any) -> Any:
    def refuse(event: BeforeToolCallEvent) -> None:
        event.cancel_tool = value

    return (
        await Bench(call("noop"), text("done"), tools=[noop], log_hooks=True)
        .on(BeforeToolCallEvent, refuse)
        .run(metrics=True)
    )


@scenario("tools")
async def input_changed_by_a_hook() -> Any:
    def change(event: BeforeToolCallEvent) -> None:
        event.tool_use["input"]["x"] = 42

    return await Bench(call("noop"), text("done"), tools=[noop]).on(BeforeToolCallEvent, change).run()


@scenario("tools")
async def tool_use_replaced_by_a_hook() -> Any:
    def change(event: BeforeToolCallEvent) -> None:
        event.tool_use = {**event.tool_use, "input": {"x": 9}}

    return await Bench(call("noop"), text("done"), tools=[noop]).on(BeforeToolCallEvent, change).outcome()


@scenario("tools")
async def tool_replaced_by_a_hook() -> Any:
    @tool
    def other(x: int = 0) -> str:
        """Answer otherwise."""
        return f"other {x}"

    def change(event: BeforeToolCallEvent) -> None:
        event.selected_tool = other

    return (
        await Bench(call("noop"), text("done"), tools=[noop], log_hooks=[AfterToolCallEvent])
        .on(BeforeToolCallEvent, change)
        .run()
    )


@scenario("tools")
async def unknown_tool_provided_by_a_hook() -> Any:
    def change(event: BeforeToolCallEvent) -> None:
        event.selected_tool = noop

    return await Bench(call("missing_tool"), text("done")).on(BeforeToolCallEvent, change).outcome()


@scenario("tools")
async def tool_taken_away_by_a_hook() -> Any:
    def change(event: BeforeToolCallEvent) -> None:
        event.selected_tool = None

    return (
        await Bench(call("noop"), text("done"), tools=[noop], log_hooks=[AfterToolCallEvent])
        .on(BeforeToolCallEvent, change)
        .run()
    )


@scenario("tools")
async def result_replaced_by_a_hook() -> Any:
    def change(event: AfterToolCallEvent) -> None:
        event.result = {"toolUseId": event.tool_use["toolUseId"], "status": "success", "content": [{"text": "changed"}]}

    return await Bench(call("noop"), text("done"), tools=[noop]).on(AfterToolCallEvent, change).run()


@scenario("tools")
async def retried_by_a_hook() -> Any:
    attempts = []

    @tool
    def flaky() -> str:
        """Fail twice."""
        attempts.append(1)
        if len(attempts) < 3:
            raise ValueError(f"attempt {len(attempts)}")
        return "at last"

    def again(event: AfterToolCallEvent) -> None:
        event.retry = event.exception is not None

    return (
        await Bench(call("flaky"), text("done"), tools=[flaky], log_hooks=True)
        .on(AfterToolCallEvent, again)
        .run(metrics=True)
    )


@scenario("tools")
async def stream_retried_by_a_hook() -> Any:
    attempts = []

    @tool
    async def flow() -> AsyncGenerator[Any, None]:
        """Stream."""
        attempts.append(1)
        yield f"part of {len(attempts)}"
        yield f"result {len(attempts)}"

    def again(event: AfterToolCallEvent) -> None:
        event.retry = len(attempts) < 2

    return await Bench(call("flow"), text("done"), tools=[flow]).on(AfterToolCallEvent, again).run()


@table("tools", {"before": BeforeToolCallEvent, "after": AfterToolCallEvent})
async def hook_raises(event_type: type) -> Any:
    def broken(event: Any) -> None:
        raise LookupError("hook")

    bench = Bench(call("noop"), text("done"), text("later"), tools=[noop], log_hooks=True).on(event_type, broken)
    return [await bench.run(), await bench.outcome("go on")]


@table(
    "tools",
    {
        "tool_use": "tool_use",
        "result": "result",
        "exception": "exception",
        "agent": "agent",
        "invocation_state": "invocation_state",
    },
)
async def hook_writes_a_field_it_must_not(field: str) -> Any:
    errors = []

    def write(event: Any) -> None:
        try:
            setattr(event, field, None)
        except AttributeError as error:
            errors.append(observed(error))

    bench = Bench(call("noop"), text("done"), tools=[noop])
    if field != "tool_use":
        bench.on(AfterToolCallEvent, write)
    if field != "result":
        bench.on(BeforeToolCallEvent, write)
    await bench.run()
    return errors


@scenario("tools")
async def stop_event_loop_from_a_tool() -> Any:
    @tool(context=True)
    def leave(tool_context: ToolContext) -> str:
        """Leave."""
        tool_context.invocation_state["request_state"]["stop_event_loop"] = True
        return "left"

    bench = Bench(call("leave", before="bye"), text("later"), tools=[leave], log_hooks=True)
    return [await bench.run(metrics=True), await bench.outcome("go on")]


@scenario("tools")
async def tool_changes_the_agent() -> Any:
    @tool
    def late() -> str:
        """Come late."""
        return "late"

    @tool(context=True)
    def grow(tool_context: ToolContext) -> str:
        """Grow."""
        tool_context.agent.tool_registry.register_tool(late)
        tool_context.agent.state.set("grown", True)
        return "grown"

    bench = Bench(call("grow"), call("late", tool_use_id="t2"), text("done"), tools=[grow])
    return [await bench.outcome(), observed(bench.agent.state.get()), bench.agent.tool_names]


# --- direct calls


@table(
    "tools",
    {
        "plain": {"x": 3},
        "unrecorded": {"x": 3, "record_direct_tool_call": False},
        "with a message": {"x": 3, "user_message_override": "please"},
        "bad input": {"x": "many"},
        "unknown argument": {"y": 3},
    },
)
async def direct_call(arguments: dict[str, Any]) -> Any:
    bench = Bench(text("done"), tools=[noop], log_hooks=True)
    result = attempt(lambda: bench.agent.tool.noop(**arguments))
    return {"result": result, "timeline": bench.timeline, "messages": observed(bench.agent.messages)}


@scenario("tools")
async def direct_calls_in_other_ways() -> Any:
    @tool
    def under_score() -> str:
        """Be named with an underscore."""
        return "ok"

    @tool(name="dash-ed")
    def dashed() -> str:
        """Be named with a dash."""
        return "ok"

    @tool(context=True)
    def peek(tool_context: ToolContext) -> str:
        """Look."""
        return f"{sorted(tool_context.invocation_state)} {sorted(tool_context.tool_use)}"

    @tool
    async def flow() -> AsyncGenerator[Any, None]:
        """Stream."""
        yield "a"
        yield "b"

    agent = Bench(tools=[under_score, dashed, peek, flow, noop]).agent
    return {
        "underscore": attempt(lambda: agent.tool.under_score()),
        "dash": attempt(lambda: agent.tool.dash_ed()),
        "context": attempt(lambda: agent.tool.peek()),
        "stream": attempt(lambda: agent.tool.flow()),
        "unknown": attempt(lambda: agent.tool.unknown()),
        "positional": attempt(lambda: agent.tool.noop(1)),
        "messages": observed(agent.messages),
    }


@scenario("tools")
async def direct_calls_without_recording() -> Any:
    agent = Bench(tools=[noop], record_direct_tool_call=False).agent
    first = attempt(lambda: agent.tool.noop(x=1))
    return [
        first,
        observed(agent.messages),
        attempt(lambda: agent.tool.noop(x=2, record_direct_tool_call=True)),
        observed(agent.messages),
    ]


# --- where tools come from


class Plain(AgentTool):
    """A tool written as a class."""

    def __init__(self, name: str = "plain") -> None:
        super().__init__()
        self._name = name

    @property
    def tool_name(self) -> str:
        return self._name

    @property
    def tool_spec(self) -> Any:
        return {
            "name": self._name,
            "description": "Plain.",
            "inputSchema": {"json": {"type": "object", "properties": {}}},
        }

    @property
    def tool_type(self) -> str:
        return "plain"

    async def stream(self, tool_use: Any, invocation_state: dict[str, Any], **kwargs: Any) -> AsyncGenerator[Any, None]:
        yield {"working": True}
        yield {
            "toolUseId": tool_use["toolUseId"],
            "status": "success",
            "content": [{"text": f"{sorted(invocation_state)} {sorted(kwargs)}"}],
        }


@scenario("tools")
async def tool_class() -> Any:
    return await Bench(call("plain"), text("done"), tools=[Plain()], log_hooks=[AfterToolCallEvent]).run()


@scenario("tools")
async def tool_class_that_yields_nothing() -> Any:
    class Silent(Plain):
        async def stream(
            self, tool_use: Any, invocation_state: dict[str, Any], **kwargs: Any
        ) -> AsyncGenerator[Any, None]:
            return
            yield

    return await Bench(call("plain"), text("done"), tools=[Silent()]).run()


@scenario("tools")
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
    "tools",
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


@scenario("tools")
async def from_a_directory() -> Any:
    directory = Path.cwd() / "tools"
    directory.mkdir(exist_ok=True)
    (directory / "found.py").write_text(DECORATED)
    (directory / "_hidden.py").write_text(DECORATED.replace("one", "hidden"))
    on = Bench(load_tools_from_directory=True)
    off = Bench()
    return [sorted(on.agent.tool_names), off.agent.tool_names]


@table(
    "tools",
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


@scenario("tools")
async def two_tools_of_one_name() -> Any:
    other = Plain("noop")
    dashed, underscored = Plain("a-b"), Plain("a_b")
    return [
        attempt(lambda: Bench(tools=[noop, other]).agent.tool_names),
        attempt(lambda: Bench(tools=[dashed, underscored]).agent.tool_names),
    ]


@table(
    "tools",
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


@scenario("tools")
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
    "tools",
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
    "tools",
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
    "tools",
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


@scenario("tools")
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
    return {"log": log, "run": run}


@scenario("tools")
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


@scenario("tools")
async def tools_added_between_runs_are_offered() -> Any:
    bench = Bench(text("one"), text("two"), tools=[noop])
    await bench.run()
    bench.agent.tool_registry.process_tools([typed])
    return await bench.outcome("more")


@scenario("tools")
async def tools_removed_in_a_run_by_a_hook() -> Any:
    def drop(event: BeforeModelCallEvent) -> None:
        event.agent.tool_registry.registry.pop("noop", None)

    return await Bench(call("noop"), text("two"), tools=[noop]).on(BeforeModelCallEvent, drop).outcome()


@scenario("tools")
async def no_tools_at_all_are_handed_over_as() -> Any:
    return [await Bench(text("one")).outcome(), await Bench(text("one"), tools=[]).outcome()]


@scenario("tools")
async def agent_as_a_tool_by_itself() -> Any:
    inner = Agent(model=Bench(text("inner answer")).model, name="helper", callback_handler=None)
    return attempt(lambda: Bench(tools=[inner]).agent.tool_names)
