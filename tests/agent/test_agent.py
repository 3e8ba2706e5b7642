"""The agent's own face: what it is made of, and the ways to call it."""

from __future__ import annotations

import asyncio
import gc
import re
import warnings
from typing import Any
from unittest.mock import patch

import pytest
from pydantic import BaseModel

from strands import Agent, Plugin, ToolContext, tool
from strands.agent import AgentResult
from strands.agent.agent import Agent as AgentOfModule
from strands.agent.conversation_manager import NullConversationManager, SlidingWindowConversationManager
from strands.agent.state import AgentState
from strands.handlers import PrintingCallbackHandler
from strands.hooks import AfterInvocationEvent, BeforeInvocationEvent
from strands.interrupt import Interrupt
from strands.telemetry.metrics import EventLoopMetrics
from strands.testing import ScriptedModel, error, text, use
from strands.tools import ToolProvider
from strands.types.content import Message
from strands.types.exceptions import StructuredOutputException
from tests.event_loop._runs import agent_on, lookup, watch


class TestConstructor:
    """Arguments and their defaults."""

    def test_defaults(self) -> None:
        """What an agent is when it is told nothing."""
        agent = Agent(model=ScriptedModel([]))
        assert (agent.name, agent.agent_id, agent.description) == ("Strands Agents", "default", None)
        assert (agent.messages, agent.state.get(), agent.tool_names) == ([], {}, [])
        assert isinstance(agent.callback_handler, PrintingCallbackHandler)
        assert isinstance(agent.conversation_manager, SlidingWindowConversationManager)
        assert agent.stream_final_turn_only is False

    def test_a_model_id_means_a_bedrock_model(self) -> None:
        """The shortest way to a model."""
        with patch("strands.agent.agent.BedrockModel") as bedrock_model:
            bedrock_model.return_value.stateful = False
            Agent(model="some.model-v1")
            Agent()
        assert [call.kwargs for call in bedrock_model.call_args_list] == [{"model_id": "some.model-v1"}, {}]

    @pytest.mark.parametrize(
        ("arguments", "complaint"),
        [
            ({"agent_id": "a/b"}, "agent_id=a/b"),
            ({"state": ["a"]}, r"state must be an AgentState object or a dict, got \['a'\]"),
            ({"hooks": [5]}, "Invalid hook: 5"),
            ({"hooks": [lambda event: None]}, "no type hint"),
        ],
    )
    def test_wrong_arguments_are_named(self, arguments: dict[str, Any], complaint: str) -> None:
        """The field, the value, and what was expected."""
        with pytest.raises(ValueError, match=complaint):
            Agent(model=ScriptedModel([]), **arguments)

    @pytest.mark.parametrize(
        ("name", "wrong", "expected"),
        [
            ("model", 3, "a Model"),
            ("model", ScriptedModel, "a Model"),
            ("messages", 3, "a list of messages"),
            ("tools", 3, "a list of tools"),
            ("tools", "calculator", "a list of tools"),
            ("tools", {"path": "calculator.py"}, "a list of tools"),
            ("tools", lookup, "a list of tools"),
            ("hooks", 3, "a list of HookProviders"),
            ("plugins", "skills", "a list of Plugins"),
            ("callback_handler", 3, "a callable"),
            ("conversation_manager", SlidingWindowConversationManager, "a ConversationManager"),
            ("session_manager", "user-17", "a SessionManager"),
            ("trace_attributes", 3, "a mapping"),
            ("tool_executor", "concurrent", "a ToolExecutor"),
        ],
    )
    def test_parts_of_a_wrong_kind_are_named(self, name: str, wrong: Any, expected: str) -> None:
        """A single tool without its list, a class in place of its object: the error says which, at the constructor."""
        with pytest.raises(TypeError, match=f"^{name} must be {expected}.*, got {re.escape(repr(wrong))}$"):
            Agent(**{"model": ScriptedModel([]), name: wrong})

    @pytest.mark.parametrize("entry", ["hello", {"role": "user"}, {"content": []}])
    def test_an_entry_of_the_history_that_is_no_message_is_named(self, entry: Any) -> None:
        """It would show as a missing key or a failed index somewhere within the first run."""
        known = {"role": "user", "content": [{"text": "hi"}]}
        with pytest.raises(TypeError, match=rf"^messages\[1\] must be a dict .*, got {re.escape(repr(entry))}$"):
            Agent(model=ScriptedModel([]), messages=[known, entry])  # type: ignore[list-item]

    @pytest.mark.parametrize("plugin", [3, Plugin])
    def test_what_is_no_plugin_is_named(self, plugin: Any) -> None:
        """Forgotten parentheses would show as a missing argument of a method that nobody called."""
        with pytest.raises(TypeError, match=f"^plugins must be a list of plugins, .* holds {re.escape(repr(plugin))}$"):
            Agent(model=ScriptedModel([]), plugins=[plugin])

    @pytest.mark.parametrize("system_prompt", [5, {"text": "a"}])
    def test_a_wrong_system_prompt_is_refused(self, system_prompt: Any) -> None:
        """The original silently drops it."""
        with pytest.raises(TypeError, match="system_prompt must be a str or a list of content blocks, got"):
            Agent(model=ScriptedModel([]), system_prompt=system_prompt)

    def test_an_unknown_attribute_of_the_module_is_an_error(self) -> None:
        """The module resolves one name lazily, and no other."""
        import strands.agent.agent as module

        assert module.Agent is AgentOfModule
        with pytest.raises(AttributeError, match="no_such_name"):
            module.no_such_name  # noqa: B018

    def test_a_stateful_model_manages_its_own_conversation(self) -> None:
        """Two managers of one conversation would lose messages."""
        model = ScriptedModel([], stateful=True)
        assert isinstance(Agent(model=model).conversation_manager, NullConversationManager)
        with pytest.raises(ValueError, match="conversation_manager cannot be used with a stateful model"):
            Agent(model=model, conversation_manager=SlidingWindowConversationManager())

    def test_given_state_and_messages_are_used_as_they_are(self) -> None:
        """The application may keep hold of them."""
        messages: list[Message] = []
        state = AgentState({"a": 1})
        agent = Agent(model=ScriptedModel([]), messages=messages, state=state)
        assert agent.messages is messages
        assert agent.state is state

    def test_trace_attributes_are_what_spans_can_carry(self) -> None:
        """Others would make every span log a warning."""
        given: Any = {"a": 1, "b": "x", "c": [1, "y"], "d": {}, "e": None, "f": ["p", {}], "g": 1.5, "h": True}
        agent = Agent(model=ScriptedModel([]), trace_attributes=given)
        assert agent.trace_attributes == {"a": 1, "b": "x", "c": [1, "y"], "g": 1.5, "h": True}


@pytest.mark.parametrize(
    ("given", "as_text", "as_blocks"),
    [
        (None, None, None),
        ("Be terse.", "Be terse.", [{"text": "Be terse."}]),
        ("", "", [{"text": ""}]),
        ([], None, []),
        (
            [{"text": "a"}, {"cachePoint": {"type": "default"}}, {"text": "b"}],
            "a\nb",
            [{"text": "a"}, {"cachePoint": {"type": "default"}}, {"text": "b"}],
        ),
    ],
)
async def test_system_prompt_reaches_the_model_in_both_forms(given: Any, as_text: Any, as_blocks: Any) -> None:
    """Providers take one or the other."""
    agent = agent_on("answer")
    agent.system_prompt = given
    assert (agent.system_prompt, agent.system_prompt_content) == (as_text, as_blocks)
    await watch(agent)
    assert isinstance(agent.model, ScriptedModel)
    assert agent.model.requests[0].system == (as_blocks or [])


class TestCalling:
    """Ways to call an agent."""

    def test_from_synchronous_code(self) -> None:
        """Also where an event loop is running, as in a notebook."""
        assert str(agent_on("answer")("question")) == "answer\n"

        async def in_a_loop() -> str:
            return str(agent_on("answer")("question"))

        assert asyncio.run(in_a_loop()) == "answer\n"

    async def test_keywords_are_a_deprecated_invocation_state(self) -> None:
        """They still arrive, with a warning."""
        with pytest.warns(UserWarning, match="`invocation_state`"):
            seen = await watch(agent_on("answer"), mine=1)
        assert seen.events[0] == {"init_event_loop": True, "mine": 1}

    async def test_a_call_can_have_a_handler_of_its_own(self) -> None:
        """A keyword of old that applications use."""
        heard: list[str] = []
        with pytest.warns(UserWarning, match="deprecated"):
            await watch(agent_on("answer"), callback_handler=lambda **event: heard.extend(event))
        assert "data" in heard

    async def test_a_hook_can_replace_the_input(self) -> None:
        """To redact it, say."""
        agent = agent_on("answer")

        def replace(event: BeforeInvocationEvent) -> None:
            event.messages = [{"role": "user", "content": [{"text": "replaced"}]}]

        agent.add_hook(replace)
        await watch(agent)
        assert agent.messages[0]["content"] == [{"text": "replaced"}]

    async def test_the_end_of_a_run_is_announced_however_it_ends(self) -> None:
        """Sessions and metrics hang on it."""
        results: list[Any] = []
        agent = agent_on("answer", error(ValueError("boom")))
        agent.hooks.add_callback(AfterInvocationEvent, lambda event: results.append(event.result))
        await watch(agent)
        await watch(agent)
        assert [getattr(result, "stop_reason", None) for result in results] == ["end_turn", None]

    def test_a_tool_called_directly_is_recorded(self) -> None:
        """The model knows of it in the next turn."""
        agent = agent_on(tools=(lookup,))
        assert agent.tool.lookup(query="x")["content"] == [{"text": "found x"}]
        assert len(agent.messages) == 4

    def test_cleanup_can_be_called_twice(self) -> None:
        """Applications do it in more than one place."""
        agent = agent_on()
        agent.cleanup()
        agent.cleanup()


class Provider(ToolProvider):
    """Has no tools, and remembers its consumers."""

    def __init__(self) -> None:
        self.consumers: set[Any] = set()

    async def load_tools(self, **kwargs: Any) -> list[Any]:
        return []

    def add_consumer(self, consumer_id: Any, **kwargs: Any) -> None:
        self.consumers.add(consumer_id)

    def remove_consumer(self, consumer_id: Any, **kwargs: Any) -> None:
        self.consumers.discard(consumer_id)


def test_a_dropped_agent_releases_its_providers() -> None:
    """A connection to a server must not outlive the agent that opened it."""
    provider = Provider()
    agent = agent_on(tools=(provider,))
    assert len(provider.consumers) == 1
    del agent
    gc.collect()
    assert provider.consumers == set()


def test_a_constructor_that_fails_releases_its_providers() -> None:
    """The caller has no agent to clean up."""
    provider = Provider()
    with pytest.raises(ValueError, match="Invalid hook") as failure:
        agent_on(tools=(provider,), hooks=[5])
    failure.value.__traceback__ = None  # refers to the agent's frame
    del failure
    gc.collect()
    assert provider.consumers == set()


class Person(BaseModel):
    """A person."""

    name: str
    age: int


class TestDeprecatedStructuredOutput:
    """`structured_output`, which `structured_output_model` replaced."""

    @staticmethod
    def ask(agent: Agent, *prompt: Any) -> Person:
        with pytest.warns(DeprecationWarning, match="structured_output"):
            return agent.structured_output(Person, *prompt)

    def test_returns_the_output_and_keeps_nothing(self) -> None:
        """The request is no part of the conversation."""
        agent = agent_on([use("Person", name="Ann", age=3)])
        assert self.ask(agent, "Who?") == Person(name="Ann", age=3)
        assert agent.messages == []

    def test_needs_a_prompt_or_a_conversation(self) -> None:
        """There is nothing to make output of."""
        with pytest.raises(ValueError, match="No conversation history or prompt provided"):
            self.ask(agent_on())

    def test_is_refused_while_an_answer_is_awaited(self) -> None:
        """The person's answer comes first."""
        agent = agent_on()
        agent._interrupt_state.activate()
        with pytest.raises(RuntimeError, match="cannot call structured output during interrupt"):
            self.ask(agent, "Who?")

    def test_no_output_is_a_clear_error(self) -> None:
        """The original raises KeyError('output')."""

        class Silent(ScriptedModel):
            async def structured_output(self, *args: Any, **kwargs: Any) -> Any:
                yield {"something": "else"}

        with pytest.raises(StructuredOutputException, match="yielded no output for 'Person'"):
            self.ask(Agent(model=Silent([]), callback_handler=None), "Who?")


class TestAsTool:
    """An agent as another agent's tool."""

    async def outcome(self, agent: Agent, given: Any = None, **options: Any) -> dict[str, Any]:
        as_tool = agent.as_tool(**options)
        tool_use: Any = {
            "toolUseId": "1",
            "name": as_tool.tool_name,
            "input": {"input": "go"} if given is None else given,
        }
        result: dict[str, Any] = [event async for event in as_tool.stream(tool_use, {})][-1]["tool_result"]
        return result

    def test_is_named_and_described_like_its_agent(self) -> None:
        """Unless it is told otherwise."""
        agent = agent_on(name="scout", description="Looks around.")
        spec = agent.as_tool().tool_spec
        assert (spec["name"], spec["description"]) == ("scout", "Looks around.")
        assert agent.as_tool(name="eye", description="Sees.").tool_spec["name"] == "eye"
        assert agent_on(name="scout").as_tool().tool_spec["description"].startswith("Use the scout agent")

    async def test_prints_nothing_unless_told_to(self, capsys: pytest.CaptureFixture[str]) -> None:
        """Its words are for the agent that calls it, and would stand amid that one's; by itself it still prints."""
        heard: list[str] = []
        helper = Agent(model=ScriptedModel(["inner", "by itself"]), name="helper")
        loud = Agent(
            model=ScriptedModel(["loud"]),
            name="loud",
            callback_handler=lambda **event: heard.append(event["data"]) if "data" in event else None,
        )
        turns: list[Any] = [use("helper", input="?"), use("loud", input="?"), "outer"]
        await Agent(model=ScriptedModel(turns), tools=[helper, loud], callback_handler=None).invoke_async("q")
        assert (capsys.readouterr().out, "".join(heard)) == ("", "loud")
        await helper.invoke_async("q")
        assert capsys.readouterr().out == "by itself"

    async def test_forgets_between_calls_unless_told_to_remember(self) -> None:
        """A tool is a function; a colleague remembers."""
        for preserve_context, kept in ((False, 2), (True, 4)):
            agent = agent_on("one", "two", state={"k": 1})
            as_tool = agent.as_tool(preserve_context=preserve_context)
            for _ in range(2):
                agent.state.set("k", 2)
                async for _ in as_tool.stream({"toolUseId": "1", "name": "x", "input": {"input": "go"}}, {}):
                    pass
            assert len(agent.messages) == kept

    async def test_a_new_call_is_no_answer_to_the_question_of_a_cancelled_one(self) -> None:
        """The cancelled call would be carried out after all, and the new request be lost."""
        answers: list[Any] = []

        @tool(context=True)
        def ask(tool_context: ToolContext) -> str:
            """Ask."""
            answers.append(tool_context.interrupt("may I?"))
            return "asked"

        clerk = agent_on([use("ask")], "did the second", tools=(ask,), name="clerk")
        turns = [use("clerk", input="the first")], [use("clerk", input="the second")], "done"
        boss = agent_on(*turns, tools=(clerk.as_tool(),))
        (question,) = (await watch(boss)).result.interrupts or ()
        boss.cancel()
        await watch(boss, [{"interruptResponse": {"interruptId": question.id, "response": "yes"}}])
        assert (await watch(boss, "go on")).text == "done"
        assert answers == []
        assert clerk.messages[0] == {"role": "user", "content": [{"text": "the second"}]}

    async def test_a_tool_may_call_a_value_of_its_own_result(self) -> None:
        """What tools put into the invocation state is merged into the events of later cycles."""

        @tool(context=True)
        def note(tool_context: ToolContext) -> str:
            """Note."""
            tool_context.invocation_state["result"] = "of the tool"
            return "noted"

        assert (await self.outcome(agent_on([use("note")], "done", tools=(note,))))["content"] == [{"text": "done\n"}]

    async def test_structured_output_is_json(self) -> None:
        """The calling model gets values, not prose."""
        agent = agent_on([use("Person", name="Ann", age=3)], structured_output_model=Person)
        assert (await self.outcome(agent))["content"] == [{"json": {"name": "Ann", "age": 3}}]

    async def test_a_failing_agent_is_an_error_result(self) -> None:
        """The calling agent goes on; hooks find the exception."""
        as_tool = agent_on(error(ValueError("boom"))).as_tool()
        tool_use: Any = {"toolUseId": "1", "name": "x", "input": {"input": "go"}}
        event = [event async for event in as_tool.stream(tool_use, {})][-1]
        assert event.tool_result["content"] == [{"text": "Agent error: boom"}]
        assert repr(event.exception) == "ValueError('boom')"

    async def test_a_busy_agent_is_an_error_result(self) -> None:
        """Two calls of one response may name the same agent."""
        agent = agent_on([text("one")], name="scout")
        as_tool = agent.as_tool()
        tool_use: Any = {"toolUseId": "1", "name": "x", "input": {"input": "go"}}
        first = as_tool.stream(tool_use, {})
        await anext(first)
        second = [event async for event in as_tool.stream(tool_use, {})]
        assert second[-1].tool_result["content"] == [{"text": "Agent 'scout' is already processing a request"}]
        await first.aclose()

    async def test_its_questions_are_asked_through_the_calling_agent(self) -> None:
        """And answered through it."""

        @tool(context=True)
        def ask(tool_context: Any) -> str:
            """Ask."""
            return str(tool_context.interrupt("may I?"))

        inner = agent_on([use("ask")], "inner done", tools=(ask,), name="inner", description="Asks.")
        outer = agent_on([use("inner", input="go")], "outer done", tools=(inner,))
        first = await watch(outer)
        (question,) = first.result.interrupts or ()
        second = await watch(outer, [{"interruptResponse": {"interruptId": question.id, "response": "yes"}}])
        assert second.text == "outer done"
        assert inner.messages[2]["content"][0]["toolResult"]["content"] == [{"text": "yes"}]

    def test_a_session_keeps_an_agent_from_being_reset(self) -> None:
        """The session would go on where the reset agent does not."""
        agent = agent_on()
        agent._session_manager = object()  # type: ignore[assignment]
        with pytest.raises(ValueError, match="preserve_context=False cannot be used"):
            agent.as_tool()


class TestResult:
    """`AgentResult`."""

    @pytest.mark.parametrize(
        ("content", "more", "as_text"),
        [
            ([{"text": "a"}, {"text": "b"}], {}, "a\nb\n"),
            ([{"citationsContent": {"content": [{"text": "c"}], "citations": []}}], {}, "c\n"),
            ([{"toolUse": {}}], {}, ""),
            ([{"text": "p"}], {"structured_output": Person(name="Ann", age=3)}, '{"name":"Ann","age":3}'),
            (
                [{"text": "p"}],
                {"interrupts": [Interrupt("i", "n", "r")]},
                "[{'id': 'i', 'name': 'n', 'reason': 'r', 'response': None}]",
            ),
        ],
    )
    def test_as_text(self, content: Any, more: dict[str, Any], as_text: str) -> None:
        """What a script prints."""
        message: Message = {"role": "assistant", "content": content}
        assert str(AgentResult("end_turn", message, EventLoopMetrics(), {}, **more)) == as_text

    def test_survives_the_way_through_a_dict(self) -> None:
        """As far as it is kept: the message and the stop reason."""
        message: Message = {"role": "assistant", "content": [{"text": "a"}]}
        kept = AgentResult.from_dict(AgentResult("end_turn", message, EventLoopMetrics(), {"a": 1}).to_dict())
        assert (kept.stop_reason, kept.message, kept.state) == ("end_turn", message, {})

    @pytest.mark.parametrize("data", [{}, {"type": "other"}, {"type": "agent_result", "message": {}}])
    def test_a_dict_of_something_else_is_refused(self, data: dict[str, Any]) -> None:
        """The error says what is wrong with it."""
        with pytest.raises(TypeError, match=r"AgentResult\.from_dict: "):
            AgentResult.from_dict(data)

    async def test_tells_the_size_of_the_context(self) -> None:
        """From the provider's own figures."""
        result = (await watch(agent_on("answer"))).result
        usage = result.message["metadata"]["usage"]
        assert result.context_size == usage["inputTokens"]
        assert result.projected_context_size == usage["inputTokens"] + usage["outputTokens"]


def test_nothing_warns_in_ordinary_use() -> None:
    """Warnings are for those who use something deprecated."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        agent_on([use("lookup", query="x")], "answer")("question")
