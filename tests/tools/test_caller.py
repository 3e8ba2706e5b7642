"""`agent.tool.name(...)`: tools called by hand."""

from __future__ import annotations

from typing import Any

import pytest

from strands import Agent
from strands.agent.conversation_manager import NullConversationManager
from strands.hooks import AfterToolCallEvent, BeforeToolCallEvent, MessageAddedEvent
from strands.testing import ScriptedModel, use
from strands.tools._caller import _ToolCaller
from strands.tools.decorator import tool
from strands.types.agent import ConcurrentInvocationMode
from strands.types.exceptions import ConcurrencyException
from strands.types.tools import ToolContext, ToolResult


@tool
def add(a: int, b: int = 2) -> int:
    return a + b


@tool(name="my-dashed_tool")
async def dashed() -> str:
    return "dashed"


@tool
def take(a: Any, b: Any = None) -> None: ...


@tool(context=True)
def ask(tool_context: ToolContext) -> str:
    return str(tool_context.interrupt("approval"))


def agent_with(*tools: Any, **options: Any) -> Agent:
    return Agent(**{"model": ScriptedModel([]), "tools": list(tools), "callback_handler": None, **options})


def text_of(result: ToolResult) -> str:
    return result["content"][0]["text"]


def test_a_call_returns_the_result_and_is_recorded() -> None:
    """The model reads later what was done without it, in a history that is valid."""
    agent = agent_with(add)
    result = agent.tool.add(a=1, b=5)
    tool_use_id = result["toolUseId"]
    assert tool_use_id.startswith("tooluse_add_")
    assert result == {"toolUseId": tool_use_id, "status": "success", "content": [{"text": "6"}]}
    call = {"toolUseId": tool_use_id, "name": "add", "input": {"a": 1, "b": 5}}
    asked = 'agent.tool.add direct tool call.\nInput parameters: {"a": 1, "b": 5}\n'
    assert agent.messages == [
        {"role": "user", "content": [{"text": asked}]},
        {"role": "assistant", "content": [{"toolUse": call}]},
        {"role": "user", "content": [{"toolResult": result}]},
        {"role": "assistant", "content": [{"text": "agent.tool.add was called."}]},
    ]


def test_the_user_may_say_why() -> None:
    agent = agent_with(add)
    agent.tool.add(a=1, user_message_override="Please add.")
    assert agent.messages[0]["content"] == [
        {"text": "Please add.\n"},
        {"text": 'agent.tool.add direct tool call.\nInput parameters: {"a": 1}\n'},
    ]


@pytest.mark.parametrize(
    ("by_default", "in_the_call", "recorded"),
    [(True, None, True), (True, False, False), (False, None, False), (False, True, True)],
)
def test_recording_is_the_agents_choice_and_the_calls(
    by_default: bool, in_the_call: bool | None, recorded: bool
) -> None:
    agent = agent_with(add, record_direct_tool_call=by_default)
    agent.tool.add(a=1, record_direct_tool_call=in_the_call)
    assert len(agent.messages) == (4 if recorded else 0)


def test_underscores_stand_for_dashes() -> None:
    """A dash cannot be written in an attribute."""
    agent = agent_with(dashed)
    assert text_of(agent.tool.my_dashed_tool()) == text_of(getattr(agent.tool, "my-dashed_tool")()) == "dashed"
    assert agent.messages[1]["content"][0]["toolUse"]["name"] == "my-dashed_tool"


def test_an_unknown_tool_is_an_attribute_error() -> None:
    agent = agent_with(add)
    with pytest.raises(AttributeError, match="Tool 'nope' not found"):
        agent.tool.nope()
    assert agent.messages == []


def test_errors_are_results() -> None:
    """As they are for the model."""
    agent = agent_with(add)
    result = agent.tool.add(a="x")
    assert result["status"] == "error"
    assert text_of(result).startswith("Error: Validation failed for input parameters")


def test_what_no_message_can_carry_is_not_recorded() -> None:
    """A history with an object in it can be neither sent nor saved."""
    agent = agent_with(take)
    agent.tool.take(a=object, b=b"x", surplus=object())
    placeholders = {"a": "<<non-serializable: type>>", "b": "<<non-serializable: bytes>>"}
    assert agent.messages[1]["content"][0]["toolUse"]["input"] == placeholders


def test_hooks_see_the_call_and_the_messages() -> None:
    """Guards and sessions must not be passed by."""
    agent, seen = agent_with(add), list[type]()
    for event_type in (BeforeToolCallEvent, AfterToolCallEvent, MessageAddedEvent):
        agent.hooks.add_callback(event_type, lambda event: seen.append(type(event)))
    agent.tool.add(a=1)
    assert seen == [BeforeToolCallEvent, AfterToolCallEvent, *[MessageAddedEvent] * 4]


def test_the_history_is_kept_in_bounds() -> None:
    class Manager(NullConversationManager):
        managed = 0

        def apply_management(self, agent: Any, **kwargs: Any) -> None:
            self.managed += 1

    manager = Manager()
    agent = agent_with(add, conversation_manager=manager)
    agent.tool.add(a=1)
    assert manager.managed == 1


async def test_a_call_works_inside_a_running_event_loop() -> None:
    """Notebooks and servers have one."""
    assert text_of(agent_with(dashed).tool.my_dashed_tool()) == "dashed"


def test_a_tool_cannot_ask_a_person_here() -> None:
    """There is no run that could wait for the answer; the next one must not wait for it either."""
    agent = agent_with(ask)
    with pytest.raises(RuntimeError, match="cannot raise interrupt in direct tool call"):
        agent.tool.ask()
    assert (agent.messages, agent._interrupt_state.interrupts) == ([], {})


def test_an_agent_that_waits_for_answers_takes_no_calls() -> None:
    """A recorded call would tear the open request from its result."""
    agent = agent_with(add)
    agent._interrupt_state.activate()
    with pytest.raises(RuntimeError, match="cannot directly call tool during interrupt"):
        agent.tool.add(a=1)


def calls_a_tool(**options: Any) -> Any:
    @tool(context=True)
    def inner(tool_context: ToolContext) -> Any:
        return text_of(tool_context.agent.tool.add(a=1, **options))

    return inner


def test_a_busy_agent_refuses_calls_that_it_would_record() -> None:
    """Messages in the middle of a run make its history invalid."""
    agent = agent_with(add, calls_a_tool(), model=ScriptedModel([use("inner"), "done"]))
    agent("go")
    assert text_of(agent.messages[2]["content"][0]["toolResult"]) == (
        "Error: ConcurrencyException - Direct tool call cannot be made while the agent is in the middle of an "
        "invocation. Set record_direct_tool_call=False to allow direct tool calls during agent invocation."
    )


@pytest.mark.parametrize(
    ("call", "mode"),
    [
        ({"record_direct_tool_call": False}, ConcurrentInvocationMode.THROW),
        ({}, ConcurrentInvocationMode.UNSAFE_REENTRANT),
    ],
)
def test_a_busy_agent_takes_other_calls(call: dict[str, Any], mode: ConcurrentInvocationMode) -> None:
    model = ScriptedModel([use("inner"), "done"])
    agent = agent_with(add, calls_a_tool(**call), model=model, concurrent_invocation_mode=mode)
    agent("go")
    results = [
        block["toolResult"] for message in agent.messages for block in message["content"] if "toolResult" in block
    ]
    assert text_of(results[-1]) == "3"


def test_the_agent_is_usable_after_a_refused_call() -> None:
    agent = agent_with(ask, add)
    with pytest.raises(RuntimeError):
        agent.tool.ask()
    assert text_of(agent.tool.add(a=1)) == "3"


def test_the_caller_does_not_keep_its_agent_alive() -> None:
    """Agents are freed at once, and not when the garbage collector comes."""
    with pytest.raises(ReferenceError, match="keep a reference"):
        _ToolCaller(agent_with(add)).add(a=1)


def test_concurrency_exception_is_what_is_raised() -> None:
    agent = agent_with(add)
    with agent._exclusively(), pytest.raises(ConcurrencyException):
        agent.tool.add(a=1)
