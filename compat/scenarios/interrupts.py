"""Interrupts from tools and hooks, their resume, cancellation at each phase, and agents as tools."""

from __future__ import annotations

from typing import Any

from compat.normalise import observed
from compat.observing import Bench, attempt
from compat.registry import scenario, table
from compat.scripted import call, message, start, stop, text, text_block, tool_block
from strands import Agent, ToolContext, tool
from strands.hooks import AfterModelCallEvent, BeforeInvocationEvent, BeforeModelCallEvent, BeforeToolCallEvent
from strands.tools.executors import SequentialToolExecutor
from strands.types.tools import AgentTool


@tool
def noop(x: int = 0) -> str:
    """Return the number."""
    return f"r{x}"


@tool(context=True)
def ask(tool_context: ToolContext, question: str = "sure?") -> str:
    """Ask a person."""
    return f"answered {tool_context.interrupt('approval', reason={'question': question})!r}"


@tool(context=True)
def ask_twice(tool_context: ToolContext) -> str:
    """Ask a person twice."""
    first = tool_context.interrupt("first")
    second = tool_context.interrupt("second", reason="because")
    return f"{first!r} {second!r}"


def answers(bench: Bench, *values: Any) -> list[Any]:
    """Return the prompt that answers the interrupts of a result, in order."""
    waiting = bench.agent._interrupt_state.interrupts  # clients do so too: it is named in their code
    return [
        {"interruptResponse": {"interruptId": key, "response": value}}
        for key, value in zip([key for key, one in waiting.items() if one.response is None], values, strict=False)
    ]


def sequential(*turns: Any, **arguments: Any) -> Bench:
    return Bench(*turns, tool_executor=SequentialToolExecutor(), **arguments)


@table("interrupts", {"true": True, "text": "yes", "dict": {"ok": 1}, "none": None, "false": False, "empty": ""})
async def tool_asks_and_is_answered(value: Any) -> Any:
    bench = sequential(call("ask"), text("done"), tools=[ask], log_hooks=True)
    first = await bench.run(metrics=True)
    return [
        first,
        observed(bench.agent._interrupt_state.to_dict()),
        await bench.run(answers(bench, value)),
        observed(bench.agent._interrupt_state.to_dict()),
    ]


@scenario("interrupts")
async def tool_asks_beside_another_tool() -> Any:
    turn = message(
        tool_block("noop", "{}", "a"),
        tool_block("ask", "{}", "b"),
        tool_block("noop", '{"x": 1}', "c"),
        reason="tool_use",
    )
    bench = sequential(turn, text("done"), tools=[noop, ask], log_hooks=True)
    return [await bench.run(), observed(bench.agent._interrupt_state.to_dict()), await bench.run(answers(bench, "yes"))]


@scenario("interrupts")
async def two_tools_ask() -> Any:
    turn = message(tool_block("ask", "{}", "a"), tool_block("ask", '{"question": "really?"}', "b"), reason="tool_use")
    bench = sequential(turn, text("done"), tools=[ask])
    first = await bench.run()
    only_one = await bench.run(answers(bench, "first"))
    return [first, only_one, await bench.run(answers(bench, "second"))]


@scenario("interrupts")
async def tool_asks_twice() -> Any:
    bench = sequential(call("ask_twice"), text("done"), tools=[ask_twice])
    first = await bench.outcome()
    second = await bench.outcome(answers(bench, "one"))
    return [first, second, await bench.outcome(answers(bench, "two"))]


@scenario("interrupts")
async def tool_asks_on_turn_two() -> Any:
    bench = sequential(
        call("noop"), call("ask", tool_use_id="t2"), call("noop", tool_use_id="t3"), text("done"), tools=[noop, ask]
    )
    return [await bench.run(), await bench.run(answers(bench, "yes"), invocation_state={"mine": 1})]


@scenario("interrupts")
async def response_given_in_advance() -> Any:
    @tool(context=True)
    def ask_nobody(tool_context: ToolContext) -> str:
        """Ask with an answer at hand."""
        return f"{tool_context.interrupt('q', reason='r', response='preset')!r}"

    return await sequential(call("ask_nobody"), text("done"), tools=[ask_nobody]).outcome()


@scenario("interrupts")
async def same_interrupt_name_twice_in_a_tool() -> Any:
    @tool(context=True)
    def ask_same(tool_context: ToolContext) -> str:
        """Ask the same."""
        return f"{tool_context.interrupt('q')!r} {tool_context.interrupt('q')!r}"

    bench = sequential(call("ask_same"), text("done"), tools=[ask_same])
    return [await bench.outcome(), await bench.outcome(answers(bench, "one"))]


@table(
    "interrupts",
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


@table("interrupts", {"yes": "yes", "no": "no"})
async def hook_asks_before_a_tool(value: str) -> Any:
    bench = sequential(call("noop"), text("done"), tools=[noop], log_hooks=True).on(BeforeToolCallEvent, approving())
    return [await bench.run(), observed(bench.agent._interrupt_state.to_dict()), await bench.run(answers(bench, value))]


@scenario("interrupts")
async def hook_asks_before_each_of_two_tools() -> Any:
    turn = message(tool_block("noop", "{}", "a"), tool_block("noop", '{"x": 1}', "b"), reason="tool_use")
    bench = sequential(turn, text("done"), tools=[noop]).on(BeforeToolCallEvent, approving())
    return [await bench.run(), await bench.run(answers(bench, "yes", "no"))]


@scenario("interrupts")
async def two_hooks_ask() -> Any:
    bench = sequential(call("noop"), text("done"), tools=[noop])
    bench.on(BeforeToolCallEvent, approving("one")).on(BeforeToolCallEvent, approving("two"))
    return [await bench.run(), await bench.run(answers(bench, "yes", "yes"))]


@scenario("interrupts")
async def two_hooks_ask_under_one_name() -> Any:
    bench = sequential(call("noop"), text("done"), tools=[noop])
    bench.on(BeforeToolCallEvent, approving()).on(BeforeToolCallEvent, approving())
    return await bench.run()


@scenario("interrupts")
async def hook_then_tool_ask() -> Any:
    bench = sequential(call("ask"), text("done"), tools=[ask]).on(BeforeToolCallEvent, approving())
    first = await bench.outcome()
    second = await bench.outcome(answers(bench, "yes"))
    return [first, second, await bench.outcome(answers(bench, "sure"))]


@scenario("interrupts")
async def direct_call_of_an_asking_tool() -> Any:
    bench = Bench(text("done"), tools=[ask])
    return [
        attempt(lambda: bench.agent.tool.ask()),
        observed(bench.agent.messages),
        observed(bench.agent._interrupt_state.to_dict()),
    ]


@scenario("interrupts")
async def direct_call_while_interrupted() -> Any:
    bench = sequential(call("ask"), text("done"), tools=[ask, noop])
    await bench.run()
    return attempt(lambda: bench.agent.tool.noop())


@scenario("interrupts")
async def interrupt_without_resume_then_structured_output() -> Any:
    from compat.scenarios.structured import GOOD, Person

    bench = sequential(call("ask"), call("Person", GOOD, "t2"), tools=[ask])
    first = await bench.outcome(structured_output_model=Person)
    return [first, await bench.outcome(answers(bench, "yes"), structured_output_model=Person)]


@scenario("interrupts")
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


# --- cancellation


@table(
    "interrupts",
    {
        "before invocation hook": BeforeInvocationEvent,
        "before model hook": BeforeModelCallEvent,
        "after model hook": AfterModelCallEvent,
        "before tool hook": BeforeToolCallEvent,
    },
)
async def cancelled_in_a(event_type: type) -> Any:
    done: list[int] = []

    def cancel(event: Any) -> None:
        if not done:
            done.append(1)
            event.agent.cancel()

    bench = sequential(call("noop", before="wait"), text("later"), text("last"), tools=[noop], log_hooks=True).on(
        event_type, cancel
    )
    return [await bench.run(metrics=True), await bench.outcome("go on")]


@scenario("interrupts")
async def cancelled_before_the_run() -> Any:
    bench = Bench(text("one"), text("two"))
    bench.agent.cancel()
    return [await bench.run(), await bench.outcome("go on")]


@scenario("interrupts")
async def cancelled_in_mid_stream() -> Any:
    bench = Bench()
    bench.model.turns = [
        [*start(), *text_block("par", "tial")[:2], bench.agent.cancel, *text_block("tial", "!")[1:], *stop()],
        text("later"),
    ]
    return [await bench.run(metrics=True), await bench.run("go on")]


@scenario("interrupts")
async def cancelled_in_mid_tool_use() -> Any:
    bench = Bench(tools=[noop])
    bench.model.turns = [
        [
            *start(),
            *tool_block("noop", '{"x":')[:2],
            bench.agent.cancel,
            *tool_block("noop", "1}")[1:],
            *stop("tool_use"),
        ],
        text("later"),
    ]
    return [await bench.run(), await bench.outcome("go on")]


@scenario("interrupts")
async def cancelled_at_the_last_chunk() -> Any:
    bench = Bench(tools=[noop])
    bench.model.turns = [[*call("noop"), bench.agent.cancel], text("later")]
    return [await bench.run(), await bench.outcome("go on")]


@scenario("interrupts")
async def cancelled_by_a_tool() -> Any:
    @tool(context=True)
    def canceller(tool_context: ToolContext) -> str:
        """Cancel."""
        tool_context.agent.cancel()
        return "cancelled"

    turn = message(tool_block("canceller", "{}", "a"), tool_block("noop", "{}", "b"), reason="tool_use")
    bench = sequential(turn, text("later"), tools=[canceller, noop], log_hooks=True)
    return [await bench.run(), await bench.outcome("go on")]


@scenario("interrupts")
async def cancelled_on_turn_two() -> Any:
    bench = Bench(tools=[noop])
    bench.model.turns = [
        call("noop"),
        [*start(), *text_block("par")[:2], bench.agent.cancel, *text_block("t")[1:], *stop()],
    ]
    return await bench.run()


@scenario("interrupts")
async def cancelled_with_structured_output() -> Any:
    from compat.scenarios.structured import Person

    bench = Bench()
    bench.model.turns = [[*start(), bench.agent.cancel, *text_block("par"), *stop()]]
    return await bench.run(structured_output_model=Person)


# --- agents as tools


def inner_agent(*turns: Any, **arguments: Any) -> Agent:
    return Bench(*turns, name="helper", callback_handler=None, **arguments).agent


@table(
    "interrupts",
    {
        "plain": {},
        "named": {"name": "expert", "description": "Knows it."},
        "keeping context": {"preserve_context": True},
    },
)
async def agent_as_tool(arguments: dict[str, Any]) -> Any:
    helper = inner_agent(text("inner one"), text("inner two"))
    made = helper.as_tool(**arguments)
    name = made.tool_name
    bench = Bench(call(name, '{"input": "q1"}'), call(name, '{"input": "q2"}', "t2"), text("done"), tools=[made])
    return {
        "spec": observed(made.tool_spec),
        "type": made.tool_type,
        "run": await bench.run(),
        "inner": observed(helper.messages),
    }


@scenario("interrupts")
async def agent_as_tool_with_a_tool_of_its_own() -> Any:
    helper = inner_agent(call("noop"), text("inner"), tools=[noop])
    bench = Bench(call("helper", '{"input": "q"}'), text("done"), tools=[helper.as_tool()])
    return await bench.run()


@scenario("interrupts")
async def agent_as_tool_that_fails() -> Any:
    helper = inner_agent([ValueError("inner boom")])
    return await Bench(call("helper", '{"input": "q"}'), text("done"), tools=[helper.as_tool()]).outcome()


@table("interrupts", {"missing": "{}", "number": '{"input": 5}', "unknown": '{"question": "q"}'})
async def agent_as_tool_with_input(tool_input: str) -> Any:
    helper = inner_agent(text("inner"))
    return await Bench(call("helper", tool_input), text("done"), tools=[helper.as_tool()]).outcome()


@scenario("interrupts")
async def agent_as_tool_with_structured_output() -> Any:
    from compat.scenarios.structured import GOOD, Person

    helper = inner_agent(call("Person", GOOD), structured_output_model=Person)
    return await Bench(call("helper", '{"input": "q"}'), text("done"), tools=[helper.as_tool()]).outcome()


@scenario("interrupts")
async def agent_as_tool_that_asks() -> Any:
    helper = inner_agent(call("ask"), text("inner done"), tools=[ask])
    bench = sequential(call("helper", '{"input": "q"}'), text("done"), tools=[helper.as_tool()])
    first = await bench.outcome()
    return [first, await bench.outcome(answers(bench, "yes"))]


@scenario("interrupts")
async def agent_given_as_a_tool() -> Any:
    helper = inner_agent(text("inner"))
    return attempt(lambda: Bench(tools=[helper]).agent.tool_names)
