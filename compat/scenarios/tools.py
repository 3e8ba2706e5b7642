"""What tools do: results of every shape, errors, streams, validation of input, context."""

# mypy: disable-error-code="arg-type, attr-defined, call-arg"
# Wrong use is looked at, too.

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator
from typing import Any

from pydantic import BaseModel

from compat.normalise import observed
from compat.observing import Bench, attempt, attempt_async
from compat.registry import scenario, table
from compat.sample_tools import noop
from compat.scripted import call, message, text, tool_block
from strands import ToolContext, tool
from strands.hooks import AfterToolCallEvent
from strands.tools.executors import ConcurrentToolExecutor, SequentialToolExecutor


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


@table(RESULTS)
async def returns(value: Any) -> Any:
    @tool
    def giver() -> Any:
        """Give."""
        return value

    return await Bench(call("giver"), text("done"), tools=[giver]).outcome()


@table({key: RESULTS[key] for key in ("string", "dict", "none", "error result")})
async def async_returns(value: Any) -> Any:
    @tool
    async def giver() -> Any:
        """Give."""
        await asyncio.sleep(0)
        return value

    return await Bench(call("giver"), text("done"), tools=[giver]).outcome()


@table(
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


@scenario
async def async_generator_that_raises() -> Any:
    @tool
    async def giver() -> AsyncGenerator[Any, None]:
        """Give."""
        yield "a"
        raise ValueError("boom")

    return await Bench(call("giver"), text("done"), tools=[giver], log_hooks=[AfterToolCallEvent]).run()


@scenario
async def sync_generator() -> Any:
    @tool
    def giver() -> Any:
        """Give."""
        yield "a"
        yield "b"

    return await Bench(call("giver"), text("done"), tools=[giver]).outcome()


@table(
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


@scenario
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


@table(
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


@scenario
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


@scenario
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


@table({"concurrent": ConcurrentToolExecutor, "sequential": SequentialToolExecutor})
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


@scenario
async def sync_tools_run_off_the_event_loop_thread() -> Any:
    threads = []

    @tool
    def where() -> str:
        """Say where."""
        threads.append(threading.current_thread() is threading.main_thread())
        return "ok"

    await Bench(call("where"), text("done"), tools=[where]).run()
    return {"on the main thread": threads}


@scenario
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


@scenario
async def context_injection_under_another_name() -> Any:
    @tool(context="ctx")
    def peek(ctx: ToolContext) -> str:
        """Look around."""
        return type(ctx).__name__

    return {"spec": observed(peek.tool_spec), "run": await Bench(call("peek"), text("done"), tools=[peek]).outcome()}


@scenario
async def agent_parameter_injection() -> Any:
    @tool
    def peek(agent: Any = None) -> str:
        """Look around."""
        return getattr(agent, "name", "no agent")

    return {"spec": observed(peek.tool_spec), "run": await Bench(call("peek"), text("done"), tools=[peek]).outcome()}


@scenario
async def context_keyword_without_the_parameter() -> Any:
    def make() -> Any:
        @tool(context=True)
        def peek(x: int) -> str:
            """Look."""
            return str(x)

        return peek.tool_spec

    return attempt(make)


@scenario
async def context_parameter_without_the_keyword() -> Any:
    def make() -> Any:
        @tool
        def peek(tool_context: ToolContext) -> str:
            """Look."""
            return "x"

        return peek.tool_spec

    return attempt(make)


@scenario
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


@scenario
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


@scenario
async def async_function_called_directly() -> Any:
    @tool
    async def fetch(x: int) -> str:
        """Fetch."""
        return f"got {x}"

    return await attempt_async(fetch(1))


@table(
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
