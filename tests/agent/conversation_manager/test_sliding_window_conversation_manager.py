"""Which messages a sliding window keeps, and what becomes of long tool results."""

from __future__ import annotations

import copy
import json
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strands.agent.conversation_manager import SlidingWindowConversationManager
from strands.hooks.events import BeforeModelCallEvent
from strands.hooks.registry import HookRegistry
from strands.types.content import Message, Messages
from strands.types.exceptions import ContextWindowOverflowException
from tests.agent.conversation_manager.conversations import (
    Conversation,
    calls,
    chat,
    model,
    results,
    unanswered,
    user,
)

REFUSAL = ContextWindowOverflowException("too long")
CHAT = [*chat(3), user("u3")]
TOOLS = [
    user("u0"),
    calls("1"),
    results(**{"1": "r1"}),
    model("a0"),
    user("u1"),
    calls("2", "3"),
    results(**{"2": "r2", "3": "r3"}),
    model("a1"),
    user("u2"),
    model("a2"),
]
LONG_RUN = [
    user("u0"),
    *(message for n in range(5) for message in (calls(str(n)), results(**{str(n): "r"}))),
]


@pytest.mark.parametrize(
    ("messages", "window_size", "removed"),
    [
        (CHAT, 7, 0),
        (CHAT, 6, 2),
        (CHAT, 5, 2),
        (CHAT, 1, 6),
        (CHAT, 0, 7),
        (TOOLS, 10, 0),
        (TOOLS, 9, 4),
        (TOOLS, 6, 4),
        (TOOLS, 5, 8),
        (TOOLS, 1, 0),
        (LONG_RUN, 10, 1),
        (LONG_RUN, 9, 3),
        (LONG_RUN, 2, 9),
        ([user("u"), model("z"), calls("1")], 2, 0),
        ([model("a"), user("b"), model("c"), user("d")], 3, 1),
        ([user("u"), model("a"), calls("1"), model("b"), calls("2"), results(**{"2": "r"})], 3, 4),
    ],
)
def test_window_starts_with_a_question_or_a_complete_tool_call(
    messages: Messages, window_size: int, removed: int
) -> None:
    """Providers refuse conversations that start with an answer, or with the result of a call they cannot see."""
    manager, agent = SlidingWindowConversationManager(window_size), Conversation(messages)
    same_list = agent.messages
    manager.apply_management(agent)  # type: ignore[arg-type]
    assert agent.messages == messages[removed:]
    assert agent.messages is same_list
    assert manager.removed_message_count == removed


@pytest.mark.parametrize(
    ("messages", "window_size", "removed"),
    [(CHAT, 40, 2), (CHAT[:3], 40, 2), (TOOLS, 40, 4), (chat(5), 3, 8), (CHAT, 0, 6)],
)
def test_refused_conversation_loses_its_oldest_messages(messages: Messages, window_size: int, removed: int) -> None:
    manager, agent = SlidingWindowConversationManager(window_size), Conversation(messages)
    manager.reduce_context(agent, REFUSAL)  # type: ignore[arg-type]
    assert agent.messages == messages[removed:]
    assert manager.removed_message_count == removed


@pytest.mark.parametrize(
    "messages",
    [[], [user("u")], chat(1), [user("u"), calls("1"), results(**{"1": "r"})], [user("u"), model("a"), calls("1")]],
)
def test_refused_conversation_that_cannot_shrink_raises(messages: Messages) -> None:
    """Otherwise the agent would retry forever."""
    manager, agent = SlidingWindowConversationManager(), Conversation(messages)
    with pytest.raises(ContextWindowOverflowException, match="Unable to trim conversation context!") as raised:
        manager.reduce_context(agent, REFUSAL)  # type: ignore[arg-type]
    assert raised.value.__cause__ is REFUSAL
    assert agent.messages == messages


def refuse_result(content: Any) -> Message:
    """Return what a refusal makes of the message with a tool result."""
    messages = [user("u"), calls("1"), results(**{"1": content}), model("a"), user("v")]
    agent = Conversation(copy.deepcopy(messages))
    SlidingWindowConversationManager().reduce_context(agent, REFUSAL)  # type: ignore[arg-type]
    if len(agent.messages) == 1:
        return messages[2]
    assert [m for n, m in enumerate(agent.messages) if n != 2] == [m for n, m in enumerate(messages) if n != 2]
    return agent.messages[2]


LONG_TEXT = "A" * 300 + "B" * 300 + "C" * 300
SHORT_TEXT = "A" * 200 + "...\n\n... [truncated: 500 chars removed] ...\n\n..." + "C" * 200
IMAGE = {"image": {"format": "png", "source": {"bytes": b"abc"}}}
DOCUMENT = {"document": {"format": "txt", "name": "d", "source": {"bytes": b"x" * 1000}}}


@pytest.mark.parametrize(
    ("content", "shortened"),
    [
        (LONG_TEXT, [{"text": SHORT_TEXT}]),
        ([{"text": LONG_TEXT}, {"text": "short"}], [{"text": SHORT_TEXT}, {"text": "short"}]),
        ([{"text": "short"}, IMAGE], [{"text": "short"}, {"text": "[image: png, 3 bytes]"}]),
        ([{"image": {"format": "png", "source": {}}}], [{"text": "[image: png, 0 bytes]"}]),
        ("A" * 447, None),
        ("A" * 400, None),
        (SHORT_TEXT, None),
        ([DOCUMENT], None),
        ([{"json": {"k": LONG_TEXT}}], None),
    ],
)
def test_refused_conversation_gets_shorter_tool_results_first(content: Any, shortened: Any) -> None:
    """Long texts keep both ends, images become a note; a text is left alone unless the note makes it shorter."""
    expected = results(**{"1": shortened or content})
    assert refuse_result(content) == expected


def test_other_content_next_to_a_result_stays() -> None:
    """What the user said is not the tool's output, however long it is."""
    said: Message = {"role": "user", "content": [{"text": LONG_TEXT}, *results(**{"1": LONG_TEXT})["content"]]}
    agent: Any = Conversation([user("u"), calls("1"), said, model("a")])
    SlidingWindowConversationManager().reduce_context(agent, REFUSAL)
    assert agent.messages[2]["content"] == [{"text": LONG_TEXT}, *results(**{"1": SHORT_TEXT})["content"]]


def test_only_the_oldest_tool_results_are_shortened() -> None:
    """The latest ones are what the model works on."""
    messages = [user("u"), calls("1"), results(**{"1": LONG_TEXT}), calls("2"), results(**{"2": LONG_TEXT}), user("v")]
    agent: Any = Conversation(messages)
    manager = SlidingWindowConversationManager()
    manager.reduce_context(agent, REFUSAL)
    assert agent.messages[2] == results(**{"1": SHORT_TEXT})
    assert agent.messages[4] == results(**{"2": LONG_TEXT})
    manager.reduce_context(agent, REFUSAL)
    assert agent.messages == [user("v")]


def test_results_are_not_shortened_without_need() -> None:
    """A full window is no refusal, and applications can keep results whole."""
    messages = [user("u"), calls("1"), results(**{"1": LONG_TEXT}), model("a"), user("v")]
    tidied, refused = Conversation(messages), Conversation(messages)
    SlidingWindowConversationManager().reduce_context(tidied)  # type: ignore[arg-type]
    SlidingWindowConversationManager(should_truncate_results=False).reduce_context(refused, REFUSAL)  # type: ignore[arg-type]
    assert tidied.messages == refused.messages == [user("v")]


@pytest.mark.parametrize(("per_turn", "kept"), [(False, [3, 3, 3, 3]), (True, [1, 1, 1, 1]), (2, [3, 1, 3, 1])])
def test_window_is_applied_before_model_calls(per_turn: bool | int, kept: list[int]) -> None:
    """A single long run with many tool calls overflows before it ends."""
    manager, registry = SlidingWindowConversationManager(2, per_turn=per_turn), HookRegistry()
    manager.register_hooks(registry)
    found = []
    for _ in kept:
        agent: Any = SimpleNamespace(messages=[user("u"), model("a"), user("v")])
        registry.invoke_callbacks(BeforeModelCallEvent(agent=agent))
        found.append(len(agent.messages))
    assert found == kept


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"window_size": -1}, "window_size must be a non-negative integer, got -1"),
        ({"window_size": "5"}, "window_size must be a non-negative integer, got '5'"),
        ({"per_turn": 0}, "per_turn must be a positive integer, True, or False, got 0"),
        ({"per_turn": -2}, "per_turn must be a positive integer, True, or False, got -2"),
    ],
)
def test_impossible_sizes_are_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        SlidingWindowConversationManager(**arguments)


def _turns() -> st.SearchStrategy[Messages]:
    texts = st.sampled_from(["short", LONG_TEXT])
    tool_turn = st.builds(
        lambda n, content: [calls(*map(str, range(n))), results(**{str(i): content for i in range(n)})],
        st.integers(1, 3),
        texts,
    )
    plain = st.sampled_from([[user("u")], [model("a")], [user("u"), model("a")]])
    return st.lists(st.one_of(plain, tool_turn), max_size=12).map(lambda turns: [m for turn in turns for m in turn])


@given(messages=_turns(), window_size=st.integers(0, 15), truncate=st.booleans())
def test_recovery_always_shrinks_ends_and_keeps_pairs(messages: Messages, window_size: int, truncate: bool) -> None:
    """An agent retries after every reduction: each has to make the conversation smaller, or raise."""
    manager = SlidingWindowConversationManager(window_size, truncate)
    agent: Any = Conversation(copy.deepcopy(messages))
    manager.apply_management(agent)
    while True:
        assert unanswered(agent.messages) == []
        size = len(json.dumps(agent.messages))
        try:
            manager.reduce_context(agent, REFUSAL)
        except ContextWindowOverflowException:
            break
        assert len(json.dumps(agent.messages)) < size
