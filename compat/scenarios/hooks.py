"""Hook events: their order, what they may change, and plugins."""

# mypy: disable-error-code="abstract, arg-type, call-overload, no-untyped-def"
# Wrong use is looked at, too.

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

from compat.normalise import observed
from compat.observing import HOOK_EVENTS, Bench, attempt
from compat.registry import scenario, table
from compat.sample_tools import noop
from compat.scripted import call, text
from strands import Agent, tool
from strands.hooks import (
    AfterInvocationEvent,
    AfterModelCallEvent,
    AfterToolCallEvent,
    AgentInitializedEvent,
    BaseHookEvent,
    BeforeInvocationEvent,
    BeforeModelCallEvent,
    BeforeToolCallEvent,
    HookProvider,
    HookRegistry,
    MessageAddedEvent,
)
from strands.plugins import Plugin, hook


class Labelled(HookProvider):
    """Writes its label and the event's name to a log."""

    def __init__(self, label: str, log: list[str]) -> None:
        self.label, self.log = label, log

    def register_hooks(self, registry: HookRegistry, **kwargs: Any) -> None:
        for event_type in HOOK_EVENTS:
            registry.add_callback(event_type, self._write)

    def _write(self, event: Any) -> None:
        self.log.append(f"{self.label} {type(event).__name__}")


@scenario
async def order_of_two_providers() -> Any:
    log: list[str] = []
    bench = Bench(call("noop"), text("done"), tools=[noop], hooks=[Labelled("first", log), Labelled("second", log)])
    await bench.run()
    return log


@scenario
async def everything_about_a_tool_run() -> Any:
    return await Bench(call("noop", before="wait"), text("done"), tools=[noop], log_hooks=True).run()


@scenario
async def callable_as_a_hook() -> Any:
    log: list[str] = []

    def written(event: BeforeInvocationEvent | AfterInvocationEvent) -> None:
        log.append(type(event).__name__)

    async def awaited(event: MessageAddedEvent) -> None:
        await asyncio.sleep(0)
        log.append(type(event).__name__)

    bench = Bench(text("done"), hooks=[written, awaited])
    await bench.run()
    return log


@scenario
async def add_hook_in_every_way() -> Any:
    log: list[str] = []

    def inferred(event: BeforeModelCallEvent) -> None:
        log.append(f"inferred {type(event).__name__}")

    def plain(event):
        log.append(f"plain {type(event).__name__}")

    def wide(event: BaseHookEvent) -> None:
        log.append(f"wide {type(event).__name__}")

    bench = Bench(text("done"))
    agent = bench.agent
    seen = [
        attempt(lambda: agent.add_hook(inferred)),
        attempt(lambda: agent.add_hook(plain, AfterModelCallEvent)),
        attempt(lambda: agent.add_hook(plain, [BeforeInvocationEvent, AfterInvocationEvent])),
        attempt(lambda: agent.add_hook(plain)),
        attempt(lambda: agent.add_hook(wide)),
        attempt(lambda: agent.add_hook(plain, [])),
        attempt(lambda: agent.add_hook(plain, str)),
        attempt(lambda: agent.add_hook(plain, [BeforeInvocationEvent, BeforeInvocationEvent])),
        attempt(lambda: agent.add_hook("text")),
    ]
    await bench.run()
    return [seen, log]


@scenario
async def async_initialized_hook() -> Any:
    async def awaited(event: AgentInitializedEvent) -> None:
        await asyncio.sleep(0)

    return attempt(lambda: Bench(hooks=[awaited]).agent.name)


@scenario
async def wrong_hooks_argument() -> Any:
    return [attempt(partial(Bench, hooks=[value])) for value in (5, "text", object())]


@scenario
async def registry_by_itself() -> Any:
    registry = HookRegistry()
    log: list[str] = []
    before = registry.has_callbacks()
    registry.add_callback(BeforeInvocationEvent, lambda event: log.append("one"))
    registry.add_callback(BeforeInvocationEvent, lambda event: log.append("two"))
    registry.add_callback(AfterInvocationEvent, lambda event: log.append("three"))
    registry.add_callback(AfterInvocationEvent, lambda event: log.append("four"))
    agent = Bench().agent
    returned = registry.invoke_callbacks(BeforeInvocationEvent(agent=agent))
    await registry.invoke_callbacks_async(AfterInvocationEvent(agent=agent))
    return {
        "log": log,
        "before": before,
        "after": registry.has_callbacks(),
        "returned": [type(returned[0]).__name__, returned[1]],
        "found": len(list(registry.get_callbacks_for(BeforeInvocationEvent(agent=agent)))),
        "async in sync": attempt(lambda: _async_in_sync(agent)),
        "reversed": [
            BeforeInvocationEvent(agent=agent).should_reverse_callbacks,
            AfterInvocationEvent(agent=agent).should_reverse_callbacks,
        ],
    }


def _async_in_sync(agent: Agent) -> Any:
    registry = HookRegistry()

    async def awaited(event: Any) -> None:
        await asyncio.sleep(0)

    registry.add_callback(BeforeInvocationEvent, awaited)
    return registry.invoke_callbacks(BeforeInvocationEvent(agent=agent))


@scenario
async def hooks_on_a_parent_event_type() -> Any:
    log: list[str] = []
    registry = HookRegistry()
    registry.add_callback(BaseHookEvent, lambda event: log.append("base"))
    registry.invoke_callbacks(BeforeInvocationEvent(agent=Bench().agent))
    return log


@table(
    {
        "before invocation": BeforeInvocationEvent,
        "after invocation": AfterInvocationEvent,
        "message added": MessageAddedEvent,
        "before model": BeforeModelCallEvent,
        "after model": AfterModelCallEvent,
    },
)
async def hook_raises(event_type: type) -> Any:
    def broken(event: Any) -> None:
        raise LookupError("hook")

    bench = Bench(text("done"), text("later"), log_hooks=True).on(event_type, broken)
    return await bench.run()


@table(
    {"before model": BeforeModelCallEvent, "after model": AfterModelCallEvent, "message added": MessageAddedEvent},
)
async def hook_raises_on_turn_two(event_type: type) -> Any:
    def broken(event: Any) -> None:
        if len(event.agent.messages) > 2:
            raise LookupError("hook")

    return await Bench(call("noop"), text("done"), tools=[noop]).on(event_type, broken).run()


@scenario
async def messages_rewritten_before_the_invocation() -> Any:
    def rewrite(event: BeforeInvocationEvent) -> None:
        event.messages = [{"role": "user", "content": [{"text": "changed"}]}]

    return await Bench(text("done"), log_hooks=[MessageAddedEvent]).on(BeforeInvocationEvent, rewrite).run()


@scenario
async def messages_redacted_in_place_before_the_invocation() -> Any:
    def rewrite(event: BeforeInvocationEvent) -> None:
        for one in event.messages or []:
            one["content"] = [{"text": "redacted"}]

    return await Bench(text("done")).on(BeforeInvocationEvent, rewrite).outcome("secret")


@scenario
async def messages_emptied_before_the_invocation() -> Any:
    def rewrite(event: BeforeInvocationEvent) -> None:
        event.messages = []

    return await Bench(text("done")).on(BeforeInvocationEvent, rewrite).outcome("secret")


@scenario
async def history_changed_before_the_model_call() -> Any:
    def trim(event: BeforeModelCallEvent) -> None:
        event.agent.messages[:] = event.agent.messages[-1:]

    history = [{"role": "user", "content": [{"text": "old"}]}, {"role": "assistant", "content": [{"text": "older"}]}]
    return await Bench(text("done"), messages=history).on(BeforeModelCallEvent, trim).outcome()


@scenario
async def invocation_state_written_by_hooks() -> Any:
    def write(event: Any) -> None:
        event.invocation_state[f"by_{type(event).__name__}"] = True

    bench = Bench(call("noop"), text("done"), tools=[noop], log_hooks=[AfterInvocationEvent])
    for event_type in (BeforeInvocationEvent, BeforeModelCallEvent, BeforeToolCallEvent):
        bench.on(event_type, write)
    return await bench.run()


class Counter:
    """Counts calls."""

    def __init__(self) -> None:
        self.count = 0

    def upto(self, limit: int) -> bool:
        self.count += 1
        return self.count <= limit


@table(
    {
        "success once": [text("one"), text("two")],
        "error once": [[ValueError("boom")], text("two")],
        "tool use once": [call("noop", before="a"), text("two")],
        "max tokens once": [text("cut", reason="max_tokens"), text("two")],
    },
)
async def model_call_retried_by_a_hook(turns: Any) -> Any:
    counter = Counter()

    def again(event: AfterModelCallEvent) -> None:
        event.retry = counter.upto(1)

    return await Bench(*turns, tools=[noop], log_hooks=True).on(AfterModelCallEvent, again).run(metrics=True)


@scenario
async def model_call_retried_by_an_async_hook() -> Any:
    counter = Counter()

    async def again(event: AfterModelCallEvent) -> None:
        await asyncio.sleep(0)
        event.retry = counter.upto(2)

    return await Bench(text("one"), text("two"), text("three")).on(AfterModelCallEvent, again).run()


@table(
    {
        "text": "more",
        "blocks": [{"text": "more"}],
        "messages": [{"role": "user", "content": [{"text": "more"}]}],
        "empty": "",
    },
)
async def resumed_after_the_invocation(value: Any) -> Any:
    counter = Counter()

    def resume(event: AfterInvocationEvent) -> None:
        if counter.upto(1):
            event.resume = value

    return await Bench(text("one"), text("two"), log_hooks=True).on(AfterInvocationEvent, resume).run(metrics=True)


@scenario
async def resumed_twice_with_tool_turns() -> Any:
    counter = Counter()

    def resume(event: AfterInvocationEvent) -> None:
        if counter.upto(2):
            event.resume = f"more {counter.count}"

    bench = Bench(call("noop"), text("one"), text("two"), call("noop", tool_use_id="t2"), text("three"), tools=[noop])
    return await bench.on(AfterInvocationEvent, resume).run(invocation_state={"mine": 1})


@scenario
async def resumed_after_an_error() -> Any:
    counter = Counter()

    def resume(event: AfterInvocationEvent) -> None:
        if counter.upto(1):
            event.resume = "more"

    return await Bench([ValueError("boom")], text("two")).on(AfterInvocationEvent, resume).run()


@table(
    {
        "before invocation: agent": (BeforeInvocationEvent, "agent"),
        "before invocation: invocation_state": (BeforeInvocationEvent, "invocation_state"),
        "after invocation: result": (AfterInvocationEvent, "result"),
        "after model: exception": (AfterModelCallEvent, "exception"),
        "after model: stop_response": (AfterModelCallEvent, "stop_response"),
        "before model: invocation_state": (BeforeModelCallEvent, "invocation_state"),
        "message added: message": (MessageAddedEvent, "message"),
        "before invocation: unknown": (BeforeInvocationEvent, "surprise"),
        "before model: projected_input_tokens": (BeforeModelCallEvent, "projected_input_tokens"),
        "after tool: cancel_message": (AfterToolCallEvent, "cancel_message"),
    },
)
async def field_that_must_not_be_written(case: tuple[type, str]) -> Any:
    event_type, field = case
    errors = []

    def write(event: Any) -> None:
        try:
            setattr(event, field, None)
            errors.append("allowed")
        except Exception as error:
            errors.append(observed(error))

    await Bench(call("noop"), text("done"), tools=[noop]).on(event_type, write).run()
    return errors


class Loud(Plugin):
    """Logs what the agent does, by decorated methods."""

    name = "loud"

    def __init__(self, log: list[str]) -> None:
        self.log = log
        super().__init__()

    def init_agent(self, agent: Agent) -> None:
        self.log.append(f"init_agent {agent.name}")

    @hook
    def before(self, event: BeforeInvocationEvent) -> None:
        self.log.append("before")

    @hook
    async def after(self, event: AfterInvocationEvent) -> None:
        self.log.append("after")

    @hook
    def several(self, event: BeforeModelCallEvent | AfterModelCallEvent) -> None:
        self.log.append(type(event).__name__)

    @tool
    def shout(self, word: str) -> str:
        """Shout.

        Args:
            word: What.
        """
        return f"{word.upper()} {len(self.log)}"


@scenario
async def plugin_with_hooks_and_a_tool() -> Any:
    log: list[str] = []
    bench = Bench(call("shout", '{"word": "hey"}'), text("done"), plugins=[Loud(log)])
    run = await bench.outcome()
    plugin = Loud([])
    return {
        "log": log,
        "run": run,
        "tools": [made.tool_name for made in plugin.tools],
        "hooks": [getattr(found, "__name__", "?") for found in plugin.hooks],
        "name": plugin.name,
    }


@scenario
async def order_of_plugins_and_providers() -> Any:
    log: list[str] = []
    bench = Bench(text("done"), plugins=[Loud(log)], hooks=[Labelled("provider", log)])
    await bench.run()
    return log


@scenario
async def plugin_with_an_async_init() -> Any:
    log: list[str] = []

    class Slow(Plugin):
        name = "slow"

        async def init_agent(self, agent: Agent) -> None:
            await asyncio.sleep(0)
            log.append("init")

    Bench(plugins=[Slow()])
    return log


@scenario
async def wrong_plugins() -> Any:
    class Nameless(Plugin):
        def init_agent(self, agent: Agent) -> None:
            return None

    return [
        attempt(lambda: Bench(plugins=[Loud([]), Loud([])]).agent.name),
        attempt(lambda: Bench(plugins=["text"]).agent.name),
        attempt(lambda: Bench(plugins=[Nameless()]).agent.name),
    ]
