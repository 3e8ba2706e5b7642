"""A process that serves an agent: `agent_process.py PORT APP_TYPE`."""

import sys

from strands import Agent
from strands.multiagent.a2a import A2AServer
from strands.testing import ScriptedModel

port, app_type = sys.argv[1:]
model = ScriptedModel(lambda request: "Straight on.")
agent = Agent(model=model, name="Guide", description="Knows the way.", callback_handler=None)
A2AServer(agent, port=int(port), enable_a2a_compliant_streaming=True).serve(app_type)  # type: ignore[arg-type]
