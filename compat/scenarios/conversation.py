"""Conversation managers at their limits."""

from __future__ import annotations

from typing import Any

from compat.normalise import observed
from compat.observing import Bench, attempt
from compat.registry import scenario, table
from compat.sample_tools import noop
from compat.scripted import ScriptedModel, call, message, text, text_block
from strands import Agent
from strands.agent.conversation_manager import (
    ConversationManager,
    NullConversationManager,
    SlidingWindowConversationManager,
    SummarizingConversationManager,
)
from strands.types.exceptions import ContextWindowOverflowException


def said(role: str, *texts: str) -> dict[str, Any]:
    return {"role": role, "content": [{"text": one} for one in texts]}


def asked(tool_use_id: str) -> dict[str, Any]:
    return {"role": "assistant", "content": [{"toolUse": {"toolUseId": tool_use_id, "name": "noop", "input": {}}}]}


def answered(tool_use_id: str, content: str = "r") -> dict[str, Any]:
    return {
        "role": "user",
        "content": [{"toolResult": {"toolUseId": tool_use_id, "status": "success", "content": [{"text": content}]}}],
    }


def talk(count: int) -> list[Any]:
    return [said("user" if index % 2 == 0 else "assistant", f"m{index}") for index in range(count)]


def with_tools(count: int) -> list[Any]:
    messages = [said("user", "q")]
    for index in range(count):
        messages += [asked(f"t{index}"), answered(f"t{index}")]
    return [*messages, said("assistant", "a")]


HISTORIES: dict[str, list[Any]] = {
    "empty": [],
    "short": talk(3),
    "at the limit": talk(4),
    "one over": talk(5),
    "long": talk(11),
    "with tools": with_tools(4),
    "only tools": [said("user", "q"), asked("a"), answered("a"), asked("b"), answered("b"), asked("c"), answered("c")],
    "big result": [
        said("user", "q"),
        asked("a"),
        answered("a", "x" * 900),
        said("assistant", "a"),
        said("user", "more"),
    ],
    "two big results": [
        said("user", "q"),
        asked("a"),
        answered("a", "x" * 900),
        asked("b"),
        answered("b", "y" * 900),
        said("assistant", "done"),
    ],
    "ending in a tool use": [*talk(5), asked("a")],
    "assistant first": talk(8)[1:],
}


def shown(messages: list[Any]) -> Any:
    """Return messages with long texts cut by length."""
    return observed(messages)


@table(HISTORIES)
async def sliding_window_applied(history: list[Any]) -> Any:
    agent = Bench(messages=_copied(history)).agent
    manager = SlidingWindowConversationManager(window_size=4)
    raised = attempt(lambda: manager.apply_management(agent))
    return {"returned": raised, "messages": shown(agent.messages), "state": observed(manager.get_state())}


@table(HISTORIES)
async def sliding_window_reduced(history: list[Any]) -> Any:
    agent = Bench(messages=_copied(history)).agent
    manager = SlidingWindowConversationManager(window_size=4)
    seen = []
    for _ in range(3):
        raised = attempt(lambda: manager.reduce_context(agent, ContextWindowOverflowException("full")))
        seen.append({"returned": raised, "messages": shown(agent.messages)})
    return [*seen, observed(manager.get_state())]


@table({name: HISTORIES[name] for name in ("big result", "two big results", "with tools")})
async def sliding_window_without_truncation(history: list[Any]) -> Any:
    agent = Bench(messages=_copied(history)).agent
    manager = SlidingWindowConversationManager(window_size=4, should_truncate_results=False)
    raised = attempt(lambda: manager.reduce_context(agent, ContextWindowOverflowException("full")))
    return {"returned": raised, "messages": shown(agent.messages)}


@scenario
async def truncation_of_other_contents() -> Any:
    contents: list[Any] = [
        [{"json": {"a": "x" * 900}}],
        [{"image": {"format": "png", "source": {"bytes": b"x" * 900}}}],
        [{"text": "x" * 900}, {"text": "short"}],
        [{"text": "x" * 500}],
        [{"document": {"format": "pdf", "name": "d", "source": {"bytes": b"x" * 900}}}],
    ]
    seen = []
    for content in contents:
        result = {
            "role": "user",
            "content": [{"toolResult": {"toolUseId": "a", "status": "success", "content": content}}],
        }
        agent = Bench(messages=[said("user", "q"), asked("a"), result]).agent
        raised = attempt(lambda: SlidingWindowConversationManager(window_size=10).reduce_context(agent))  # noqa: B023
        seen.append([raised, shown(agent.messages[-1:])])
    return seen


@table({"every turn": True, "every second turn": 2, "never": False, "zero": 0, "negative": -1, "text": "x"})
async def sliding_window_per_turn(per_turn: Any) -> Any:
    def make() -> SlidingWindowConversationManager:
        return SlidingWindowConversationManager(window_size=4, per_turn=per_turn)

    made = attempt(lambda: type(make()).__name__)
    if isinstance(made, dict):
        return made
    turns = [call("noop", tool_use_id=f"t{index}") for index in range(4)]
    bench = Bench(*turns, text("done"), tools=[noop], conversation_manager=make(), messages=talk(4))
    run = await bench.run()
    return {
        "handed over": [len(one["messages"]) for one in bench.model.calls],
        "messages": run["messages"],
        "raised": run.get("raised"),
    }


@scenario
async def sliding_window_after_runs() -> Any:
    bench = Bench(
        *[text(f"a{index}") for index in range(4)], conversation_manager=SlidingWindowConversationManager(window_size=4)
    )
    seen = []
    for index in range(4):
        await bench.run(f"q{index}")
        seen.append([len(bench.agent.messages), observed(bench.agent.conversation_manager.get_state())])
    return [seen, shown(bench.agent.messages)]


@table({"zero": 0, "one": 1, "two": 2})
async def sliding_window_of_size(size: int) -> Any:
    agent = Bench(messages=talk(6)).agent
    raised = attempt(lambda: SlidingWindowConversationManager(window_size=size).apply_management(agent))
    return [raised, shown(agent.messages)]


@table(HISTORIES)
async def null_manager(history: list[Any]) -> Any:
    agent = Bench(messages=_copied(history)).agent
    manager = NullConversationManager()
    applied = attempt(lambda: manager.apply_management(agent))
    return [
        applied,
        attempt(lambda: manager.reduce_context(agent, ContextWindowOverflowException("full"))),
        attempt(lambda: manager.reduce_context(agent)),
        len(agent.messages) == len(history),
    ]


def summarizing(**arguments: Any) -> SummarizingConversationManager:
    return SummarizingConversationManager(**{"summary_ratio": 0.5, "preserve_recent_messages": 2, **arguments})


@table(HISTORIES)
async def summarised(history: list[Any]) -> Any:
    bench = Bench(text("SUMMARY"), text("SUMMARY 2"), messages=_copied(history), tools=[noop], system_prompt="be terse")
    manager = summarizing()
    seen = []
    for _ in range(2):
        raised = attempt(lambda: manager.reduce_context(bench.agent, ContextWindowOverflowException("full")))
        seen.append(
            {"returned": raised, "messages": shown(bench.agent.messages), "state": observed(manager.get_state())}
        )
    calls = [
        {
            "messages": observed(one["messages"][-1:]),
            "count": len(one["messages"]),
            "tools": len(one["tool_specs"] or []),
            "own prompt": one["system_prompt"] not in (None, "be terse"),
        }
        for one in bench.model.calls
    ]
    return {
        "steps": seen,
        "calls": calls,
        "system prompt after": bench.agent.system_prompt,
        "tools after": bench.agent.tool_names,
    }


@scenario
async def summarised_by_an_agent_of_its_own() -> Any:
    model = ScriptedModel(text("OTHER SUMMARY"))
    summarizer = Agent(model=model, callback_handler=None)
    bench = Bench(messages=talk(8))
    manager = summarizing(summarization_agent=summarizer)
    raised = attempt(lambda: manager.reduce_context(bench.agent))
    return [raised, shown(bench.agent.messages), observed(model.calls), shown(summarizer.messages)]


@scenario
async def summarised_with_a_prompt_of_its_own() -> Any:
    bench = Bench(text("SUMMARY"), messages=talk(8))
    manager = summarizing(summarization_system_prompt="Sum up.")
    raised = attempt(lambda: manager.reduce_context(bench.agent))
    return [raised, shown(bench.agent.messages), observed(bench.model.calls)]


@scenario
async def summary_that_fails() -> Any:
    bench = Bench([ValueError("boom")], messages=talk(8))
    manager = summarizing()
    return [
        attempt(lambda: manager.reduce_context(bench.agent, ContextWindowOverflowException("full"))),
        len(bench.agent.messages),
    ]


@table(
    {
        "ratio too small": {"summary_ratio": 0.01},
        "ratio too large": {"summary_ratio": 0.95},
        "keeps all": {"preserve_recent_messages": 20},
    },
)
async def summary_limits(arguments: dict[str, Any]) -> Any:
    bench = Bench(text("SUMMARY"), messages=talk(8))
    manager = summarizing(**arguments)
    return [attempt(lambda: manager.reduce_context(bench.agent)), shown(bench.agent.messages)]


@scenario
async def summarizing_arguments_that_clash() -> Any:
    return attempt(lambda: summarizing(summarization_agent=Bench().agent, summarization_system_prompt="x").get_state())


@scenario
async def summarised_in_a_run() -> Any:
    overflow = ContextWindowOverflowException("full")
    bench = Bench([overflow], text("SUMMARY"), text("done"), messages=talk(8), conversation_manager=summarizing())
    return await bench.run()


@scenario
async def state_restored() -> Any:
    seen = []
    for manager, other in (
        (SlidingWindowConversationManager(), SlidingWindowConversationManager()),
        (summarizing(), summarizing()),
        (NullConversationManager(), NullConversationManager()),
    ):
        state = manager.get_state()
        seen += [observed(state), attempt(lambda: other.restore_from_session(state))]  # noqa: B023
    return [
        *seen,
        attempt(lambda: NullConversationManager().restore_from_session({"__name__": "Other"})),
        attempt(lambda: NullConversationManager().restore_from_session({})),
    ]


@scenario
async def summary_state_restored() -> Any:
    bench = Bench(text("SUMMARY"), messages=talk(8))
    manager = summarizing()
    manager.reduce_context(bench.agent)
    other = summarizing()
    return [
        observed(manager.get_state()),
        attempt(lambda: other.restore_from_session(manager.get_state())),
        other.removed_message_count,
    ]


@scenario
async def custom_manager() -> Any:
    log: list[str] = []

    class Own(ConversationManager):
        def apply_management(self, agent: Agent, **kwargs: Any) -> None:
            log.append(f"apply {len(agent.messages)} {sorted(kwargs)}")

        def reduce_context(self, agent: Agent, e: Exception | None = None, **kwargs: Any) -> None:
            log.append(f"reduce {len(agent.messages)} {e} {sorted(kwargs)}")
            agent.messages.pop(0)

    overflow = [ContextWindowOverflowException("full")]
    bench = Bench(
        overflow, overflow, call("noop"), text("done"), tools=[noop], messages=talk(4), conversation_manager=Own()
    )
    run = await bench.outcome()
    failing = Bench([ValueError("boom")], conversation_manager=Own())
    await failing.run()
    return {"log": log, "run": run}


@scenario
async def custom_manager_that_never_shrinks() -> Any:
    class Idle(ConversationManager):
        def apply_management(self, agent: Agent, **kwargs: Any) -> None:
            return None

        def reduce_context(self, agent: Agent, e: Exception | None = None, **kwargs: Any) -> None:
            return None

    overflow = [ContextWindowOverflowException("full")]
    bench = Bench(*[overflow] * 5, text("done"), conversation_manager=Idle())
    return await bench.outcome()


@table(
    {
        "on": True,
        "off": False,
        "none": None,
        "half": {"compression_threshold": 0.5},
        "zero": {"compression_threshold": 0},
        "above one": {"compression_threshold": 1.5},
        "negative": {"compression_threshold": -0.1},
        "one": {"compression_threshold": 1.0},
        "empty": {},
    },
)
async def proactive_compression(value: Any) -> Any:
    def make() -> SlidingWindowConversationManager:
        return SlidingWindowConversationManager(window_size=10, proactive_compression=value)

    made = attempt(lambda: type(make()).__name__)
    if isinstance(made, dict):
        return made
    heavy = message(text_block("long"), inputTokens=900, outputTokens=50, totalTokens=950)
    bench = Bench(
        heavy,
        text("done"),
        text("more"),
        model_config={"context_window_limit": 1000},
        messages=talk(8),
        conversation_manager=make(),
    )
    await bench.run("a")
    await bench.run("b")
    return {"handed over": [len(one["messages"]) for one in bench.model.calls], "messages": shown(bench.agent.messages)}


@scenario
async def proactive_summary() -> Any:
    heavy = message(text_block("long"), inputTokens=900, outputTokens=50, totalTokens=950)
    bench = Bench(
        heavy,
        text("SUMMARY"),
        text("done"),
        model_config={"context_window_limit": 1000},
        messages=talk(8),
        conversation_manager=summarizing(proactive_compression=True),
    )
    await bench.run("a")
    seen = await bench.run("b")
    return {"calls": [len(one["messages"]) for one in bench.model.calls], "run": seen["messages"]}


def _copied(messages: list[Any]) -> list[Any]:
    import copy

    return copy.deepcopy(messages)
