"""What all managers share: state in sessions, and compression ahead of an overflow."""

from __future__ import annotations

import logging
from types import SimpleNamespace
from typing import Any

import pytest

from strands.agent.conversation_manager import (
    ConversationManager,
    NullConversationManager,
    SlidingWindowConversationManager,
    SummarizingConversationManager,
)
from strands.hooks.events import BeforeModelCallEvent
from strands.hooks.registry import HookRegistry


class Recording(ConversationManager):
    """Notes what it is asked to do."""

    def __init__(self, fails: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.reductions: list[Exception | None] = []
        self.fails = fails

    def apply_management(self, agent: Any, **kwargs: Any) -> None:
        raise AssertionError("compression ahead of an overflow reduces the context, nothing else")

    def reduce_context(self, agent: Any, e: Exception | None = None, **kwargs: Any) -> None:
        self.reductions.append(e)
        if self.fails:
            raise RuntimeError("cannot")


def before_model_call(manager: ConversationManager, *, tokens: int | None, limit: int | None) -> None:
    registry = HookRegistry()
    manager.register_hooks(registry)
    agent: Any = SimpleNamespace(model=SimpleNamespace(context_window_limit=limit), messages=[])
    registry.invoke_callbacks(BeforeModelCallEvent(agent=agent, projected_input_tokens=tokens))


@pytest.mark.parametrize(
    ("compression", "tokens", "limit", "reductions"),
    [
        (None, 100, 100, 0),
        (False, 100, 100, 0),
        (True, 69, 100, 0),
        (True, 70, 100, 1),
        ({}, 70, 100, 1),
        ({"compression_threshold": 1}, 99, 100, 0),
        ({"compression_threshold": 1}, 100, 100, 1),
        (True, None, 100, 0),
        (True, 139_999, None, 0),
        (True, 140_000, None, 1),
        (True, 140_000, 0, 1),
    ],
)
def test_context_is_reduced_from_the_threshold_on(
    compression: Any, tokens: int | None, limit: int | None, reductions: int
) -> None:
    """The request that would overflow is never sent; an unknown limit counts as 200,000 tokens."""
    manager = Recording(proactive_compression=compression)
    before_model_call(manager, tokens=tokens, limit=limit)
    assert manager.reductions == [None] * reductions


def test_unknown_limit_is_warned_about_once(caplog: pytest.LogCaptureFixture) -> None:
    manager = Recording(proactive_compression=True)
    with caplog.at_level(logging.WARNING):
        before_model_call(manager, tokens=1, limit=None)
        before_model_call(manager, tokens=1, limit=None)
    assert len(caplog.records) == 1


def test_failing_compression_does_not_stop_the_model_call() -> None:
    """The request may fit all the same."""
    manager = Recording(fails=True, proactive_compression=True)
    before_model_call(manager, tokens=100, limit=100)
    assert manager.reductions == [None]


@pytest.mark.parametrize("threshold", [0, -0.1, 1.01, "a", None])
def test_threshold_out_of_range_is_refused(threshold: Any) -> None:
    with pytest.raises(ValueError, match=r"compression_threshold must be between 0 \(exclusive\) and 1 \(inclusive\)"):
        Recording(proactive_compression={"compression_threshold": threshold})


def test_bare_threshold_is_refused() -> None:
    """A number looks right and would switch compression off without a word."""
    with pytest.raises(ValueError, match=r"must be a bool or a dict with 'compression_threshold', got 0\.5"):
        Recording(proactive_compression=0.5)


def test_subclass_without_super_init_works() -> None:
    """Such subclasses exist; hooks and sessions must not fail on them."""

    class Bare(Recording):
        def __init__(self) -> None:
            self.reductions = []

    manager = Bare()
    before_model_call(manager, tokens=100, limit=100)
    assert manager.reductions == []
    assert manager.get_state() == {"__name__": "Bare", "removed_message_count": 0}


STATES: list[tuple[ConversationManager, dict[str, Any]]] = [
    (NullConversationManager(), {"__name__": "NullConversationManager", "removed_message_count": 3}),
    (
        SlidingWindowConversationManager(),
        {"__name__": "SlidingWindowConversationManager", "removed_message_count": 3, "model_call_count": 2},
    ),
    (
        SummarizingConversationManager(),
        {"__name__": "SummarizingConversationManager", "removed_message_count": 3, "summary_message": None},
    ),
]


@pytest.mark.parametrize(("manager", "state"), STATES)
def test_state_survives_a_restart(manager: ConversationManager, state: dict[str, Any]) -> None:
    assert manager.restore_from_session(state) is None
    assert manager.get_state() == state


@pytest.mark.parametrize(("manager", "state"), STATES)
def test_state_of_another_manager_is_refused(manager: ConversationManager, state: dict[str, Any]) -> None:
    """A session that was kept by another manager has removed other messages."""
    for wrong in ({}, {**state, "__name__": "OtherManager"}):
        with pytest.raises(ValueError, match=r"Invalid conversation manager state\."):
            manager.restore_from_session(wrong)


def test_sliding_window_reads_states_without_a_call_count() -> None:
    """Sessions of earlier releases have none."""
    manager = SlidingWindowConversationManager()
    manager.restore_from_session({"__name__": "SlidingWindowConversationManager", "removed_message_count": 1})
    assert manager.get_state()["model_call_count"] == 0
