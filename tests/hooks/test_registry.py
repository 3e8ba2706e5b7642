"""Registering callbacks and running them."""

from __future__ import annotations

import asyncio
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest

from strands.hooks import (
    AfterInvocationEvent,
    AgentInitializedEvent,
    BaseHookEvent,
    BeforeInvocationEvent,
    BeforeToolCallEvent,
    HookProvider,
    HookRegistry,
)
from strands.interrupt import Interrupt, InterruptException, _InterruptState

AGENT: Any = SimpleNamespace()


async def run_async(registry: HookRegistry, event: Any) -> tuple[Any, list[Interrupt]]:
    return await registry.invoke_callbacks_async(event)


async def run_sync(registry: HookRegistry, event: Any) -> tuple[Any, list[Interrupt]]:
    return registry.invoke_callbacks(event)


both_ways = pytest.mark.parametrize("run", [run_async, run_sync])


class Log(list[str]):
    """Names of callbacks in the order they ran."""

    def sync(self, name: str) -> Any:
        return lambda event: self.append(name)

    def later(self, name: str) -> Any:
        async def callback(event: BaseHookEvent) -> None:
            await asyncio.sleep(0)
            self.append(name)

        return callback


def ignore(event: BaseHookEvent) -> None: ...


def before_tool_call() -> BeforeToolCallEvent:
    agent: Any = SimpleNamespace(_interrupt_state=_InterruptState())
    return BeforeToolCallEvent(
        agent=agent,
        selected_tool=None,
        tool_use={"toolUseId": "tid", "name": "tool", "input": {}},
        invocation_state={},
    )


@both_ways
@pytest.mark.parametrize(
    ("event_type", "order"), [(BeforeInvocationEvent, ["a", "b", "c"]), (AfterInvocationEvent, ["c", "b", "a"])]
)
async def test_order_of_callbacks(run: Any, event_type: type[Any], order: list[str]) -> None:
    """Set-up runs in the order of registration, clean-up in the opposite one."""
    registry, log, event = HookRegistry(), Log(), event_type(agent=AGENT)
    for name in "abc":
        registry.add_callback(event_type, log.sync(name))
    assert await run(registry, event) == (event, [])
    assert log == order


async def test_sync_and_async_callbacks_run_one_after_the_other() -> None:
    """A callback sees what those before it changed."""
    registry, log = HookRegistry(), Log()
    for callback in (log.later("a"), log.sync("b"), log.later("c")):
        registry.add_callback(BeforeInvocationEvent, callback)
    await registry.invoke_callbacks_async(BeforeInvocationEvent(agent=AGENT))
    assert log == ["a", "b", "c"]


class AsyncCallable:
    """An object that is called, asynchronously."""

    def __init__(self, log: Log) -> None:
        self.callback = log.later("ran")

    async def __call__(self, event: BaseHookEvent) -> None:
        await self.callback(event)


@pytest.mark.parametrize(
    "disguise",
    [AsyncCallable, lambda log: partial(log.later("ran")), lambda log: lambda event: log.later("ran")(event)],
    ids=["object", "partial", "lambda"],
)
async def test_everything_awaitable_is_awaited(disguise: Any) -> None:
    """Whether a callback is async shows in what it returns, not in how it was written."""
    registry, log, event = HookRegistry(), Log(), BeforeInvocationEvent(agent=AGENT)
    registry.add_callback(BeforeInvocationEvent, disguise(log))
    await registry.invoke_callbacks_async(event)
    assert log == ["ran"]
    with pytest.raises(RuntimeError, match="use invoke_callbacks_async to invoke async callback"):
        registry.invoke_callbacks(event)


def test_sync_round_refuses_async_callbacks_before_any_runs() -> None:
    """Half a round would be worse than none."""
    registry, log = HookRegistry(), Log()
    registry.add_callback(BeforeInvocationEvent, log.sync("a"))
    registry.add_callback(BeforeInvocationEvent, log.later("b"))
    with pytest.raises(RuntimeError, match=r"^event=<BeforeInvocationEvent\(.*\)> \| use invoke_callbacks_async"):
        registry.invoke_callbacks(BeforeInvocationEvent(agent=AGENT))
    assert log == []


async def test_sync_round_refuses_an_awaitable_that_is_no_coroutine() -> None:
    """A future that nobody waits for would fail unseen."""
    registry = HookRegistry()
    done = asyncio.get_running_loop().create_future()
    done.set_result(None)
    registry.add_callback(BeforeInvocationEvent, lambda event: done)
    with pytest.raises(RuntimeError, match="use invoke_callbacks_async"):
        registry.invoke_callbacks(BeforeInvocationEvent(agent=AGENT))


@both_ways
async def test_events_go_to_callbacks_of_exactly_their_type(run: Any) -> None:
    """A callback for a base class is not called for everything derived from it."""

    class Derived(BeforeInvocationEvent):
        pass

    registry, log = HookRegistry(), Log()
    registry.add_callback(BeforeInvocationEvent, log.sync("base"))
    await run(registry, Derived(agent=AGENT))
    assert log == []


@both_ways
async def test_exception_ends_the_round(run: Any) -> None:
    """A hook that fails fails the run; it is not swallowed."""

    def fail(event: BaseHookEvent) -> None:
        raise ValueError("broken")

    registry, log = HookRegistry(), Log()
    registry.add_callback(BeforeInvocationEvent, fail)
    registry.add_callback(BeforeInvocationEvent, log.sync("after"))
    with pytest.raises(ValueError, match="broken"):
        await run(registry, BeforeInvocationEvent(agent=AGENT))
    assert log == []


@both_ways
async def test_interrupts_are_collected_from_all_callbacks(run: Any) -> None:
    """The human is asked everything at once."""
    registry, log, event = HookRegistry(), Log(), before_tool_call()
    registry.add_callback(BeforeToolCallEvent, lambda event: event.interrupt("one", "r1"))
    registry.add_callback(BeforeToolCallEvent, log.sync("between"))
    registry.add_callback(BeforeToolCallEvent, lambda event: event.interrupt("two", "r2"))
    returned, interrupts = await run(registry, event)
    assert returned is event
    assert [(interrupt.name, interrupt.reason) for interrupt in interrupts] == [("one", "r1"), ("two", "r2")]
    assert log == ["between"]


@both_ways
async def test_two_callbacks_cannot_use_one_interrupt_name(run: Any) -> None:
    """They would get each other's answers."""
    registry = HookRegistry()
    registry.add_callback(BeforeToolCallEvent, lambda event: event.interrupt("one"))
    registry.add_callback(BeforeToolCallEvent, lambda event: event.interrupt("one"))
    with pytest.raises(ValueError, match=r"interrupt_name=<one> \| interrupt name used more than once") as raised:
        await run(registry, before_tool_call())
    assert isinstance(raised.value.__cause__, InterruptException)


@pytest.mark.parametrize("event_type", [BeforeInvocationEvent, AfterInvocationEvent])
def test_callback_registered_twice_runs_twice(event_type: type[Any]) -> None:
    """Registration does not second-guess the caller."""
    registry, log = HookRegistry(), Log()
    callback = log.sync("x")
    registry.add_callback(event_type, callback)
    registry.add_callback(event_type, callback)
    registry.invoke_callbacks(event_type(agent=AGENT))
    assert log == ["x", "x"]


def test_one_callback_for_several_types_is_registered_once_each() -> None:
    """Naming a type twice in one list is not a wish to run twice."""
    registry, log = HookRegistry(), Log()
    types: list[Any] = [BeforeInvocationEvent, AfterInvocationEvent, BeforeInvocationEvent]
    registry.add_callback(types, log.sync("x"))
    registry.invoke_callbacks(BeforeInvocationEvent(agent=AGENT))
    registry.invoke_callbacks(AfterInvocationEvent(agent=AGENT))
    assert log == ["x", "x"]


def test_types_are_taken_from_the_hint_if_none_are_given() -> None:
    """The hint is there for the type checker anyway."""
    registry, log = HookRegistry(), Log()

    def callback(event: BeforeInvocationEvent | AfterInvocationEvent) -> None:
        log.append(type(event).__name__)

    registry.add_callback(None, callback)
    registry.invoke_callbacks(BeforeInvocationEvent(agent=AGENT))
    registry.invoke_callbacks(AfterInvocationEvent(agent=AGENT))
    assert log == ["BeforeInvocationEvent", "AfterInvocationEvent"]


@pytest.mark.parametrize(
    ("event_type", "callback", "error", "message"),
    [
        ([], print, ValueError, "event_type list cannot be empty"),
        ([BeforeInvocationEvent, str], print, ValueError, r"Invalid event type: <class 'str'> \| must be a subclass"),
        ("BeforeInvocationEvent", print, ValueError, "Invalid event type: BeforeInvocationEvent"),
        (BeforeInvocationEvent | AfterInvocationEvent, print, ValueError, "Invalid event type: .*Before.*After"),
        (BeforeInvocationEvent, 5, TypeError, "callback must be callable, got 5"),
        (None, lambda event: None, ValueError, "parameter=<event> has no type hint"),
        (AgentInitializedEvent, Log().later("x"), ValueError, "only be registered with a synchronous callback"),
        (AgentInitializedEvent, AsyncCallable(Log()), ValueError, "only be registered with a synchronous callback"),
        (
            [BeforeInvocationEvent, AgentInitializedEvent],
            Log().later("x"),
            ValueError,
            "AgentInitializedEvent can only be registered with a synchronous callback",
        ),
    ],
)
def test_bad_registration_fails_at_once_and_changes_nothing(
    event_type: Any, callback: Any, error: type[Exception], message: str
) -> None:
    """The mistake shows where it is made, not in the middle of a run."""
    registry = HookRegistry()
    with pytest.raises(error, match=message):
        registry.add_callback(event_type, callback)
    assert not registry.has_callbacks()


def test_provider_registers_its_callbacks() -> None:
    """Callbacks that belong together come in one object."""

    class Provider:
        def register_hooks(self, registry: HookRegistry, **kwargs: Any) -> None:
            registry.add_callback(BeforeInvocationEvent, ignore)

    registry = HookRegistry()
    registry.add_hook(Provider())
    assert isinstance(Provider(), HookProvider)
    assert list(registry.get_callbacks_for(BeforeInvocationEvent(agent=AGENT))) == [ignore]


def test_registry_knows_whether_it_has_callbacks() -> None:
    """Callers can spare themselves the preparation of events nobody wants."""
    registry = HookRegistry()
    assert not registry.has_callbacks()
    registry.add_callback(BeforeInvocationEvent, ignore)
    assert registry.has_callbacks()


async def test_cancelling_a_run_cancels_the_callback_it_waits_for() -> None:
    """A hook must not outlive its run."""
    started, cleaned_up = asyncio.Event(), asyncio.Event()

    async def wait(event: BaseHookEvent) -> None:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            cleaned_up.set()

    registry = HookRegistry()
    registry.add_callback(BeforeInvocationEvent, wait)
    task = asyncio.create_task(registry.invoke_callbacks_async(BeforeInvocationEvent(agent=AGENT)))
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert cleaned_up.is_set()
