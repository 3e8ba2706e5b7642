"""Interrupts from tools and hooks, and their resume."""

from __future__ import annotations

from typing import Any

from compat.answering import answers, sequential
from compat.normalise import observed
from compat.observing import Bench, attempt
from compat.registry import scenario, table
from compat.sample_tools import ask, noop
from compat.scripted import call, message, text, tool_block
from strands import ToolContext, tool
from strands.hooks import BeforeToolCallEvent
from strands.types.tools import AgentTool


@tool(context=True)
def ask_twice(tool_context: ToolContext) -> str:
    """Ask a person twice."""
    first = tool_context.interrupt("first")
    second = tool_context.interrupt("second", reason="because")
    return f"{first!r} {second!r}"


@table({"true": True, "text": "yes", "dict": {"ok": 1}, "none": None, "false": False, "empty": ""})
async def tool_asks_and_is_answered(value: Any) -> Any:
    bench = sequential(call("ask"), text("done"), tools=[ask], log_hooks=True)
    first = await bench.run(metrics=True)
    return [
        first,
        observed(bench.agent._interrupt_state.to_dict()),
        await bench.run(answers(bench, value)),
        observed(bench.agent._interrupt_state.to_dict()),
    ]


@scenario
async def tool_asks_beside_another_tool() -> Any:
    turn = message(
        tool_block("noop", "{}", "a"),
        tool_block("ask", "{}", "b"),
        tool_block("noop", '{"x": 1}', "c"),
        reason="tool_use",
    )
    bench = sequential(turn, text("done"), tools=[noop, ask], log_hooks=True)
    return [await bench.run(), observed(bench.agent._interrupt_state.to_dict()), await bench.run(answers(bench, "yes"))]


@scenario
async def two_tools_ask() -> Any:
    turn = message(tool_block("ask", "{}", "a"), tool_block("ask", '{"question": "really?"}', "b"), reason="tool_use")
    bench = sequential(turn, text("done"), tools=[ask])
    first = await bench.run()
    only_one = await bench.run(answers(bench, "first"))
    return [first, only_one, await bench.run(answers(bench, "second"))]


@scenario
async def tool_asks_twice() -> Any:
    bench = sequential(call("ask_twice"), text("done"), tools=[ask_twice])
    first = await bench.outcome()
    second = await bench.outcome(answers(bench, "one"))
    return [first, second, await bench.outcome(answers(bench, "two"))]


@scenario
async def tool_asks_on_turn_two() -> Any:
    bench = sequential(
        call("noop"), call("ask", tool_use_id="t2"), call("noop", tool_use_id="t3"), text("done"), tools=[noop, ask]
    )
    return [await bench.run(), await bench.run(answers(bench, "yes"), invocation_state={"mine": 1})]


@scenario
async def response_given_in_advance() -> Any:
    @tool(context=True)
    def ask_nobody(tool_context: ToolContext) -> str:
        """Ask with an answer at hand."""
        return f"{tool_context.interrupt('q', reason='r', response='preset')!r}"

    return await sequential(call("ask_nobody"), text("done"), tools=[ask_nobody]).outcome()


@scenario
async def same_interrupt_name_twice_in_a_tool() -> Any:
    @tool(context=True)
    def ask_same(tool_context: ToolContext) -> str:
        """Ask the same."""
        return f"{tool_context.interrupt('q')!r} {tool_context.interrupt('q')!r}"

    bench = sequential(call("ask_same"), text("done"), tools=[ask_same])
    return [await bench.outcome(), await bench.outcome(answers(bench, "one"))]


@table(
    {
        "string": "hello",
        "none": None,
        "blocks": [{"text": "hello"}],
        "unknown id": [{"interruptResponse": {"interruptId": "zzz", "response": 1}}],
        "empty list": [],
        "without response": [{"interruptResponse": {"interruptId": "zzz"}}],
        "messages": [{"role": "user", "content": [{"text": "hello"}]}],
    },
)
async def wrong_prompt_while_interrupted(value: Any) -> Any:
    bench = sequential(call("ask"), text("done"), tools=[ask])
    await bench.run()
    return [await bench.run(value), await bench.outcome(answers(bench, "yes"))]


def approving(name: str = "approve") -> Any:
    def approve(event: BeforeToolCallEvent) -> None:
        if event.interrupt(name, reason={"tool": event.tool_use["name"]}) != "yes":
            event.cancel_tool = "refused"

    return approve


@table({"yes": "yes", "no": "no"})
async def hook_asks_before_a_tool(value: str) -> Any:
    bench = sequential(call("noop"), text("done"), tools=[noop], log_hooks=True).on(BeforeToolCallEvent, approving())
    return [await bench.run(), observed(bench.agent._interrupt_state.to_dict()), await bench.run(answers(bench, value))]


@scenario
async def hook_asks_before_each_of_two_tools() -> Any:
    turn = message(tool_block("noop", "{}", "a"), tool_block("noop", '{"x": 1}', "b"), reason="tool_use")
    bench = sequential(turn, text("done"), tools=[noop]).on(BeforeToolCallEvent, approving())
    return [await bench.run(), await bench.run(answers(bench, "yes", "no"))]


@scenario
async def two_hooks_ask() -> Any:
    bench = sequential(call("noop"), text("done"), tools=[noop])
    bench.on(BeforeToolCallEvent, approving("one")).on(BeforeToolCallEvent, approving("two"))
    return [await bench.run(), await bench.run(answers(bench, "yes", "yes"))]


@scenario
async def two_hooks_ask_under_one_name() -> Any:
    bench = sequential(call("noop"), text("done"), tools=[noop])
    bench.on(BeforeToolCallEvent, approving()).on(BeforeToolCallEvent, approving())
    return await bench.run()


@scenario
async def hook_then_tool_ask() -> Any:
    bench = sequential(call("ask"), text("done"), tools=[ask]).on(BeforeToolCallEvent, approving())
    first = await bench.outcome()
    second = await bench.outcome(answers(bench, "yes"))
    return [first, second, await bench.outcome(answers(bench, "sure"))]


@scenario
async def direct_call_of_an_asking_tool() -> Any:
    bench = Bench(text("done"), tools=[ask])
    return [
        attempt(lambda: bench.agent.tool.ask()),
        observed(bench.agent.messages),
        observed(bench.agent._interrupt_state.to_dict()),
    ]


@scenario
async def direct_call_while_interrupted() -> Any:
    bench = sequential(call("ask"), text("done"), tools=[ask, noop])
    await bench.run()
    return attempt(lambda: bench.agent.tool.noop())


@scenario
async def interrupt_without_resume_then_structured_output() -> Any:
    from compat.scenarios.structured import GOOD, Person

    bench = sequential(call("ask"), call("Person", GOOD, "t2"), tools=[ask])
    first = await bench.outcome(structured_output_model=Person)
    return [first, await bench.outcome(answers(bench, "yes"), structured_output_model=Person)]


@scenario
async def interrupt_of_a_retried_tool_class() -> Any:
    class Asking(AgentTool):
        tool_name = "asking"
        tool_type = "custom"

        @property
        def tool_spec(self) -> Any:
            schema = {"type": "object", "properties": {}}
            return {"name": "asking", "description": "Ask.", "inputSchema": {"json": schema}}

        async def stream(self, tool_use: Any, invocation_state: dict[str, Any], **kwargs: Any) -> Any:
            from strands.interrupt import Interrupt
            from strands.types._events import ToolInterruptEvent

            yield ToolInterruptEvent(tool_use, [Interrupt(id="own-id", name="own", reason="r")])

    return await sequential(call("asking"), text("done"), tools=[Asking()]).run()
