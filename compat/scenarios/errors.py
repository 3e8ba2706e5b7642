"""Errors of a model, retries, context overflow and the token limit."""

# mypy: disable-error-code="attr-defined"
# Wrong use is looked at, too.

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from compat.normalise import observed
from compat.observing import Bench, attempt, attempt_async
from compat.registry import scenario, table
from compat.sample_tools import noop
from compat.scripted import call, message, start, text, text_block, tool_block
from strands import Agent, ModelRetryStrategy, tool
from strands.agent.conversation_manager import NullConversationManager, SlidingWindowConversationManager
from strands.hooks import AfterModelCallEvent, BeforeModelCallEvent
from strands.types.exceptions import ContextWindowOverflowException, ModelThrottledException


@contextmanager
def no_waiting() -> Iterator[list[float]]:
    """Replace asyncio's sleep and yield the list of waits that were asked for."""
    waits: list[float] = []
    sleep = asyncio.sleep

    async def skip(delay: float, result: Any = None) -> Any:
        if delay:
            waits.append(delay)
        return await sleep(0, result)

    asyncio.sleep = skip
    try:
        yield waits
    finally:
        asyncio.sleep = sleep


def throttled(times: int) -> list[Any]:
    return [[ModelThrottledException("slow down")] for _ in range(times)]


@table(
    {
        "value error": ValueError("boom"),
        "empty text": RuntimeError(""),
        "key error": KeyError("missing"),
        "timeout": TimeoutError("too slow"),
        "overflow": ContextWindowOverflowException("too long"),
        "own base exception": ArithmeticError("own"),
    },
)
async def model_error_on_turn_one(error: Exception) -> Any:
    return await Bench([error], tools=[noop], log_hooks=True, conversation_manager=NullConversationManager()).run()


@table({"turn two": 1, "turn three": 2})
async def model_error_later(tool_turns: int) -> Any:
    turns = [call("noop", tool_use_id=f"t{index}") for index in range(tool_turns)]
    bench = Bench(*turns, [ValueError("boom")], text("again"), tools=[noop], log_hooks=True)
    return [await bench.run(metrics=True), await bench.outcome("go on")]


@scenario
async def model_error_in_mid_stream() -> Any:
    bench = Bench([*start(), *text_block("par")[:2], ValueError("boom")], text("again"))
    return [await bench.run(metrics=True), await bench.run("go on")]


@scenario
async def model_error_after_the_stop() -> Any:
    return await Bench([*text("done"), ValueError("late")]).run()


@table({"once": 1, "five times": 5, "six times": 6, "seven times": 7})
async def throttled_on_turn_one(times: int) -> Any:
    with no_waiting() as waits:
        bench = Bench(*throttled(times), text("ok"), log_hooks=[BeforeModelCallEvent, AfterModelCallEvent])
        return {"run": await bench.run(), "waits": waits, "calls": len(bench.model.calls)}


@table({"twice": 2, "six times": 6})
async def throttled_on_turn_two(times: int) -> Any:
    with no_waiting() as waits:
        bench = Bench(call("noop"), *throttled(times), text("ok"), tools=[noop])
        return {"run": await bench.run(metrics=True), "waits": waits}


@scenario
async def throttled_in_mid_stream() -> Any:
    with no_waiting() as waits:
        bench = Bench([*start(), *text_block("par")[:2], ModelThrottledException("slow down")], text("whole"))
        return {"run": await bench.run(metrics=True), "waits": waits}


@scenario
async def retry_counts_start_anew_with_each_run() -> Any:
    with no_waiting() as waits:
        bench = Bench(*throttled(2), text("ok"), *throttled(1), text("ok"))
        await bench.run()
        await bench.run("more")
        return waits


@scenario
async def retry_counts_start_anew_after_success_in_a_run() -> Any:
    with no_waiting() as waits:
        bench = Bench(*throttled(2), call("noop"), *throttled(2), text("ok"), tools=[noop])
        return {"run": await bench.outcome(), "waits": waits}


@table(
    {
        "one attempt": {"max_attempts": 1},
        "three attempts": {"max_attempts": 3},
        "short delays": {"max_attempts": 5, "initial_delay": 1, "max_delay": 3},
        "no delay": {"max_attempts": 3, "initial_delay": 0, "max_delay": 0},
    },
)
async def retry_strategy(arguments: dict[str, Any]) -> Any:
    with no_waiting() as waits:
        bench = Bench(*throttled(6), text("ok"), retry_strategy=ModelRetryStrategy(**arguments))
        return {"run": await bench.run(), "waits": waits, "calls": len(bench.model.calls)}


@scenario
async def retry_strategy_none() -> Any:
    with no_waiting() as waits:
        bench = Bench(*throttled(7), text("ok"), retry_strategy=None)
        return {"run": await bench.run(), "waits": waits, "calls": len(bench.model.calls)}


@table({"string": "soon", "number": 3, "class": ModelRetryStrategy})
async def retry_strategy_of_a_wrong_type(value: Any) -> Any:
    return attempt(lambda: Agent(model=Bench().model, retry_strategy=value).name)


@scenario
async def retry_strategy_subclass() -> Any:
    class Loud(ModelRetryStrategy):
        pass

    return attempt(lambda: Agent(model=Bench().model, retry_strategy=Loud()).name)


HISTORY = [
    {"role": "user" if index % 2 == 0 else "assistant", "content": [{"text": f"m{index}"}]} for index in range(6)
]


def overflowing(times: int) -> list[Any]:
    return [[ContextWindowOverflowException("too long")] for _ in range(times)]


@table({"once": 1, "twice": 2, "for ever": 9})
async def overflow_with_a_sliding_window(times: int) -> Any:
    manager = SlidingWindowConversationManager(window_size=4)
    bench = Bench(*overflowing(times), text("ok"), messages=list(HISTORY), conversation_manager=manager, log_hooks=True)
    return await bench.run()


@scenario
async def overflow_with_a_null_manager() -> Any:
    return await Bench(
        *overflowing(1), text("ok"), messages=list(HISTORY), conversation_manager=NullConversationManager()
    ).run()


@scenario
async def overflow_on_turn_two() -> Any:
    manager = SlidingWindowConversationManager(window_size=4)
    bench = Bench(
        call("noop"), *overflowing(1), text("ok"), messages=list(HISTORY), conversation_manager=manager, tools=[noop]
    )
    return await bench.run(metrics=True, invocation_state={"mine": 1})


@scenario
async def overflow_with_large_tool_results() -> Any:
    @tool
    def big() -> str:
        """Return much."""
        return "x" * 2000

    bench = Bench(call("big"), *overflowing(2), text("ok"), tools=[big])
    return await bench.outcome()


@table(
    {
        "text": text("part", reason="max_tokens"),
        "tool use cut short": call("noop", '{"x": ', before="text", reason="max_tokens"),
        "complete tool use": call("noop", '{"x": 1}', reason="max_tokens"),
        "two tool uses": message(tool_block("noop", "{}", "a"), tool_block("noop", '{"x', "b"), reason="max_tokens"),
        "nothing": [*start(), {"messageStop": {"stopReason": "max_tokens"}}],
        "reasoning": message(
            [{"contentBlockDelta": {"delta": {"reasoningContent": {"text": "hm"}}}}, {"contentBlockStop": {}}],
            reason="max_tokens",
        ),
        "unnamed tool use": call("", "{}", reason="max_tokens"),
    },
)
async def max_tokens(turn: Any) -> Any:
    bench = Bench(turn, text("later"), tools=[noop], log_hooks=True)
    return [await bench.run(), await bench.outcome("go on")]


@scenario
async def max_tokens_on_turn_two() -> Any:
    return await Bench(call("noop"), text("part", reason="max_tokens"), tools=[noop]).run(metrics=True)


@scenario
async def second_run_at_once() -> Any:
    bench = Bench(text("one"), text("two"))
    first = bench.agent.stream_async("a")
    started = observed(await anext(first))
    second = await attempt_async(bench.agent.invoke_async("b"))
    third = attempt(lambda: bench.agent("c"))
    rest = [event async for event in first]
    return {
        "started": started,
        "second": second,
        "third": third,
        "events": len(rest),
        "after": await bench.outcome("d"),
    }


@scenario
async def second_run_at_once_when_reentrant() -> Any:
    from strands.types.agent import ConcurrentInvocationMode

    seen = []
    for mode in (ConcurrentInvocationMode.UNSAFE_REENTRANT, "unsafe_reentrant"):
        bench = Bench(text("one"), text("two"), concurrent_invocation_mode=mode)
        first = bench.agent.stream_async("a")
        await anext(first)
        second = await attempt_async(bench.agent.invoke_async("b"))
        rest = [event async for event in first]
        seen.append({"second": second, "events": len(rest), "messages": observed(bench.agent.messages)})
    return seen


@scenario
async def direct_tool_call_during_a_run() -> Any:
    bench = Bench(text("one"), tools=[noop])
    first = bench.agent.stream_async("a")
    await anext(first)
    direct = attempt(lambda: bench.agent.tool.noop(x=1))
    unrecorded = attempt(lambda: bench.agent.tool.noop(x=1, record_direct_tool_call=False))
    async for _ in first:
        pass
    return [direct, unrecorded, observed(bench.agent.messages)]


@scenario
async def agent_is_usable_after_a_consumer_stops_early() -> Any:
    bench = Bench(text("one"), text("two"))
    events = bench.agent.stream_async("a")
    async for event in events:
        if "data" in event:
            break
    await events.aclose()
    return [observed(bench.agent.messages), await bench.outcome("b")]


@scenario
async def callback_handler_that_raises() -> Any:
    def broken(**event: Any) -> None:
        if "data" in event:
            raise LookupError("callback")

    bench = Bench(text("one"), text("two"), callback_handler=broken)
    return [await bench.run(), await bench.run("b")]
