"""Swarms: who works next, what agents are told, and how runs end."""

from __future__ import annotations

from typing import Any

import pytest

from strands import tool
from strands.hooks import BeforeNodeCallEvent
from strands.multiagent import swarm as swarm_module
from strands.multiagent.base import Status
from strands.multiagent.swarm import SharedContext, Swarm, SwarmNode, SwarmState
from strands.session import FileSessionManager
from strands.testing import error, use
from strands.types.content import ContentBlock
from tests.multiagent.teams import answering, ask, handing_to, member, prompts_of, scripted, seen_of, swarm_of

CLOSING = (
    "You have access to swarm coordination tools if you need help from other agents. "
    "If you don't hand off to another agent, the swarm will consider the task complete.\n\n"
)


async def test_agent_that_does_not_hand_over_ends_the_run() -> None:
    seen = await seen_of(swarm_of(member("a"), member("b")))
    assert seen.lines == ["a start", "a completed", "result completed"]


async def test_task_goes_from_agent_to_agent() -> None:
    team = swarm_of(
        member("a", handing_to("b", "you do it"), "I wait.", "done"), member("b", handing_to("a"), "I wait.")
    )
    seen = await seen_of(team)
    assert seen.lines == [
        "a start",
        "a completed",
        "a > b",
        "b start",
        "b completed",
        "b > a",
        "a start",
        "a completed",
        "result completed",
    ]
    assert seen.events[-1]["result"].node_history == [team.nodes["a"], team.nodes["b"], team.nodes["a"]]
    assert [event["message"] for event in seen.events if event["type"] == "multiagent_handoff"] == [
        "you do it",
        "your turn",
    ]


async def test_next_agent_is_told_what_happened() -> None:
    agents = [
        member("a", handing_to("b", "go on", found=[1, "x"]), "I wait.", description="The first."),
        member("b"),
    ]
    await swarm_of(*agents).invoke_async("task")
    assert prompts_of(agents[0])[0] == [
        "Context:\nUser Request: task\n\nOther agents available for collaboration:\nAgent name: b.\n\n" + CLOSING
    ]
    assert prompts_of(agents[1])[0] == [
        "Context:\nHandoff Message: go on\n\nUser Request: task\n\nPrevious agents who worked on this: a\n\n"
        "Shared knowledge from previous agents:\n• a: {'found': [1, 'x']}\n\n"
        "Other agents available for collaboration:\nAgent name: a. Agent description: The first.\n\n" + CLOSING
    ]


async def test_content_blocks_follow_the_context() -> None:
    agent = member("a")
    await swarm_of(agent).invoke_async([ContentBlock(text="look")])
    assert prompts_of(agent)[0] == ["Context:\nUser Request: Multi-modal task\n\n" + CLOSING, "look"]


async def test_agent_begins_each_part_with_its_first_conversation() -> None:
    """What an agent knows from its last part is in the context, not twice in the prompt."""
    agent = member("a", handing_to("b"), "I wait.", "done")
    await swarm_of(agent, member("b", handing_to("a"), "I wait.")).invoke_async("task")
    assert [len(request.messages) for request in scripted(agent).requests] == [1, 3, 1]


async def test_last_of_several_handoffs_counts() -> None:
    turn = [
        use("handoff_to_agent", agent_name="b", message="1", context={"k": 1}),
        use("handoff_to_agent", agent_name="c", message="2", context={"k": 2}),
    ]
    seen = await seen_of(swarm_of(member("a", turn, "I wait."), member("b"), member("c")))
    assert seen.lines[2] == "a > c"


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (use("handoff_to_agent", agent_name="z", message="m"), "Error: Agent 'z' not found in swarm"),
        (
            use("handoff_to_agent", agent_name="b", message="m", context={" ": 1}),
            "Error: Key cannot be empty",
        ),
    ],
)
async def test_wrong_handoff_is_told_to_the_model(call: Any, told: str) -> None:
    """The model can try again; the run goes on with the agent that made the mistake."""
    agent = member("a", [call], "I do it myself.")
    seen = await seen_of(swarm_of(agent, member("b")))
    (result,) = scripted(agent).requests[1].messages[-1]["content"]
    assert (result["toolResult"]["status"], result["toolResult"]["content"]) == ("error", [{"text": told}])
    assert seen.lines[-1] == "result completed"


def test_direct_call_of_the_tool_changes_nothing() -> None:
    """Nobody works on a task that could be handed over."""
    agents = [member("a"), member("b")]
    team = swarm_of(*agents)
    result = agents[0].tool.handoff_to_agent(agent_name="b", message="m")
    assert (result["status"], team.state.handoff_node) == ("success", None)


@pytest.mark.parametrize(
    ("limits", "history"),
    [
        ({"max_handoffs": 1}, ["a"]),
        ({"max_iterations": 2}, ["a", "b"]),
        (
            {"repetitive_handoff_detection_window": 3, "repetitive_handoff_min_unique_agents": 3},
            ["a", "b", "a"],
        ),
    ],
)
async def test_limits_end_the_run_as_failed(limits: dict[str, int], history: list[str]) -> None:
    """Agents that play ping-pong must not do so on somebody's account for ever."""
    turns = [[handing_to(name), "I wait."] * 5 for name in "ba"]
    team = swarm_of(member("a", *turns[0]), member("b", *turns[1]), **limits)
    result = await team.invoke_async("task")
    assert (result.status, [node.node_id for node in result.node_history]) == (Status.FAILED, history)


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        ({}, (True, "Continuing")),
        ({"max_handoffs": 3}, (False, "Max handoffs reached: 3")),
        ({"max_iterations": 3}, (False, "Max iterations reached: 3")),
        ({"execution_timeout": -1.0}, (False, "Execution timed out: -1.0s")),
        (
            {"repetitive_handoff_detection_window": 3, "repetitive_handoff_min_unique_agents": 3},
            (False, "Repetitive handoff: 2 unique nodes out of 3 recent iterations"),
        ),
        ({"repetitive_handoff_detection_window": 4, "repetitive_handoff_min_unique_agents": 3}, (True, "Continuing")),
    ],
)
def test_limits_say_why(limits: dict[str, Any], told: tuple[bool, str]) -> None:
    one, two = SwarmNode("a", member("a")), SwarmNode("b", member("b"))
    state = SwarmState(current_node=one, task="task", node_history=[one, two, one])
    usual: dict[str, Any] = {
        "max_handoffs": 9,
        "max_iterations": 9,
        "execution_timeout": 9.0,
        "repetitive_handoff_detection_window": 0,
        "repetitive_handoff_min_unique_agents": 0,
    }
    assert state.should_continue(**{**usual, **limits}) == told


async def test_agent_that_fails_is_part_of_the_result() -> None:
    seen = await seen_of(swarm_of(member("a", handing_to("b"), "I wait."), member("b", [error(ValueError("boom"))])))
    assert seen.lines[-2:] == ["b failed", "result failed"]
    assert repr(seen.result.results["b"].result) == "ValueError('boom')"
    assert seen.result.results["a"].status is Status.COMPLETED


async def test_task_of_no_kind_fails_like_any_other_node() -> None:
    seen = await seen_of(swarm_of(member("a")), None)
    assert seen.lines == ["a start", "a failed", "result failed"]


@pytest.mark.parametrize(("value", "told"), [(True, "node cancelled by user"), ("not today", "not today")])
async def test_hook_cancels_an_agent(value: bool | str, told: str) -> None:
    team = swarm_of(member("a", handing_to("b"), "I wait."), member("b"))

    def refuse(event: BeforeNodeCallEvent) -> None:
        if event.node_id == "b":
            event.cancel_node = value

    team.add_hook(refuse)
    seen = await seen_of(team)
    assert (seen.lines[-2:], seen.events[-2]["message"]) == (["b cancel", "result failed"], told)


async def test_interrupted_agent_goes_on_with_the_answer() -> None:
    agent = member("a", [use("ask")], handing_to("b"), "I wait.", tools=[ask])
    team = swarm_of(agent, member("b"))
    first = await seen_of(team)
    second = await seen_of(team, answering(team, "yes"))
    assert first.lines == ["a start", "a interrupted", "a interrupt", "result interrupted"]
    assert second.lines[1:3] == ["a completed", "a > b"]
    assert scripted(agent).requests[1].messages[-1]["content"][0]["toolResult"]["content"] == [
        {"text": "a person says yes"}
    ]


async def test_hook_asks_before_an_agent() -> None:
    team = swarm_of(member("a", handing_to("b", "go on"), "I wait."), member("b"))

    def approve(event: BeforeNodeCallEvent) -> None:
        if event.node_id == "b" and event.interrupt("go on?") != "yes":
            event.cancel_node = "refused"

    team.add_hook(approve)
    first = await seen_of(team)
    second = await seen_of(team, answering(team, "yes"))
    assert first.lines[-2:] == ["b interrupt", "result interrupted"]
    assert second.lines == ["b start", "b completed", "result completed"]
    assert prompts_of(team.nodes["b"].executor)[0][0].startswith("Context:\nHandoff Message: go on\n")


def with_a_tool_of_that_name() -> Any:
    @tool
    def handoff_to_agent() -> str:
        """Do something else."""
        return ""

    return member("a", tools=[handoff_to_agent])


def one_agent_twice() -> None:
    agent = member("a")
    Swarm([agent, agent])


@pytest.mark.parametrize(
    ("mistake", "told"),
    [
        (lambda: Swarm(member("a")), "nodes must be a list of agents, got <strands.agent.agent.Agent"),  # type: ignore[arg-type]
        (lambda: Swarm([]), "nodes must hold at least one agent"),
        (lambda: Swarm(["a"]), "nodes must be agents, got 'a'"),  # type: ignore[list-item]
        (one_agent_twice, "Duplicate node instance detected"),
        (lambda: swarm_of(member("a"), member("a")), "Node ID 'a' is not unique"),
        (lambda: swarm_of(member("a"), entry_point=member("z")), "Entry point agent not found"),
        (lambda: swarm_of(member("a"), entry_point=member("a")), "Entry point agent not found"),
        (lambda: swarm_of(with_a_tool_of_that_name()), "Agent 'a' already has tools with names that conflict"),
    ],
)
def test_mistakes_are_named_where_they_are_made(mistake: Any, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        mistake()


def test_agents_with_sessions_are_refused(tmp_path: Any) -> None:
    session = FileSessionManager(session_id="s", storage_dir=str(tmp_path))
    with pytest.raises(ValueError, match="Session persistence is not supported for Swarm agents yet"):
        swarm_of(member("a", session_manager=session))


async def test_entry_point_works_first() -> None:
    agents = [member("a"), member("b")]
    assert (await seen_of(swarm_of(*agents, entry_point=agents[1]))).lines[0] == "b start"


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        (None, 1, "Key cannot be None"),
        (5, 1, "Key must be a string"),
        (" ", 1, "Key cannot be empty"),
        ("k", object(), "Value is not JSON serializable: object"),
    ],
)
def test_shared_context_takes_what_can_be_stored(key: Any, value: Any, told: str) -> None:
    context, node = SharedContext(), SwarmNode("a", member("a"))
    with pytest.raises(ValueError, match=told):
        context.add_context(node, key, value)
    context.add_context(node, "k", {"v": [1]})
    assert context.context == {"a": {"k": {"v": [1]}}}


def test_nodes_are_their_ids() -> None:
    node = SwarmNode("a", member("x"))
    assert (str(node), repr(node), node == SwarmNode("a", member("y")), node == "a") == (
        "a",
        "SwarmNode(node_id='a')",
        True,
        False,
    )


def test_tracer_comes_from_the_modules_own_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Applications replace it there in their tests."""
    tracer = object()
    monkeypatch.setattr(swarm_module, "get_tracer", lambda: tracer)
    assert swarm_of(member("a")).tracer is tracer
