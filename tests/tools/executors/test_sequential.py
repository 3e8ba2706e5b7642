"""One tool after the other."""

from __future__ import annotations

from strands.tools.decorator import tool
from strands.tools.executors import SequentialToolExecutor
from strands.types._events import ToolInterruptEvent, ToolResultEvent
from strands.types.tools import ToolContext
from tests.tools._running import use_of
from tests.tools.executors._agents import Execution, agent_with

log: list[str] = []


@tool
async def step(name: str) -> str:
    log.append(name)
    return name


@tool(context=True)
async def ask(tool_context: ToolContext) -> str:
    return str(tool_context.interrupt("approval"))


async def test_tools_run_in_the_order_of_the_requests_up_to_an_interrupt() -> None:
    """A later call may depend on an earlier one, so none runs before a person has answered."""
    log.clear()
    uses = [
        use_of("step", "1", name="a"),
        use_of("step", "2", name="b"),
        use_of("ask", "3"),
        use_of("step", "4", name="c"),
    ]
    execution = await Execution(SequentialToolExecutor(), agent_with(step, ask), uses).run()
    assert [type(event) for event in execution.events] == [ToolResultEvent, ToolResultEvent, ToolInterruptEvent]
    assert (execution.texts, log) == (["a", "b"], ["a", "b"])
