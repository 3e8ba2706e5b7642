"""The agent itself: constructor arguments, state, results, metrics, callback handlers, identifiers, snapshots."""

# mypy: disable-error-code="arg-type, attr-defined, dict-item, func-returns-value, list-item, union-attr"
# Wrong use is looked at, too.

from __future__ import annotations

import contextlib
import io
import json
from functools import partial
from typing import Any

from compat.normalise import observed
from compat.observing import Bench, attempt
from compat.registry import scenario, table
from compat.sample_tools import noop
from compat.scripted import ScriptedModel, block, call, message, text, text_block, tool_block
from strands import Agent
from strands.agent import AgentResult
from strands.handlers import CompositeCallbackHandler, PrintingCallbackHandler, null_callback_handler
from strands.telemetry.metrics import EventLoopMetrics


@table(
    {
        "nothing": {},
        "names": {"name": "N", "description": "D", "agent_id": "id-1"},
        "slash in the id": {"agent_id": "a/b"},
        "dots in the id": {"agent_id": "../x"},
        "empty id": {"agent_id": ""},
        "trace attributes": {"trace_attributes": {"a": 1, "b": "x", "c": [1, 2], "d": {"no": 1}, "e": None, "f": True}},
        "state dict": {"state": {"a": 1}},
        "state that is no json": {"state": {"a": object()}},
        "state of a wrong type": {"state": [1]},
        "messages": {"messages": [{"role": "user", "content": [{"text": "x"}]}]},
        "unknown keyword": {"colour": "red"},
        "concurrency as text": {"concurrent_invocation_mode": "unsafe_reentrant"},
        "wrong concurrency": {"concurrent_invocation_mode": "sometimes"},
    },
)
async def constructor(arguments: dict[str, Any]) -> Any:
    def make() -> Any:
        agent = Bench(**arguments).agent
        return {
            "name": agent.name,
            "description": agent.description,
            "agent_id": agent.agent_id,
            "messages": agent.messages,
            "state": agent.state.get(),
            "trace_attributes": agent.trace_attributes,
            "system_prompt": agent.system_prompt,
            "tool_names": agent.tool_names,
            "conversation_manager": type(agent.conversation_manager).__name__,
            "tool_executor": type(agent.tool_executor).__name__,
            "record_direct_tool_call": agent.record_direct_tool_call,
            "load_tools_from_directory": agent.load_tools_from_directory,
        }

    return attempt(make)


@scenario
async def model_argument() -> Any:
    return [
        attempt(lambda: Agent(model="some.model-id").model.get_config()["model_id"]),
        attempt(lambda: type(Agent().model).__name__),
        attempt(lambda: Agent(model=5).name),
    ]


@scenario
async def callback_handler_argument() -> Any:
    return [
        type(Agent(model=ScriptedModel()).callback_handler).__name__,
        Agent(model=ScriptedModel(), callback_handler=None).callback_handler is null_callback_handler,
    ]


@scenario
async def messages_list_is_shared() -> Any:
    history: list[Any] = []
    agent = Bench(text("done"), messages=history).agent
    same = agent.messages is history
    agent("hi")
    return [same, len(history)]


@scenario
async def state() -> Any:
    state = Bench(state={"a": {"b": 1}}).agent.state
    inner = state.get("a")
    inner["b"] = 2
    return {
        "copy on get": state.get("a"),
        "missing": state.get("zzz"),
        "set": attempt(lambda: state.set("c", [1, None, True])),
        "set object": attempt(lambda: state.set("d", object())),
        "set nan": attempt(lambda: state.set("nan", float("nan"))),
        "set tuple": attempt(lambda: state.set("t", (1, 2))),
        "set set": attempt(lambda: state.set("s", {1})),
        "set bytes": attempt(lambda: state.set("y", b"x")),
        "set int keys": attempt(lambda: state.set("i", {1: 2})),
        "empty key": attempt(lambda: state.set("", 1)),
        "blank key": attempt(lambda: state.set("  ", 1)),
        "number as key": attempt(lambda: state.set(1, 1)),
        "none as key": attempt(lambda: state.set(None, 1)),
        "get number": attempt(lambda: state.get(1)),
        "delete": attempt(lambda: state.delete("c")),
        "delete missing": attempt(lambda: state.delete("zzz")),
        "all": observed({key: value for key, value in state.get().items() if key != "nan"}),
    }


@scenario
async def state_class_by_itself() -> Any:
    from strands.agent.state import AgentState
    from strands.types.json_dict import JSONSerializableDict

    initial = {"a": [1]}
    made = JSONSerializableDict(initial)
    initial["a"].append(2)
    return [
        made.get(),
        attempt(lambda: JSONSerializableDict({"a": object()})),
        attempt(lambda: JSONSerializableDict({1: 2})),
        JSONSerializableDict().get(),
        AgentState is JSONSerializableDict,
    ]


@table(
    {
        "text": [text("plain")],
        "tools": [call("noop", before="wait"), text("done")],
        "two tools": [
            message(tool_block("noop", "{}", "a"), tool_block("noop", "{}", "b"), reason="tool_use"),
            call("missing_tool", tool_use_id="c"),
            text("done"),
        ],
    },
)
async def metrics(turns: Any) -> Any:
    from strands.tools.executors import SequentialToolExecutor

    bench = Bench(*turns, tools=[noop], tool_executor=SequentialToolExecutor())
    result = await bench.agent.invoke_async("hi")
    found = result.metrics
    return {
        "summary": observed(found.get_summary()),
        "cycle_count": found.cycle_count,
        "durations": len(found.cycle_durations),
        "tools": sorted(found.tool_metrics),
        "traces": observed([trace.to_dict() for trace in found.traces]),
        "same object": found is bench.agent.event_loop_metrics,
        "context_size": result.context_size,
        "projected": result.projected_context_size,
        "latest": [sorted(vars(found.latest_agent_invocation)), len(found.latest_agent_invocation.cycles)],
        "invocations": len(found.agent_invocations),
    }


@scenario
async def metrics_over_two_runs() -> Any:
    bench = Bench(call("noop"), text("one"), text("two"), tools=[noop])
    first = (await bench.agent.invoke_async("a")).metrics.get_summary()
    second = (await bench.agent.invoke_async("b")).metrics.get_summary()
    return observed([first, second])


@scenario
async def metrics_with_cache_usage() -> Any:
    bench = Bench(message(text_block("a"), cacheReadInputTokens=3, cacheWriteInputTokens=4), text("two"))
    await bench.agent.invoke_async("a")
    return observed((await bench.agent.invoke_async("b")).metrics.get_summary())


@scenario
async def metrics_as_text() -> Any:
    from strands.telemetry.metrics import metrics_to_string

    bench = Bench(call("noop"), text("one"), tools=[noop])
    await bench.agent.invoke_async("a")
    lines = metrics_to_string(bench.agent.event_loop_metrics).splitlines()
    return {"first line": lines[0], "lines": len(lines)}


@scenario
async def empty_metrics() -> Any:
    return observed(EventLoopMetrics().get_summary())


def result_of(*content: Any, **arguments: Any) -> AgentResult:
    made: Any = {
        "stop_reason": "end_turn",
        "message": {"role": "assistant", "content": list(content)},
        "metrics": EventLoopMetrics(),
        "state": {},
    }
    return AgentResult(**{**made, **arguments})


@table(
    {
        "text": [{"text": "a"}],
        "two texts": [{"text": "a"}, {"text": "b"}],
        "nothing": [],
        "tool use": [{"toolUse": {"toolUseId": "t", "name": "n", "input": {}}}],
        "citations": [{"citationsContent": {"citations": [], "content": [{"text": "cited"}]}}],
        "reasoning": [{"reasoningContent": {"reasoningText": {"text": "hm"}}}, {"text": "a"}],
    },
)
async def result_text(content: Any) -> Any:
    return [attempt(lambda: str(result_of(*content))), attempt(lambda: result_of(*content).to_dict())]


@scenario
async def result_to_and_from_dict() -> Any:
    from strands.interrupt import Interrupt

    made = result_of(
        {"text": "a"}, stop_reason="interrupt", interrupts=[Interrupt(id="i", name="n", reason="r")], state={"a": 1}
    )
    return [
        observed(made.to_dict()),
        observed(AgentResult.from_dict(made.to_dict())),
        attempt(lambda: AgentResult.from_dict({})),
        attempt(lambda: AgentResult.from_dict({"type": "other"})),
        str(made),
    ]


def printed(function: Any) -> str:
    with contextlib.redirect_stdout(io.StringIO()) as out:
        function()
    return out.getvalue()


@table(
    {
        "text": [text("one ", "two")],
        "tools": [call("noop", before="wait"), call("noop", tool_use_id="t2"), text("done")],
        "reasoning": [message(block({"reasoningContent": {"text": "hm"}}), text_block("a"))],
        "two blocks": [message(text_block("a"), text_block("b"))],
        "error": [[ValueError("boom")]],
    },
)
async def printed_by_the_default_handler(turns: Any) -> Any:
    agent = Agent(model=ScriptedModel(*turns), tools=[noop])
    return printed(lambda: attempt(lambda: agent("hi")))


@table({"verbose": True, "quiet": False})
async def printing_handler(verbose: bool) -> Any:
    handler = PrintingCallbackHandler(verbose_tool_use=verbose)
    events: list[dict[str, Any]] = [
        {"data": "a"},
        {"data": "b", "complete": True},
        {"reasoningText": "hm"},
        {"event": {"contentBlockStart": {"start": {"toolUse": {"name": "n1", "toolUseId": "t"}}}}},
        {"current_tool_use": {"name": "n2", "toolUseId": "u", "input": "{"}},
        {"event": {"contentBlockStart": {"start": {}}}},
        {"force_stop": True, "force_stop_reason": "r"},
        {"surprise": 1},
        {},
    ]
    return [printed(lambda event=event: handler(**event)) for event in events]


@scenario
async def composite_handler() -> Any:
    log: list[Any] = []
    handler = CompositeCallbackHandler(
        lambda **event: log.append(["one", event]), lambda **event: log.append(["two", event])
    )
    handler(data="x")
    return [observed(log), null_callback_handler(data="x")]


@scenario
async def callback_handler_of_a_call() -> Any:
    log: list[str] = []
    bench = Bench(text("done"))
    await bench.agent.invoke_async("hi", callback_handler=lambda **event: log.append(next(iter(event))))
    return [log, len(bench.from_callback)]


@scenario
async def snapshots() -> Any:
    bench = Bench(text("one"), state={"a": 1}, system_prompt="be terse")
    await bench.agent.invoke_async("hi")
    agent = bench.agent
    made = agent.take_snapshot(preset="session", app_data={"mine": 1})
    other = Bench(text("two")).agent
    other.load_snapshot(made)
    return {
        "session": observed(made.to_dict()),
        "loaded": observed([other.messages, other.state.get(), other.system_prompt]),
        "some": observed(agent.take_snapshot(include=["state", "system_prompt"]).to_dict()),
        "excluded": observed(agent.take_snapshot(preset="session", exclude=["messages"]).to_dict()),
        "nothing": attempt(lambda: agent.take_snapshot()),
        "wrong field": attempt(lambda: agent.take_snapshot(include=["surprise"])),
        "wrong preset": attempt(lambda: agent.take_snapshot(preset="surprise")),
        "json": bool(json.dumps(made.to_dict())),
    }


@scenario
async def tool_names_and_caller() -> Any:
    agent = Bench(tools=[noop]).agent
    return [agent.tool_names, type(agent.tool).__name__, attempt(lambda: agent.tool._private)]


@scenario
async def identifiers() -> Any:
    from strands._identifier import Identifier, validate

    return [
        attempt(partial(validate, value, kind))
        for kind in (Identifier.AGENT, Identifier.SESSION)
        for value in ("ok", "a/b", "a\\b", "..", "", "a b", "ü", "a.b")
    ]


@scenario
async def stateful_model() -> Any:
    class Remembering(ScriptedModel):
        @property
        def stateful(self) -> bool:
            return True

    model = Remembering(call("noop"), text("one"), text("two"))
    agent = Agent(model=model, tools=[noop], callback_handler=None)
    first = await agent.invoke_async("a")
    kept = observed(agent.messages)
    await agent.invoke_async("b")
    return [observed(first), kept, observed(agent.messages), observed([one["messages"] for one in model.calls])]


@scenario
async def stateful_model_with_a_conversation_manager() -> Any:
    from strands.agent.conversation_manager import SlidingWindowConversationManager

    class Remembering(ScriptedModel):
        @property
        def stateful(self) -> bool:
            return True

    return attempt(lambda: Agent(model=Remembering(), conversation_manager=SlidingWindowConversationManager()).name)
