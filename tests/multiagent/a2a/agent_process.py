"""A process that serves an agent: `agent_process.py PORT APP_TYPE`. Asked to be slow, it stops after the first step."""

import sys
from typing import Any

from strands import Agent
from strands.multiagent.a2a import A2AServer
from strands.testing import Gate, ModelRequest, ScriptedModel, pause, text


def answer(request: ModelRequest) -> Any:
    if "Slowly" in str(request.messages[-1]):
        return text(["First step.", pause(Gate()), "Second step."])
    return "Straight on."


port, app_type = sys.argv[1:]
agent = Agent(model=ScriptedModel(answer), name="Guide", description="Knows the way.", callback_handler=None)
server = A2AServer(agent, port=int(port), enable_a2a_compliant_streaming=True, cancel_abandoned_after_s=0.05)
server.serve(app_type)  # type: ignore[arg-type]
