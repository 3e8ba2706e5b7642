"""Final-turn streaming, rule by rule and ending by ending."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import Any
from unittest.mock import patch

import pytest
from pydantic import BaseModel

from strands import Agent, ModelRetryStrategy, ToolContext, tool
from strands.event_loop.final_turn import FinalTurnGate
from strands.event_loop.streaming import process_stream
from strands.hooks import AfterInvocationEvent, AfterModelCallEvent, BeforeToolCallEvent
from strands.types._events import EventLoopStopEvent, ModelAttemptEvent, TurnVerdictEvent
from strands.types.exceptions import MaxTokensReachedException, ModelThrottledException, StructuredOutputException
from tests.event_loop._scripted import (
    ScriptedModel,
    Seen,
    agent_on,
    blocked,
    chunks_of,
    cited,
    collected,
    error,
    is_text,
    kind_of,
    raw,
    reasoning,
    stop,
    text,
    throttled,
    use,
    watch,
)

LOOK_UP = [text("Let me look."), use("lookup", query="x")]


class Answer(BaseModel):
    """An answer."""

    value: int


@tool(context=True)
def stop_here(tool_context: ToolContext) -> str:
    """Stop the loop."""
    tool_context.invocation_state["request_state"]["stop_event_loop"] = True
    return "stopped"


@tool(context=True)
def ask(tool_context: ToolContext) -> str:
    """Ask a person."""
    return f"they said {tool_context.interrupt('question')}"


def needs_flat_loop(test: Any) -> Any:
    """Mark a test of what only a flat loop can promise: `python -m upstream` leaves it out."""
    return test


async def final(agent: Agent, prompt: Any = "question", **keywords: Any) -> Seen:
    return await watch(agent, prompt, stream_final_turn_only=True, **keywords)


class TestKeyword:
    """The keyword itself: where it is taken, and what it must be."""

    @pytest.mark.parametrize("value", ["yes", 1, 0, [], object()])
    async def test_a_call_refuses_what_is_no_bool(self, value: Any) -> None:
        """A truthy string from a query parameter must not switch the feature on by accident."""
        agent = agent_on("answer")
        with pytest.raises(TypeError, match="stream_final_turn_only must be a bool, got"):
            await agent.invoke_async("question", stream_final_turn_only=value)
        assert (await agent.invoke_async("question")).stop_reason == "end_turn"

    @pytest.mark.parametrize("value", ["yes", None, 1])
    def test_the_constructor_refuses_what_is_no_bool(self, value: Any) -> None:
        """The agent's default has no default of its own, so None is refused as well."""
        with pytest.raises(TypeError, match="stream_final_turn_only must be a bool, got"):
            Agent(model=ScriptedModel([]), stream_final_turn_only=value)

    @pytest.mark.parametrize(
        ("default", "given", "delivered"),
        [
            (False, None, "Let me look.done"),
            (False, True, "done"),
            (True, None, "done"),
            (True, False, "Let me look.done"),
        ],
    )
    async def test_a_call_overrides_the_default_and_none_takes_it(
        self, default: bool, given: bool | None, delivered: str
    ) -> None:
        """One agent serves pages of both kinds."""
        agent = agent_on(LOOK_UP, "done", stream_final_turn_only=default)
        assert (await watch(agent, stream_final_turn_only=given)).text == delivered

    async def test_it_is_no_part_of_the_invocation_state(self, recwarn: pytest.WarningsRecorder) -> None:
        """A named parameter, unlike the deprecated keywords that end up with tools and hooks."""
        state: dict[str, Any] = {}
        await final(agent_on(LOOK_UP, "done"), invocation_state=state)
        assert "stream_final_turn_only" not in state
        assert not recwarn.list

    @pytest.mark.parametrize("way", ["call", "invoke_async", "stream_async"])
    async def test_every_way_to_run_takes_it(self, way: str) -> None:
        """What the callback handler sees is what differs for those who wait for the result."""
        heard: list[str] = []
        agent = agent_on(LOOK_UP, "done", callback_handler=lambda **event: heard.append(event.get("data", "")))
        if way == "call":
            await asyncio.to_thread(agent, "question", stream_final_turn_only=True)
        elif way == "invoke_async":
            await agent.invoke_async("question", stream_final_turn_only=True)
        else:
            await final(agent)
        assert "".join(heard) == "done"


class TestOff:
    """The default: nothing changes."""

    async def test_no_stage_is_added(self) -> None:
        """Those who do not use the feature must not pay for it."""
        with patch.object(FinalTurnGate, "stream", side_effect=AssertionError("the gate was used")):
            assert (await watch(agent_on(LOOK_UP, "done"))).text == "Let me look.done"

    async def test_the_sequence_is_as_it_was(self) -> None:
        """Recorded from the published package."""
        seen = await watch(agent_on(LOOK_UP, [text(["done"])]))
        assert seen.shape == [
            "init_event_loop",
            "start",
            "start_event_loop",
            "event.messageStart",
            *["event.contentBlockDelta", "data"] * 3,
            "event.contentBlockStop",
            "event.contentBlockStart",
            "event.contentBlockDelta",
            "type",
            "event.contentBlockStop",
            "event.messageStop",
            "event.metadata",
            "message",
            "message",
            "start",
            "start",
            "start_event_loop",
            "event.messageStart",
            "event.contentBlockDelta",
            "data",
            "event.contentBlockStop",
            "event.messageStop",
            "event.metadata",
            "message",
            "result",
        ]

    async def test_text_carries_the_tag_of_its_cycle(self) -> None:
        """With the tag a page can show text at once and take a cycle's text back."""
        seen = await watch(agent_on(LOOK_UP, "all done"))
        tags = [(event["data"], event["event_loop_cycle_id"]) for event in seen.events if "data" in event]
        first, second = ({tag for piece, tag in tags if piece in words} for words in ("Let me look.", "all done"))
        assert len(first) == len(second) == 1
        assert first != second


class TestRules:
    """The numbered rules."""

    @pytest.mark.parametrize(
        "turn",
        [
            [text("before"), use("lookup")],
            [use("lookup"), text("after")],
            [text("before"), use("lookup"), text("after")],
            [text("before"), use("lookup"), text("between"), use("lookup"), text("after")],
            [cited("before", {"title": "Report"}), use("lookup")],
            [text("before"), use("lookup"), stop("end_turn")],
        ],
        ids=["before", "after", "around", "between", "cited", "wrong stop reason"],
    )
    async def test_rule_1_nothing_beside_a_tool_call(self, turn: Any) -> None:
        """Neither as `data`, nor as a raw chunk, nor as a citation."""
        seen = await final(agent_on(turn, "done"))
        assert seen.text == seen.raw_text == "done"
        assert not any("citation" in event for event in seen.events)

    async def test_rule_2_a_rejected_response_is_never_delivered(self) -> None:
        """A hook that asks for a better answer must not have shown the worse one."""
        agent = agent_on("worse", "better")

        def once(event: AfterModelCallEvent) -> None:
            event.retry = event.stop_response is not None and "worse" in str(event.stop_response.message)

        agent.add_hook(once)
        assert (await final(agent)).text == "better"

    @pytest.mark.parametrize("failure", [throttled(), error(ValueError("cut"))], ids=["throttled", "failed"])
    async def test_rule_2_a_failed_attempt_leaves_no_text(self, failure: Any) -> None:
        """A retry repeats nothing."""
        agent = agent_on(["half an ans", failure], "answer", retry_strategy=None)

        def again(event: AfterModelCallEvent) -> None:
            event.retry = event.exception is not None

        agent.add_hook(again)
        assert (await final(agent)).text == "answer"

    @pytest.mark.parametrize(
        "turns",
        [
            [LOOK_UP, "done"],
            [[reasoning("Hm."), text("one"), use("lookup"), text("two")], [text("a"), reasoning("Hm."), text("b")]],
            [[text("x"), cited("y", {"title": "Report"}), text("z")]],
            [["half", error(ValueError("cut"))]],
        ],
        ids=["tool turn", "reasoning between", "citations", "error"],
    )
    async def test_rule_3_same_sequence_less_text(self, turns: list[Any]) -> None:
        """A consumer of tool and lifecycle events sees them where they were."""
        off, on = await watch(agent_on(*turns)), await final(agent_on(*turns))
        final_from = max(i for i, event in enumerate(off.events) if kind_of(event) == "start_event_loop")
        is_answered = off.error is None
        expected = [
            kind_of(event)
            for i, event in enumerate(off.events)
            if not is_text(event) or (is_answered and i > final_from)
        ]
        assert on.shape == expected
        assert repr(on.error) == repr(off.error)

    async def test_rule_3_a_tool_use_settles_the_matter_at_once(self) -> None:
        """Tool progress must not wait for the end of the response."""
        gate = asyncio.Event()
        agent = agent_on([text("Let me look."), use("lookup", ['{"query":', gate, '"x"}'])], "done")
        kinds: list[str] = []
        async with aclosing(agent.stream_async("question", stream_final_turn_only=True)) as events:
            async for event in events:
                kinds.append(kind_of(event))
                if kinds[-1] == "type":
                    gate.set()
                    break
        assert kinds[3:] == [
            "event.messageStart",
            "event.contentBlockStop",
            "event.contentBlockStart",
            "event.contentBlockDelta",
            "type",
        ]

    async def test_rule_4_what_was_redacted_stays_redacted(self) -> None:
        """Held text that a guardrail took back is replaced by the guardrail's, before its own messageStop."""
        seen = await final(agent_on([text("secret"), blocked("[removed]")]))
        assert seen.text == "[removed]"
        assert "secret" not in str([event for event in seen.events if "result" not in event])
        assert seen.shape.index("data") < seen.shape.index("event.messageStop")

    async def test_rule_4_holds_for_a_response_that_had_begun_a_tool_use(self) -> None:
        """The replacement is the answer, although the response called a tool."""
        seen = await final(agent_on([text("secret"), use("lookup"), blocked("[removed]")]))
        assert seen.text == "[removed]"
        assert seen.result.stop_reason == "guardrail_intervened"

    async def test_rule_5_without_tools_text_streams_live(self) -> None:
        """No tool call can follow, so nobody needs to wait."""
        gate = asyncio.Event()
        agent = agent_on([text(["first ", gate, "second"])], tools=())
        pieces: list[str] = []
        async with aclosing(agent.stream_async("question", stream_final_turn_only=True)) as events:
            async for event in events:
                if "data" in event:
                    pieces.append(event["data"])
                    gate.set()  # only opened by the first piece: held text would wait for ever
        assert pieces == ["first ", "second"]

    async def test_rule_5_a_marked_final_answer_streams_live(self) -> None:
        """A provider that says what its text is for settles the matter, even with tools offered."""
        gate = asyncio.Event()
        said = [{"contentBlockDelta": {"delta": {"text": piece}}} for piece in ("thinking aloud", "the ", "answer")]
        commentary, answer = (
            {"contentBlockStart": {"start": {"phase": each}}} for each in ("commentary", "final_answer")
        )
        end: dict[str, Any] = {"contentBlockStop": {}}
        agent = agent_on([raw(commentary, said[0], end, answer, said[1], gate, said[2], end)])
        pieces: list[str] = []
        async with aclosing(agent.stream_async("question", stream_final_turn_only=True)) as events:
            async for event in events:
                if "data" in event:
                    pieces.append(event["data"])
                    gate.set()
        assert pieces == ["the ", "answer"]

    async def test_rule_6_the_callback_handler_sees_what_the_iterator_yields(self) -> None:
        """One notion of the stream for those who print and those who iterate."""
        heard: list[dict[str, Any]] = []
        agent = agent_on(LOOK_UP, "done", callback_handler=lambda **event: heard.append(event))
        assert heard == (await final(agent)).events

    async def test_rule_7_memory_is_bounded_by_one_response(self) -> None:
        """The text of earlier responses is let go of with their verdict."""
        gates: list[FinalTurnGate] = []
        stream = FinalTurnGate.stream

        def noted(gate: FinalTurnGate, events: Any) -> Any:
            gates.append(gate)
            return stream(gate, events)

        with patch.object(FinalTurnGate, "stream", noted):
            agent = agent_on(LOOK_UP, LOOK_UP, "done")
            async with aclosing(agent.stream_async("question", stream_final_turn_only=True)) as events:
                async for event in events:
                    if "message" in event:
                        assert [gate.held for gate in gates] == [[]]


class TestEndings:
    """How each ending counts."""

    @pytest.mark.parametrize("reason", ["end_turn", "stop_sequence", "content_filtered", "guardrail_intervened"])
    async def test_an_answer_is_delivered(self, reason: str) -> None:
        """Whatever made the model stop, the text is what the result holds."""
        seen = await final(agent_on(LOOK_UP, [text("the answer"), stop(reason)]))
        assert (seen.text, seen.result.stop_reason) == ("the answer", reason)

    async def test_truncated_text_is_delivered_before_the_exception(self) -> None:
        """Nothing is lost silently."""
        seen = await final(agent_on([text("the ans"), stop("max_tokens")]))
        assert seen.text == "the ans"
        assert isinstance(seen.error, MaxTokensReachedException)

    async def test_a_truncated_tool_use_delivers_nothing(self) -> None:
        """The text was said on the way to a tool call."""
        seen = await final(agent_on([text("Let me"), use("lookup", ['{"que']), stop("max_tokens")]))
        assert seen.text == ""
        assert isinstance(seen.error, MaxTokensReachedException)

    async def test_a_tool_that_stops_the_loop_delivers_nothing(self) -> None:
        """The last response called a tool."""
        seen = await final(agent_on([text("Stopping."), use("stop_here")], tools=(stop_here,)))
        assert (seen.text, seen.result.stop_reason) == ("", "tool_use")

    async def test_an_interrupt_delivers_nothing_and_its_resume_the_answer(self) -> None:
        """A person is asked by the interrupt, not by text."""
        agent = agent_on([text("I have to ask."), use("ask")], "Thanks.", tools=(ask,))
        seen = await final(agent)
        assert (seen.text, seen.result.stop_reason) == ("", "interrupt")
        assert seen.result.interrupts is not None
        answers = [
            {"interruptResponse": {"interruptId": interrupt.id, "response": "yes"}}
            for interrupt in seen.result.interrupts
        ]
        assert (await final(agent, answers)).text == "Thanks."

    async def test_an_interrupt_from_a_hook_delivers_nothing(self) -> None:
        """Approval before a tool call is the commonest interrupt."""
        agent = agent_on(LOOK_UP)
        agent.hooks.add_callback(BeforeToolCallEvent, lambda event: event.interrupt("approve"))
        assert (await final(agent)).text == ""

    @pytest.mark.parametrize(
        "turns",
        [
            [[text("Here you are."), use("Answer", value=4)]],
            ["It is four.", [use("Answer", value=4)]],
            ["It is four.", [text("Well."), use("Answer", value=4)]],
        ],
        ids=["called", "forced after prose", "forced, with prose"],
    )
    async def test_structured_output_delivers_no_text(self, turns: list[Any]) -> None:
        """The structured output is the answer."""
        seen = await final(agent_on(*turns), structured_output_model=Answer)
        assert (seen.text, seen.result.structured_output) == ("", Answer(value=4))

    async def test_failed_structured_output_delivers_no_text(self) -> None:
        """Prose where a value was wanted is no answer."""
        seen = await final(agent_on("Four.", "Still four."), structured_output_model=Answer)
        assert seen.text == ""
        assert isinstance(seen.error, StructuredOutputException)

    async def test_a_cancelled_response_delivers_nothing(self) -> None:
        """Neither what came before the cancellation nor the note that takes its place."""
        agent = agent_on([text("one two three")])
        gate_open = False
        seen = Seen()
        async with aclosing(agent.stream_async("question", stream_final_turn_only=True)) as events:
            async for event in events:
                seen.events.append(event)
                if kind_of(event) == "event.messageStart" and not gate_open:
                    gate_open = True
                    agent.cancel()
        assert (seen.text, seen.result.stop_reason) == ("", "cancelled")

    async def test_a_model_error_delivers_nothing(self) -> None:
        """The exception is as ever."""
        seen = await final(agent_on(["half an ans", error(ValueError("cut"))]))
        assert (seen.text, repr(seen.error)) == ("", "ValueError('cut')")

    async def test_exhausted_retries_deliver_nothing(self) -> None:
        """The exception is as ever."""
        strategy = ModelRetryStrategy(max_attempts=2, initial_delay=0)
        seen = await final(agent_on(["a", throttled()], ["b", throttled()], retry_strategy=strategy))
        assert seen.text == ""
        assert isinstance(seen.error, ModelThrottledException)

    async def test_an_error_of_a_hook_delivers_nothing(self) -> None:
        """A response whose hooks failed was not accepted; the events around its text are delivered all the same."""
        agent = agent_on("answer")

        def fail(event: AfterModelCallEvent) -> None:
            raise LookupError("hook")

        agent.add_hook(fail)
        seen = await final(agent)
        assert (seen.text, repr(seen.error)) == ("", "LookupError('hook')")
        assert seen.shape[-2:] == ["event.messageStop", "event.metadata"]

    async def test_a_consumer_that_stops_early_gets_no_more_and_frees_the_agent(self) -> None:
        """The next call finds an idle agent."""
        agent = agent_on([text("one two three"), use("lookup")], "next")
        async with aclosing(agent.stream_async("question", stream_final_turn_only=True)) as events:
            async for event in events:
                if kind_of(event) == "event.messageStart":
                    break
        assert (await final(agent)).text == "next"

    async def test_each_resumed_part_has_a_final_turn_of_its_own(self) -> None:
        """An after-invocation hook that asks on gets an answer each time."""
        agent = agent_on(LOOK_UP, "one ", LOOK_UP, "two")
        parts = iter(["more", None])

        def resume(event: AfterInvocationEvent) -> None:
            event.resume = next(parts)

        agent.add_hook(resume)
        assert (await final(agent)).text == "one two"

    async def test_an_agent_used_as_a_tool_keeps_its_own_setting(self) -> None:
        """Its events stay nested in the tool's stream events."""
        inner = agent_on(LOOK_UP, "inner answer", name="inner", description="An inner agent.")
        seen = await final(agent_on([text("Asking."), use("inner", input="go")], "outer answer", tools=(inner,)))
        nested = [event["tool_stream_event"]["data"] for event in seen.events if "tool_stream_event" in event]
        assert seen.text == "outer answer"
        assert "".join(event.get("data", "") for event in nested) == "Let me look.inner answer"


async def test_the_answer_precedes_the_hooks_of_the_runs_end() -> None:
    """Sessions and summaries must not delay what a person waits for."""
    agent = agent_on(LOOK_UP, "done")
    order: list[str] = []
    agent.hooks.add_callback(AfterInvocationEvent, lambda event: order.append("hook"))
    agent.callback_handler = lambda **event: order.append("text") if "data" in event else None
    await final(agent)
    assert order == ["text", "hook"]


@needs_flat_loop
async def test_the_stage_closes_what_it_iterates() -> None:
    """The provider's stream is closed when a consumer leaves, not when the collector comes round."""
    agent = agent_on([text("one two three")])
    assert isinstance(agent.model, ScriptedModel)
    stream = agent.stream_async("question", stream_final_turn_only=True)
    async for event in stream:
        if kind_of(event) == "event.messageStart":
            assert agent.model.open_streams == 1
            break
    await stream.aclose()
    assert agent.model.open_streams == 0


async def stages(*responses: Any) -> Any:
    """Yield what reaches the gate: responses as the streaming handlers tell of them, and what the loop says."""
    for response in responses:
        if isinstance(response, dict):
            yield response
        else:
            async for event in process_stream(chunks_of(response)):
                if event.is_callback_event:
                    yield event


class TestGate:
    """The gate on the events that the streaming handlers make."""

    ATTEMPT = ModelAttemptEvent(tools_offered=True)
    ACCEPTED = TurnVerdictEvent(final=True)

    async def passed(self, *responses: Any) -> list[Any]:
        return await collected(FinalTurnGate().stream(stages(*responses)))

    @pytest.mark.parametrize(
        ("step", "kinds"),
        [
            (text(["word"]), ["event.contentBlockDelta", "data"]),
            (
                cited(["word"], {"title": "Report"}),
                ["event.contentBlockDelta", "data", "event.contentBlockDelta", "citation"],
            ),
        ],
        ids=["text", "citation"],
    )
    async def test_what_the_handlers_make_of_text_waits_for_the_verdict(self, step: Any, kinds: list[str]) -> None:
        """Each form of text is held, with what follows it, and comes once."""
        before = await self.passed(self.ATTEMPT, [step])
        after = await self.passed(self.ATTEMPT, [step], self.ACCEPTED)
        assert [kind_of(event) for event in before] == ["tools_offered", "event.messageStart"]
        assert [kind_of(event) for event in after] == [
            *("tools_offered", "event.messageStart", *kinds, "event.contentBlockStop"),
            *("event.messageStop", "event.metadata", "final"),
        ]

    @pytest.mark.parametrize("step", [reasoning(["Hm."]), use("lookup", query="x")], ids=["reasoning", "tool use"])
    async def test_what_the_handlers_make_of_anything_else_passes_at_once(self, step: Any) -> None:
        """Progress is shown while it happens."""
        shown = [kind_of(event) async for event in stages([step])]
        passed = [kind_of(event) for event in await self.passed(self.ATTEMPT, [step])]
        assert passed[1:] == shown[: len(passed) - 1]
        assert "event.contentBlockStop" in passed

    async def test_a_stop_reason_that_the_handlers_override_leaks_nothing(self) -> None:
        """Providers that say `end_turn` beside a tool use are corrected by the handlers; no chunk may tell before."""
        turn = [text("Let me look."), use("lookup"), stop("end_turn")]
        passed = await self.passed(self.ATTEMPT, turn, TurnVerdictEvent(final=False))
        assert not any(is_text(event) for event in passed)

    async def test_a_run_that_stops_without_a_verdict_keeps_its_end(self) -> None:
        """A hook may interrupt the run after the response: its events come, without the text, and then the stop."""
        end = EventLoopStopEvent("interrupt", {"role": "assistant", "content": []}, None, {})  # type: ignore[arg-type]
        passed = await self.passed(self.ATTEMPT, [text("word")], end)
        assert [kind_of(event) for event in passed][2:] == [
            *("event.contentBlockStop", "event.messageStop", "event.metadata", "stop"),
        ]

    async def test_each_call_of_the_model_begins_anew(self) -> None:
        """Whoever repeats a call in between, without a word to the loop, shows the last response only."""
        passed = await self.passed(self.ATTEMPT, ["worse"], self.ATTEMPT, [text(["better"])], self.ACCEPTED)
        assert [event["data"] for event in passed if "data" in event] == ["better"]

    async def test_a_response_that_no_call_announced_waits(self) -> None:
        """Nothing is known of it, so it may yet call a tool."""
        assert not any(is_text(event) for event in await self.passed(["cached"]))
        assert any(is_text(event) for event in await self.passed(["cached"], self.ACCEPTED))
