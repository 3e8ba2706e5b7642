"""Every form of a prompt, system prompts, and what the model is handed for them."""

from __future__ import annotations

from typing import Any

from compat.normalise import observed
from compat.observing import Bench, attempt, attempt_async
from compat.registry import scenario, table
from compat.sample_tools import noop
from compat.scripted import call, message, text, text_block

USER = {"role": "user", "content": [{"text": "question"}]}
ASSISTANT = {"role": "assistant", "content": [{"text": "answer"}]}
OPEN_TOOL_USE = {"role": "assistant", "content": [{"toolUse": {"toolUseId": "t9", "name": "noop", "input": {"x": 4}}}]}
TOOL_RESULT = {
    "role": "user",
    "content": [{"toolResult": {"toolUseId": "t9", "status": "success", "content": [{"text": "r"}]}}],
}


@table(
    {
        "string": "hello",
        "empty string": "",
        "blank string": "  ",
        "content blocks": [{"text": "look"}, {"image": {"format": "png", "source": {"bytes": b"\x89PNG"}}}],
        "document block": [{"document": {"format": "pdf", "name": "paper", "source": {"bytes": b"%PDF"}}}],
        "video block": [{"video": {"format": "mp4", "source": {"s3Location": {"uri": "s3://bucket/film"}}}}],
        "cache point": [{"text": "long"}, {"cachePoint": {"type": "default"}}],
        "guard content": [{"guardContent": {"text": {"text": "check me", "qualifiers": ["query"]}}}],
        "one message": [USER],
        "several messages": [USER, ASSISTANT, {"role": "user", "content": [{"text": "and now?"}]}],
        "messages ending with the assistant": [USER, ASSISTANT],
        "message with blank text": [{"role": "user", "content": [{"text": ""}]}],
        "message with metadata": [{**USER, "metadata": {"custom": {"a": 1}}}],
        "empty list": [],
        "none": None,
        "number": 5,
        "list of numbers": [5],
        "dict": {"role": "user"},
        "mixed list": [{"text": "a"}, USER],
        "message without content": [{"role": "user"}],
        "interrupt response while nothing is interrupted": [{"interruptResponse": {"interruptId": "i", "response": 1}}],
        "unknown content block": [{"surprise": 1}],
        "list of strings": ["a", "b"],
    },
)
async def prompt(value: Any) -> Any:
    return await Bench(text("fine")).run(value)


@table(
    {
        "none after a user message": ([USER], None),
        "none after an answer": ([USER, ASSISTANT], None),
        "string after an answer": ([USER, ASSISTANT], "more"),
        "string after a user message": ([USER], "more"),
        "none after open tool use": ([USER, OPEN_TOOL_USE], None),
        "string after open tool use": ([USER, OPEN_TOOL_USE], "more"),
        "tool result message after open tool use": ([USER, OPEN_TOOL_USE], [TOOL_RESULT]),
        "tool result block after open tool use": ([USER, OPEN_TOOL_USE], TOOL_RESULT["content"]),
        "empty list after open tool use": ([USER, OPEN_TOOL_USE], []),
        "string after a tool result": ([USER, OPEN_TOOL_USE, TOOL_RESULT], "more"),
        "open tool use in the middle": ([USER, OPEN_TOOL_USE, USER, ASSISTANT], "more"),
    },
)
async def history(case: tuple[list[Any], Any]) -> Any:
    messages, value = case
    return await Bench(text("fine"), messages=[dict(one) for one in messages], tools=[noop]).run(value)


@table(
    {
        "none": None,
        "string": "You are terse.",
        "empty string": "",
        "blocks": [{"text": "You are"}, {"text": "terse."}],
        "blocks with a cache point": [{"text": "You are terse."}, {"cachePoint": {"type": "default"}}],
        "only a cache point": [{"cachePoint": {"type": "default"}}],
        "empty list": [],
    },
)
async def system_prompt(value: Any) -> Any:
    bench = Bench(text("fine"), system_prompt=value)
    return {
        "system_prompt": observed(bench.agent.system_prompt),
        "content": observed(bench.agent.system_prompt_content),
        "run": await bench.outcome(),
    }


@scenario
async def system_prompt_set_later() -> Any:
    bench = Bench(text("one"), text("two"), text("three"), system_prompt="first")
    seen = [await bench.outcome()]
    bench.agent.system_prompt = [{"text": "second"}]
    seen += [observed(bench.agent.system_prompt), await bench.outcome()]
    bench.agent.system_prompt = None
    return [*seen, observed(bench.agent.system_prompt), await bench.outcome()]


@table(
    {
        "empty assistant content": [USER, {"role": "assistant", "content": []}],
        "blank assistant text": [USER, {"role": "assistant", "content": [{"text": " \n"}]}],
        "blank text next to a tool use": [
            USER,
            {"role": "assistant", "content": [{"text": ""}, *OPEN_TOOL_USE["content"]]},
            TOOL_RESULT,
        ],
        "blank user text": [{"role": "user", "content": [{"text": ""}]}, ASSISTANT],
        "invalid tool name": [
            USER,
            {"role": "assistant", "content": [{"toolUse": {"toolUseId": "t9", "name": "bad name!", "input": {}}}]},
            TOOL_RESULT,
        ],
        "tool name too long": [
            USER,
            {"role": "assistant", "content": [{"toolUse": {"toolUseId": "t9", "name": "n" * 65, "input": {}}}]},
            TOOL_RESULT,
        ],
        "tool use without a name": [
            USER,
            {"role": "assistant", "content": [{"toolUse": {"toolUseId": "t9", "input": {}}}]},
            TOOL_RESULT,
        ],
        "reasoning": [
            USER,
            {"role": "assistant", "content": [{"reasoningContent": {"reasoningText": {"text": "hm"}}}, {"text": "a"}]},
        ],
        "metadata": [USER, {**ASSISTANT, "metadata": {"usage": {"inputTokens": 1}}}],
    },
)
async def history_handed_to_the_model(messages: list[Any]) -> Any:
    bench = Bench(text("fine"), messages=messages)
    return await bench.outcome("next")


@scenario
async def keyword_arguments_become_invocation_state() -> Any:
    return await Bench(call("noop"), text("done"), tools=[noop]).run("hi", user_id=7, tenant="x")


@scenario
async def invocation_state_keyword() -> Any:
    state = {"user_id": 7}
    bench = Bench(call("noop"), text("done"), tools=[noop])
    return {"run": await bench.run("hi", invocation_state=state), "state after": sorted(state)}


@scenario
async def invocation_state_and_keywords_together() -> Any:
    return await Bench(text("done")).run("hi", invocation_state={"a": 1}, b=2)


@scenario
async def invoke_async_and_call() -> Any:
    bench = Bench(text("one"), text("two"), text("three"))
    first = await attempt_async(bench.agent.invoke_async("a"))
    second = attempt(lambda: bench.agent("b"))
    return [first, second, attempt(lambda: str(bench.agent("c"))), bench.from_callback]


@scenario
async def request_state_is_the_result_state() -> Any:
    return await Bench(text("done")).run("hi", invocation_state={"request_state": {"kept": True}})


@table(
    {
        "text": text("plain"),
        "two texts": message(text_block("one"), text_block("two")),
        "empty": [],
        "reasoning only": message(
            [{"contentBlockDelta": {"delta": {"reasoningContent": {"text": "hm"}}}}, {"contentBlockStop": {}}]
        ),
    },
)
async def text_of_the_result(turn: Any) -> Any:
    return attempt(lambda: str(Bench(turn).agent("hi")))
