"""What every session manager does with events, and on which thread."""

from __future__ import annotations

import asyncio
import threading
from typing import Any, ClassVar, cast

import pytest

from strands.hooks import (
    AfterMultiAgentInvocationEvent,
    AfterNodeCallEvent,
    HookRegistry,
    MessageAddedEvent,
    MultiAgentInitializedEvent,
)
from strands.session import FileSessionManager, SessionManager
from strands.session._threads import finish_in_thread
from strands.testing import text
from strands.types.content import Message
from tests.session.stores import Orchestrator, agent_with, model, plain, user


class Recording(SessionManager):
    """Notes what it is called for, and where."""

    def __init__(self) -> None:
        self.calls: list[Any] = []
        self.threads: list[threading.Thread] = []

    def _note(self, *call: Any) -> None:
        self.calls.append(call)
        self.threads.append(threading.current_thread())

    def initialize(self, agent: Any, **kwargs: Any) -> None:
        self._note("initialize", agent.agent_id)

    def append_message(self, message: Message, agent: Any, **kwargs: Any) -> None:
        self._note("append_message", plain([message]))

    def redact_latest_message(self, redact_message: Message, agent: Any, **kwargs: Any) -> None:
        self._note("redact_latest_message", redact_message)

    def sync_agent(self, agent: Any, **kwargs: Any) -> None:
        self._note("sync_agent")


class Orchestrating(Recording):
    def initialize_multi_agent(self, source: Any, **kwargs: Any) -> None:
        self._note("initialize_multi_agent", source.id)

    def sync_multi_agent(self, source: Any, **kwargs: Any) -> None:
        self._note("sync_multi_agent", source.id)


class Elsewhere(Recording):
    runs_in_thread: ClassVar[bool] = True


class DerivedFromElsewhere(Elsewhere):
    pass


def test_agent_is_stored_at_every_step() -> None:
    """Messages before the state that goes with them."""
    manager = Recording()
    agent_with(manager, "x")("q")
    assert manager.calls == [
        ("initialize", "default"),
        ("append_message", [user("q")]),
        ("sync_agent",),
        ("append_message", [model("x")]),
        ("sync_agent",),
        ("sync_agent",),
    ]


async def test_orchestrator_is_stored_at_every_step() -> None:
    """Nodes end in parallel, so the state is stored whenever one does."""
    manager, registry, source = Orchestrating(), HookRegistry(), Orchestrator("g", {})
    registry.add_hook(manager)
    graph: Any = source
    registry.invoke_callbacks(MultiAgentInitializedEvent(source=graph))
    await registry.invoke_callbacks_async(AfterNodeCallEvent(source=graph, node_id="n"))
    await registry.invoke_callbacks_async(AfterMultiAgentInvocationEvent(source=graph))
    assert manager.calls == [("initialize_multi_agent", "g"), ("sync_multi_agent", "g"), ("sync_multi_agent", "g")]


@pytest.mark.parametrize(
    ("method", "arguments", "kind"),
    [
        ("initialize_multi_agent", (None,), "multi-agent"),
        ("sync_multi_agent", (None,), "multi-agent"),
        ("initialize_bidi_agent", (None,), "bidirectional agent"),
        ("append_bidi_message", ({}, None), "bidirectional agent"),
        ("sync_bidi_agent", (None,), "bidirectional agent"),
    ],
)
def test_managers_for_single_agents_say_so(method: str, arguments: Any, kind: str) -> None:
    """Silence would lose the state of a graph."""
    expected = rf"^Recording does not support {kind} persistence \({method}\)\. Provide an implementation"
    with pytest.raises(NotImplementedError, match=expected):
        getattr(Recording(), method)(*arguments)


@pytest.mark.parametrize(
    ("kind", "is_elsewhere"), [(Recording, False), (Elsewhere, True), (DerivedFromElsewhere, False)]
)
async def test_only_the_class_that_asks_for_it_is_called_in_a_thread(kind: type[Recording], is_elsewhere: bool) -> None:
    """A subclass may rely on the thread it is called in without knowing what its base does."""
    manager = kind()
    agent = agent_with(manager, "x")
    await agent.invoke_async("q")
    assert [thread is not threading.current_thread() for thread in manager.threads] == [False, *[is_elsewhere] * 5]


async def test_orchestrators_are_stored_in_place() -> None:
    """Nodes that go on meanwhile would change the state while a thread stores it."""

    class OrchestratingElsewhere(Orchestrating):
        runs_in_thread: ClassVar[bool] = True

    manager, registry, graph = OrchestratingElsewhere(), HookRegistry(), cast(Any, Orchestrator("g", {}))
    registry.add_hook(manager)
    await registry.invoke_callbacks_async(AfterNodeCallEvent(source=graph, node_id="n"))
    assert manager.threads == [threading.current_thread()]


async def test_slow_storage_does_not_hold_up_the_loop() -> None:
    """One slow disk or bucket must not stop the streams of all other agents."""
    writing, written = threading.Event(), threading.Event()

    class Slow(Elsewhere):
        runs_in_thread: ClassVar[bool] = True

        def append_message(self, message: Message, agent: Any, **kwargs: Any) -> None:
            writing.set()
            assert written.wait(10)

    run = asyncio.create_task(agent_with(Slow(), "x").invoke_async("q"))
    assert await asyncio.to_thread(writing.wait, 10)  # the loop is free while the write waits
    assert not run.done()
    written.set()
    assert str(await run).strip() == "x"


@pytest.mark.parametrize("kind", [Recording, Elsewhere])
def test_announced_without_a_loop_it_is_stored_at_once(kind: type[Recording]) -> None:
    """There is nobody who could wait for it."""
    manager = kind()
    agent = agent_with(manager)
    agent.hooks.invoke_callbacks(MessageAddedEvent(agent=agent, message=user("x")))
    assert manager.calls[1:] == [("append_message", [user("x")]), ("sync_agent",)]
    assert set(manager.threads) == {threading.current_thread()}


async def test_errors_of_storage_reach_the_caller(tmp_path: Any) -> None:
    """A conversation that is not stored must not look as if it was."""
    manager = FileSessionManager("s", storage_dir=str(tmp_path))
    agent = agent_with(manager, "x")
    manager.delete_session("s")
    (tmp_path / "session_s").write_text("in the way")
    with pytest.raises(NotADirectoryError):
        await agent.invoke_async("q")


class TestFinishInThread:
    async def test_returns_what_the_function_returned(self) -> None:
        assert await finish_in_thread(lambda: 1 + 1) == 2

    async def test_raises_what_the_function_raised(self) -> None:
        with pytest.raises(OSError, match="full"):
            await finish_in_thread(self._failing)

    @staticmethod
    def _failing() -> None:
        raise OSError("disk is full")

    async def test_cancelled_caller_waits_for_the_end(self) -> None:
        """Otherwise the agent's next message could be stored before this one."""
        begun, may_end, log = threading.Event(), threading.Event(), []

        def write() -> None:
            begun.set()
            assert may_end.wait(10)
            log.append("written")

        caller = asyncio.create_task(finish_in_thread(write))
        assert await asyncio.to_thread(begun.wait, 10)
        for _ in range(3):  # whoever cancels may be impatient
            caller.cancel()
            await asyncio.sleep(0)
        assert (caller.done(), log) == (False, [])
        may_end.set()
        with pytest.raises(asyncio.CancelledError):
            await caller
        assert log == ["written"]

    async def test_failure_behind_a_cancelled_caller_is_logged(self, caplog: pytest.LogCaptureFixture) -> None:
        begun, may_end = threading.Event(), threading.Event()

        def write() -> None:
            begun.set()
            assert may_end.wait(10)
            raise OSError("disk is full")

        caller = asyncio.create_task(finish_in_thread(write))
        assert await asyncio.to_thread(begun.wait, 10)
        caller.cancel()
        await asyncio.sleep(0)
        may_end.set()
        with pytest.raises(asyncio.CancelledError):
            await caller
        (record,) = caplog.records
        assert (record.name, record.message) == ("strands.session._threads", "failed after the caller was cancelled")
        assert record.exc_info is not None and repr(record.exc_info[1]) == "OSError('disk is full')"


class TestRunsThatEndEarly:
    """Whatever ends a run, the session holds what the agent's history holds."""

    async def test_closed_by_the_consumer(self, tmp_path: Any) -> None:
        agent = agent_with(FileSessionManager("s", storage_dir=str(tmp_path)), [text(["a ", "b"])], "again")
        events: Any = agent.stream_async("q")
        async for event in events:
            if "data" in event:
                break
        await events.aclose()
        await agent.invoke_async("q2")
        assert agent_with(FileSessionManager("s", storage_dir=str(tmp_path))).messages == agent.messages

    async def test_cancelled_while_a_message_is_stored(self, tmp_path: Any) -> None:
        storing, may_store = threading.Event(), threading.Event()

        class Slow(FileSessionManager):
            runs_in_thread: ClassVar[bool] = True

            def append_message(self, message: Message, agent: Any, **kwargs: Any) -> None:
                storing.set()
                assert may_store.wait(10)
                super().append_message(message, agent, **kwargs)

        agent = agent_with(Slow("s", storage_dir=str(tmp_path)), "again")
        run = asyncio.create_task(agent.invoke_async("q"))
        assert await asyncio.to_thread(storing.wait, 10)
        run.cancel()
        await asyncio.sleep(0)
        may_store.set()
        with pytest.raises(asyncio.CancelledError):
            await run
        await agent.invoke_async("q2")
        assert plain(agent.messages) == [user("q"), user("q2"), model("again")]
        assert agent_with(FileSessionManager("s", storage_dir=str(tmp_path))).messages == agent.messages
