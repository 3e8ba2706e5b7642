"""Results of teams on paper."""

from __future__ import annotations

from typing import Any

from compat.observing import attempt
from compat.registry import scenario, table
from compat.scripted import text
from compat.team import member
from strands.interrupt import Interrupt
from strands.multiagent import GraphBuilder, GraphResult, Swarm, SwarmResult
from strands.multiagent.base import MultiAgentResult, NodeResult, Status

FAILURE: Any = {"type": "exception", "message": "boom"}
ANSWER: Any = {
    "type": "agent_result",
    "message": {"role": "assistant", "content": [{"text": "x"}]},
    "stop_reason": "end_turn",
}


@table(
    {
        "empty": {},
        "number": {"result": 5},
        "other type": {"result": {"type": "other"}},
        "no type": {"result": {}},
        "failure": {"result": FAILURE, "status": "failed"},
        "failure without message": {"result": {"type": "exception"}},
        "answer": {"result": ANSWER, "execution_count": 1, "execution_time": 3},
        "unknown status": {"result": FAILURE, "status": "other"},
        "some usage": {"result": FAILURE, "accumulated_usage": {"inputTokens": 3, "cacheReadInputTokens": 1}},
        "interrupts": {"result": FAILURE, "interrupts": [{"id": "i", "name": "n", "reason": 1, "response": 2}]},
        "team": {"result": {"type": "multiagent_result", "status": "completed", "results": {}}},
    }
)
async def node_result_read(data: Any) -> Any:
    return attempt(lambda: NodeResult.from_dict(data).to_dict())


@table(
    {
        "empty": {},
        "other type": {"type": "graph_result"},
        "no status": {"type": "multiagent_result"},
        "small": {"type": "multiagent_result", "status": "completed"},
        "whole": {
            "type": "multiagent_result",
            "status": "interrupted",
            "results": {"a": {"result": ANSWER, "status": "completed"}},
            "accumulated_usage": {"inputTokens": 3, "outputTokens": 1, "totalTokens": 4},
            "accumulated_metrics": {"latencyMs": 4, "timeToFirstByteMs": 2},
            "execution_count": 2,
            "execution_time": 5,
            "interrupts": [{"id": "i", "name": "n"}],
        },
    }
)
async def team_result_read(data: Any) -> Any:
    return attempt(lambda: MultiAgentResult.from_dict(data).to_dict())


@scenario
async def node_result_written() -> Any:
    nested = MultiAgentResult(status=Status.COMPLETED, results={"k": NodeResult(result=ValueError("v"))})
    results = [
        NodeResult(result=ValueError("v"), status=Status.FAILED, interrupts=[Interrupt(id="i", name="n")]),
        NodeResult(result=nested),
    ]
    return [[result.to_dict(), len(result.get_agent_results())] for result in results]


@scenario
async def kinds_of_results() -> Any:
    builder = GraphBuilder()
    builder.add_node(member("a", text("x")), "a")
    of_graph = await builder.build().invoke_async("task")
    of_swarm = await Swarm([member("a", text("x"))]).invoke_async("task")
    return [
        sorted(of_graph.to_dict()),
        sorted(of_swarm.to_dict()),
        type(GraphResult.from_dict(of_graph.to_dict())).__name__,
        type(SwarmResult.from_dict(of_swarm.to_dict())).__name__,
        [str(result) for result in of_graph.results["a"].get_agent_results()],
    ]
