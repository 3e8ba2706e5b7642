"""The loop: turns, retries, errors, overflow, cancellation, interrupts."""

from __future__ import annotations

import sys
from contextlib import aclosing
from typing import Any
from unittest.mock import patch

import pytest
from pydantic import BaseModel

from strands import Agent, ModelRetryStrategy, ToolContext, tool
from strands.agent.conversation_manager import ConversationManager, NullConversationManager
from strands.event_loop import event_loop
from strands.event_loop._request import RequestMessages
from strands.event_loop.event_loop import event_loop_cycle, recurse_event_loop
from strands.hooks import AfterModelCallEvent, BeforeModelCallEvent, MessageAddedEvent
from strands.telemetry.metrics import Trace
from strands.testing import ScriptedModel, blocked, error, overflow, stop, text, throttled, use
from strands.types._events import EventLoopStopEvent, StartEvent
from strands.types.exceptions import (
    ContextWindowOverflowException,
    EventLoopException,
    MaxTokensReachedException,
    ModelThrottledException,
)
from tests.event_loop._runs import agent_on, kind_of, lookup, watch


def model_of(agent: Agent) -> ScriptedModel:
    assert isinstance(agent.model, ScriptedModel)
    return agent.model


def answered(messages: list[Any]) -> bool:
    """Whether every tool use has its result in the message after it."""
    for i, message in enumerate(messages):
        asked = [block["toolUse"]["toolUseId"] for block in message["content"] if "toolUse" in block]
        after = messages[i + 1]["content"] if i + 1 < len(messages) else []
        if asked != [block["toolResult"]["toolUseId"] for block in after if "toolResult" in block]:
            return False
    return True


class TestTurns:
    """A run is a chain of turns, at constant depth."""

    async def test_a_long_run_keeps_its_depth(self) -> None:
        """Recursion ended the original's runs at about 320 turns."""
        agent = agent_on(*[[use("lookup")]] * 400, "done")
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(150)
        try:
            seen = await watch(agent)
        finally:
            sys.setrecursionlimit(limit)
        assert seen.error is None
        assert seen.text == "done"
        assert agent.event_loop_metrics.cycle_count == 401

    async def test_traces_tell_the_turns_and_end(self) -> None:
        """Each turn but the last holds the trace of what followed it."""
        agent = agent_on([use("lookup")], [use("lookup")], "done")
        await watch(agent)

        def shape(trace: Trace) -> Any:
            assert trace.end_time is not None
            return trace.name, [shape(child) for child in trace.children]

        steps: list[Any] = [("stream_messages", []), ("Tool: lookup", []), ("Recursive call", [])]
        assert [shape(trace) for trace in agent.event_loop_metrics.traces] == [
            ("Cycle 1", steps),
            ("Cycle 2", steps),
            ("Cycle 3", [("stream_messages", [])]),
        ]

    async def test_traces_end_when_a_run_fails(self) -> None:
        """A trace that never ends has no duration to show."""
        agent = agent_on([use("lookup")], error(ValueError("boom")))
        await watch(agent)
        traces = agent.event_loop_metrics.traces
        assert all(trace.end_time for top in traces for trace in (top, *top.children))

    async def test_invocation_state_is_passed_along_and_completed(self) -> None:
        """Tools and hooks find the caller's values and the loop's own."""
        state = {"mine": 1}
        agent = agent_on([use("lookup")], "done")
        await watch(agent, invocation_state=state)
        assert list(state) == [
            "mine",
            "agent",
            "event_loop_cycle_id",
            "request_state",
            "event_loop_cycle_trace",
            "event_loop_cycle_span",
            "model",
            "messages",
            "system_prompt",
            "tool_config",
            "event_loop_parent_cycle_id",
        ]

    async def test_a_history_that_ends_in_tool_uses_runs_the_tools_first(self) -> None:
        """An application may go on where another process stopped."""
        history: Any = [
            {"role": "user", "content": [{"text": "q"}]},
            {"role": "assistant", "content": [{"toolUse": {"toolUseId": "1", "name": "lookup", "input": {}}}]},
        ]
        agent = agent_on("done", messages=history)
        assert (await watch(agent, None)).text == "done"
        assert answered(agent.messages)

    async def test_a_new_prompt_answers_abandoned_tool_uses(self) -> None:
        """The history must stay valid for the provider."""
        history: Any = [
            {"role": "assistant", "content": [{"toolUse": {"toolUseId": "1", "name": "lookup", "input": {}}}]}
        ]
        agent = agent_on("done", messages=history)
        await watch(agent, "never mind")
        assert agent.messages[1]["content"][0]["toolResult"]["status"] == "error"
        assert answered(agent.messages)

    async def test_a_tool_may_replace_the_request_state(self) -> None:
        """What counts is what stands in the invocation state, not the dict that the loop once put there."""

        @tool(context=True)
        def finish(tool_context: ToolContext) -> str:
            """Finish."""
            tool_context.invocation_state["request_state"] = {"stop_event_loop": True}
            return "finished"

        seen = await watch(agent_on([use("finish")], "never", tools=(finish,)))
        assert (seen.result.stop_reason, seen.result.state) == ("tool_use", {"stop_event_loop": True})

    async def test_a_tool_use_that_is_none_ends_the_run(self) -> None:
        """Results of no tools are an empty message, which providers refuse in every later request."""
        agent = agent_on(["the answer", stop("tool_use")], "next")
        seen = await watch(agent, stream_final_turn_only=True)
        assert (seen.text, seen.result.stop_reason) == ("the answer", "end_turn")
        assert [message["role"] for message in agent.messages] == ["user", "assistant"]

    async def test_a_direct_caller_can_drive_the_loop(self) -> None:
        """`event_loop_cycle` and `recurse_event_loop` are published."""
        agent = agent_on([use("lookup")], "done", "more")
        agent.messages.append({"role": "user", "content": [{"text": "q"}]})
        state: dict[str, Any] = {}
        for drive in (event_loop_cycle, recurse_event_loop):
            events = [event async for event in drive(agent, state)]
            assert isinstance(events[-1], EventLoopStopEvent)
            agent.messages.append({"role": "user", "content": [{"text": "and?"}]})
        assert [message["content"][0].get("text") for message in agent.messages[-2:]] == ["more", "and?"]

    async def test_a_replaced_recursion_gets_the_rest_of_the_run(self) -> None:
        """Tests of applications put their own function in its place."""
        agent = agent_on([use("lookup")])
        got: dict[str, Any] = {}

        async def rest(**keywords: Any) -> Any:
            got.update(keywords)
            yield EventLoopStopEvent("end_turn", agent.messages[-1], agent.event_loop_metrics, {"ours": True})

        with patch.object(event_loop, "recurse_event_loop", rest):
            seen = await watch(agent)
        assert (seen.result.state, got["agent"]) == ({"ours": True}, agent)

    async def test_a_loop_without_a_result_is_an_error(self) -> None:
        """A replacement that forgets the stop event would be called again and again."""

        async def forgetful(**_: Any) -> Any:
            yield StartEvent()

        with patch("strands.agent.agent.event_loop_cycle", forgetful):
            seen = await watch(agent_on())
        assert isinstance(seen.error, EventLoopException)
        assert seen.shape == ["init_event_loop", "start"]


class TestRetries:
    """Throttling, and hooks that ask for another attempt."""

    async def test_throttled_calls_wait_twice_as_long_each_time(self) -> None:
        """Consumers are told of each wait."""
        waits: list[float] = []

        async def note(delay: float) -> None:
            waits.append(delay)

        agent = agent_on(throttled(), throttled(), "done")
        with patch("strands.event_loop._retry.asyncio.sleep", note):
            seen = await watch(agent)
        assert seen.text == "done"
        told = [event["event_loop_throttled_delay"] for event in seen.events if "event_loop_throttled_delay" in event]
        assert waits == told == [4, 8]

    async def test_the_providers_hint_makes_a_wait_longer(self) -> None:
        """Asking again sooner than the provider wants is refused for certain."""
        waits: list[float] = []

        async def note(delay: float) -> None:
            waits.append(delay)

        agent = agent_on(throttled(retry_after_s=6.5), "done")
        with patch("strands.event_loop._retry.asyncio.sleep", note):
            await watch(agent)
        assert waits == [7]

    async def test_retries_are_counted_anew_for_each_turn_and_run(self) -> None:
        """Success proves that the provider has recovered."""
        strategy = ModelRetryStrategy(max_attempts=2, initial_delay=0)
        agent = agent_on(throttled(), [use("lookup")], throttled(), "one", throttled(), "two", retry_strategy=strategy)
        assert [(await watch(agent)).text for _ in range(2)] == ["one", "two"]

    async def test_exhausted_retries_raise_what_the_model_raised(self) -> None:
        """The caller may try again later; the agent is usable at once."""
        strategy = ModelRetryStrategy(max_attempts=2, initial_delay=0)
        agent = agent_on(throttled("slow"), throttled("slow"), "done", retry_strategy=strategy)
        seen = await watch(agent)
        assert isinstance(seen.error, ModelThrottledException)
        assert kind_of(seen.events[-1]) == "force_stop"
        assert (await watch(agent)).text == "done"

    async def test_without_a_strategy_nothing_is_repeated(self) -> None:
        """None stands for no retries."""
        assert isinstance((await watch(agent_on(throttled(), retry_strategy=None))).error, ModelThrottledException)

    async def test_a_wrong_strategy_is_refused_at_once(self) -> None:
        """Not when the first call is throttled."""
        with pytest.raises(ValueError, match="retry_strategy must be an instance of ModelRetryStrategy, got 'often'"):
            agent_on(retry_strategy="often")

    @pytest.mark.parametrize("name", ["max_attempts", "initial_delay", "max_delay"])
    def test_a_strategy_of_something_else_than_numbers_is_refused_at_once(self, name: str) -> None:
        """Settings come from environments, as text; the first throttled call may be days away."""
        with pytest.raises(TypeError, match=f"{name} must be a number, got '3'"):
            ModelRetryStrategy(**{name: "3"})  # type: ignore[arg-type]

    async def test_a_hook_can_have_a_failed_call_repeated(self) -> None:
        """Whatever the exception was."""
        agent = agent_on(error(ConnectionError("cut")), "done")

        def again(event: AfterModelCallEvent) -> None:
            event.retry = isinstance(event.exception, ConnectionError)

        agent.add_hook(again)
        assert (await watch(agent)).text == "done"
        assert len(agent.messages) == 2

    async def test_hooks_can_change_the_tools_of_the_very_call(self) -> None:
        """Dynamic tool lists are made in BeforeModelCall hooks."""
        agent = agent_on("done")

        def clear(event: BeforeModelCallEvent) -> None:
            event.agent.tool_registry.registry.clear()

        agent.add_hook(clear)
        await watch(agent)
        assert model_of(agent).requests[0].tool_specs == []

    async def test_tokens_are_projected_for_hooks_that_look(self) -> None:
        """The provider's figures cover what was sent before; only the new messages are counted."""
        sizes: list[int | None] = []
        agent = agent_on("one", "two")

        def look(event: BeforeModelCallEvent) -> None:
            sizes.append(event.projected_input_tokens)

        agent.add_hook(look)
        await watch(agent)
        usage = agent.messages[-1]["metadata"]["usage"]
        await watch(agent, "four")
        assert sizes[1] == usage["inputTokens"] + usage["outputTokens"] + 1

    async def test_a_model_that_cannot_count_projects_nothing(self) -> None:
        """A failing count must not fail the call."""
        sizes: list[Any] = []
        agent = agent_on("one")
        agent.hooks.add_callback(BeforeModelCallEvent, lambda event: sizes.append(event.projected_input_tokens))
        with patch.object(ScriptedModel, "count_tokens", side_effect=RuntimeError("no counter")):
            await watch(agent)
        assert sizes == [None]


class TestErrors:
    """What leaves the loop, and what is left behind."""

    async def test_a_models_error_in_the_first_turn_is_raised_as_it_is(self) -> None:
        """The caller knows its provider's exceptions."""
        seen = await watch(agent_on(error(ValueError("boom"))))
        assert repr(seen.error) == "ValueError('boom')"
        assert seen.events[-1] == {"force_stop": True, "force_stop_reason": "boom"}

    async def test_a_models_error_in_a_later_turn_is_wrapped(self) -> None:
        """As the original does, with a second notice."""
        seen = await watch(agent_on([use("lookup")], error(ValueError("boom"))))
        assert isinstance(seen.error, EventLoopException)
        assert repr(seen.error.original_exception) == repr(seen.error.__cause__) == "ValueError('boom')"
        assert [kind_of(event) for event in seen.events[-2:]] == ["force_stop", "force_stop"]

    async def test_max_tokens_keeps_what_came(self) -> None:
        """A tool use that may be incomplete is replaced by text, so that it is never run."""
        agent = agent_on([text("So"), use("lookup", '{"que'), stop("max_tokens")])
        seen = await watch(agent)
        assert isinstance(seen.error, MaxTokensReachedException)
        assert agent.messages[-1]["content"] == [
            {"text": "So"},
            {"text": "The selected tool lookup's tool use was incomplete due to maximum token limits being reached."},
        ]

    async def test_an_error_of_a_hook_leaves_the_agent_usable(self) -> None:
        """The next run begins as if nothing had happened."""
        agent = agent_on("one", "two")
        failures = iter([LookupError("hook"), None])

        def fail(event: MessageAddedEvent) -> None:
            if event.message["role"] == "assistant" and (failure := next(failures)):
                raise failure

        agent.add_hook(fail)
        assert repr((await watch(agent)).error) == "EventLoopException('hook')"
        assert (await watch(agent)).text == "two"

    async def test_an_error_of_a_hook_after_the_call_is_an_error_of_the_call(self) -> None:
        """Hooks hear of it, consumers get a force stop, and a hook may still ask for another call."""
        agent = agent_on("one", "two")
        heard: list[str] = []

        def fail_once(event: AfterModelCallEvent) -> None:
            heard.append(repr(event.exception))
            if len(heard) == 1:
                raise LookupError("hook")

        agent.add_hook(fail_once)
        seen = await watch(agent)
        assert heard == ["None", "LookupError('hook')"]
        assert kind_of(seen.events[-1]) == "force_stop"
        assert repr(seen.error) == "LookupError('hook')"
        assert [message["role"] for message in agent.messages] == ["user"]
        assert (await watch(agent)).text == "two"


class Shrinking(ConversationManager):
    """Takes messages off the front, as many as it is told, and then claims to have done so."""

    def __init__(self, *numbers: int) -> None:
        super().__init__()
        self.numbers = list(numbers)

    def apply_management(self, agent: Agent, **kwargs: Any) -> None:
        """Do nothing."""

    def reduce_context(self, agent: Agent, e: Exception | None = None, **kwargs: Any) -> None:
        del agent.messages[: self.numbers.pop(0)]


def history(length: int) -> list[Any]:
    return [{"role": ("user", "assistant")[i % 2], "content": [{"text": str(i)}]} for i in range(length)]


class TestOverflow:
    """A context that does not fit."""

    async def test_the_cycle_is_tried_again_with_less(self) -> None:
        """As often as the conversation gets smaller."""
        agent = agent_on(overflow(), overflow(), "done", messages=history(6), conversation_manager=Shrinking(2, 2))
        seen = await watch(agent)
        assert seen.text == "done"
        assert [kind_of(event) for event in seen.events].count("start_event_loop") == 3
        assert len(agent.messages) == 4

    async def test_it_ends_when_nothing_shrinks(self) -> None:
        """The next request would fail in the same way, for ever."""
        agent = agent_on(overflow("too long"), messages=history(6), conversation_manager=Shrinking(0))
        seen = await watch(agent)
        assert isinstance(seen.error, ContextWindowOverflowException)
        assert len(model_of(agent).requests) == 1

    async def test_without_management_it_is_raised(self) -> None:
        """The history is left as it was."""
        agent = agent_on(overflow("too long"), "done", conversation_manager=NullConversationManager())
        assert isinstance((await watch(agent)).error, ContextWindowOverflowException)
        assert (await watch(agent)).text == "done"


class TestCancel:
    """`agent.cancel()` at each phase."""

    async def test_before_a_run_the_model_is_never_called(self) -> None:
        """Nobody pays for what was cancelled before it began; the run after it goes on as usual."""
        agent = agent_on("done")
        agent.cancel()
        assert (await watch(agent)).result.stop_reason == "cancelled"
        assert model_of(agent).requests == []
        assert (await watch(agent)).text == "done"

    async def test_before_the_tools_each_use_gets_an_error_result(self) -> None:
        """The history stays valid."""
        agent = agent_on([use("lookup"), use("lookup")], "next")

        def cancel(event: AfterModelCallEvent) -> None:
            event.agent.cancel()

        agent.add_hook(cancel)
        seen = await watch(agent)
        assert seen.result.stop_reason == "cancelled"
        assert [block["toolResult"]["content"] for block in agent.messages[-1]["content"]] == [
            [{"text": "Tool execution cancelled"}]
        ] * 2
        assert answered(agent.messages)

    async def test_after_the_tools_the_next_response_is_cancelled(self) -> None:
        """Results that are there are kept."""

        @tool(context=True)
        def cancel(tool_context: ToolContext) -> str:
            """Cancel the agent."""
            tool_context.agent.cancel()
            return "done"

        agent = agent_on([use("cancel")], "never", tools=(cancel,))
        seen = await watch(agent)
        assert seen.result.stop_reason == "cancelled"
        assert agent.messages[-1]["content"] == [{"text": "Cancelled by user"}]
        assert len(model_of(agent).requests) == 1


class TestInterrupts:
    """Questions to a person, and how a run goes on with the answers."""

    async def test_only_the_interrupted_tool_runs_again(self) -> None:
        """The results that are there are kept, and their order is that of the requests."""
        runs: list[str] = []

        @tool
        def work() -> str:
            """Work."""
            runs.append("work")
            return "worked"

        @tool(context=True)
        def ask(tool_context: ToolContext) -> str:
            """Ask."""
            runs.append("ask")
            return str(tool_context.interrupt("may I?", reason="curious"))

        agent = agent_on([use("ask"), use("work")], "done", tools=(ask, work))
        first = await watch(agent)
        assert first.result.stop_reason == "interrupt"
        (question,) = first.result.interrupts or ()
        assert (question.name, question.reason) == ("may I?", "curious")

        again = await watch(agent, "yes")
        assert isinstance(again.error, TypeError)

        second = await watch(agent, [{"interruptResponse": {"interruptId": question.id, "response": "yes"}}])
        assert second.text == "done"
        assert sorted(runs) == ["ask", "ask", "work"]
        results = [block["toolResult"]["content"][0]["text"] for block in agent.messages[2]["content"]]
        assert results == ["yes", "worked"]
        assert answered(agent.messages)

    async def test_a_cancelled_resume_settles_the_question(self) -> None:
        """The tool use is answered with an error, so an answer given later would be a second result."""

        @tool(context=True)
        def ask(tool_context: ToolContext) -> str:
            """Ask."""
            return str(tool_context.interrupt("may I?"))

        agent = agent_on([use("lookup"), use("ask")], "next", tools=(ask, lookup))
        (question,) = (await watch(agent)).result.interrupts or ()
        agent.cancel()
        answer: Any = [{"interruptResponse": {"interruptId": question.id, "response": "yes"}}]
        assert (await watch(agent, answer)).result.stop_reason == "cancelled"
        assert answered(agent.messages)
        assert (await watch(agent, "again")).text == "next"

    async def test_an_invalid_tool_use_is_answered_once(self) -> None:
        """Providers refuse a history with two results for one tool use."""

        @tool(context=True)
        def ask(tool_context: ToolContext) -> str:
            """Ask."""
            return str(tool_context.interrupt("may I?"))

        agent = agent_on([use("no such name!"), use("ask")], "done", tools=(ask,))
        (question,) = (await watch(agent)).result.interrupts or ()
        answer: Any = [{"interruptResponse": {"interruptId": question.id, "response": "yes"}}]
        assert (await watch(agent, answer)).text == "done"
        assert answered(agent.messages)
        assert [block["toolResult"]["status"] for block in agent.messages[2]["content"]] == ["error", "success"]

    async def test_an_unknown_answer_is_refused(self) -> None:
        """The question stays open."""

        @tool(context=True)
        def ask(tool_context: ToolContext) -> str:
            """Ask."""
            return str(tool_context.interrupt("may I?"))

        agent = agent_on([use("ask")], tools=(ask,))
        await watch(agent)
        seen = await watch(agent, [{"interruptResponse": {"interruptId": "other", "response": "yes"}}])
        assert isinstance(seen.error, KeyError)
        assert agent._interrupt_state.activated


class Person(BaseModel):
    """A person."""

    name: str
    age: int


class TestStructuredOutput:
    """The loop's part of structured output."""

    async def test_prose_is_followed_by_a_forced_call(self) -> None:
        """Only the output tool is offered then, and one tool must be called."""
        agent = agent_on("Ann is three.", [use("Person", name="Ann", age=3)])
        seen = await watch(agent, structured_output_model=Person)
        assert seen.result.structured_output == Person(name="Ann", age=3)
        first, second = model_of(agent).requests
        assert [spec["name"] for spec in first.tool_specs] == ["lookup", "Person"]
        assert (first.tool_choice, second.tool_choice) == (None, {"any": {}})
        assert second.tool_specs == first.tool_specs[1:]

    async def test_an_interrupt_beside_it_does_not_lose_it(self) -> None:
        """The tool use is answered, so the model would not hand it in again."""

        @tool(context=True)
        def ask(tool_context: ToolContext) -> str:
            """Ask."""
            return str(tool_context.interrupt("may I?"))

        agent = agent_on([use("Person", name="Ann", age=3), use("ask")], tools=(ask,))
        seen = await watch(agent, structured_output_model=Person)
        assert (seen.result.stop_reason, seen.result.structured_output) == ("interrupt", Person(name="Ann", age=3))
        assert "structured_output" in seen.shape

    async def test_a_wrong_model_is_refused_before_the_run(self) -> None:
        """The error names the argument."""
        person: Any = Person(name="Ann", age=3)
        with pytest.raises(
            TypeError, match=r"structured_output_model must be a class derived from pydantic's BaseModel"
        ):
            await agent_on("x").invoke_async("q", structured_output_model=person)


async def test_input_that_a_guardrail_blocked_is_redacted() -> None:
    """Neither the history nor the next request holds it any more."""
    agent = agent_on(["I cannot answer that.", blocked("input", replacement="[removed]")], "next")
    await watch(agent, "my secret")
    assert agent.messages[0]["content"] == [{"text": "[removed]"}]
    await watch(agent, "something else")
    assert "secret" not in str(model_of(agent).requests[1].messages)


def test_a_replaced_content_is_prepared_anew() -> None:
    """What was redacted between two requests of a run must not be sent again from an earlier preparation."""
    requests = RequestMessages()
    messages: Any = history(3)
    requests.of(messages)
    messages[0]["content"] = [{"text": "[removed]"}]
    messages.append({"role": "assistant", "content": []})
    assert requests.of(messages) == [
        {"role": "user", "content": [{"text": "[removed]"}]},
        *messages[1:3],
        {"role": "assistant", "content": [{"text": "[blank text]"}]},
    ]
    del messages[0]
    assert requests.of(messages) == messages


async def test_closing_the_loop_closes_everything_below() -> None:
    """Whoever iterates a generator closes it."""
    agent = agent_on([text("one two three")], tools=(lookup,))
    agent.messages.append({"role": "user", "content": [{"text": "q"}]})
    async with aclosing(event_loop_cycle(agent, {})) as events:
        async for event in events:
            if "data" in event:
                break
    assert model_of(agent).open_streams == 0
    assert all(trace.end_time for trace in agent.event_loop_metrics.traces)
