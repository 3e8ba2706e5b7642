"""Runs whose spans are looked at, for both sets of semantic conventions."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from pydantic import BaseModel

from compat.observing import Bench
from compat.registry import table
from compat.scripted import Turn, block, call, message, start, text, text_block, tool_block
from compat.tracing import exporting, spans_seen
from strands import ToolContext, tool
from strands.hooks import AfterModelCallEvent, BeforeToolCallEvent
from strands.tools.executors import SequentialToolExecutor

_Function = TypeVar("_Function", bound=Callable[[Any], Awaitable[Any]])


class Person(BaseModel):
    """A person."""

    name: str


@tool
def noop(x: int = 0) -> str:
    """Return the number."""
    return f"r{x}"


@tool
def raiser() -> str:
    """Raise."""
    raise ValueError("boom")


@tool(context=True)
def ask(tool_context: ToolContext) -> str:
    """Ask a person."""
    return f"answered {tool_context.interrupt('approval')!r}"


TURNS: dict[str, list[Turn]] = {
    "text": [text("a", "b")],
    "tool": [call("noop", '{"x": 1}', before="wait"), text("done")],
    "two tools": [
        message(tool_block("noop", "{}", "a"), tool_block("raiser", "{}", "b"), reason="tool_use"),
        text("done"),
    ],
    "unknown tool": [call("missing_tool"), text("done")],
    "reasoning": [
        message(block({"reasoningContent": {"text": "hm"}}, {"reasoningContent": {"signature": "s"}}), text_block("a"))
    ],
    "cache usage": [message(text_block("a"), cacheReadInputTokens=3, cacheWriteInputTokens=4)],
    "model error": [[ValueError("boom")]],
    "model error in mid-stream": [[*start(), *text_block("par")[:2], ValueError("boom")]],
    "model error on turn two": [call("noop"), [ValueError("boom")]],
    "max tokens": [text("cut", reason="max_tokens")],
    "interrupt": [call("ask"), text("done")],
    "guardrail": [text("bad", reason="guardrail_intervened")],
}


EXPORTER = exporting()
CASES: list[tuple[Callable[[Any], Awaitable[Any]], dict[str, Any]]] = []


def register(area: str) -> None:
    """Register the traced runs under an area."""
    for function, cases in CASES:
        table(cases, area=area)(function)


def traced(cases: dict[str, Any]) -> Callable[[_Function], _Function]:
    """Keep a function and its cases for `register`."""

    def keep(function: _Function) -> _Function:
        CASES.append((function, cases))
        return function

    return keep


async def spans_of(bench: Bench, prompt: Any = "hi", **keywords: Any) -> Any:
    """Return the spans of one run."""
    await bench.run(prompt, **keywords)
    return spans_seen(EXPORTER)


def bench_for(*turns: Turn, **arguments: Any) -> Bench:
    """Return a bench with a few tools that run one after the other."""
    return Bench(*turns, tools=[noop, raiser, ask], tool_executor=SequentialToolExecutor(), **arguments)


@traced(TURNS)
async def spans(turns: list[Turn]) -> Any:
    return await spans_of(bench_for(*turns))


@traced(
    {
        "system prompt": {"system_prompt": "be terse"},
        "names": {"name": "N", "agent_id": "id-1", "description": "D"},
        "attributes": {"trace_attributes": {"session.id": "s1", "tags": ["a", "b"], "n": 1}},
        "model id": {"model_config": {"model_id": "some-model", "temperature": 0.5}},
    },
)
async def spans_with(arguments: dict[str, Any]) -> Any:
    return await spans_of(bench_for(text("a"), **arguments))


@traced(
    {
        "content blocks": [{"text": "look"}, {"image": {"format": "png", "source": {"bytes": b"x"}}}],
        "messages": [
            {"role": "user", "content": [{"text": "one"}]},
            {"role": "assistant", "content": [{"text": "two"}]},
        ],
        "none": None,
    },
)
async def spans_for_the_prompt(prompt: Any) -> Any:
    return await spans_of(bench_for(text("a"), messages=[{"role": "user", "content": [{"text": "old"}]}]), prompt)


@traced(
    {"called": [call("Person", '{"name": "Ada"}')], "forced": [text("prose"), call("Person", '{"name": "Ada"}')]},
)
async def spans_of_structured_output(turns: list[Turn]) -> Any:
    return await spans_of(bench_for(*turns), structured_output_model=Person)


@traced({"tool cancelled": BeforeToolCallEvent, "model retried": AfterModelCallEvent})
async def spans_with_a_hook(event_type: type) -> Any:
    done: list[int] = []

    def act(event: Any) -> None:
        if isinstance(event, BeforeToolCallEvent):
            event.cancel_tool = "no"
        elif not done:
            done.append(1)
            event.retry = True

    turns = [call("noop"), text("done"), text("more")]
    return await spans_of(bench_for(*turns).on(event_type, act))


@traced({"resumed": "yes"})
async def spans_of_an_interrupt(value: str) -> Any:
    bench = bench_for(call("ask"), text("done"))
    first = await spans_of(bench)
    (key,) = bench.agent._interrupt_state.interrupts
    return [first, await spans_of(bench, [{"interruptResponse": {"interruptId": key, "response": value}}])]


@traced({"direct": None})
async def spans_of_a_direct_call(_: None) -> Any:
    bench = bench_for()
    bench.agent.tool.noop(x=1)
    return spans_seen(EXPORTER)


@traced({"cancelled": None})
async def spans_of_a_cancelled_run(_: None) -> Any:
    bench = bench_for()
    bench.model.turns = [[*start(), *text_block("par")[:2], bench.agent.cancel, *text_block("t")[1:]]]
    return await spans_of(bench)


@traced({"plain": None})
async def spans_of_an_agent_as_tool(_: None) -> Any:
    helper = Bench(text("inner"), name="helper", callback_handler=None).agent
    return await spans_of(Bench(call("helper", '{"input": "q"}'), text("done"), tools=[helper.as_tool()]))
