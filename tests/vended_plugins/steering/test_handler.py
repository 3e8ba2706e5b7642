"""Steering: decisions on tool calls and on responses, and the context that they are based on."""

from __future__ import annotations

import json
from typing import Any

import pytest

from strands import Agent, tool
from strands.agent.agent_result import AgentResult
from strands.hooks import AfterModelCallEvent, BeforeModelCallEvent, BeforeToolCallEvent, MessageAddedEvent
from strands.testing import ScriptedModel, use
from strands.types.content import Message
from strands.types.exceptions import EventLoopException
from strands.types.interrupt import InterruptResponseContent
from strands.vended_plugins.steering import (
    Guide,
    Interrupt,
    LedgerProvider,
    Proceed,
    SteeringContextCallback,
    SteeringContextProvider,
    SteeringHandler,
)
from strands.vended_plugins.steering.core import SteeringContext

CALL = use("add", a=1, b=2, tool_use_id="t1")


@tool
def add(a: int, b: int) -> int:
    """Add two numbers."""
    if a > 100:
        raise ValueError("too large")
    return a + b


@tool
def picture() -> dict[str, Any]:
    """Draw."""
    image = {"format": "png", "source": {"bytes": b"\x89PNG" * 1000}}
    return {"status": "success", "content": [{"image": image}]}


class Decisions(SteeringHandler):
    """Decides as it is told, then lets everything pass; errors are raised."""

    def __init__(self, *, tools: Any = (), responses: Any = (), **options: Any) -> None:
        super().__init__(**options)
        self.on_tools, self.on_responses = [*tools], [*responses]
        self.asked: list[Any] = []

    async def steer_before_tool(self, *, agent: Agent, tool_use: Any, **kwargs: Any) -> Any:
        self.asked.append(tool_use["name"])
        return decided(self.on_tools)

    async def steer_after_model(self, *, agent: Agent, message: Message, stop_reason: Any, **kwargs: Any) -> Any:
        self.asked.append((message["content"], stop_reason))
        return decided(self.on_responses)


def decided(decisions: list[Any]) -> Any:
    decision = decisions.pop(0) if decisions else Proceed(reason="fine")
    if isinstance(decision, Exception):
        raise decision
    return decision


def agent_with(handler: SteeringHandler, *turns: Any) -> Agent:
    return Agent(model=ScriptedModel([*turns]), plugins=[handler], tools=[add, picture], callback_handler=None)


def answer(agent: Agent, interrupts: Any, response: Any) -> AgentResult:
    [question] = interrupts
    answered: InterruptResponseContent = {"interruptResponse": {"interruptId": question.id, "response": response}}
    return agent([answered])


def tool_results(agent: Agent) -> list[tuple[str, str]]:
    return [
        (block["toolResult"]["status"], block["toolResult"]["content"][0].get("text", ""))
        for message in agent.messages
        for block in message["content"]
        if "toolResult" in block
    ]


@pytest.mark.parametrize(
    ("decision", "result"),
    [
        (Proceed(reason="fine"), ("success", "3")),
        (
            Guide(reason="Use c."),
            ("error", "Tool call cancelled. Use c. You MUST follow this guidance immediately."),
        ),
        (RuntimeError("broken"), ("success", "3")),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_decision_on_a_tool_call(decision: Any, result: tuple[str, str]) -> None:
    """Guidance reaches the model as the call's result; a handler that fails does not stop the agent."""
    agent = agent_with(Decisions(tools=[decision]), CALL, "Done.")
    agent("Hi")
    assert tool_results(agent) == [result]


@pytest.mark.parametrize(
    ("response", "result"),
    [
        (True, ("success", "3")),
        ("yes", ("success", "3")),
        (False, ("error", "Manual approval denied: Is it right?")),
        ("", ("error", "Manual approval denied: Is it right?")),
    ],
)
def test_a_person_decides(response: Any, result: tuple[str, str]) -> None:
    """The answer counts: the handler, which may decide otherwise the second time, is not asked about the call again."""
    handler = Decisions(tools=[Interrupt(reason="Is it right?")])
    agent = agent_with(handler, CALL, "Done.")
    asked = agent("Hi")
    assert asked.interrupts is not None
    [question] = asked.interrupts
    assert (question.name, question.reason) == ("steering_input_add", {"message": "Is it right?"})
    answer(agent, [question], response)
    assert tool_results(agent) == [result]
    assert handler.asked.count("add") == 1


def test_a_denial_counts_in_another_process() -> None:
    """People take their time; the handler of then, which asked, is gone."""
    asked = agent_with(Decisions(tools=[Interrupt(reason="Is it right?")]), CALL)
    interrupts = asked("Hi").interrupts
    resumed = agent_with(Decisions(), "Done.")
    resumed.load_snapshot(asked.take_snapshot(preset="session"))
    answer(resumed, interrupts, False)
    assert tool_results(resumed) == [("error", "Manual approval denied: Is it right?")]


def test_the_same_request_is_judged_anew_in_a_later_run() -> None:
    """An answer decides one call, not all that look like it."""
    handler = Decisions(tools=[Interrupt(reason="First?"), Interrupt(reason="Second?")])
    agent = agent_with(handler, CALL, "Done.", CALL, "Done.")
    reasons = []
    for _ in range(2):
        interrupts = agent("Hi").interrupts or ()
        reasons += [question.reason["message"] for question in interrupts]
        answer(agent, interrupts, True)
    assert reasons == ["First?", "Second?"]


def test_guidance_after_a_response_drops_it_and_is_part_of_the_conversation() -> None:
    """The model tries again, knowing what was wrong."""
    handler = Decisions(responses=[Guide(reason="Be brief.")])
    agent = agent_with(handler, "A long answer.", "Brief.")
    added: list[Message] = []
    agent.add_hook(lambda event: added.append(event.message), MessageAddedEvent)
    result = agent("Hi")
    assert [message["content"] for message in agent.messages] == [
        [{"text": "Hi"}],
        [{"text": "Be brief."}],
        [{"text": "Brief."}],
    ]
    assert [message["content"] for message in added] == [message["content"] for message in agent.messages]
    assert str(result) == "Brief.\n"
    assert handler.asked == [([{"text": "A long answer."}], "end_turn"), ([{"text": "Brief."}], "end_turn")]


def test_a_failing_decision_on_a_response_accepts_it() -> None:
    """The agent goes on without its steering."""
    assert str(agent_with(Decisions(responses=[RuntimeError("broken")]), "Fine.")("Hi")) == "Fine.\n"


@pytest.mark.parametrize("decision", ["proceed", None, Interrupt(reason="Ask.")])
def test_unknown_decisions_on_responses_are_errors(decision: Any) -> None:
    """A mistake in the handler would otherwise look like consent."""
    agent = agent_with(Decisions(responses=[decision]), "Fine.")
    with pytest.raises(ValueError, match="Unknown steering action type for model response"):
        agent("Hi")


def test_unknown_decisions_on_tool_calls_are_errors() -> None:
    """As on responses."""
    agent = agent_with(Decisions(tools=["proceed"]), CALL)
    with pytest.raises(EventLoopException, match="Unknown steering action type for tool call: proceed"):
        agent("Hi")


def test_the_base_class_lets_all_pass() -> None:
    """Handlers override what they care for."""
    agent = agent_with(SteeringHandler(), CALL, "Done.")
    assert str(agent("Hi")) == "Done.\n"
    assert tool_results(agent) == [("success", "3")]


def without_times(calls: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{key: value for key, value in call.items() if "timestamp" not in key} for call in calls]


def test_the_ledger_records_calls_and_their_results() -> None:
    """Decisions depend on what has been done, and on how it went."""
    handler = Decisions(context_providers=[LedgerProvider()])
    agent = agent_with(handler, [CALL, use("add", a=999, b=1, tool_use_id="t2")], "Done.")
    agent("Hi")
    ledger = handler.steering_context.data.get("ledger")
    assert set(ledger) == {"session_start", "tool_calls", "conversation_history", "session_metadata"}
    assert without_times(ledger["tool_calls"]) == [
        {
            "tool_use_id": "t1",
            "tool_name": "add",
            "tool_args": {"a": 1, "b": 2},
            "status": "success",
            "result": [{"text": "3"}],
            "error": None,
        },
        {
            "tool_use_id": "t2",
            "tool_name": "add",
            "tool_args": {"a": 999, "b": 1},
            "status": "error",
            "result": [{"text": "Error: too large"}],
            "error": "too large",
        },
    ]
    assert all(call["timestamp"] <= call["completion_timestamp"] for call in ledger["tool_calls"])


def test_the_call_to_be_judged_is_pending() -> None:
    """Otherwise the handler could not see what it decides on."""

    class Judge(SteeringHandler):
        async def steer_before_tool(self, *, agent: Agent, tool_use: Any, **kwargs: Any) -> Any:
            seen.append(without_times(self.steering_context.data.get("ledger")["tool_calls"]))
            return Proceed(reason="fine")

    seen: list[Any] = []
    agent_with(Judge(context_providers=[LedgerProvider()]), CALL, "Done.")("Hi")
    assert seen == [
        [{"tool_use_id": "t1", "tool_name": "add", "tool_args": {"a": 1, "b": 2}, "status": "pending"}],
    ]


def test_a_call_that_waited_for_a_person_is_in_the_ledger_once() -> None:
    """It would look like two calls."""
    handler = Decisions(tools=[Interrupt(reason="?")], context_providers=[LedgerProvider()])
    agent = agent_with(handler, CALL, "Done.")
    answer(agent, agent("Hi").interrupts, True)
    assert [call["status"] for call in handler.steering_context.data.get("ledger")["tool_calls"]] == ["success"]


def test_images_are_in_the_ledger_by_size_only() -> None:
    """Their bytes are no JSON, and would fill the prompt of a model that steers."""
    handler = Decisions(context_providers=[LedgerProvider()])
    agent_with(handler, use("picture"), "Done.")("Hi")
    [call] = handler.steering_context.data.get("ledger")["tool_calls"]
    assert call["result"] == [{"image": {"format": "png", "source": {"bytes": "<4000 bytes>"}}}]
    json.dumps(call)


def test_a_result_without_a_request_is_not_entered() -> None:
    """Another plugin may have emptied the context in the meantime."""
    handler = Decisions(context_providers=[LedgerProvider()])
    agent = agent_with(handler, CALL, "Done.")
    agent.hooks.add_callback(BeforeToolCallEvent, lambda event: handler.steering_context.data.delete("ledger"))
    agent("Hi")
    assert handler.steering_context.data.get() == {}


class Counting(SteeringContextCallback[BeforeToolCallEvent]):
    def __call__(self, event: BeforeToolCallEvent, steering_context: SteeringContext, **kwargs: Any) -> None:
        steering_context.data.set("calls", (steering_context.data.get("calls") or 0) + 1)


class Derived(Counting):
    """Takes its event type from its base."""


class OnBoth(SteeringContextCallback[AfterModelCallEvent | BeforeModelCallEvent]):
    def __call__(self, event: Any, steering_context: SteeringContext, **kwargs: Any) -> None:
        steering_context.data.set(
            "model events", [*(steering_context.data.get("model events") or []), type(event).__name__]
        )


class Providing(SteeringContextProvider):
    def __init__(self, *callbacks: SteeringContextCallback[Any]) -> None:
        self.callbacks = [*callbacks]

    def context_providers(self, **kwargs: Any) -> list[SteeringContextCallback[Any]]:
        return self.callbacks


def test_own_callbacks_gather_context() -> None:
    """Their event types come from their type arguments, also of several events at once."""
    handler = Decisions(context_providers=[Providing(Counting(), Derived(), OnBoth())])
    agent_with(handler, CALL, "Done.")("Hi")
    assert handler.steering_context.data.get() == {
        "calls": 2,
        "model events": ["BeforeModelCallEvent", "AfterModelCallEvent"] * 2,
    }


class Untyped(SteeringContextCallback):  # type: ignore[type-arg]
    """Does not say what it wants."""


def test_callbacks_must_say_which_events_they_want() -> None:
    """Nothing would ever be gathered."""
    assert Derived().event_type is BeforeToolCallEvent
    with pytest.raises(ValueError, match="Could not determine event type from generic parameter"):
        agent_with(SteeringHandler([Providing(Untyped())]))


def test_callbacks_must_be_callable() -> None:
    """The message names the class that lacks the method."""
    event: Any = None
    with pytest.raises(NotImplementedError, match="Untyped must define __call__"):
        Untyped()(event, SteeringContext())
