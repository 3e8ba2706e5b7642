"""Steering by a model: what it is asked, and what becomes of its answer."""

from __future__ import annotations

import json
from typing import Any

import pytest

from strands import Agent, tool
from strands.testing import ScriptedModel, use
from strands.types.tools import ToolUse
from strands.vended_plugins.steering import LLMSteeringHandler
from strands.vended_plugins.steering.core import SteeringContext
from strands.vended_plugins.steering.handlers.llm import DefaultPromptMapper

CALL = use("send", to="everyone", tool_use_id="t1")


@tool
def send(to: str) -> str:
    """Send a message."""
    return f"sent to {to}"


class Fixed:
    """A mapper with one prompt."""

    def create_steering_prompt(
        self, steering_context: SteeringContext, tool_use: ToolUse | None = None, **_: Any
    ) -> str:
        return f"May it call {tool_use and tool_use['name']}?"


def judge(decision: str) -> ScriptedModel:
    return ScriptedModel([use("_LLMSteering", decision=decision, reason="Too many.")])


def run(handler: LLMSteeringHandler, *turns: Any) -> tuple[Agent, Any]:
    agent = Agent(model=ScriptedModel([*turns]), plugins=[handler], tools=[send], callback_handler=None)
    return agent, agent("Hi")


@pytest.mark.parametrize(
    ("decision", "result"),
    [
        ("proceed", "sent to everyone"),
        ("guide", "Tool call cancelled. Too many. You MUST follow this guidance immediately."),
    ],
)
def test_the_models_decision_is_carried_out(decision: str, result: str) -> None:
    """It decides with the instructions that it was given, on the prompt of the mapper."""
    model = judge(decision)
    handler = LLMSteeringHandler(system_prompt="Prevent spam.", prompt_mapper=Fixed(), model=model)
    agent, _ = run(handler, CALL, "Done.")
    [request] = model.requests
    assert (*request.system, request.prompt, request.tool_names) == (
        {"text": "Prevent spam."},
        "May it call send?",
        ["_LLMSteering"],
    )
    assert agent.messages[2]["content"][0]["toolResult"]["content"] == [{"text": result}]


def test_the_model_can_ask_a_person() -> None:
    """The person reads its reason."""
    _, result = run(LLMSteeringHandler("Prevent spam.", model=judge("interrupt")), CALL)
    assert [interrupt.reason for interrupt in result.interrupts] == [{"message": "Too many."}]


def test_without_a_model_the_agents_own_decides() -> None:
    """It answers in a conversation of its own."""
    decide = use("_LLMSteering", decision="proceed", reason="Fine.")
    agent, result = run(LLMSteeringHandler("Prevent spam."), CALL, decide, "Done.")
    assert (str(result), len(agent.messages)) == ("Done.\n", 4)


def test_a_model_that_does_not_decide_lets_the_agent_go_on() -> None:
    """Steering is no precondition of the agent's work."""
    agent, _ = run(LLMSteeringHandler("Prevent spam.", model=ScriptedModel(["Hm.", "Hm."])), CALL, "Done.")
    assert agent.messages[2]["content"][0]["toolResult"]["content"] == [{"text": "sent to everyone"}]


def test_it_sees_a_ledger_unless_told_otherwise() -> None:
    """Most decisions depend on what has happened; some have a context of their own."""
    handler = LLMSteeringHandler("Prevent spam.", model=judge("proceed"))
    run(handler, CALL, "Done.")
    assert set(handler.steering_context.data.get()) == {"ledger"}
    bare = LLMSteeringHandler("Prevent spam.", model=judge("proceed"), context_providers=[])
    run(bare, CALL, "Done.")
    assert bare.steering_context.data.get() == {}


def test_the_default_prompt_holds_the_context_and_the_call() -> None:
    """All that the model can judge by."""
    context = SteeringContext()
    context.data.set("ledger", {"tool_calls": ["{braces}"]})
    arguments: Any = {"to": "{everyone}", "at": object()}
    prompt = DefaultPromptMapper().create_steering_prompt(
        context, {"toolUseId": "t1", "name": "send", "input": arguments}
    )
    assert json.dumps({"ledger": {"tool_calls": ["{braces}"]}}, indent=2) in prompt
    assert 'Tool: send\nArguments: {\n  "to": "{everyone}",\n  "at": "<object>"\n}' in prompt
    assert "{context_str}" not in prompt


def test_the_default_prompt_works_without_a_call() -> None:
    """Mappers serve other decisions, too."""
    assert "## Action to judge" in DefaultPromptMapper().create_steering_prompt(SteeringContext())
