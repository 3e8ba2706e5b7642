"""What an agent's events look like on the wire."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

import pytest
from pydantic import BaseModel

from strands import Agent, tool
from strands.hooks import AfterModelCallEvent, BeforeToolCallEvent
from strands.sse import DEFAULT_KINDS
from strands.testing import ScriptedModel, blocked, reasoning, text, throttled, use
from strands.types.tools import ToolContext
from tests.sse._client import asked, frames_of, items, of_kind, parsed, shown, text_in

USAGE = {"inputTokens": 10, "outputTokens": 2, "totalTokens": 12}
ALL_KINDS = {*DEFAULT_KINDS, "take_back", "reasoning"}


@tool
async def lookup(query: str) -> AsyncGenerator[Any, None]:
    """Look something up."""
    yield {"progress": "half-way"}
    yield "secret working note"
    yield f"found {query}"


@tool
def broken(query: str) -> str:
    """Fail."""
    raise ValueError("password=hunter2")


@tool(context=True)
def approve(tool_context: ToolContext) -> str:
    """Ask a person."""
    return str(
        tool_context.interrupt("approval", reason={"question": "Really?", "blob": b"\x00", "odds": float("nan")})
    )


def agent_on(*turns: Any, **options: Any) -> Agent:
    model = ScriptedModel([*turns])
    return Agent(
        model=model, tools=[lookup, broken, approve], **{"callback_handler": None, "retry_strategy": None, **options}
    )


async def test_an_answer() -> None:
    """The simplest run: text, numbered and tagged, then one summary."""
    events = parsed(await asked(agent_on("Hello."), first_id=7))
    assert [(event.id, event.event) for event in events] == [("7", "text"), ("8", "result")]
    assert events[0].json()["text"] == "Hello."
    assert len(events[0].json()["cycle"]) == 36
    assert events[1].json() == {
        "stop_reason": "end_turn",
        "usage": of_kind("result", await asked(agent_on("Hello.")))[0]["usage"],
    }


async def test_a_frame_is_three_lines_whatever_it_says() -> None:
    """A line break in a field would end it, and the rest would be read as another field."""
    said = "one\ntwo\r\nthree\rfour\u2028five\x00\ud800 ü\n\nevent: result\ndata: {}\n\n"
    (frame, *_) = await asked(agent_on(text([said])))
    assert frame.count("\n") == 4
    assert frame.endswith("\n\n")
    assert frame.isascii()
    assert text_in([frame]) == said


async def test_a_cancelled_run_has_a_result() -> None:
    """Somebody stopped it on purpose: that is no failure."""
    agent = agent_on("Hello.")
    agent.cancel()
    assert [found["stop_reason"] for found in of_kind("result", await asked(agent))] == ["cancelled"]


async def test_tools_are_told_without_inputs_and_results() -> None:
    """Progress is for everybody; what tools are given and return is not."""
    frames = await asked(agent_on([text("Let me see."), use("lookup", query="x"), use("broken", query="y")], "Done."))
    assert [(found["name"], found["state"]) for found in of_kind("tool", frames)] == [
        ("lookup", "started"),
        ("broken", "started"),
        ("lookup", "progress"),
        ("lookup", "finished"),
        ("broken", "failed"),
    ]
    assert [found["text"] for found in of_kind("tool", frames) if "text" in found] == ["half-way"]
    for internal in ("secret", "found", "hunter2", "query", "ValueError"):
        assert internal not in "".join(frames)


async def test_a_tool_that_a_hook_cancelled_failed_once() -> None:
    """It never ran, and the model is told so in the message that tells of the others."""
    agent = agent_on([use("lookup", query="x")], "Done.")

    def refuse(event: BeforeToolCallEvent) -> None:
        event.cancel_tool = "not allowed: internal rule 7"

    agent.add_hook(refuse)
    frames = await asked(agent)
    assert [found["state"] for found in of_kind("tool", frames)] == ["started", "failed"]
    assert "rule 7" not in "".join(frames)


async def test_an_interrupt_and_its_answer() -> None:
    """The page gets what it needs to ask the person and to answer: once for each question, before the end."""
    agent = agent_on([text("I must ask."), use("approve")], "Done.")
    found = items(await asked(agent))
    assert [kind for kind, _ in found] == ["text", "text", "text", "tool", "tool", "interrupt", "result"]
    interrupt = found[-2][1]
    assert interrupt["name"] == "approval"
    assert interrupt["reason"] == {"question": "Really?", "blob": "AA==", "odds": None}
    assert found[-1][1]["stop_reason"] == "interrupt"
    assert [state["state"] for kind, state in found if kind == "tool"] == ["started", "waiting"]

    answer: Any = [{"interruptResponse": {"interruptId": interrupt["id"], "response": "yes"}}]
    frames = await frames_of(agent.stream_async(answer))
    assert of_kind("tool", frames) == [{"id": found[3][1]["id"], "name": None, "state": "finished"}]
    assert text_in(frames) == "Done."


async def test_reasoning_goes_out_only_if_asked_for() -> None:
    """It is the model's draft: an application must want to show it."""
    turn = [reasoning("Hm."), text("Yes.")]
    assert of_kind("reasoning", await asked(agent_on(turn))) == []
    (thought,) = of_kind("reasoning", await asked(agent_on(turn), kinds={"reasoning"}))
    assert thought["text"] == "Hm."
    assert len(thought["cycle"]) == 36


async def test_only_the_kinds_asked_for_and_the_terminal_one() -> None:
    """Without its last event a page could not tell an end from a broken connection."""
    assert [kind for kind, _ in items(await asked(agent_on("Hello."), kinds=()))] == ["result"]
    assert [kind for kind, _ in items(await asked(agent_on(), kinds=["text"]))] == ["error"]


class Weather(BaseModel):
    city: str
    degrees: float


async def test_structured_output_is_part_of_the_result() -> None:
    """It is the answer."""
    agent = agent_on(use("Weather", {"city": "Oslo", "degrees": 4.0}))
    frames = await frames_of(agent.stream_async("question", structured_output_model=Weather))
    assert of_kind("result", frames)[0]["structured_output"] == {"city": "Oslo", "degrees": 4.0}


class TestTakingBack:
    """With `take_back`, a page may show all text at once and withdraws what was no answer."""

    async def test_a_turn_that_calls_a_tool(self) -> None:
        """Told as soon as the tool call begins, and what follows it in the same response is not even sent."""
        turn = [text(["Let me ", "look."]), use("lookup", query="x"), text("Hm.")]
        frames = await asked(agent_on(turn, "Found it."), kinds={"text", "take_back"})
        assert [kind for kind, _ in items(frames)] == ["text", "text", "take_back", "text", "text", "result"]
        assert shown(frames) == "Found it."

    async def test_nothing_is_taken_back_unless_asked_for(self) -> None:
        """A page that does not know the event would show text that it was not told to keep."""
        frames = await asked(agent_on([text("Look."), use("lookup", query="x"), text("Hm.")], "Found it."))
        assert of_kind("take_back", frames) == []
        assert text_in(frames) == "Look.Hm.Found it."

    async def test_an_attempt_that_a_hook_rejects(self) -> None:
        """Both attempts are of the same cycle: the text before the withdrawal goes, what follows is new."""
        agent = agent_on("Bad answer.", "Good answer.")
        rejected = iter([True, False])

        def reject(event: AfterModelCallEvent) -> None:
            event.retry = next(rejected)

        agent.add_hook(reject)
        assert shown(await asked(agent, kinds=ALL_KINDS)) == "Good answer."

    async def test_a_throttled_attempt(self) -> None:
        """The retry says everything again."""
        from strands import ModelRetryStrategy

        agent = agent_on(
            [text("It is"), throttled()],
            "It is cold.",
            retry_strategy=ModelRetryStrategy(max_attempts=2, initial_delay=0, max_delay=0),
        )
        frames = await asked(agent, kinds=ALL_KINDS)
        assert len(of_kind("take_back", frames)) == 1
        assert shown(frames) == "It is cold."

    async def test_what_a_guardrail_redacts(self) -> None:
        """The text must not stay on the page."""
        agent = agent_on([text("The code is 1234."), blocked("output")])
        frames = await asked(agent, kinds=ALL_KINDS)
        assert shown(frames) == agent.messages[-1]["content"][0]["text"]
        assert "1234" not in shown(frames)

    async def test_what_a_guardrail_redacts_stays_if_nothing_is_taken_back(self) -> None:
        """The replacement beside the text would be no better; final-turn streaming sends it alone."""
        turn = [text("The code is 1234."), blocked("output")]
        assert text_in(await asked(agent_on(turn))) == "The code is 1234."
        agent = agent_on(turn, stream_final_turn_only=True)
        assert text_in(await asked(agent)) == agent.messages[-1]["content"][0]["text"]

    async def test_with_final_turn_streaming_there_is_nothing_to_take_back(self) -> None:
        """The agent holds back what would be withdrawn."""
        agent = agent_on([text("Look."), use("lookup", query="x")], "Found it.", stream_final_turn_only=True)
        frames = await asked(agent, kinds=ALL_KINDS)
        assert of_kind("take_back", frames) == []
        assert text_in(frames) == "Found it."


@pytest.mark.parametrize(
    "state",
    [
        {"message": {"role": "user"}},
        {"result": "x"},
        {"event": "x"},
        {"type": "multiagent_result", "result": 1},
        {"node_id": "n"},
        {"type": "x", "tool_stream_event": "y"},
    ],
)
async def test_the_callers_state_is_never_taken_for_an_event(state: dict[str, Any]) -> None:
    """The events that carry the invocation state carry any keys of the caller's."""
    agent = agent_on([use("lookup", query="x")], "Done.")
    frames = await frames_of(agent.stream_async("question", invocation_state=state))
    assert [kind for kind, _ in items(frames)] == ["tool", "tool", "tool", "text", "result"]
