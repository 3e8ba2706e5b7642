"""Results and states on paper: what is stored, and how a stopped run goes on elsewhere."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest

from strands.hooks import AfterNodeCallEvent
from strands.interrupt import Interrupt
from strands.multiagent.base import MultiAgentBase, MultiAgentResult, NodeResult, Status
from strands.session import FileSessionManager
from strands.testing import error, use
from tests.multiagent.teams import answering, ask, graph_of, handing_to, member, prompts_of, seen_of, swarm_of

# --- results ----------------------------------------------------------------------------------------------------------


async def test_results_survive_a_round_trip() -> None:
    builder = graph_of([], graph_of([], member("x")))
    result = await builder.invoke_async("task")
    again = MultiAgentResult.from_dict(json.loads(json.dumps(result.to_dict())))
    assert again.to_dict() == result.to_dict()
    assert [str(each) for each in again.results["default_graph"].get_agent_results()] == ["from x\n"]


def test_failure_keeps_its_message() -> None:
    result = NodeResult(
        result=ValueError("boom"), status=Status.FAILED, interrupts=[Interrupt(id="i", name="n", reason="r")]
    )
    again = NodeResult.from_dict(result.to_dict())
    assert (str(again.result), again.status, again.interrupts) == ("boom", Status.FAILED, result.interrupts)


def test_figures_that_are_missing_are_zero() -> None:
    result = NodeResult.from_dict({"result": {"type": "exception"}, "accumulated_usage": {"inputTokens": 3}})
    assert result.accumulated_usage == {"inputTokens": 3, "outputTokens": 0, "totalTokens": 0}
    assert (str(result.result), result.accumulated_metrics) == ("node failed", {"latencyMs": 0})


@pytest.mark.parametrize(
    ("kind", "data", "told"),
    [
        (NodeResult, {}, "NodeResult.from_dict: missing 'result'"),
        (NodeResult, {"result": 5}, "unsupported result payload: 5"),
        (NodeResult, {"result": {"type": "other"}}, "unsupported result payload"),
        (MultiAgentResult, {}, "unexpected type None"),
        (MultiAgentResult, {"type": "other"}, "unexpected type 'other'"),
    ],
)
def test_other_data_is_refused(kind: Any, data: dict[str, Any], told: str) -> None:
    with pytest.raises(TypeError, match=told):
        kind.from_dict(data)


# --- what an orchestrator that stores nothing says --------------------------------------------------------------------


class Quiet(MultiAgentBase):
    def __init__(self, **fields: Any) -> None:
        self._result = MultiAgentResult(**fields)

    async def invoke_async(self, task: Any, invocation_state: Any = None, **kwargs: Any) -> MultiAgentResult:
        self.asked = (task, invocation_state, kwargs)
        return self._result


def test_orchestrators_that_cannot_be_stored_say_so() -> None:
    team = Quiet()
    for call in (team.serialize_state, lambda: team.deserialize_state({}), lambda: team.add_hook(lambda event: None)):
        with pytest.raises(NotImplementedError, match="Quiet"):
            call()


def test_keywords_of_a_call_become_invocation_state_with_a_warning() -> None:
    team = Quiet()
    with pytest.warns(UserWarning, match="deprecating"):
        team("task", {"x": 1}, y=2)
    assert team.asked == ("task", {"x": 1, "y": 2}, {})


# --- graphs -----------------------------------------------------------------------------------------------------------


def on_paper(team: Any) -> dict[str, Any]:
    stored: dict[str, Any] = json.loads(json.dumps(team.serialize_state()))
    return stored


def chain(*agents: Any, **settings: Any) -> Any:
    edges = [first.name + second.name for first, second in itertools.pairwise(agents)]
    return graph_of(edges, *agents, **settings)


async def test_failed_graph_goes_on_where_it_failed() -> None:
    """What was done before the failure is not paid for again."""
    team = chain(member("a"), member("b", [error(ValueError("boom"))]), member("c"))
    await seen_of(team)
    agents = [member(name) for name in "abc"]
    other = chain(*agents)
    other.deserialize_state(on_paper(team))
    seen = await seen_of(other, "another task")
    assert seen.lines == ["b start", "b completed", "b > c", "c start", "c completed", "result completed"]
    assert prompts_of(agents[1])[0] == [
        "Original Task: task",
        "\nInputs from previous nodes:",
        "\nFrom a:",
        "  - Agent: from a\n",
    ]
    assert (seen.result.status, seen.result.failed_nodes, list(seen.result.results)) == (
        Status.COMPLETED,
        0,
        ["a", "b", "c"],
    )


async def test_finished_graph_begins_anew() -> None:
    team = chain(member("a"), member("b"))
    await team.invoke_async("task")
    other = chain(member("a"), member("b"))
    other.deserialize_state(on_paper(team))
    assert other.state.status is Status.PENDING
    assert (await seen_of(other)).lines[0] == "a start"


async def test_interrupted_graph_goes_on_in_another_process() -> None:
    """A person may answer days later, when the process is gone."""
    team = chain(member("a", [use("ask")], tools=[ask]), member("b"))
    await team.invoke_async([{"text": "task"}, {"image": {"format": "png", "source": {"bytes": b"\x00"}}}])
    other = chain(member("a", "done", tools=[ask]), member("b"))
    other.deserialize_state(on_paper(team))
    seen = await seen_of(other, answering(other, "yes"))
    assert seen.lines[:3] == ["a start", "a completed", "a > b"]
    assert other.state.task[1]["image"]["source"]["bytes"] == b"\x00"


@pytest.mark.parametrize("nested", [lambda agent: graph_of([], agent), lambda agent: swarm_of(agent)])
async def test_question_of_a_nested_team_is_answered_in_another_process(nested: Any, tmp_path: Path) -> None:
    """The inner team knows what its agent has asked, and nobody else does."""

    def team(*turns: Any) -> Any:
        session = FileSessionManager(session_id="s", storage_dir=str(tmp_path))
        inner = nested(member("x", *turns, tools=[ask]))
        return graph_of([], inner, set_session_manager=session, set_graph_id="g")

    await team(use("ask")).invoke_async([{"text": "t"}, {"image": {"format": "png", "source": {"bytes": b"\x00"}}}])
    other = team("done")
    seen = await seen_of(other, answering(other, "yes"))
    [answer] = seen.result.results.values()
    [agent_result] = answer.get_agent_results()
    assert (seen.lines[-1], answer.status.value, str(agent_result)) == ("result completed", "completed", "done\n")


async def test_node_that_cannot_be_stored_gets_the_answer_all_the_same() -> None:
    """An orchestrator of another make may know what to do with it."""
    team = graph_of([], Quiet(status=Status.INTERRUPTED, interrupts=[Interrupt(id="i", name="sure")]))
    await team.invoke_async("task")
    other = graph_of([], Quiet(status=Status.COMPLETED))
    other.deserialize_state(on_paper(team))
    assert (await seen_of(other, answering(other, "yes"))).lines[-1] == "result completed"


async def test_state_after_each_node_names_what_comes_next() -> None:
    """A process may die at any time; then the session must know where to go on."""
    team = graph_of(["ab", "ac", "bd", "cd"], *[member(name) for name in "abcd"])
    upcoming: list[Any] = []
    team.add_hook(
        lambda event: upcoming.append((event.node_id, team.serialize_state()["next_nodes_to_execute"])),
        AfterNodeCallEvent,
    )
    await team.invoke_async("task")
    assert upcoming == [("a", ["b", "c"]), ("b", ["c"]), ("c", ["d"]), ("d", [])]


async def test_session_keeps_a_graph(tmp_path: Path) -> None:
    def team(*turns: Any) -> Any:
        session = FileSessionManager(session_id="s", storage_dir=str(tmp_path))
        return chain(member("a"), member("b", *turns), set_session_manager=session, set_graph_id="g")

    await seen_of(team([error(ValueError("boom"))]))
    assert (await seen_of(team())).lines[0] == "b start"


def test_nodes_that_are_gone_are_passed_over() -> None:
    team = graph_of([], member("a"))
    team.deserialize_state(
        {"status": "executing", "next_nodes_to_execute": ["a", "z"], "completed_nodes": ["z"], "node_results": {"z": 1}}
    )
    assert (team.state.completed_nodes, team.state.results, team.serialize_state()["next_nodes_to_execute"]) == (
        set(),
        {},
        ["a"],
    )


# --- swarms -----------------------------------------------------------------------------------------------------------


async def test_swarm_goes_on_with_the_agent_that_the_task_was_handed_to() -> None:
    """The agent that handed it over has done its part."""
    team = swarm_of(member("a", handing_to("b", "go on", k=1), "I wait."), member("b"))
    states: list[Any] = []
    team.add_hook(lambda event: states.append(on_paper(team)), AfterNodeCallEvent)
    await team.invoke_async("task")
    agents = [member("a"), member("b")]
    other = swarm_of(*agents)
    other.deserialize_state(states[0])
    seen = await seen_of(other, "another task")
    assert seen.lines == ["b start", "b completed", "result completed"]
    assert prompts_of(agents[1])[0][0].startswith("Context:\nHandoff Message: go on\n\nUser Request: task\n")
    assert [node.node_id for node in seen.result.node_history] == ["a", "b"]


async def test_interrupted_swarm_goes_on_in_another_process() -> None:
    team = swarm_of(member("a", [use("ask")], tools=[ask]), member("b"))
    await team.invoke_async("task")
    other = swarm_of(member("a", "done", tools=[ask]), member("b"))
    other.deserialize_state(on_paper(team))
    assert (await seen_of(other, answering(other, "yes"))).lines == ["a start", "a completed", "result completed"]


async def test_finished_swarm_keeps_its_state_and_begins_anew(tmp_path: Path) -> None:
    def team() -> Any:
        session = FileSessionManager(session_id="s", storage_dir=str(tmp_path))
        return swarm_of(member("a", handing_to("b"), "I wait."), member("b"), session_manager=session, id="w")

    await team().invoke_async("task")
    again = team()
    assert (again.state.completion_status, list(again.state.results)) == (Status.COMPLETED, ["a", "b"])
    assert (await seen_of(again)).lines[0] == "a start"


async def test_empty_state_is_that_of_a_new_swarm() -> None:
    team = swarm_of(member("a"))
    team.deserialize_state({})
    assert (await seen_of(team)).lines[-1] == "result completed"
