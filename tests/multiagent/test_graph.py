"""Graphs: who runs when, with what input, and how runs end."""

from __future__ import annotations

import copy
import itertools
import logging
import threading
from typing import Any

import pytest

from strands.hooks import (
    AfterMultiAgentInvocationEvent,
    AfterNodeCallEvent,
    BeforeMultiAgentInvocationEvent,
    BeforeNodeCallEvent,
    HookRegistry,
    MultiAgentInitializedEvent,
)
from strands.multiagent import graph as graph_module
from strands.multiagent.base import MultiAgentBase, MultiAgentResult, NodeResult, Status
from strands.multiagent.graph import Graph, GraphBuilder, GraphNode, GraphState
from strands.plugins import MultiAgentPlugin, hook
from strands.session import FileSessionManager
from strands.testing import error, usage, use
from strands.types.content import ContentBlock
from tests.multiagent.teams import answering, ask, graph_of, member, prompts_of, scripted, seen_of, swarm_of

# --- building ---------------------------------------------------------------------------------------------------------


def builder_with(*names: str) -> GraphBuilder:
    builder = GraphBuilder()
    for name in names:
        builder.add_node(member(name), name)
    return builder


def add_one_agent_twice() -> None:
    agent = member("a")
    builder = GraphBuilder()
    builder.add_node(agent, "a")
    builder.add_node(agent, "b")


def add_agent_with_session(tmp_path: Any) -> None:
    session = FileSessionManager(session_id="s", storage_dir=str(tmp_path))
    GraphBuilder().add_node(member("a", session_manager=session), "a")


@pytest.mark.parametrize(
    ("mistake", "told"),
    [
        (lambda: builder_with().build(), "Graph must contain at least one node"),
        (lambda: builder_with("a").add_node(member("b"), "a"), "Node 'a' already exists"),
        (add_one_agent_twice, "Duplicate node instance detected"),
        (lambda: builder_with("a").add_edge("a", "z"), "Target node 'z' not found"),
        (lambda: builder_with("a").add_edge("z", "a"), "Source node 'z' not found"),
        (lambda: builder_with("a").add_edge(GraphNode("z", member("z")), "a"), "Source node object has not been added"),
        (lambda: builder_with("a").set_entry_point("z"), "Node 'z' not found"),
        (lambda: graph_of(["ab", "ba"], member("a"), member("b")), "No entry points found"),
    ],
)
def test_mistakes_are_named_where_they_are_made(mistake: Any, told: str) -> None:
    """A graph is put together once; what is wrong with it must not show in the midst of a run."""
    with pytest.raises(ValueError, match=told):
        mistake()


def test_agents_with_sessions_are_refused(tmp_path: Any) -> None:
    """Two keepers of one conversation would overwrite each other."""
    with pytest.raises(ValueError, match="Session persistence is not supported for Graph agents yet"):
        add_agent_with_session(tmp_path)


def test_nodes_are_named_after_their_executors() -> None:
    builder = GraphBuilder()
    names = [builder.add_node(each).node_id for each in (member("a"), graph_of([], member("b")), nameless())]
    assert names == ["a", "default_graph", "node_2"]


def nameless() -> Any:
    class Nameless(MultiAgentBase):
        async def invoke_async(self, task: Any, invocation_state: Any = None, **kwargs: Any) -> MultiAgentResult:
            raise NotImplementedError

    return Nameless()


@pytest.mark.parametrize(
    ("edges", "limits", "warned"),
    [(["ab"], {}, False), (["ab", "ba"], {}, True), (["ab", "ba"], {"set_execution_timeout": 9}, False)],
)
def test_only_cycles_without_limits_are_warned_of(
    edges: list[str], limits: dict[str, Any], warned: bool, caplog: pytest.LogCaptureFixture
) -> None:
    """A warning for every chain is one that nobody reads."""
    with caplog.at_level(logging.WARNING):
        graph_of(edges, member("a"), member("b"), set_entry_point="a", **limits)
    assert bool(caplog.messages) is warned


def test_nodes_are_their_ids() -> None:
    node = GraphNode("a", member("x"))
    assert (node == GraphNode("a", member("y")), node == "a", hash(node) == hash("a")) == (True, False, True)


def test_long_chain_has_a_short_repr() -> None:
    """A node that shows all nodes before it would be as long as the chain, and fail at 1,000."""
    nodes = [member(f"n{index}") for index in range(50)]
    builder = GraphBuilder()
    for node in nodes:
        builder.add_node(node)
    for before, after in itertools.pairwise(nodes):
        builder.add_edge(before.name, after.name)
    assert len(repr(builder.nodes["n49"])) < 300


# --- running ----------------------------------------------------------------------------------------------------------


async def test_chain_runs_node_after_node() -> None:
    seen = await seen_of(graph_of(["ab"], member("a"), member("b")))
    assert seen.lines == ["a start", "a completed", "a > b", "b start", "b completed", "result completed"]


async def test_dependent_node_gets_the_task_and_the_results_before_it() -> None:
    agents = [member(name) for name in "abc"]
    await graph_of(["ac", "bc"], *agents).invoke_async("task")
    assert prompts_of(agents[2]) == [
        [
            "Original Task: task",
            "\nInputs from previous nodes:",
            "\nFrom a:",
            "  - Agent: from a\n",
            "\nFrom b:",
            "  - Agent: from b\n",
        ]
    ]


async def test_content_blocks_stay_blocks() -> None:
    agents = [member("a"), member("b")]
    await graph_of(["ab"], *agents).invoke_async([ContentBlock(text="one"), ContentBlock(text="two")])
    assert prompts_of(agents[1])[0][:3] == ["Original Task:", "one", "two"]


async def test_result_of_a_team_is_that_of_its_agents() -> None:
    inner, last = graph_of(["xy"], member("x"), member("y")), member("b")
    builder = GraphBuilder()
    builder.add_node(inner, "inner")
    builder.add_node(last, "b")
    builder.add_edge("inner", "b")
    seen = await seen_of(builder.build())
    assert prompts_of(last)[0][2:] == ["\nFrom inner:", "  - Agent: from x\n", "  - Agent: from y\n"]
    assert (seen.result.execution_count, seen.result.results["inner"].execution_count) == (3, 2)


async def test_node_runs_once_for_each_batch_that_leads_to_it() -> None:
    """One edge is enough: who wants a node to wait for several writes a condition."""
    seen = await seen_of(graph_of(["ad", "ab", "bd"], *[member(name) for name in "abd"]))
    assert [node.node_id for node in seen.result.execution_order] == ["a", "b", "d", "d"]


async def test_order_is_that_of_the_builder() -> None:
    """Prompts must be the same in every process, or providers' caches miss and tests flicker."""
    names = "abcdefgh"
    last = member("z")
    await graph_of([f"{name}z" for name in reversed(names)], *[member(name) for name in names], last).invoke_async("t")
    assert prompts_of(last)[0][2::2] == [f"\nFrom {name}:" for name in names]


async def test_conditions_see_the_state() -> None:
    seen_states: list[Any] = []
    builder = builder_with("a", "b")

    def note(state: GraphState) -> bool:
        seen_states.append(sorted(state.results))
        return True

    builder.add_edge("a", "b", condition=note)
    await builder.build().invoke_async("task")
    assert seen_states[0] == ["a"]


@pytest.mark.parametrize(("resets", "messages"), [(True, 1), (False, 3)])
async def test_node_that_runs_again_begins_anew_if_asked_to(resets: bool, messages: int) -> None:
    agents = [member("a"), member("b")]
    await graph_of(
        ["ab", "ba"], *agents, set_entry_point="a", set_max_node_executions=3, reset_on_revisit=resets
    ).invoke_async("task")
    assert len(scripted(agents[0]).requests[-1].messages) == messages


def test_reset_gives_an_agent_its_beginning_back() -> None:
    agent = member("a", messages=[{"role": "user", "content": [{"text": "before"}]}], state={"k": 1})
    node = GraphNode("a", agent)
    before = copy.deepcopy(agent.messages)
    agent.messages.append({"role": "assistant", "content": [{"text": "x"}]})
    agent.state.set("k", 2)
    node.reset_executor_state()
    assert (agent.messages, agent.state.get()) == (before, {"k": 1})


async def test_reset_leaves_teams_as_they_are() -> None:
    """A team begins each run anew; there is nothing to reset."""
    inner = graph_of([], member("x"))
    await inner.invoke_async("task")
    node = GraphNode("inner", inner)
    node.reset_executor_state()
    assert inner.state.status is Status.COMPLETED


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        ({"max_node_executions": 0, "execution_timeout": None}, "Max node executions reached: 0"),
        ({"max_node_executions": None, "execution_timeout": -1.0}, "Execution timed out: -1.0s"),
    ],
)
def test_limits_say_why(limits: Any, reason: str) -> None:
    assert GraphState().should_continue(**limits) == (False, reason)
    assert GraphState().should_continue(None, None) == (True, "Continuing")


async def test_run_at_its_limit_ends_as_failed_with_its_results() -> None:
    seen = await seen_of(graph_of(["ab", "bc"], *[member(name) for name in "abc"], set_max_node_executions=2))
    assert (seen.result.status, list(seen.result.results), seen.lines[-2]) == (Status.FAILED, ["a", "b"], "b > c")


async def test_node_that_fails_ends_the_run_with_its_error() -> None:
    team = graph_of(["ab"], member("a", [error(ValueError("boom"))], "better"), member("b"))
    seen = await seen_of(team)
    assert (seen.lines, repr(seen.error)) == (["a start", "a failed"], "ValueError('boom')")
    assert (team.state.status, [node.node_id for node in team.state.failed_nodes]) == (Status.FAILED, ["a"])
    assert (await seen_of(team)).lines[-1] == "result completed"


@pytest.mark.parametrize(("value", "told"), [(True, "node cancelled by user"), ("not today", "not today")])
async def test_hook_cancels_a_node(value: bool | str, told: str) -> None:
    team = graph_of(["ab"], member("a"), member("b"))

    def refuse(event: BeforeNodeCallEvent) -> None:
        if event.node_id == "b":
            event.cancel_node = value

    team.add_hook(refuse)
    seen = await seen_of(team)
    assert (seen.lines[-3:], repr(seen.error)) == (
        ["b start", "b cancel", "b failed"],
        f"RuntimeError('{told}')",
    )


async def test_hooks_and_their_order() -> None:
    order: list[str] = []

    class Hooks:
        def register_hooks(self, registry: HookRegistry, **kwargs: Any) -> None:
            for kind in (
                MultiAgentInitializedEvent,
                BeforeMultiAgentInvocationEvent,
                BeforeNodeCallEvent,
                AfterNodeCallEvent,
                AfterMultiAgentInvocationEvent,
            ):
                registry.add_callback(kind, self._note)

        async def _note(self, event: Any) -> None:
            order.append(f"{type(event).__name__} {getattr(event, 'node_id', '')}".strip())

    class Plugin(MultiAgentPlugin):
        name = "plugin"

        def init_multi_agent(self, orchestrator: MultiAgentBase) -> None:
            order.append(f"plugin in {orchestrator.id}")

        @hook
        def note(self, event: BeforeNodeCallEvent) -> None:
            order.append(f"plugin before {event.node_id}")

    await graph_of([], member("a"), set_hook_providers=[Hooks()], set_plugins=[Plugin()]).invoke_async("task")
    assert order == [
        "plugin in default_graph",
        "MultiAgentInitializedEvent",
        "BeforeMultiAgentInvocationEvent",
        "BeforeNodeCallEvent a",
        "plugin before a",
        "AfterNodeCallEvent a",
        "AfterMultiAgentInvocationEvent",
    ]


async def test_all_nodes_share_the_callers_invocation_state() -> None:
    state: dict[str, Any] = {"mine": 1}
    agents = [member("a"), member("b")]
    await graph_of(["ab"], *agents).invoke_async("task", state)
    handed = [scripted(agent).requests[0].options["invocation_state"] for agent in agents]
    assert [each is state for each in handed] == [True, True]


def test_call_from_synchronous_code() -> None:
    threads = threading.active_count()
    assert graph_of([], member("a"))("task").status is Status.COMPLETED
    assert threading.active_count() == threads


# --- executors of other kinds -----------------------------------------------------------------------------------------


class Given(MultiAgentBase):
    """An orchestrator that yields what it is told."""

    id = "given"

    def __init__(self, *events: Any) -> None:
        self.events = events

    async def invoke_async(self, task: Any, invocation_state: Any = None, **kwargs: Any) -> MultiAgentResult:
        return MultiAgentResult(status=Status.COMPLETED, execution_count=3, execution_time=7)

    async def stream_async(self, task: Any, invocation_state: Any = None, **kwargs: Any) -> Any:
        for event in self.events:
            yield event


@pytest.mark.parametrize(
    ("executor", "told"),
    [
        (Given({"hello": 1}), "Node 'n' did not produce a result event"),
        (Given({"result": "text"}), "Node 'n' produced a str, expected a result of its kind"),
        (object(), "Node 'n' of type '<class 'object'>' is not supported"),
    ],
)
async def test_node_without_a_result_fails(executor: Any, told: str) -> None:
    builder = GraphBuilder()
    builder.add_node(executor, "n")
    assert str((await seen_of(builder.build())).error) == told


async def test_orchestrator_that_does_not_stream_is_a_node_like_others() -> None:
    class Quiet(Given):
        stream_async = MultiAgentBase.stream_async

    result = await graph_of([], Quiet()).invoke_async("task")
    assert (result.execution_count, result.results["given"].execution_time) == (3, 7)


# --- interrupts -------------------------------------------------------------------------------------------------------


def asking(name: str) -> Any:
    return member(name, [use("ask", tool_use_id=name)], f"{name} is done", tools=[ask])


async def test_interrupted_node_goes_on_with_the_answer() -> None:
    team = graph_of(["ab"], asking("a"), member("b"))
    first = await seen_of(team)
    second = await seen_of(team, answering(team, "yes"))
    assert first.lines == ["a start", "a interrupt", "result interrupted"]
    assert [question.name for question in first.result.interrupts] == ["sure"]
    assert second.lines == ["a start", "a completed", "a > b", "b start", "b completed", "result completed"]


async def test_batch_waits_until_all_questions_are_answered() -> None:
    """What is done is not done again, and what comes next sees all results of the batch."""
    last = member("d")
    team = graph_of(["ad", "bd", "cd"], asking("a"), asking("b"), member("c"), last)
    first = await seen_of(team)
    of_a = [answer for answer in answering(team, "yes", "yes") if ":a:" in answer["interruptResponse"]["interruptId"]]
    partly = await seen_of(team, of_a)
    wholly = await seen_of(team, answering(team, "yes"))
    assert sorted(first.lines[:-1]) == [
        "a interrupt",
        "a start",
        "b interrupt",
        "b start",
        "c completed",
        "c start",
    ]
    assert sorted(partly.lines) == ["a completed", "a start", "b interrupt", "b start", "result interrupted"]
    assert wholly.lines[:3] == ["b start", "b completed", "a+b+c > d"]
    assert len(prompts_of(last)[0]) == 8


async def test_hook_asks_before_a_node() -> None:
    team = graph_of(["ab"], member("a"), member("b"))

    def approve(event: BeforeNodeCallEvent) -> None:
        if event.node_id == "b" and event.interrupt("go on?") != "yes":
            event.cancel_node = "refused"

    team.add_hook(approve)
    first = await seen_of(team)
    assert first.lines[-3:] == ["b start", "b interrupt", "result interrupted"]
    second = await seen_of(team, answering(team, "yes"))
    assert second.lines == ["b start", "b completed", "result completed"]


async def test_question_of_a_nested_team_reaches_the_outer_one() -> None:
    inner = graph_of([], asking("x"))
    team = graph_of([], inner)
    first = await seen_of(team)
    assert [question.name for question in first.result.interrupts] == ["sure"]
    assert (await seen_of(team, answering(team, "yes"))).lines[-1] == "result completed"


@pytest.mark.parametrize(
    ("prompt", "kind"),
    [
        ("text", TypeError),
        ([{"text": "block"}], TypeError),
        ([{"interruptResponse": {"interruptId": "z", "response": 1}}], KeyError),
    ],
)
@pytest.mark.parametrize("make", [lambda: graph_of([], asking("a")), lambda: swarm_of(asking("a"))])
async def test_interrupted_team_wants_answers(make: Any, prompt: Any, kind: type[Exception]) -> None:
    """A prompt that is no answer must neither be lost nor start a second run."""
    team = make()
    await team.invoke_async("task")
    with pytest.raises(kind):
        await team.invoke_async(prompt)
    assert (await seen_of(team, answering(team, "yes"))).lines[-1] == "result completed"


async def test_failed_neighbour_of_an_interrupted_node_is_tried_again_with_the_answer() -> None:
    """Neither the question nor the failure may be lost."""
    team = graph_of([], asking("a"), member("b", [error(ValueError("boom"))], "better"))
    assert repr((await seen_of(team)).error) == "ValueError('boom')"
    seen = await seen_of(team, answering(team, "yes"))
    assert sorted(seen.lines) == ["a completed", "a start", "b completed", "b start", "result completed"]
    assert seen.result.failed_nodes == 0


# --- telemetry --------------------------------------------------------------------------------------------------------


def test_tracer_comes_from_the_modules_own_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Applications replace it there in their tests."""
    tracer = object()
    monkeypatch.setattr(graph_module, "get_tracer", lambda: tracer)
    assert Graph({}, set(), set()).tracer is tracer


def test_trace_attributes_are_those_a_span_can_carry() -> None:
    assert Graph({}, set(), set(), trace_attributes={"a": 1, "b": object()}).trace_attributes == {"a": 1}  # type: ignore[dict-item]


async def test_usage_is_the_sum_over_nodes_cache_included() -> None:
    tokens = usage(input_tokens=1, output_tokens=2, total_tokens=3, cache_read_tokens=4, cache_write_tokens=5)
    team = graph_of(["ab"], member("a", ["x", tokens]), member("b", ["y", tokens]))
    assert (await team.invoke_async("task")).accumulated_usage == {
        "inputTokens": 2,
        "outputTokens": 4,
        "totalTokens": 6,
        "cacheReadInputTokens": 8,
        "cacheWriteInputTokens": 10,
    }


def test_failed_node_has_no_agent_results() -> None:
    assert NodeResult(result=ValueError("v")).get_agent_results() == []
