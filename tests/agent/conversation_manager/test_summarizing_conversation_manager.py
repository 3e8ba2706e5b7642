"""Old messages become a summary, whoever writes it."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from strands import Agent, tool
from strands.agent.conversation_manager import SummarizingConversationManager
from strands.agent.conversation_manager.summarizing_conversation_manager import DEFAULT_SUMMARIZATION_PROMPT
from strands.testing import ScriptedModel, error, overflow, reasoning, text, use
from strands.types.content import Messages
from strands.types.exceptions import ContextWindowOverflowException
from tests.agent.conversation_manager.conversations import Conversation, calls, chat, model, results, user

REFUSAL = ContextWindowOverflowException("too long")
REQUEST = user("Please summarize this conversation.")
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


def summarized(messages: Messages, ratio: float, keep: int, **arguments: Any) -> tuple[Any, Any]:
    """Let a refused conversation be summarized; return the agent and its model."""
    scripted = ScriptedModel(["SUMMARY"])
    agent: Any = Conversation(messages, scripted)
    SummarizingConversationManager(ratio, keep, **arguments).reduce_context(agent, REFUSAL)
    return agent, scripted


@pytest.mark.parametrize(
    ("messages", "ratio", "keep", "split"),
    [
        (chat(8), 0.3, 10, 4),
        (chat(8), 0.3, 2, 4),
        (chat(8), 0.8, 2, 12),
        (chat(8), 0.8, 6, 10),
        (chat(8), 0.0, 2, 1),
        (chat(8), 1.0, 2, 12),
        (chat(6), 0.3, 10, 2),
        (chat(1), 0.3, 0, 1),
        (TOOLS, 0.2, 2, 3),
        (TOOLS, 0.5, 2, 5),
        (TOOLS, 0.6, 2, 7),
        (TOOLS, 0.8, 9, 1),
        ([user("u"), model("x"), user("y"), calls("1")], 0.8, 0, 3),
        ([user("u"), calls("1"), user("y"), model("z")], 0.3, 0, 2),
    ],
)
def test_oldest_messages_become_a_summary(messages: Messages, ratio: float, keep: int, split: int) -> None:
    """The ratio says how many; recent messages and pairs of tool calls and results stay whole."""
    agent, scripted = summarized(messages, ratio, keep)
    assert agent.messages == [user("SUMMARY"), *messages[split:]]
    (request,) = scripted.requests
    assert request.messages == [*messages[:split], REQUEST]
    assert (request.system, request.tool_names) == ([{"text": DEFAULT_SUMMARIZATION_PROMPT}], [])


def test_system_prompt_can_be_replaced() -> None:
    _, scripted = summarized(chat(8), 0.3, 2, summarization_system_prompt="Be brief.")
    assert scripted.requests[0].system == [{"text": "Be brief."}]


def test_summary_is_a_question_made_of_the_text_alone() -> None:
    """Providers refuse reasoning and tool calls in a user's message."""
    scripted = ScriptedModel([[reasoning("hm"), text("SUMMARY")]])
    agent: Any = Conversation(chat(8), scripted)
    SummarizingConversationManager(0.3, 2).reduce_context(agent, REFUSAL)
    assert agent.messages[0] == user("SUMMARY")


def test_later_summary_takes_in_the_earlier_one() -> None:
    """The count of removed messages is that of the session, which never held a summary."""
    scripted = ScriptedModel(["FIRST", "SECOND"])
    agent: Any = Conversation(chat(8), scripted)
    manager = SummarizingConversationManager(0.5, 2)
    manager.reduce_context(agent, REFUSAL)
    assert manager.removed_message_count == 8
    manager.reduce_context(agent, REFUSAL)
    assert scripted.requests[1].messages == [user("FIRST"), *chat(8)[8:11], REQUEST]
    assert agent.messages == [user("SECOND"), *chat(8)[11:]]
    assert manager.removed_message_count == 11


def test_summary_survives_a_restart() -> None:
    agent: Any = Conversation(chat(8), ScriptedModel(["SUMMARY"]))
    manager, restored = SummarizingConversationManager(), SummarizingConversationManager()
    manager.reduce_context(agent, REFUSAL)
    assert restored.restore_from_session(manager.get_state()) == [user("SUMMARY")]
    assert restored.get_state() == manager.get_state()


UNABLE = "Unable to trim conversation context!"
TOO_FEW = "Cannot summarize: insufficient messages for summarization"


@pytest.mark.parametrize(
    ("messages", "keep", "message"),
    [
        ([], 0, TOO_FEW),
        (chat(5), 10, TOO_FEW),
        ([results(**{"1": "a"}), results(**{"2": "b"}), results(**{"3": "c"})], 0, UNABLE),
    ],
)
def test_conversation_that_cannot_be_summarized_raises(messages: Messages, keep: int, message: str) -> None:
    agent: Any = Conversation(messages, ScriptedModel([]))
    with pytest.raises(ContextWindowOverflowException, match=message) as raised:
        SummarizingConversationManager(0.5, keep).reduce_context(agent, REFUSAL)
    assert raised.value.__cause__ is REFUSAL
    assert agent.messages == messages


def test_summary_is_not_summarized_again_on_its_own() -> None:
    """That makes nothing smaller, and the agent would retry forever."""
    agent: Any = Conversation([user("a long story"), user("and now?")], ScriptedModel(["SUMMARY", "SUMMARY"]))
    manager = SummarizingConversationManager(0.5, 1)
    manager.reduce_context(agent, REFUSAL)
    with pytest.raises(ContextWindowOverflowException, match=TOO_FEW):
        manager.reduce_context(agent, REFUSAL)
    assert agent.messages == [user("SUMMARY"), user("and now?")]


@pytest.mark.parametrize(
    ("turn", "message"),
    [
        (error("ValidationException", "No."), "No."),
        (overflow("Still too long."), "Still too long."),
        ([use("n", {})], "Cannot summarize: the summary has no text"),
        ("", "Cannot summarize: the summary has no text"),
    ],
)
def test_failed_summary_leaves_everything_as_it_was(turn: Any, message: str) -> None:
    """Neither messages nor the count of a session may be lost to a model that fails."""
    agent: Any = Conversation(chat(8), ScriptedModel([turn]))
    manager = SummarizingConversationManager()
    with pytest.raises(Exception, match=message) as raised:
        manager.reduce_context(agent, REFUSAL)
    assert raised.value.__cause__ is REFUSAL
    assert agent.messages == chat(8)
    assert manager.get_state() == SummarizingConversationManager().get_state()


def test_failure_ahead_of_an_overflow_is_logged_only(caplog: pytest.LogCaptureFixture) -> None:
    agent: Any = Conversation(chat(8), ScriptedModel([error("ValidationException", "No.")]))
    with caplog.at_level(logging.WARNING, "strands.agent.conversation_manager"):
        SummarizingConversationManager().reduce_context(agent)
    assert agent.messages == chat(8)
    assert len(caplog.records) == 1


def test_conversation_that_fits_is_not_summarized() -> None:
    agent: Any = Conversation(chat(100), ScriptedModel([]))
    SummarizingConversationManager().apply_management(agent)
    assert agent.messages == chat(100)


@tool
def look_up() -> str:
    """Look something up."""
    return "found"


@pytest.mark.parametrize(("tools", "offered"), [([look_up], ["look_up"]), ([], ["noop"])])
def test_agent_can_write_the_summary(tools: list[Any], offered: list[str]) -> None:
    """It gets back its own conversation and tools; providers refuse histories with tool calls if no tool is offered."""
    scripted = ScriptedModel(["SUMMARY"])
    writer = Agent(model=scripted, tools=tools, messages=chat(1), system_prompt="You sum up.", callback_handler=None)
    own_tools = writer.tool_names
    agent: Any = Conversation(TOOLS, ScriptedModel([]))
    SummarizingConversationManager(0.6, 2, writer).reduce_context(agent, REFUSAL)
    (request,) = scripted.requests
    assert (request.messages, request.tool_names) == ([*TOOLS[:7], REQUEST], offered)
    assert request.system == [{"text": "You sum up."}]
    assert agent.messages == [user("SUMMARY"), *TOOLS[7:]]
    assert (writer.messages, writer.tool_names) == (chat(1), own_tools)


def test_failing_writer_gets_back_its_own_conversation() -> None:
    writer = Agent(model=ScriptedModel([error("ValidationException", "No.")]), messages=chat(1), callback_handler=None)
    agent: Any = Conversation(chat(8), ScriptedModel([]))
    with pytest.raises(Exception, match=r"No\."):
        SummarizingConversationManager(0.5, 2, writer).reduce_context(agent, REFUSAL)
    assert (writer.messages, agent.messages) == (chat(1), chat(8))


def test_agent_and_system_prompt_exclude_each_other() -> None:
    writer = Agent(model=ScriptedModel([]), callback_handler=None)
    with pytest.raises(ValueError, match="Cannot provide both summarization_agent and summarization_system_prompt"):
        SummarizingConversationManager(summarization_agent=writer, summarization_system_prompt="Be brief.")


async def test_agent_goes_on_after_a_summary() -> None:
    """The whole way: the model refuses, the summary replaces old messages, the question is answered."""
    scripted = ScriptedModel([overflow(), "SUMMARY", "the answer"])
    agent = Agent(
        model=scripted,
        conversation_manager=SummarizingConversationManager(0.5, 2),
        messages=chat(4),
        callback_handler=None,
    )
    result = await agent.invoke_async("and now?")
    assert str(result) == "the answer\n"
    assert [message["content"][0] for message in agent.messages[:2]] == [{"text": "SUMMARY"}, {"text": "u2"}]
